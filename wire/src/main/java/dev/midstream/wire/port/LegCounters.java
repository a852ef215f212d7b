package dev.midstream.wire.port;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** The counters of one leg. The port's thread adds, any thread reads; nothing is ever reset. */
public final class LegCounters {
  private final Map<LegCounter, AtomicLong> values = new EnumMap<>(LegCounter.class);

  public LegCounters() {
    for (LegCounter counter : LegCounter.values()) {
      values.put(counter, new AtomicLong());
    }
  }

  /** How much was counted so far. */
  public long get(LegCounter counter) {
    return value(counter).get();
  }

  /** Adds; for the port's thread only. */
  public void add(LegCounter counter, long amount) {
    AtomicLong value = value(counter);
    value.lazySet(value.getPlain() + amount);
  }

  @Override
  public String toString() {
    return values.toString();
  }

  private AtomicLong value(LegCounter counter) {
    return Objects.requireNonNull(values.get(counter));
  }
}
