package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * Acknowledgements without news that will answer segments of one kind: those of the engine, whose
 * answers must not reach the sender as duplicates, or probes of the sender, which waits for them.
 * Derived state.
 */
public final class ExpectedAnswers {
  private int count;
  private long sentNanos;
  private long untilNanos = Long.MIN_VALUE;

  void write(StateWriter out, long nowNanos) {
    out.number(count);
    out.time(untilNanos, nowNanos);
    if (untilNanos != Long.MIN_VALUE) {
      out.time(sentNanos, nowNanos);
    }
  }

  void read(StateReader in, long nowNanos) {
    count = in.count(Integer.MAX_VALUE);
    untilNanos = in.time(nowNanos);
    if (untilNanos != Long.MIN_VALUE) {
      sentNanos = in.time(nowNanos);
    }
  }

  /** A segment was sent; its answer comes within {@code waitNanos}, or not at all. */
  public void expect(long nowNanos, long waitNanos) {
    if (nowNanos >= untilNanos) {
      count = 0;
    }
    count++;
    sentNanos = nowNanos;
    untilNanos = nowNanos + waitNanos;
  }

  /** Takes an acknowledgement without news; returns whether it is an expected answer. */
  public boolean take(long nowNanos) {
    return take(nowNanos, false);
  }

  /**
   * Takes an acknowledgement without news; returns whether it is an expected answer.
   *
   * @param evenLate whether one that comes late is an answer, too; it answers all segments
   */
  public boolean take(long nowNanos, boolean evenLate) {
    boolean expected = count > 0;
    if (!expected || nowNanos > untilNanos) {
      count = 0;
      return expected && evenLate;
    }
    count--;
    return true;
  }

  /** Whether any answer is expected, or was and is late. */
  public boolean hasAny() {
    return count > 0;
  }

  /** Whether an answer is expected to a segment that was sent at {@code nowNanos}. */
  public boolean isOfSegmentAt(long nowNanos) {
    return count > 0 && sentNanos == nowNanos;
  }

  /**
   * The receiver acknowledged more. That answers all segments, unless it came sooner after the last
   * of them than any answer can: then it acknowledges what was sent before.
   */
  public void onAcknowledged(long nowNanos, long shortestNanos) {
    if (nowNanos - sentNanos >= shortestNanos) {
      count = 0;
    }
  }

  /** Expects no answer any more. */
  public void clear() {
    count = 0;
  }
}
