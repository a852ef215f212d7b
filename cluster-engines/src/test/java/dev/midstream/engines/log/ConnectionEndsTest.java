package dev.midstream.engines.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectionEndsTest {
  private static final int COUNT = 300;

  private static ConnectionEnds drawn(RandomGenerator random) {
    return ConnectionEnds.of(
        random.nextInt(2),
        random.nextInt(2),
        random.nextInt(3),
        random.nextInt(2),
        random.nextInt(3),
        random.nextInt(3),
        random.nextInt(3));
  }

  @Test
  @DisplayName(
      "PDP-1 ends are those of a segment and of a key, and apart in each VLAN and version of IP")
  void areApart() {
    List<Ends> all =
        List.of(Ends.IPV4, Ends.IPV6, Ends.IPV4.withVlans(7), Ends.IPV4.withVlans(100 << 12 | 7));
    Set<ConnectionEnds> apart = new HashSet<>();
    for (Ends each : all) {
      FrameView view = new FrameView();
      FrameBuilder frame = new FrameBuilder(each, Direction.CLIENT_TO_SERVER).flags(TcpFlags.SYN);
      view.read(Frames.packet(frame.build(), Leg.INSIDE, 0));
      ConnectionEnds ends = ConnectionEnds.of(view);
      ConnectionKey key = new ConnectionKey().set(view, new KeyedHash(new HashSeed(1, 2)));
      assertThat(ConnectionEnds.of(key)).isEqualTo(ends);
      apart.add(ends);
    }
    assertThat(apart).hasSameSizeAs(all);
    assertThat(ConnectionEnds.of(4, 0, 1, 0, 2, 1, 2))
        .isNotEqualTo(ConnectionEnds.of(6, 0, 1, 0, 2, 1, 2));
  }

  @Test
  @DisplayName("PDP-1 ends are in an order, in which only equal ones are at the same place")
  void areInOrder() {
    RandomGenerator random = SeededRounds.generator(1);
    List<ConnectionEnds> all = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      all.add(drawn(random));
    }
    for (ConnectionEnds one : all) {
      for (ConnectionEnds other : all) {
        int order = one.compareTo(other);
        assertThat(order == 0).isEqualTo(one.equals(other));
        assertThat(Integer.signum(order)).isEqualTo(-Integer.signum(other.compareTo(one)));
      }
    }
    all.sort(null);
    assertThat(all).isSorted();
  }
}
