package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.WholeStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Counts the octets from outside that the box has promised (law 3): those that it acknowledged or
 * reported by SACK, and the receiver did not. The box must keep at least as many octets as are
 * still to be delivered for them: their output as far as they are decided, and the octets
 * themselves otherwise. What it only reported may be forgotten if a gap stays open for 100 s.
 */
final class CustodyOracle implements BoxObserver {
  /** A gap that stays open for so long may make the box forget, less what the box may see late. */
  private static final long GAP_NANOS = 90_000_000_000L;

  private final Map<Direction, Account> accounts = new EnumMap<>(Direction.class);
  private final LongSupplier keptBytes;
  private final BooleanSupplier resets;
  private boolean reset;

  /** What the two endpoints of one direction know. */
  private static final class Account {
    private final WholeStream stream;
    private final LongSupplier decided;
    private long advertised;
    private long newAcknowledged;
    private final RangeSet vouched = new RangeSet();
    private final RangeSet newReported = new RangeSet();
    private long arrivedEnd;
    private long waitingSinceNanos = Long.MAX_VALUE;

    Account(WholeStream stream, LongSupplier decided) {
      this.stream = stream;
      this.decided = decided;
    }

    void acknowledge(long newOffset) {
      newAcknowledged = Math.max(newAcknowledged, newOffset);
    }

    void arrive(long end, long nowNanos) {
      arrivedEnd = Math.max(arrivedEnd, end);
      if (isWaiting()) {
        waitingSinceNanos = Math.min(waitingSinceNanos, nowNanos);
      }
    }

    void advertise(long end) {
      advertised = Math.max(advertised, end);
      if (!isWaiting()) {
        waitingSinceNanos = Long.MAX_VALUE;
      }
    }

    private boolean isWaiting() {
      return arrivedEnd > Math.max(0, advertised);
    }

    void report(long newLeft, long newRight) {
      newReported.addUnbounded(Math.max(0, newLeft), Math.max(0, Math.max(newLeft, newRight)));
    }

    void vouch(long left, long right) {
      long end = Math.min(right, stream.octets().length);
      vouched.addUnbounded(Math.max(0, left), Math.max(0, Math.max(left, end)));
    }

    /**
     * Forgets what was reported if some octets have waited for an acknowledgement for so long that
     * a gap may have expired.
     */
    void rest(long nowNanos) {
      if (isWaiting() && nowNanos - waitingSinceNanos >= GAP_NANOS) {
        vouched.clear();
      }
    }

    /** Octets that the box must still deliver for what it acknowledged or reported. */
    long owed() {
      long end = Math.min(advertised, stream.octets().length);
      // Mapped anew each time: octets pass undecided that an agent has begun to delete.
      long acknowledged = stream.orgOffsetOf(newAcknowledged);
      long owed = owedVouched(Math.max(end, acknowledged));
      if (end <= acknowledged) {
        return owed;
      }
      long cut = Math.clamp(decided.getAsLong(), acknowledged, end);
      return owed + Math.max(0, stream.newOffsetOf(cut) - newAcknowledged) + end - cut;
    }

    /** The same for what it reported from {@code orgFrom} on. */
    private long owedVouched(long orgFrom) {
      long owed = 0;
      for (int i = 0; i < vouched.size(); i++) {
        long start = Math.max(orgFrom, vouched.start(i));
        long end = Math.max(start, vouched.end(i));
        long cut = Math.clamp(decided.getAsLong(), start, end);
        // Where an agent does not decide any more, octets pass undecided.
        owed += unreported(start, cut) + Math.min(end - cut, unreported(cut, end));
      }
      return owed;
    }

    /** Output of the octets [orgStart, orgEnd) that the receiver did not acknowledge or report. */
    private long unreported(long orgStart, long orgEnd) {
      long sum = 0;
      long newStart = stream.newOffsetOf(orgStart);
      long newEnd = stream.newOffsetOf(orgEnd);
      long at = newReported.firstOutside(Math.max(newStart, newAcknowledged));
      while (at < newEnd) {
        long next = Math.min(newEnd, newReported.nextStartAbove(at));
        sum += next - at;
        at = newReported.firstOutside(next);
      }
      return sum;
    }
  }

  /**
   * Compares with {@code keptBytes}, the octets of memory that the box uses.
   *
   * @param resets whether the agent has reset an end: then the box deletes octets to come, although
   *     the RST may wait for its record
   */
  CustodyOracle(LongSupplier keptBytes, BooleanSupplier resets) {
    this.keptBytes = keptBytes;
    this.resets = resets;
  }

  /** Counts for {@code direction}, which an agent has decided up to {@code decided}. */
  CustodyOracle count(Direction direction, WholeStream stream, LongSupplier decided) {
    accounts.put(direction, new Account(stream, decided));
    return this;
  }

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    reset |= segment.view().isRst();
    account(Ends.directionFrom(leg)).arrive(segment.payloadEnd(), nowNanos);
    if (segment.view().isAck()) {
      Account received = account(Ends.directionFrom(leg).opposite());
      received.acknowledge(segment.ack());
      for (int i = 0; i < segment.options().sackBlocks(); i++) {
        received.report(segment.sackLeft(i), segment.sackRight(i));
      }
    }
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    reset |= segment.view().isRst();
    if (segment.view().isAck()) {
      Account sent = account(Ends.directionFrom(leg));
      sent.advertise(segment.ack());
      for (int i = 0; i < segment.options().sackBlocks(); i++) {
        if (segment.sackRight(i) > segment.ack()) {
          sent.vouch(segment.sackLeft(i), segment.sackRight(i));
        }
      }
    }
  }

  /** What was only reported may be forgotten (RFC 2018 section 8). */
  @Override
  public void dies(Death death, long nowNanos) {
    accounts.values().forEach(each -> each.vouched.clear());
  }

  /** No engine knows the connection any more. */
  void loses() {
    reset = true;
  }

  private Account account(Direction direction) {
    return Objects.requireNonNull(accounts.get(direction));
  }

  /** The octets that the box must still deliver at {@code nowNanos}; 0 after a reset. */
  long owedBytes(long nowNanos) {
    long owed = 0;
    for (Account each : accounts.values()) {
      each.rest(nowNanos);
      owed += reset || resets.getAsBoolean() ? 0 : each.owed();
    }
    return owed;
  }

  @Override
  public void rests(long nowNanos) {
    check(keptBytes.getAsLong(), nowNanos);
  }

  /** Compares with {@code kept} octets, those of all stores or of those of this connection. */
  void check(long kept, long nowNanos) {
    long owed = owedBytes(nowNanos);
    if (kept < owed) {
      throw new LawBroken(
          Law.HONESTY,
          "less is kept than is in custody: keptBytes=%d custodyBytes=%d nanos=%d"
              .formatted(kept, owed, nowNanos));
    }
  }
}
