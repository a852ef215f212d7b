package dev.midstream.reassembly.endpoint;

import dev.midstream.modcmd.map.SackMap;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rewrite.AcknowledgementRewrite;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rewrite.WindowRewrite;
import dev.midstream.reassembly.stream.PendingAcks;
import dev.midstream.reassembly.stream.RttEstimator;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.PacketOutput;

/**
 * Decides which acknowledgements the engine sends in the receiver's name, because the receiver
 * cannot: octets were taken into custody or deleted, the window has grown, segments arrived after a
 * gap, or known octets arrived again.
 */
public final class AckGenerator {
  /*
   * A duplicate ACK waits until the receiver has acknowledged what left before the gap. Otherwise
   * the octets in flight to the receiver would look lost to the sender, because they lie
   * below the reported ones.
   */
  private final AcknowledgementRewrite acknowledgements;
  private final WindowRewrite windows;
  private final Emission emission;
  private final SackBlocks blocks = new SackBlocks();

  public AckGenerator(HeaderRewrite headers, Emission emission) {
    acknowledgements = headers.acknowledgements();
    windows = headers.windows();
    this.emission = emission;
  }

  /** Updates the acknowledgement and window of the next segment of the receiver of a stream. */
  public void refresh(Connection connection, Stream stream) {
    SenderHeaders headers = connection.reverse(stream).headers();
    if (headers.acknowledgement() == Long.MIN_VALUE) {
      return;
    }
    long advertised =
        AcknowledgementRewrite.isLeftToReceiver(stream, headers.acknowledgement())
            ? stream.sender().advertised()
            : acknowledgements.advertise(connection, stream);
    boolean grown =
        !connection.isPickedUp()
            && !stream.isFinAcknowledged()
            && windows.isGrown(connection, stream, advertised);
    if (advertised > headers.acknowledgement() || grown) {
      headers.setPendingAck(advertised, windows.advertise(connection, stream, advertised));
    }
  }

  /** Whether the window has grown since it was advertised to the stream's sender. */
  public boolean isWindowGrown(Connection connection, Stream stream) {
    return windows.isGrown(connection, stream, stream.sender().advertised());
  }

  /** Whether the sender of a stream must be sent an acknowledgement. */
  public boolean hasPending(Connection connection, Stream stream) {
    return connection.reverse(stream).headers().isAckPending()
        || stream.sender().pendingAcks().hasAny();
  }

  /** Sends the acknowledgements for the sender of a stream that are due now. */
  public void send(
      Connection connection, Stream stream, long nowNanos, long timeNanos, PacketOutput output) {
    PendingAcks pending = stream.sender().pendingAcks();
    SenderHeaders headers = connection.reverse(stream).headers();
    if (!headers.isTemplateKnown() || headers.acknowledgement() == Long.MIN_VALUE) {
      pending.clear();
      return;
    }
    boolean sacks = connection.handshakes().isSackAgreed();
    boolean ackPending = pending.takeAck() || headers.isAckPending();
    boolean duplicate = pending.takeDsack();
    blocks.clear();
    if (duplicate && sacks) {
      long end = Math.min(pending.dsackEnd(), stream.sender().advertised());
      blocks.addDuplicate(pending.dsackStart(), end); // what is in custody may not be shown yet
    }
    if (duplicate || ackPending) {
      vouchDeleted(stream, sacks);
      sendAck(connection, stream, sacks, timeNanos, output);
    }
    dropStale(stream);
    while (isDuplicateDue(stream, nowNanos)) {
      sendDuplicate(connection, stream, sacks, timeNanos, output);
      dropStale(stream);
    }
  }

  private void sendAck(
      Connection connection, Stream stream, boolean sacks, long timeNanos, PacketOutput output) {
    if (sacks) {
      blocks.addOthers(stream);
    }
    Stream reverse = connection.reverse(stream);
    int[] edges = blocks.edges(stream.space());
    emission.sendOwnAck(connection, reverse, edges, blocks.count(), timeNanos, output);
  }

  /**
   * When the next duplicate ACK is due; {@link Long#MAX_VALUE} if none waits. If there is no gap,
   * only deleted octets: a single segment before them gets a delayed ACK, because those after it do
   * not reach its receiver, and a further one that left since has its own round trip.
   */
  public long dueNanos(Stream stream) {
    PendingAcks pending = stream.sender().pendingAcks();
    long arrived = pending.firstArrivedNanos();
    if (arrived == Long.MAX_VALUE || isFirstUncommitted(stream)) {
      return Long.MAX_VALUE;
    }
    RttEstimator rtt = stream.receiver().rtt();
    if (!pending.isOnlyDeleted()) {
      return arrived + rtt.ackWaitNanos(false);
    }
    long delayed = arrived + rtt.ackWaitNanos(true);
    return stream.receiver().isOneSegmentInFlight()
        ? delayed
        : Math.min(delayed, Math.max(arrived, rtt.lastSentNanos()) + rtt.ackWaitNanos(false));
  }

  /** Drops duplicate ACKs that a later acknowledgement made unnecessary. */
  private static void dropStale(Stream stream) {
    PendingAcks pending = stream.sender().pendingAcks();
    while (pending.entries() > 0 && isStale(stream, pending)) {
      pending.removeFirst();
    }
  }

  private boolean isDuplicateDue(Stream stream, long nowNanos) {
    return stream.sender().pendingAcks().entries() > 0
        && !isFirstUncommitted(stream)
        && (hasCaughtUp(stream) || dueNanos(stream) <= nowNanos);
  }

  /** Whether the oldest ACK is for decided octets, and waits for the record of that. */
  private static boolean isFirstUncommitted(Stream stream) {
    PendingAcks pending = stream.sender().pendingAcks();
    return pending.isFirstDeleted()
        && !stream.edits().commit().isShowable(pending.firstEnd(), stream.acknowledged());
  }

  /** Whether the oldest duplicate ACK has become unnecessary, because its gap is closed. */
  private static boolean isStale(Stream stream, PendingAcks pending) {
    if (pending.isFirstDeleted()) {
      return pending.firstEnd() <= stream.sender().advertised();
    }
    return pending.firstStart() < stream.heldEnd() || !stream.isGapOpen();
  }

  /** Whether the receiver has answered everything that left before the gap. */
  private static boolean hasCaughtUp(Stream stream) {
    long released = stream.releasedEnd();
    return stream.acknowledged() >= released
        || stream.receiver().scoreboard().sacked().highest() >= released;
  }

  private void sendDuplicate(
      Connection connection, Stream stream, boolean sacks, long timeNanos, PacketOutput output) {
    PendingAcks pending = stream.sender().pendingAcks();
    boolean reports = sacks && vouch(stream, pending);
    blocks.clear();
    pending.removeFirst();
    sendAck(connection, stream, reports, timeNanos, output);
  }

  /**
   * Vouches for the octets that came last if they are deleted. They may be the cause of an ACK that
   * leaves at once, and then stand in its first block (RFC 2018 section 4). Octets in flight must
   * not look lost, so the receiver has caught up or has reported octets beside them itself.
   */
  private static void vouchDeleted(Stream stream, boolean sacks) {
    PendingAcks pending = stream.sender().pendingAcks();
    if (!sacks || !pending.isLastDeleted() || pending.lastStart() >= pending.lastEnd()) {
      return;
    }
    if (hasCaughtUp(stream) || isReported(stream, pending.lastStart(), pending.lastEnd())) {
      stream.sender().custody().vouch(pending.lastStart(), shown(stream, pending.lastEnd()));
    }
  }

  /** Whether [orgStart, orgEnd) touches octets that the receiver has reported by SACK. */
  private static boolean isReported(Stream stream, long orgStart, long orgEnd) {
    SackMap sack = stream.edits().sack();
    RangeSet reported = stream.receiver().scoreboard().sacked();
    boolean touches = false;
    for (int i = reported.size() - 1; i >= 0 && !touches; i--) {
      long start = sack.start(reported.start(i), stream.sender().advertised());
      long end = sack.end(reported.end(i));
      touches = start < end && start <= orgEnd && orgStart <= end;
    }
    return touches;
  }

  /**
   * Vouches for the octets of the oldest duplicate ACK; returns whether there are any to report.
   */
  private static boolean vouch(Stream stream, PendingAcks pending) {
    long start = pending.firstStart();
    long end = shown(stream, pending.firstEnd());
    if (start >= end) {
      return false;
    }
    return pending.isFirstDeleted()
        ? stream.sender().custody().vouch(start, end)
        : stream.sender().vouch(start, end);
  }

  /**
   * {@code orgEnd} within the window: custody ends at its edge, and what is reported must be kept.
   */
  private static long shown(Stream stream, long orgEnd) {
    return Math.min(orgEnd, stream.sender().window().edge());
  }
}
