package dev.midstream.engines.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectionEndsTest {
  private static final int COUNT = 300;

  private static ConnectionEnds drawn(RandomGenerator random) {
    return ConnectionEnds.of(
        random.nextInt(2),
        random.nextInt(3),
        random.nextInt(2),
        random.nextInt(3),
        random.nextInt(3),
        random.nextInt(3));
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
