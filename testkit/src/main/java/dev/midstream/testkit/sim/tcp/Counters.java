package dev.midstream.testkit.sim.tcp;

/** The counters of one endpoint. */
@SuppressWarnings("EnumOrdinal") // an index into an array of this object, never stored
public final class Counters {
  private static final Counter[] ALL = Counter.values();

  private final long[] counts = new long[ALL.length];

  Counters() {}

  /** The value of {@code counter}. */
  public long get(Counter counter) {
    return counts[counter.ordinal()];
  }

  void add(Counter counter) {
    counts[counter.ordinal()]++;
  }

  void add(Counter counter, long count) {
    counts[counter.ordinal()] += count;
  }

  /** The counters that are not 0. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Counter each : ALL) {
      if (get(each) != 0) {
        text.append(text.isEmpty() ? "" : " ").append(each).append('=').append(get(each));
      }
    }
    return text.toString();
  }
}
