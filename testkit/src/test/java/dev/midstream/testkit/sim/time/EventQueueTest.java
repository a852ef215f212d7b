package dev.midstream.testkit.sim.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class EventQueueTest {

  @Test
  void runsEventsByTimeAndThenByOrder() {
    SplittableRandom random = new SplittableRandom(1);
    EventQueue queue = new EventQueue();
    List<Long> happened = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      long time = random.nextInt(500);
      long mark = time * 10_000 + i;
      queue.at(time, nowNanos -> happened.add(mark));
    }
    while (queue.runNext()) {
      assertThat(happened.getLast() / 10_000).isEqualTo(queue.nowNanos());
    }
    assertThat(happened).hasSize(5_000).isSorted();
    assertThat(queue.nextNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void runsPastEventNow() {
    EventQueue queue = new EventQueue();
    List<Long> times = new ArrayList<>();
    queue.at(100, nowNanos -> queue.at(50, times::add));
    queue.runNext();
    queue.runNext();
    assertThat(times).containsExactly(100L);
  }

  @Test
  void stopsClockAtNextEvent() {
    EventQueue queue = new EventQueue();
    queue.at(100, nowNanos -> {});
    queue.advanceTo(200);
    assertThat(queue.nowNanos()).isZero();
    queue.advanceTo(90);
    assertThat(queue.nowNanos()).isEqualTo(90);
    queue.advanceTo(80);
    assertThat(queue.nowNanos()).isEqualTo(90);
  }
}
