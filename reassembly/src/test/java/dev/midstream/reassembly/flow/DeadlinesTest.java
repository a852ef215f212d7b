package dev.midstream.reassembly.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Deadlines against a map. */
class DeadlinesTest {

  @Test
  void pollsConnectionsInDeadlineOrder() {
    SeededRounds.run(
        40,
        random -> {
          Deadlines deadlines = new Deadlines();
          Map<Connection, Long> twin = new HashMap<>();
          List<Connection> all = new ArrayList<>();
          for (int i = 0; i < 150; i++) {
            all.add(new Connection(new ConnectionKey()));
          }
          for (int step = 0; step < 600; step++) {
            Connection one = all.get(random.nextInt(all.size()));
            switch (random.nextInt(8)) {
              case 0 -> {
                deadlines.remove(one);
                twin.remove(one);
              }
              case 1 -> poll(deadlines, twin, random.nextLong(1_000));
              case 2 -> {
                deadlines.bringForward(one, Long.MAX_VALUE);
              }
              default -> {
                long due = random.nextLong(1_000);
                deadlines.bringForward(one, due);
                twin.merge(one, due, Math::min);
              }
            }
            long first = twin.values().stream().min(Long::compare).orElse(Long.MAX_VALUE);
            assertThat(deadlines.nextNanos()).isEqualTo(first);
          }
          poll(deadlines, twin, 1_000);
          assertThat(twin).isEmpty();
        });
  }

  private static void poll(Deadlines deadlines, Map<Connection, Long> twin, long nowNanos) {
    long last = Long.MIN_VALUE;
    for (Connection due = deadlines.poll(nowNanos); due != null; due = deadlines.poll(nowNanos)) {
      Long at = twin.remove(due);
      assertThat(at).isNotNull().isBetween(last, nowNanos);
      last = at == null ? last : at;
    }
    assertThat(twin.values()).allMatch(at -> at > nowNanos);
  }
}
