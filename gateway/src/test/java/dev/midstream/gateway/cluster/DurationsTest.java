package dev.midstream.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DurationsTest {
  @Test
  @DisplayName("LD-14 each time is counted at the first bound that is not less")
  void countsByBounds() {
    Durations durations = new Durations();
    double[] bounds = Durations.boundsSeconds();
    assertThat(bounds).startsWith(0.0001).endsWith(1).isSorted();
    durations.add(0);
    durations.add(100_000);
    durations.add(100_001);
    durations.add(2_000_000_000);
    long[] counts = durations.counts();
    assertThat(counts).hasSize(bounds.length + 1).startsWith(2, 1, 0).endsWith(1);
    assertThat(LongStream.of(counts).sum()).isEqualTo(4);
    assertThat(durations.sumSeconds()).isEqualTo(2.000200001);
  }
}
