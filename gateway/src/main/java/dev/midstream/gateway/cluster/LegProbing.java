package dev.midstream.gateway.cluster;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.engines.redirect.LegProbes;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.wire.afpacket.ProbeSocket;
import dev.midstream.wire.port.PortException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Probes on the interfaces that forward packets, by which one of two nodes learns that the other
 * one lives although the network between them is cut. A node without interfaces, or behind
 * dispatchers, sends none. Belongs to the first worker's thread.
 */
final class LegProbing {
  /** Frames that are read from an interface at a time. */
  private static final int MOST_FRAMES = 32;

  /** Probes within the detection time. */
  private static final int PROBES = 8;

  private final List<String> interfaces;
  private final long intervalNanos;
  private final NodeLog log;
  private final List<ProbeSocket> sockets = new ArrayList<>();
  private @Nullable LegProbes probes;
  private boolean isOpened;
  private long nextNanos;

  /** Probes on {@code interfaces}. */
  LegProbing(List<String> interfaces, long detectNanos, NodeLog log) {
    this.interfaces = interfaces;
    this.log = log;
    intervalNanos = detectNanos / PROBES;
  }

  /** A life has got its first table. */
  void begin(LegProbes ofLife) {
    probes = ofLife;
    if (!isOpened) {
      isOpened = true;
      open();
    }
    discard();
  }

  private void open() {
    try {
      for (String each : interfaces) {
        sockets.add(ProbeSocket.open(each));
      }
    } catch (PortException e) {
      log.warn("nodes cannot be probed on the interfaces, error=" + e.getMessage());
    }
  }

  /** A life is over. */
  void end() {
    probes = null;
  }

  /** Drops what has arrived: nothing is known of when it did. */
  void discard() {
    for (ProbeSocket socket : sockets) {
      for (int left = MOST_FRAMES; left > 0 && socket.receive() != null; left--) {
        // it may be old
      }
    }
  }

  /** What other nodes have said on the interfaces since the last call. */
  List<ClusterInput> heard() {
    LegProbes present = probes;
    List<ClusterInput> heard = new ArrayList<>();
    for (ProbeSocket socket : sockets) {
      for (int left = MOST_FRAMES; left > 0; left--) {
        byte[] octets = socket.receive();
        if (octets == null) {
          break;
        }
        ClusterInput said = present == null ? null : present.read(octets);
        if (said != null) {
          heard.add(said);
        }
      }
    }
    return heard;
  }

  /** Sends what is due, if {@code node} is one of two. */
  void send(ClusterNode node, long nowNanos) {
    AllocationTable table = node.table();
    LegProbes present = probes;
    if (present == null || table == null || table.voterIds().size() > 2 || nowNanos < nextNanos) {
      return;
    }
    nextNanos = nowNanos + intervalNanos;
    byte[] probe = present.next(node.round());
    for (ProbeSocket socket : sockets) {
      boolean ignored = socket.send(probe);
    }
  }
}
