package dev.midstream.engines.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is reported of the work of buckets. */
class BucketLoadMeterTest {
  private static final long SECOND = BucketLoadMeter.INTERVAL_NANOS;

  private final BucketLoadMeter meter = new BucketLoadMeter(3);
  private long nowNanos = 77 * SECOND;

  private @Nullable Map<Integer, Long> after(long nanos, int packets) {
    for (int i = 0; i < packets; i++) {
      meter.count(1);
    }
    nowNanos += nanos;
    var report = meter.take(bucket -> bucket < 2, nowNanos);
    return report == null ? null : report.loads();
  }

  private long load(int packets) {
    return Objects.requireNonNull(Objects.requireNonNull(after(SECOND, packets)).get(1));
  }

  private void open() {
    assertThat(after(0, 0)).isEmpty();
    meter.begin(0);
    meter.begin(1);
  }

  @Test
  @DisplayName("LD-7 a bucket is reported after its first whole interval, in packets per second")
  void reportsAfterAWholeInterval() {
    open();
    assertThat(after(SECOND / 2, 10)).isNull();
    assertThat(after(SECOND / 2, 10)).isEmpty();
    assertThat(after(2 * SECOND, 6_400)).containsExactly(Map.entry(0, 0L), Map.entry(1, 100L));
  }

  @Test
  @DisplayName("LD-7 a small change is not reported, a lasting one is")
  void ignoresSmallChanges() {
    open();
    after(SECOND, 0);
    assertThat(load(3_200)).isEqualTo(100);
    assertThat(load(3_800)).isEqualTo(100);
    assertThat(load(2_600)).isEqualTo(100);
    assertThat(load(5_000)).isEqualTo(100);
    long last = 0;
    for (int i = 0; i < 20; i++) {
      last = load(6_400);
    }
    assertThat(last).isGreaterThan(150);
  }

  @Test
  @DisplayName("LD-7 a bucket that is opened again begins anew")
  void beginsAnew() {
    open();
    after(SECOND, 0);
    assertThat(load(3_200)).isEqualTo(100);
    meter.begin(1);
    assertThat(after(SECOND, 3_200)).containsOnlyKeys(0);
    assertThat(load(640)).isEqualTo(20);
  }
}
