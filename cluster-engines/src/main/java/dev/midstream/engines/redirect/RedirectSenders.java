package dev.midstream.engines.redirect;

import dev.midstream.cluster.member.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What a worker sends datagrams to each other node with. Not thread-safe. */
final class RedirectSenders {
  private final ClusterKeys keys;
  private final NodeId self;
  private final int worker;
  private final int datagramBytes;
  private final Redirector.Carrier carrier;
  private final DatagramCounter counter = new DatagramCounter();
  private final Map<NodeId, RedirectSender> all = new HashMap<>();

  RedirectSenders(
      ClusterKeys keys, NodeId self, int worker, int datagramBytes, Redirector.Carrier carrier) {
    this.keys = keys;
    this.self = self;
    this.worker = worker;
    this.datagramBytes = datagramBytes;
    this.carrier = carrier;
  }

  /** Forgets all nodes but {@code peers}. */
  void retain(Collection<NodeId> peers) {
    all.keySet().retainAll(peers);
  }

  /** The sender to a peer. */
  RedirectSender of(NodeId to) {
    RedirectSender known = all.get(to);
    if (known != null) {
      return known;
    }
    RedirectSender sender =
        new RedirectSender(
            keys,
            self,
            to,
            worker,
            counter,
            datagramBytes,
            (datagram, length) -> carrier.send(to, datagram, length));
    all.put(to, sender);
    return sender;
  }
}
