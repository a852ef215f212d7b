package dev.midstream.reassembly.event;

import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
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

  private long[] entries = NONE;
  private int size;
  private @Nullable Map<String, Long> ofAgent;

  void count(Reason reason) {
    for (int i = 0; i < size; i++) {
      if (entries[i] >>> Integer.SIZE == reason.ordinal()) {
        if ((int) entries[i] != -1) {
          entries[i]++;
        }
        return;
      }
    }
    if (size == entries.length) {
      entries = Arrays.copyOf(entries, size + GROWTH);
    }
    entries[size] = (long) reason.ordinal() << Integer.SIZE | 1;
    size++;
  }

  void countOfAgent(String code) {
    ofAgent = ofAgent == null ? new TreeMap<>() : ofAgent;
    ofAgent.merge(code, 1L, Long::sum);
  }

  /** A copy of the counts by code, without reasons that were never counted. */
  public SortedMap<String, Long> byCode() {
    SortedMap<String, Long> counts = ofAgent == null ? new TreeMap<>() : new TreeMap<>(ofAgent);
    for (int i = 0; i < size; i++) {
      counts.put(REASONS[(int) (entries[i] >>> Integer.SIZE)].code(), entries[i] & 0xffff_ffffL);
    }
    return counts;
  }
}
