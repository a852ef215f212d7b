package dev.midstream.worlds.law;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.WholeStream;

/**
 * Checks the acknowledgements that one sender receives (law 3). Only octets that reached the box
 * are acknowledged or SACKed. A FIN is acknowledged only after the receiver acknowledged it.
 * Without custody, an octet is acknowledged or SACKed only after the receiver did so with all its
 * output. A connection that was reset is forgotten after {@code timeouts.closing}.
 */
final class HonestyOracle implements BoxObserver {
  private final Direction direction;
  private final Leg sender;
  private final WholeStream stream;
  private final boolean custody;
  private final boolean intruded;
  private final RangeSet arrived = new RangeSet();
  private final RangeSet newReported = new RangeSet();
  private long newAcknowledged;
  private long forgottenNanos = Long.MAX_VALUE;

  /**
   * Checks the sender of {@code direction}.
   *
   * @param custody whether the engine may acknowledge octets in custody, and vouch for others
   * @param intruded whether others than the endpoints may have sent, so that the box may report a
   *     forged duplicate (RFC 2883)
   */
  HonestyOracle(Direction direction, WholeStream stream, boolean custody, boolean intruded) {
    this.intruded = intruded;
    this.direction = direction;
    this.stream = stream;
    this.custody = custody;
    sender = Ends.legOfSender(direction);
  }

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    noteReset(segment, nowNanos);
    if (leg == sender) {
      if (segment.end() > Math.max(0, segment.start())) {
        arrived.addUnbounded(Math.max(0, segment.start()), segment.end());
      }
    } else if (segment.view().isAck() && !segment.view().isRst()) {
      newAcknowledged = Math.max(newAcknowledged, segment.ack());
      for (int i = 0; i < segment.options().sackBlocks(); i++) {
        long left = Math.max(0, segment.sackLeft(i));
        newReported.addUnbounded(left, Math.max(left, segment.sackRight(i)));
      }
    }
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    noteReset(segment, nowNanos);
    boolean acknowledges = segment.view().isAck() && !segment.view().isRst();
    if (leg != sender || !acknowledges || nowNanos > forgottenNanos) {
      return;
    }
    checkAcknowledgement(segment.ack(), nowNanos);
    for (int i = 0; i < segment.options().sackBlocks(); i++) {
      if (!intruded || segment.sackRight(i) > segment.ack()) {
        checkBlock(segment.sackLeft(i), segment.sackRight(i), nowNanos);
      }
    }
  }

  /** The box forgets a connection that an endpoint or the box itself reset. */
  private void noteReset(WatchedSegment segment, long nowNanos) {
    if (segment.view().isRst() && forgottenNanos == Long.MAX_VALUE) {
      forgottenNanos = nowNanos + Timeouts.DEFAULTS.closingNanos();
    }
  }

  private void checkAcknowledgement(long ack, long nowNanos) {
    boolean known = ack <= 0 || arrived.contains(0, ack);
    require(known, "acknowledges octets that did not arrive", ack, nowNanos);
    if (ack > stream.octets().length) {
      boolean ended = newAcknowledged >= stream.editedLength() + 1;
      require(ended, "acknowledges a FIN that the receiver did not", ack, nowNanos);
    } else if (ack > 0 && !custody) {
      boolean covered = newAcknowledged >= stream.newOffsetOf(ack);
      require(covered, "acknowledges octets that the receiver did not", ack, nowNanos);
    }
  }

  /** Checks a block; one below the first octet reports the garbage of a keep-alive. */
  private void checkBlock(long left, long right, long nowNanos) {
    boolean known = left < right && (right <= 0 || arrived.contains(Math.max(0, left), right));
    require(known, "SACKs octets that did not arrive: left=" + left, right, nowNanos);
    if (!custody) {
      long start = Math.max(newAcknowledged, stream.newOffsetOf(Math.max(0, left)));
      long end = stream.newOffsetOf(Math.min(right, stream.octets().length));
      boolean covered = start >= end || newReported.contains(start, end);
      require(covered, "SACKs octets that the receiver did not: left=" + left, right, nowNanos);
    }
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
