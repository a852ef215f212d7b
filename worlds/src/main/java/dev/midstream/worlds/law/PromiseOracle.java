package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.WholeStream;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the right edge that one sender is shown is never further than that of the receiver,
 * also in its SYN, or than it was before, less than a unit of the field excepted (law 6): without
 * that it might go back. It is for agents that hold nothing: where octets are held, more may be
 * needed.
 *
 * <p>Octets of a SYN that did not fit into the window may come again beyond it (RFC 7413 section
 * 4.2.2). An engine that went on takes them for octets that the one before had let in: more than
 * one octet beyond the edge is no probe. So does one to which an opening was handed over: it knows
 * no more of it than the record of the opening.
 */
final class PromiseOracle implements BoxObserver {
  private static final long FIRST_OCTET = 1;

  /** More than any stream has: what an agent that skips the rest has decided. */
  private static final long REST = Long.MAX_VALUE / 8;

  private static final int LEAST_MSS_BYTES = 48;

  private final Leg sender;
  private final WholeStream stream;
  private final LongSupplier decided;
  private final Windows windows;
  private final boolean dropping;
  private final boolean finishing;
  private long furthest;
  private long promised;
  private long largest;
  private int mssBytes = LEAST_MSS_BYTES;
  private long synEnd;
  private long synAgainEnd;
  private @Nullable Leg answering;
  private boolean opened;
  private boolean died;

  /**
   * Checks the sender of {@code direction}, which an agent has decided up to {@code decided}.
   *
   * @param dropping whether the agent may delete octets that are still to come: they need no window
   *     of the receiver, and there may be more of them than the sender has
   * @param finishing whether it may delete all the rest
   */
  PromiseOracle(
      Direction direction,
      WholeStream stream,
      LongSupplier decided,
      Windows windows,
      boolean dropping,
      boolean finishing) {
    this.dropping = dropping;
    this.finishing = finishing;
    this.stream = stream;
    this.decided = decided;
    this.windows = windows;
    sender = Ends.legOfSender(direction);
  }

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    note();
    noteOpening(leg, segment.view());
    if (leg == sender) {
      noteSynOctets(segment);
      return;
    }
    boolean syn = segment.view().isSyn();
    if (syn && !segment.view().isAck()) {
      furthest = Math.max(furthest, FIRST_OCTET + segment.view().windowField());
      largest = Math.max(largest, segment.view().windowField());
    } else if (segment.view().isAck() && !segment.view().isRst()) {
      largest = Math.max(largest, windows.edge(leg, segment) - segment.ack());
    }
    mssBytes = Math.max(mssBytes, syn ? segment.options().maximumSegment() : 0);
  }

  /** The ACK of a SYN-ACK completes the opening. */
  private void noteOpening(Leg leg, SegmentReader view) {
    if (view.isSyn() && view.isAck()) {
      answering = leg;
    } else if (view.isAck() && !view.isRst() && leg.opposite() == answering) {
      opened = true;
    }
  }

  private void noteSynOctets(WatchedSegment segment) {
    long end = segment.payloadEnd();
    if (segment.view().isSyn()) {
      synEnd = Math.max(synEnd, end);
    } else if (died && segment.view().payloadLength() > 1 && end <= synEnd) {
      synAgainEnd = Math.max(synAgainEnd, end);
      furthest = Math.max(furthest, end);
    }
  }

  @Override
  public void dies(Death death, long nowNanos) {
    died = true;
  }

  @Override
  public void handedOver() {
    died |= !opened;
  }

  /** Notes the right edge of the receiver in the stream of the sender: edits may move it. */
  private void note() {
    long decidedEnd = decided.getAsLong();
    if (finishing && decidedEnd >= REST) {
      furthest = Long.MAX_VALUE / 2;
      return;
    }
    long orgEnd = Math.min(decidedEnd, stream.octets().length);
    long granted = windows.grantedBy(sender.opposite());
    long beyond = granted - stream.newOffsetOf(orgEnd);
    long mapped = dropping && decidedEnd < REST ? decidedEnd : orgEnd;
    furthest = Math.max(furthest, beyond >= 0 ? mapped + beyond : stream.orgOffsetOf(granted));
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    if (leg != sender || !segment.view().isAck() || segment.view().isRst()) {
      return;
    }
    note();
    long edge = windows.edge(sender.opposite(), segment);
    long promisedBefore = promised;
    long before = Math.max(furthest, promised);
    promised = Math.max(promised, edge);
    LawBroken.unless(
        edge < before + (1L << windows.scale(sender.opposite())),
        Law.BOUNDS,
        () ->
            "a window is larger than that of the receiver: leg=%s edge=%d most=%d nanos=%d"
                .formatted(leg, edge, before, nowNanos));
    requireNoSilly(edge, promisedBefore, segment.ack(), nowNanos);
  }

  /** What a dropped segment promised is not taken back either. */
  @Override
  public void drops(Leg leg, WatchedSegment segment, long nowNanos) {
    leaves(leg, segment, nowNanos);
  }

  /**
   * A receiver with room for less than two segments may open its window by half its buffer, and a
   * sender waits with less than half of the largest window that it saw (RFC 9293 section 3.8.6.2).
   */
  private void requireNoSilly(long edge, long before, long ack, long nowNanos) {
    boolean small = largest < 2L * mssBytes && !finishing;
    long most = Math.max(Math.max(before, ack + largest), synAgainEnd);
    LawBroken.unless(
        !small || edge < most + (1L << windows.scale(sender.opposite())),
        Law.BOUNDS,
        () ->
            "a window is larger than a small buffer: leg=%s edge=%d most=%d nanos=%d"
                .formatted(sender, edge, most, nowNanos));
  }
}
