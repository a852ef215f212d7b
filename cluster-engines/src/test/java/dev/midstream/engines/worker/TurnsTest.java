package dev.midstream.engines.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final int BUCKETS = 256;
  private static final long REST_NANOS = 7_800_000;

  private final Turns turns = new Turns();
  private final List<Turns.Turn> all = Stream.generate(Turns.Turn::new).limit(BUCKETS).toList();

  private long takenAt(long nowNanos) {
    return all.stream().filter(each -> turns.take(each, REST_NANOS, nowNanos)).count();
  }

  @Test
  @DisplayName("PDP-1 one bucket has its turn in a call, and the next one after a rest")
  void oneAfterTheOther() {
    assertThat(takenAt(0)).isEqualTo(1);
    assertThat(takenAt(REST_NANOS - 1)).isZero();
    assertThat(takenAt(REST_NANOS)).isEqualTo(1);
    assertThat(all.getLast().againNanos(REST_NANOS)).isEqualTo((BUCKETS - 1) * REST_NANOS);
  }

  @Test
  @DisplayName("PDP-1 a worker that was late for many turns has one in each call")
  void oneInACall() {
    assertThat(takenAt(0)).isEqualTo(1);
    long late = 1_000 * REST_NANOS;
    assertThat(all.getLast().againNanos(late)).isEqualTo(late + 1);
    for (int call = 1; call < BUCKETS; call++) {
      assertThat(takenAt(late + call)).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("PDP-1 a bucket that has more to do has the next turns, too, and then another one")
  void oneAtATime() {
    Turns.Turn first = all.getFirst();
    Turns.Turn next = all.get(1);
    assertThat(turns.take(first, REST_NANOS, 0)).isTrue();
    turns.hold(first, 2 * REST_NANOS);
    assertThat(turns.take(next, REST_NANOS, REST_NANOS)).isFalse();
    assertThat(next.againNanos(REST_NANOS)).isEqualTo(2 * REST_NANOS + 1);
    assertThat(turns.take(first, REST_NANOS, 2 * REST_NANOS)).isTrue();
    turns.hold(first, 4 * REST_NANOS);
    assertThat(turns.take(next, REST_NANOS, 3 * REST_NANOS)).isFalse();
    first.release();
    assertThat(turns.take(next, REST_NANOS, 5 * REST_NANOS)).isTrue();
  }

  @Test
  @DisplayName("PDP-7 when all are to be given, no turn is left of before")
  void beginsAnew() {
    assertThat(takenAt(0)).isEqualTo(1);
    all.forEach(Turns.Turn::end);
    turns.begin(1);
    assertThat(turns.take(all.getLast(), REST_NANOS, 1)).isTrue();
  }
}
