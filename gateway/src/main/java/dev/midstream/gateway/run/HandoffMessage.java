package dev.midstream.gateway.run;

import dev.midstream.gateway.inbox.InboxMessage;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.wire.packet.PacketCopy;
import org.jspecify.annotations.Nullable;

/** A message from one worker to another. */
sealed interface HandoffMessage extends InboxMessage {
  /** Above the longest frame that a port receives. */
  int MAX_PACKET_BYTES = 1 << 17;

  /** A packet of a connection that the receiving worker owns. */
  record CopiedPacket(PacketCopy copy) implements HandoffMessage {
    @Override
    public int bytes() {
      return OVERHEAD_BYTES + copy.length();
    }
  }

  /** A record of a connection of worker {@code owner}, for the one that goes on if it dies. */
  @SuppressWarnings("ArrayRecordComponent") // only read, and by one thread
  record CopiedRecord(int owner, long number, byte[] octets) implements HandoffMessage {
    @Override
    public int bytes() {
      return OVERHEAD_BYTES + octets.length;
    }
  }

  /** All records of the receiving worker up to {@code number} are kept. */
  record KeptRecords(long number) implements HandoffMessage {
    @Override
    public int bytes() {
      return OVERHEAD_BYTES;
    }
  }

  /** The engine of a worker has died: the receiving one goes on with its connections. */
  record EngineDied(int worker) implements HandoffMessage {
    @Override
    public int bytes() {
      return OVERHEAD_BYTES;
    }
  }

  /**
   * A change of what agents expect.
   *
   * @param ends those of a connection that was opened, or is in a record; null if they do not
   *     matter
   */
  record ExpectationUpdate(ExpectedConnection expected, Change change, @Nullable ConnectionKey ends)
      implements HandoffMessage {

    /** What changes. */
    enum Change {
      /** The connection is expected. */
      ANNOUNCED,
      /** One such connection was opened. */
      OPENED,
      /** One such connection is in a record. */
      RECORDED,
      /** The connection is not expected any more. */
      WITHDRAWN
    }

    @Override
    public int bytes() {
      return OVERHEAD_BYTES + expected.expectation().context().length();
    }
  }
}
