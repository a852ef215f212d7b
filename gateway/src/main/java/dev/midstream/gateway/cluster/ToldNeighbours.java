package dev.midstream.gateway.cluster;

import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.wire.neighbour.Neighbour;
import dev.midstream.wire.neighbour.Neighbours;
import dev.midstream.wire.packet.Leg;
import java.util.List;

/** Neighbours in what nodes say to each other. */
final class ToldNeighbours {
  private ToldNeighbours() {}

  /** A message about {@code news}, at most {@link Neighbours#MAX_NEWS} of them. */
  static ClusterMessage.Neighbours of(List<Neighbour> news) {
    return new ClusterMessage.Neighbours(
        news.stream()
            .map(each ->
                new ClusterMessage.Neighbour(
                    each.address(), each.tags(), each.leg() == Leg.OUTSIDE))
            .toList());
  }

  /** Adds what another node has seen. */
  static void hear(ClusterMessage.Neighbours told, Neighbours neighbours, long nowNanos) {
    for (ClusterMessage.Neighbour each : told.seen()) {
      Leg leg = each.isOutside() ? Leg.OUTSIDE : Leg.INSIDE;
      neighbours.hear(new Neighbour(each.address(), each.tags(), leg), nowNanos);
    }
  }
}
