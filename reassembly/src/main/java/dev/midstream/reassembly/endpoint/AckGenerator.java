package dev.midstream.reassembly.endpoint;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rewrite.AcknowledgementRewrite;
import dev.midstream.reassembly.rewrite.WindowRewrite;
import dev.midstream.reassembly.stream.PendingAcks;
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
  private final AckSender sender;
  private final SackBlocks blocks = new SackBlocks();

  /** Advertises what {@code acknowledgements} and {@code windows} compute. */
  public AckGenerator(
      AcknowledgementRewrite acknowledgements, WindowRewrite windows, Counters counters) {
    this.acknowledgements = acknowledgements;
    this.windows = windows;
    sender = new AckSender(counters);
  }

  /**
   * Updates the acknowledgement and window of the next segment of the receiver of {@code
   * direction}.
   */
  public void refresh(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    SenderHeaders headers = connection.stream(direction.opposite()).headers();
    if (headers.acknowledgement() == Long.MIN_VALUE) {
      return;
    }
    long advertised = acknowledgements.advertise(stream);
    if (advertised > headers.acknowledgement() || windows.isGrown(connection, stream, advertised)) {
      headers.setPendingAck(advertised, windows.advertise(connection, stream, advertised));
    }
  }

  /** Whether the window has grown since it was advertised to the stream's sender. */
  public boolean isWindowGrown(Connection connection, Stream stream) {
    return windows.isGrown(connection, stream, stream.sender().advertised());
  }

  /** Whether the sender of {@code direction} must be sent an acknowledgement. */
  public boolean hasPending(Connection connection, Direction direction) {
    return connection.stream(direction.opposite()).headers().isAckPending()
        || connection.stream(direction).sender().pendingAcks().hasAny();
  }

  /** Sends the acknowledgements for the sender of {@code direction} that are due now. */
  public void send(
      Connection connection,
      Direction direction,
      long nowNanos,
      long timeNanos,
      PacketOutput output) {
    Stream stream = connection.stream(direction);
    PendingAcks pending = stream.sender().pendingAcks();
    SenderHeaders headers = connection.stream(direction.opposite()).headers();
    if (!headers.isTemplateKnown() || headers.acknowledgement() == Long.MIN_VALUE) {
      pending.clear();
      return;
    }
    boolean sacks = connection.handshakes().isSackAgreed();
    boolean ackPending = pending.takeAck();
    blocks.clear();
    if (pending.takeDsack()) {
      if (sacks) {
        blocks.startDuplicate(stream, pending.dsackStart(), pending.dsackEnd()).addOthers(stream);
      }
      sender.send(connection, direction, blocks, timeNanos, output);
    } else if (headers.isAckPending() || ackPending) {
      if (sacks) {
        blocks.addOthers(stream);
      }
      sender.send(connection, direction, blocks, timeNanos, output);
    }
    dropStale(stream);
    while (isDuplicateDue(stream, nowNanos)) {
      sendDuplicate(connection, direction, sacks, timeNanos, output);
      dropStale(stream);
    }
  }

  /** When the next duplicate ACK is due; {@link Long#MAX_VALUE} if none waits. */
  public long dueNanos(Stream stream) {
    long arrived = stream.sender().pendingAcks().arrivedNanos();
    return arrived == Long.MAX_VALUE ? arrived : arrived + stream.receiver().rtt().ackWaitNanos();
  }

  /** Drops duplicate ACKs that a later acknowledgement made unnecessary. */
  private static void dropStale(Stream stream) {
    PendingAcks pending = stream.sender().pendingAcks();
    while (pending.duplicates() > 0 && isStale(stream, pending)) {
      pending.removeFirst();
    }
  }

  private boolean isDuplicateDue(Stream stream, long nowNanos) {
    return stream.sender().pendingAcks().duplicates() > 0
        && (hasCaughtUp(stream) || dueNanos(stream) <= nowNanos);
  }

  /** Whether the oldest duplicate ACK has become unnecessary, because its gap is closed. */
  private static boolean isStale(Stream stream, PendingAcks pending) {
    if (pending.isDeleted()) {
      return pending.orgEnd() <= stream.sender().advertised();
    }
    return pending.orgStart() < stream.heldEnd() || !stream.isGapOpen();
  }

  /** Whether the receiver has answered everything that left before the gap. */
  private static boolean hasCaughtUp(Stream stream) {
    long released = stream.releasedEnd();
    return stream.acknowledged() >= released
        || stream.receiver().scoreboard().sacked().highest() >= released;
  }

  private void sendDuplicate(
      Connection connection,
      Direction direction,
      boolean sacks,
      long timeNanos,
      PacketOutput output) {
    Stream stream = connection.stream(direction);
    PendingAcks pending = stream.sender().pendingAcks();
    blocks.clear();
    if (sacks && pending.orgStart() < pending.orgEnd()) {
      stream.sender().custody().vouch(pending.orgStart(), pending.orgEnd());
      blocks.startAt(stream, pending.orgStart()).addOthers(stream);
    }
    pending.removeFirst();
    sender.send(connection, direction, blocks, timeNanos, output);
  }
}
