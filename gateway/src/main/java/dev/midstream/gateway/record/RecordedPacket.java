package dev.midstream.gateway.record;

import dev.midstream.wire.capture.AnnotatedCapture;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.io.IOException;
import java.lang.foreign.ValueLayout;

/** A copy of a packet with its comment. */
final class RecordedPacket {
  /** Approximate memory beside the octets: objects, the comment, the entry in a queue. */
  private static final int OVERHEAD_BYTES = 256;

  private final Leg leg;
  private final boolean leaves;
  private final long timeNanos;
  private final byte[] octets;
  private final String comment;

  /**
   * A packet to record.
   *
   * @param leg where it arrived or where it leaves
   * @param leaves whether it leaves
   * @param timeNanos since the epoch
   * @param comment one clause, and the reasons counted for the packet
   */
  RecordedPacket(Leg leg, boolean leaves, long timeNanos, byte[] octets, String comment) {
    this.leg = leg;
    this.leaves = leaves;
    this.timeNanos = timeNanos;
    this.octets = octets;
    this.comment = comment;
  }

  static byte[] copy(Packet packet) {
    return packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
  }

  int length() {
    return octets.length;
  }

  /** The memory it is charged in the queue. */
  int queuedBytes() {
    return OVERHEAD_BYTES + octets.length;
  }

  /** The maximum space it takes in the capture. */
  int maxBytes() {
    return AnnotatedCapture.maxBytes(octets.length, comment);
  }

  void writeTo(AnnotatedCapture capture) throws IOException {
    capture.write(leg == Leg.INSIDE ? 0 : 1, leaves, timeNanos, octets, comment);
  }

  /** The offloads that a reader of the capture must know. */
  static String offload(Packet packet) {
    String checksum =
        packet.checksumState() == ChecksumState.PARTIAL ? "; checksum left to the hardware" : "";
    return packet.gsoBytes() == 0
        ? checksum
        : checksum + "; travels as pieces of " + packet.gsoBytes() + " octets";
  }
}
