package dev.midstream.gateway.cluster;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.gateway.inbox.InboxMessage;

/** What other threads have for the thread of a node. */
sealed interface Arrival extends InboxMessage {

  /** A life begins. */
  record Begun(Life life) implements Arrival {
    @Override
    public int bytes() {
      return OVERHEAD_BYTES;
    }
  }

  /** Something happened to the life {@code self}. */
  record Happened(NodeId self, ClusterInput input) implements Arrival {
    /** A message has a table at most, which has some octets for each bucket. */
    private static final int MESSAGE_BYTES = 1_024;

    @Override
    public int bytes() {
      return MESSAGE_BYTES;
    }
  }

  /** A message about a log came to the life {@code self}. */
  record Logged(NodeId self, NodeId from, LogMessage message) implements Arrival {
    @Override
    public int bytes() {
      return message instanceof LogMessage.Append append
          ? append.records().stream().mapToInt(octets -> octets.length).sum() + OVERHEAD_BYTES
          : OVERHEAD_BYTES;
    }
  }

  /** A datagram of another node came. */
  @SuppressWarnings("ArrayRecordComponent") // only read, and by one thread
  record Datagram(byte[] octets) implements Arrival {
    @Override
    public int bytes() {
      return octets.length + OVERHEAD_BYTES;
    }
  }

  /** An operator ordered something. */
  record Ordered(ClusterInput input) implements Arrival {
    @Override
    public int bytes() {
      return OVERHEAD_BYTES;
    }
  }
}
