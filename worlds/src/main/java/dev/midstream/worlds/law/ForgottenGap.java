package dev.midstream.worlds.law;

import dev.midstream.modcmd.range.RangeSet;

/**
 * What a box has of one sender's octets if it forgets those after a gap as soon as it may: when no
 * octet came in order for 100 s. The gap counts as closed then. It is open again from the next
 * octet in order on, as long as not all that was seen has come again, for 100 s if nothing does.
 */
final class ForgottenGap {
  /** The time when the sender is not silent yet. */
  static final long NEVER = Long.MAX_VALUE;

  /** After this time without an octet in order the box waits for no missing octets any more. */
  static final long GAP_NANOS = 100_000_000_000L;

  private final RangeSet seen = new RangeSet();
  private final RangeSet kept = new RangeSet();

  /** Since when octets are missing before others that were seen. */
  private long gapNanos = NEVER;

  private long ableNanos;

  /** The octets [{@code start}, {@code end}), not empty, arrive. */
  void arrive(long start, long end, long nowNanos) {
    forget(nowNanos);
    long before = end();
    seen.addUnbounded(start, end);
    kept.addUnbounded(start, end);
    long next = end();
    if (next > before) {
      ableNanos = nowNanos;
      gapNanos = kept.highest() > next ? nowNanos : Math.min(gapNanos, nowNanos);
    } else if (end > next) {
      gapNanos = Math.min(gapNanos, nowNanos);
    }
    if (seen.highest() <= next) {
      gapNanos = NEVER;
    }
  }

  /** At {@code nowNanos} the sender can send no more. */
  void block(long nowNanos) {
    forget(nowNanos);
    ableNanos = Math.max(ableNanos, nowNanos);
  }

  /** Another box goes on, which must get again what lies beyond {@code heldEnd}. */
  void forgetFrom(long heldEnd, long nowNanos) {
    seen.remove(heldEnd, Long.MAX_VALUE);
    kept.remove(heldEnd, Long.MAX_VALUE);
    gapNanos = NEVER;
    ableNanos = nowNanos;
  }

  /** The end of the octets in order. */
  long end() {
    return kept.firstOutside(0);
  }

  /** Since when the sender could have sent more and did not; {@link #NEVER} if a gap is open. */
  long silentSinceNanos(long nowNanos) {
    forget(nowNanos);
    return gapNanos == NEVER ? ableNanos : NEVER;
  }

  private void forget(long nowNanos) {
    if (gapNanos != NEVER && nowNanos - gapNanos >= GAP_NANOS) {
      if (kept.highest() <= end()) {
        seen.remove(end(), Long.MAX_VALUE);
      }
      kept.remove(end(), Long.MAX_VALUE);
      ableNanos = Math.max(ableNanos, gapNanos + GAP_NANOS);
      gapNanos = NEVER;
    }
  }
}
