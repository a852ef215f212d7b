package dev.midstream.modcmd.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CommandRingTest {
  private final CommandRing ring = new CommandRing();

  @Test
  void allocatesNothingBeforeFirstCommand() {
    assertThat(ring.capacity()).isZero();
    fill(1);
    assertThat(ring.capacity()).isEqualTo(4);
  }

  @Test
  @DisplayName("C-22 a large ring releases its arrays once it is empty")
  void releasesLargeArraysWhenEmpty() {
    fill(65);
    ring.drop(64);
    assertThat(ring.capacity()).isEqualTo(128);

    ring.drop(1);

    assertThat(ring.capacity()).isEqualTo(4);
  }

  @Test
  void keepsSmallArraysWhenEmpty() {
    fill(64);
    ring.drop(64);

    assertThat(ring.capacity()).isEqualTo(64);
  }

  private void fill(int count) {
    for (int i = 0; i < count; i++) {
      ring.add(i, 1, i, Octets.ofText("x"));
    }
  }
}
