package dev.midstream.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.wire.neighbour.Neighbour;
import dev.midstream.wire.neighbour.Neighbours;
import dev.midstream.wire.packet.Leg;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ToldNeighboursTest {
  @Test
  @DisplayName("LD-2 a node knows the neighbours of which another one tells it")
  void hearsWhatIsTold() {
    Neighbours neighbours = new Neighbours();
    ToldNeighbours.hear(
        ToldNeighbours.of(
            List.of(
                new Neighbour(0x02aa_aaaa_aa01L, 0, Leg.INSIDE),
                new Neighbour(0x02bb_bbbb_bb02L, 0x8100_0005L, Leg.OUTSIDE))),
        neighbours,
        0);
    assertThat(neighbours.count(0)).isEqualTo(2);
  }

  @Test
  @DisplayName("LD-2 the side of a neighbour is that of its node")
  void keepsSides() {
    ClusterMessage.Neighbours told =
        ToldNeighbours.of(
            List.of(new Neighbour(1, 2, Leg.OUTSIDE), new Neighbour(3, 4, Leg.INSIDE)));
    assertThat(told.seen())
        .containsExactly(
            new ClusterMessage.Neighbour(1, 2, true), new ClusterMessage.Neighbour(3, 4, false));
    assertThat(Neighbours.MAX_NEWS).isEqualTo(ClusterMessage.Neighbours.MAX);
  }
}
