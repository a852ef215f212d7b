package dev.midstream.worlds.law;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The records of calls that are not committed yet, in their order. */
final class WaitingCommits {
  private final SplittableRandom cuts;
  private final Deque<Commit> commits = new ArrayDeque<>();
  private List<Runnable> inCall = new ArrayList<>();

  /**
   * The records of one call.
   *
   * @param number of the last one
   * @param writtenNanos when they were written
   * @param dueNanos when they are committed
   * @param mementos what was decided when each was written
   */
  record Commit(long number, long writtenNanos, long dueNanos, List<Runnable> mementos) {
    /** What was decided when the last record was written. */
    Runnable memento() {
      return mementos.getLast();
    }
  }

  /** The first records of a call of which the others are lost. */
  record Cut(int records, Runnable memento) {}

  WaitingCommits(long seed) {
    cuts = new SplittableRandom(Long.reverse(seed));
  }

  /** Notes that a record is written. */
  void noteRecord(Runnable memento) {
    inCall.add(memento);
  }

  /** The number of the last record that waits, or {@code committed} if none does. */
  long lastNumber(long committed) {
    return commits.isEmpty() ? committed : commits.getLast().number;
  }

  /**
   * Adds the records of the last call, at {@code nowNanos}, which are committed after those before.
   *
   * @throws IllegalStateException if it wrote another number of records
   */
  void add(long number, long committed, long nowNanos, long dueNanos) {
    if (number - lastNumber(committed) != inCall.size()) {
      throw new IllegalStateException("records without what was decided: number=" + number);
    }
    long notBefore = commits.isEmpty() ? 0 : commits.getLast().dueNanos;
    commits.addLast(new Commit(number, nowNanos, Math.max(dueNanos, notBefore), inCall));
    inCall = new ArrayList<>();
  }

  /** When the first record was written that waits; {@code nowNanos} if none does. */
  long firstWrittenNanos(long nowNanos) {
    return commits.isEmpty() ? nowNanos : commits.getFirst().writtenNanos;
  }

  @Nullable Commit first() {
    return commits.peekFirst();
  }

  /** Removes so many calls from the front, and returns the last of them; null if it is none. */
  @Nullable Commit remove(int calls) {
    Commit last = null;
    for (int i = 0; i < calls; i++) {
      last = commits.removeFirst();
    }
    return last;
  }

  int size() {
    return commits.size();
  }

  /** Draws how many records of the first call are left; null if none is. */
  @Nullable Cut cutFirst() {
    Commit first = commits.peekFirst();
    int records = first == null ? 0 : cuts.nextInt(first.mementos.size());
    return first == null || records == 0 ? null : new Cut(records, first.mementos.get(records - 1));
  }

  /** The records are lost, or committed. */
  void clear() {
    commits.clear();
    inCall = new ArrayList<>();
  }
}
