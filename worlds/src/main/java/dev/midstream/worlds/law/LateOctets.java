package dev.midstream.worlds.law;

import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.worlds.plan.WholeStream;
import java.util.function.LongSupplier;

/**
 * The original octets of one direction that the box could not pass on when they came: they were not
 * all decided, or not all of their output left in the call in which they arrived. The box may
 * acknowledge or report them itself. Beside a gap it may acknowledge what arrived in order: a
 * receiver that saw the gap would not delay its ACK (RFC 5681 section 4.2). What left waits again
 * if the receiver takes its window back, or if it comes again and is too much for one packet.
 */
final class LateOctets {
  /** What 45 of the smallest segments carry, with timestamps: a packet repeats no more. */
  private static final int LONG_OUTPUT_BYTES = 45 * 36;

  private final WholeStream stream;
  private final LongSupplier decided;
  private final RangeSet arrived = new RangeSet();

  /** What has arrived at the present engine, or is known to it from the one before. */
  private final RangeSet known = new RangeSet();

  private final RangeSet newLeft = new RangeSet();

  /** What has left the present engine. */
  private final RangeSet newPassed = new RangeSet();

  private final RangeSet late = new RangeSet();

  /** The octets of a SYN that arrived without it, too: the box may have refused the others. */
  private final RangeSet again = new RangeSet();

  private long synEnd;

  /** What arrived at the present engine for the first time in the present call. */
  private final RangeSet fresh = new RangeSet();

  private long freshNanos;
  private long earlyEnd;
  private boolean withheld;

  /** Late octets of {@code stream}, which an agent has decided up to {@code decided}. */
  LateOctets(WholeStream stream, LongSupplier decided) {
    this.stream = stream;
    this.decided = decided;
  }

  /** From now on gaps may be unseen: the box may withhold what an agent dropped before it came. */
  void withhold() {
    withheld = true;
  }

  /** Another engine goes on, which must get again what lies beyond {@code orgEnd}. */
  void forgetFrom(long orgEnd) {
    known.remove(orgEnd, Long.MAX_VALUE);
    newPassed.clear();
  }

  /** Notes that a SYN arrives with the original octets up to {@code end}. */
  void arriveOnSyn(long end, long nowNanos) {
    synEnd = Math.max(synEnd, end);
    arrive(0, end, nowNanos);
    again.clear();
  }

  /** Notes that the original octets {@code [start, end)} arrive, the FIN included. */
  void arrive(long start, long end, long nowNanos) {
    settle(nowNanos, true);
    boolean gap = hasGap();
    if (start < synEnd) {
      again.addUnbounded(start, Math.max(start, Math.min(end, synEnd)));
    }
    if (isLong(start, end) && arrived.intersects(start, end)) {
      earlyEnd = Math.max(earlyEnd, Math.min(end, arrived.firstOutside(0)));
    }
    long at = known.firstOutside(start);
    while (at < end) {
      long next = Math.min(end, known.nextStartAbove(at));
      fresh.addUnbounded(at, next);
      at = known.firstOutside(next);
    }
    arrived.addUnbounded(start, Math.max(start, end));
    known.addUnbounded(start, Math.max(start, end));
    if (gap || withheld || hasGap()) {
      earlyEnd = Math.max(earlyEnd, known.firstOutside(0));
    }
  }

  /** Whether an agent made much of few octets. */
  private boolean isLong(long start, long end) {
    long newBytes = stream.newOffsetOf(end) - stream.newOffsetOf(start);
    return newBytes > LONG_OUTPUT_BYTES && newBytes > end - start;
  }

  private boolean hasGap() {
    boolean partly = again.size() > 0 && !again.contains(0, synEnd);
    return partly || known.highest() > known.firstOutside(0);
  }

  /** Notes that the new octets {@code [start, end)} leave, the FIN included. */
  void leave(long start, long end, long nowNanos) {
    settle(nowNanos, false);
    newLeft.addUnbounded(start, Math.max(start, end));
    newPassed.addUnbounded(start, Math.max(start, end));
  }

  /** Notes that the receiver accepts new octets up to {@code newEdge}. */
  void accept(long newEdge) {
    if (newEdge < newLeft.highest()) {
      earlyEnd = arrived.firstOutside(0);
    }
  }

  /** What arrived in a call before and has not left is late. */
  private void settle(long nowNanos, boolean anotherCall) {
    if (anotherCall || nowNanos > freshNanos) {
      endCall();
      freshNanos = nowNanos;
    }
  }

  /** Notes that a call has ended: what arrived in it and has not left is late. */
  void endCall() {
    assess();
    fresh.clear();
  }

  /** Notes as late what has not left yet, before an acknowledgement or report is checked. */
  void assess() {
    for (int i = 0; i < fresh.size(); i++) {
      if (!hasLeft(fresh.start(i), fresh.end(i))) {
        late.addUnbounded(fresh.start(i), fresh.end(i));
      }
    }
  }

  private boolean hasLeft(long start, long end) {
    long newStart = stream.newOffsetOf(start);
    long newEnd = stream.newOffsetOf(end);
    boolean left = newStart >= newEnd || newPassed.contains(newStart, newEnd);
    return left && Math.min(end, stream.octets().length) <= decided.getAsLong();
  }

  /** What has arrived. */
  RangeSet arrived() {
    return arrived;
  }

  /** The end of what the box may acknowledge before the receiver. */
  long excusedEnd() {
    return Math.max(0, Math.max(earlyEnd, late.highest()));
  }

  /** Whether output waits that an agent put in directly before {@code orgOffset}, or earlier. */
  boolean isWaitingBefore(long orgOffset) {
    return stream.newEndOf(orgOffset) > newLeft.highest();
  }

  /** The first octet at or above {@code orgOffset} that is not late. */
  long firstInTime(long orgOffset) {
    return late.firstOutside(orgOffset);
  }

  /** The first octet above {@code orgOffset} that is late. */
  long nextAbove(long orgOffset) {
    return late.nextStartAbove(orgOffset);
  }
}
