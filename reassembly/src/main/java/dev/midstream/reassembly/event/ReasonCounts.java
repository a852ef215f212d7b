package dev.midstream.reassembly.event;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** The reason counts of one connection, which has few reasons. Written by its worker only. */
@SuppressWarnings("EnumOrdinal") // half of an entry; the order is never stored
public final class ReasonCounts {
  /*
   * One entry for each counted reason: the ordinal in the upper half, the count in the lower half. The
   * count saturates.
   */
  private static final Reason[] REASONS = Reason.values();
  private static final long[] NONE = {};
  private static final int GROWTH = 4;
  private static final long MAX_COUNT = 0xffff_ffffL;

  private long[] entries = NONE;
  private int size;
  private @Nullable Map<String, Long> ofAgent;

  void count(Reason reason) {
    add(reason, 1);
  }

  void countOfAgent(String code) {
    addOfAgent(code, 1);
  }

  /** Whether nothing was counted. */
  public boolean isEmpty() {
    return size == 0 && ofAgent == null;
  }

  /** Number of the engine's reasons that were counted. */
  public int size() {
    return size;
  }

  /** Shows each reason of the engine that was counted, and how often. */
  public void forEach(ObjLongConsumer<Reason> observer) {
    for (int i = 0; i < size; i++) {
      observer.accept(REASONS[(int) (entries[i] >>> Integer.SIZE)], entries[i] & MAX_COUNT);
    }
  }

  /** How often each reason of the agent was counted, by code. */
  public Map<String, Long> ofAgent() {
    return ofAgent == null ? Map.of() : Collections.unmodifiableMap(ofAgent);
  }

  /** Counts {@code reason} so many times. */
  public void add(Reason reason, long times) {
    for (int i = 0; i < size; i++) {
      if (entries[i] >>> Integer.SIZE == reason.ordinal()) {
        long count = Math.min((entries[i] & MAX_COUNT) + times, MAX_COUNT);
        entries[i] = (entries[i] & ~MAX_COUNT) | count;
        return;
      }
    }
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, size + GROWTH);
    }
    entries[size] = (long) reason.ordinal() << Integer.SIZE | Math.min(times, MAX_COUNT);
    size++;
  }

  /** Counts a reason of the agent so many times. */
  public void addOfAgent(String code, long times) {
    ofAgent = ofAgent == null ? new TreeMap<>() : ofAgent;
    ofAgent.merge(code, times, Long::sum);
  }

  /** A copy of the counts by code, without reasons that were never counted. */
  public SortedMap<String, Long> byCode() {
    SortedMap<String, Long> counts = ofAgent == null ? new TreeMap<>() : new TreeMap<>(ofAgent);
    forEach((reason, count) -> counts.put(reason.code(), count));
    return counts;
  }
}
