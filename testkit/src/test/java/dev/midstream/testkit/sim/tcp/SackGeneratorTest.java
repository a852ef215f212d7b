package dev.midstream.testkit.sim.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.range.RangeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SackGeneratorTest {
  private final RangeSet outOfOrder = new RangeSet();
  private final SackGenerator generator = new SackGenerator(true, outOfOrder);

  @Test
  @DisplayName("RFC 2883: the block of a duplicate is second, although other octets came later")
  void reportsTheBlockOfADuplicateSecond() {
    receive(10, 20);
    generator.onDuplicate(12, 14);
    receive(30, 40);
    assertThat(generator.collect(3)).isEqualTo(3);
    assertThat(edges(3)).containsExactly(12, 14, 10, 20, 30, 40);
  }

  @Test
  @DisplayName("RFC 2883: a duplicate below the gaps is followed by the newest block")
  void reportsTheNewestBlockAfterAnOldDuplicate() {
    receive(10, 20);
    receive(30, 40);
    generator.onDuplicate(2, 4);
    assertThat(generator.collect(4)).isEqualTo(3);
    assertThat(edges(3)).containsExactly(2, 4, 30, 40, 10, 20);
  }

  private void receive(long start, long end) {
    outOfOrder.addUnbounded(start, end);
    generator.onOutOfOrder(start);
  }

  private long[] edges(int blocks) {
    long[] edges = new long[2 * blocks];
    for (int i = 0; i < blocks; i++) {
      edges[2 * i] = generator.left(i);
      edges[2 * i + 1] = generator.right(i);
    }
    return edges;
  }
}
