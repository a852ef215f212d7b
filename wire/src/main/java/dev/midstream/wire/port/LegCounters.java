package dev.midstream.wire.port;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The counters of one leg. The port's thread increments them, any thread may read them, and they
 * are never reset.
 */
public final class LegCounters {
  private final Map<LegCounter, AtomicLong> values = new EnumMap<>(LegCounter.class);

  public LegCounters() {
    for (LegCounter counter : LegCounter.values()) {
      values.put(counter, new AtomicLong());
    }
  }

  /** The value of a counter. */
  public long get(LegCounter counter) {
    return value(counter).get();
  }

  /** Adds {@code amount}; only for the port's thread. */
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
