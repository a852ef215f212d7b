package dev.midstream.modcmd.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CommandRingTest {
  private static final Octets X = Octets.ofText("x");

  private final CommandRing ring = new CommandRing();

  @Test
  void allocatesNothingBeforeFirstCommand() {
    assertThat(ring.capacity()).isZero();
    fill(1);
    assertThat(ring.capacity()).isEqualTo(4);
  }

  @Test
  @DisplayName("C-22 law 6 a large ring shrinks once it is mostly unused, and keeps its commands")
  void shrinksWhenMostlyUnused() {
    fill(1_025);
    ring.drop(512);
    assertThat(ring.capacity()).isEqualTo(2_048);

    ring.drop(1);

    assertThat(ring.capacity()).isEqualTo(1_024);
    assertThat(ring.size()).isEqualTo(512);
    for (int i = 0; i < 512; i++) {
      assertThat(ring.orgSeq(i)).isEqualTo(513 + i);
      assertThat(ring.newEnd(i)).isEqualTo(514 + i);
      assertThat(ring.countOrgSeqsBelow(513 + i)).isEqualTo(i);
    }
    ring.drop(511);
    assertThat(ring.capacity()).isEqualTo(64);
    assertThat(ring.orgSeq(0)).isEqualTo(1_024);
  }

  @Test
  @DisplayName("law 6 a trimmed ring takes no more than its commands")
  void trims() {
    fill(65);
    assertThat(ring.heapBytes()).isEqualTo((28 + 4) * 128 + 65 * 33);
    ring.drop(60);
    ring.trim();
    assertThat(ring.capacity()).isEqualTo(8);
    assertThat(ring.orgSeq(4)).isEqualTo(64);
    ring.drop(5);
    ring.trim();

    assertThat(ring.heapBytes()).isZero();
    fill(1);
    assertThat(ring.orgSeq(0)).isZero();
  }

  @Test
  @DisplayName("law 6 a ring that is trimmed after each command moves its commands seldom")
  void trimsWithoutMovingEachTime() {
    fill(1_024);
    int moves = 0;
    for (int i = 0; i < 1_000; i++) {
      int capacity = ring.capacity();
      ring.add(1_024 + i, 1, 1_024 + i, 1);
      ring.drop(1);
      moves += ring.capacity() == capacity ? 0 : 1;
      ring.trim();
    }
    assertThat(moves).isEqualTo(1);
    ring.drop(300);
    ring.trim();
    assertThat(ring.capacity()).isEqualTo(1_024);
  }

  @Test
  void keepsSmallArraysWhenEmpty() {
    fill(64);
    ring.drop(64);

    assertThat(ring.capacity()).isEqualTo(64);
  }

  @Test
  void keepsLargeArraysThatAreMostlyUsed() {
    fill(128);
    ring.drop(1);

    assertThat(ring.capacity()).isEqualTo(128);
  }

  @Test
  @DisplayName("law 6 a ring without octets has no column for them")
  void keepsOctetsOnlyIfGiven() {
    ring.add(5, 1, 5, 3);
    assertThat(ring.heapBytes()).isEqualTo(28 * 4);
    assertThat(ring.newEnd(0)).isEqualTo(8);
    assertThat(ring.octets(0)).isEqualTo(Octets.empty());
    ring.drop(1);
    assertThat(ring.size()).isZero();
    ring.add(5, 1, 5, 3);
    ring.add(7, 1, 9, 1);
    ring.keepOctets(X);

    assertThat(ring.octets(0)).isEqualTo(Octets.empty());
    assertThat(ring.octets(1)).isEqualTo(X);
    ring.drop(1);
    assertThat(ring.octets(0)).isEqualTo(X);
  }

  private void fill(int count) {
    for (int i = 0; i < count; i++) {
      ring.add(i, 1, i, 1);
      ring.keepOctets(X);
    }
  }
}
