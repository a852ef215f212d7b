package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.WholeStream;
import java.util.function.LongSupplier;

/**
 * Checks the acknowledgements that one sender receives (law 3). Only octets that reached the box
 * are acknowledged or SACKed. A FIN is acknowledged only after the receiver acknowledged it. An
 * octet is acknowledged or SACKed only after the receiver did so with all its output, unless it is
 * one of the {@link LateOctets}. A connection that was reset is forgotten after {@code
 * timeouts.closing}.
 */
final class HonestyOracle implements BoxObserver {
  private final Direction direction;
  private final Leg sender;
  private final WholeStream stream;
  private final Windows windows;
  private final boolean intruded;
  private final LateOctets late;
  private final RangeSet newReported = new RangeSet();
  private long newAcknowledged;
  private long forgottenNanos = Long.MAX_VALUE;
  private boolean replacing;
  private boolean reset;

  /**
   * Checks the sender of {@code direction}, which an agent has decided up to {@code decided}.
   *
   * @param windows the scales of the windows
   * @param intruded whether others than the endpoints may have sent, so that the box may report a
   *     forged duplicate (RFC 2883)
   */
  HonestyOracle(
      Direction direction,
      WholeStream stream,
      LongSupplier decided,
      Windows windows,
      boolean intruded) {
    this.intruded = intruded;
    this.direction = direction;
    this.stream = stream;
    this.windows = windows;
    late = new LateOctets(stream, decided);
    sender = Ends.legOfSender(direction);
  }

  /**
   * From the first RST on the box takes the place of the end that it has reset: it may acknowledge
   * and report all that arrives.
   */
  HonestyOracle replacing() {
    replacing = true;
    return this;
  }

  /** The box may withhold segments with low hop limits, also octets that are dropped later. */
  HonestyOracle withholding() {
    late.withhold();
    return this;
  }

  @Override
  public void begins(long nowNanos) {
    late.endCall();
  }

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    noteReset(segment, nowNanos);
    if (leg == sender && segment.view().isSyn()) {
      late.arriveOnSyn(Math.max(0, segment.end()), nowNanos);
    } else if (leg == sender) {
      late.arrive(Math.max(0, segment.start()), segment.end(), nowNanos);
    } else if (segment.view().isAck() && !segment.view().isRst()) {
      newAcknowledged = Math.max(newAcknowledged, segment.ack());
      late.accept(windows.edge(leg, segment));
      for (int i = 0; i < segment.options().sackBlocks(); i++) {
        long left = Math.max(0, segment.sackLeft(i));
        newReported.addUnbounded(left, Math.max(left, segment.sackRight(i)));
      }
    }
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    noteReset(segment, nowNanos);
    if (leg != sender) {
      late.leave(Math.max(0, segment.start()), segment.end(), nowNanos);
    }
    boolean acknowledges = segment.view().isAck() && !segment.view().isRst();
    if (leg != sender || !acknowledges || nowNanos > forgottenNanos) {
      return;
    }
    late.assess();
    checkAcknowledgement(segment.ack(), nowNanos);
    for (int i = 0; i < segment.options().sackBlocks(); i++) {
      if (!intruded || segment.sackRight(i) > segment.ack()) {
        checkBlock(segment.ack(), segment.sackLeft(i), segment.sackRight(i), nowNanos);
      }
    }
  }

  @Override
  public void dies(Death death, long nowNanos) {
    late.forgetFrom(death.knownEnd(direction));
  }

  /** The box forgets a connection that an endpoint or the box itself reset. */
  private void noteReset(WatchedSegment segment, long nowNanos) {
    if (segment.view().isRst() && forgottenNanos == Long.MAX_VALUE) {
      forgottenNanos = nowNanos + Timeouts.DEFAULTS.closingNanos();
      reset = true;
    }
  }

  private void checkAcknowledgement(long ack, long nowNanos) {
    boolean known = ack <= 0 || late.arrived().contains(0, ack);
    require(known, "acknowledges octets that did not arrive", ack, nowNanos);
    if (replacing && reset) {
      return;
    }
    if (ack > stream.octets().length) {
      boolean ended = newAcknowledged >= stream.editedLength() + 1;
      require(ended, "acknowledges a FIN that the receiver did not", ack, nowNanos);
    } else if (ack > late.excusedEnd() && !late.isWaitingBefore(ack)) {
      boolean covered =
          newAcknowledged >= stream.newOffsetOf(ack) || isReported(late.excusedEnd(), ack);
      require(covered, "acknowledges octets that the receiver did not", ack, nowNanos);
    }
  }

  /**
   * Checks a block; one below the first octet reports the garbage of a keep-alive. What is
   * acknowledged, too, came twice (RFC 2883).
   */
  private void checkBlock(long ack, long left, long right, long nowNanos) {
    boolean known =
        left < right && (right <= 0 || late.arrived().contains(Math.max(0, left), right));
    require(known, "SACKs octets that did not arrive: left=" + left, right, nowNanos);
    if (replacing && reset) {
      return;
    }
    long end = Math.min(right, stream.octets().length);
    long at = late.firstInTime(Math.max(0, Math.max(ack, left)));
    while (at < end) {
      long next = Math.min(end, late.nextAbove(at));
      boolean covered = isReported(at, next);
      require(covered, "SACKs octets that the receiver did not: left=" + left, right, nowNanos);
      at = late.firstInTime(next);
    }
  }

  /**
   * Whether the receiver acknowledged or reported all output of the original octets. Replies among
   * them are the box's to retransmit.
   */
  private boolean isReported(long start, long end) {
    boolean replied = stream.nextReply(start, end) == start;
    long newStart = replied ? stream.newEndOf(start) : stream.newOffsetOf(start);
    long at = start;
    while (at < end) {
      long next = stream.nextReply(at + 1, end);
      long newFrom = Math.max(newAcknowledged, newStart);
      long newTo = stream.newOffsetOf(next);
      if (newFrom < newTo && !newReported.contains(newFrom, newTo)) {
        return false;
      }
      newStart = stream.newEndOf(next);
      at = next;
    }
    return true;
  }

  private void require(boolean holds, String what, long at, long nowNanos) {
    if (!holds) {
      throw new LawBroken(
          Law.HONESTY,
          "%s: direction=%s at=%d newAcknowledged=%d nanos=%d"
              .formatted(what, direction, at, newAcknowledged, nowNanos));
    }
  }
}
