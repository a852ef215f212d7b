package dev.midstream.engines.worker;

import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import dev.midstream.reassembly.status.ConnectionSummary;
import dev.midstream.reassembly.status.ConnectionSweep;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A sweep of the connections of all buckets that were open when it began, in short steps with
 * packets in between. It runs on the worker's thread. A bucket that is closed meanwhile is left
 * out.
 */
public final class BucketSweep {
  private final BucketStates states;
  private final Map<Integer, Long> epochs = new LinkedHashMap<>();
  private final Deque<Part> parts = new ArrayDeque<>();

  /** What is left of one bucket. */
  private record Part(
      int bucket,
      OwnedBucket owned,
      boolean isWhole,
      ConnectionSweep sweep,
      List<ConnectionSummary> found,
      List<Written> expected) {}

  BucketSweep(BucketStates states, long sinceNanos, @Nullable BucketSweep before, long nowNanos) {
    this.states = states;
    for (int bucket = 0; bucket < states.count(); bucket++) {
      OwnedBucket owned = states.owned(bucket);
      if (owned != null) {
        long epoch = owned.log().epoch();
        epochs.put(bucket, epoch);
        boolean isKnown = before != null && before.epochs.getOrDefault(bucket, 0L) == epoch;
        boolean isWhole = owned.engine().inheritedConnections() == 0;
        long countedNanos = isKnown ? sinceNanos : Long.MIN_VALUE;
        List<Written> expected = new ArrayList<>();
        owned.engine().shared().showOwn(expected::add, nowNanos);
        ConnectionSweep sweep = owned.engine().sweep(countedNanos);
        parts.add(new Part(bucket, owned, isWhole, sweep, new ArrayList<>(), expected));
      }
    }
  }

  /** The open buckets when the sweep began, each with its epoch. */
  public Map<Integer, Long> epochs() {
    return Map.copyOf(epochs);
  }

  /**
   * Goes on for about 0.1 ms.
   *
   * @param swept gets each bucket all of whose connections were found
   * @return false after the last step
   */
  public boolean step(Consumer<SweptBucket> swept) {
    int left = ConnectionSweep.STEP_WORK;
    while (left > 0 && !parts.isEmpty()) {
      Part part = parts.getFirst();
      left = step(part, left);
      if (states.owned(part.bucket) != part.owned) {
        parts.removeFirst();
      } else if (part.sweep.isOver()) {
        parts.removeFirst();
        long epoch = part.owned.log().epoch();
        swept.accept(new SweptBucket(part.bucket, epoch, part.isWhole, part.found, part.expected));
      }
    }
    return !parts.isEmpty();
  }

  private int step(Part part, int work) {
    return states.owned(part.bucket) == part.owned
        ? part.sweep.step(work, part.found::add) - 1
        : work - 1;
  }
}
