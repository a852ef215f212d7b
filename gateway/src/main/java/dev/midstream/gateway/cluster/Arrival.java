package dev.midstream.gateway.cluster;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.node.NodeLease;
import dev.midstream.engines.node.NodeStep;
import dev.midstream.engines.redirect.HeldPacket;
import dev.midstream.gateway.inbox.InboxMessage;
import org.jspecify.annotations.Nullable;

/** What other threads have for a worker of a node. */
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
    /** What a message has beside what it says of each bucket: members, addresses, secrets. */
    private static final int MESSAGE_BYTES = 1_024;

    /** A bucket with one backup takes so many octets in a table. */
    private static final int BUCKET_BYTES = 38;

    /** What a report says of one bucket. */
    private static final int REPORTED_BYTES = 10;

    @Override
    public int bytes() {
      return MESSAGE_BYTES
          + (input instanceof ClusterInput.Received received ? bytes(received.message()) : 0);
    }

    private static int bytes(ClusterMessage message) {
      return switch (message) {
        case ClusterMessage.Propose proposal -> bytes(proposal.table());
        case ClusterMessage.Install install -> bytes(install.table());
        case ClusterMessage.Promised promise -> bytes(promise.accepted());
        case ClusterMessage.Refused refusal -> bytes(refusal.agreed());
        case ClusterMessage.BucketReport report ->
            REPORTED_BYTES
                * (report.complete().size()
                    + report.unreadable().size()
                    + report.opened().size()
                    + report.closed().size()
                    + report.wanted().size()
                    + report.loads().size());
        default -> 0;
      };
    }

    private static int bytes(@Nullable AllocationTable table) {
      return table == null ? 0 : BUCKET_BYTES * table.bucketCount();
    }
  }

  /**
   * A node is proved dead to the life {@code self}.
   *
   * @param nanoTime when it was found, by {@link System#nanoTime()}
   */
  record Proved(NodeId self, NodeId node, long nanoTime) implements Arrival {
    @Override
    public int bytes() {
      return OVERHEAD_BYTES;
    }

    /** What the state machine is told now. */
    ClusterInput input() {
      return new ClusterInput.ProvedDead(node, Math.max(0, System.nanoTime() - nanoTime));
    }
  }

  /** A node has told the life {@code self} of neighbours. */
  record Told(NodeId self, NodeId from, ClusterMessage.Neighbours neighbours) implements Arrival {
    private static final int EACH_BYTES = 64;

    @Override
    public int bytes() {
      return neighbours.seen().size() * EACH_BYTES + OVERHEAD_BYTES;
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

  /** A worker that has not the state machine has a life to begin, too. */
  record Shared(Life life, Secret own, NodeLease lease) implements Arrival {
    @Override
    public int bytes() {
      return OVERHEAD_BYTES;
    }
  }

  /** The state machine of the life {@code self} has made a step. */
  record Stepped(NodeId self, NodeStep step) implements Arrival {
    @Override
    public int bytes() {
      return OVERHEAD_BYTES;
    }
  }

  /** A packet that came to another worker in the life {@code self}. */
  record Handed(NodeId self, HeldPacket packet) implements Arrival {
    @Override
    public int bytes() {
      return packet.length() + OVERHEAD_BYTES;
    }
  }

  /** What a connection of {@code bucket} expects, as another worker knows it. */
  @SuppressWarnings("ArrayRecordComponent") // only read
  record Announced(NodeId self, int bucket, byte[] record) implements Arrival {
    @Override
    public int bytes() {
      return record.length + OVERHEAD_BYTES;
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
