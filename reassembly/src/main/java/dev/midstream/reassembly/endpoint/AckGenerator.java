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
 * Tells the sender of a direction what the receiver would tell it, where the receiver cannot: that
 * octets were taken into custody or deleted, that its window has grown, that segments wait behind a
 * gap, or that octets are old.
 */
public final class AckGenerator {
  /*
   * A duplicate acknowledgement waits until the receiver's own feedback has caught up with what left
   * before the gap. Before that, everything in flight behind the engine would look lost to the
   * sender, for it lies below what is reported.
   */
  private final AcknowledgementRewrite acknowledgements;
  private final WindowRewrite windows;
  private final AckSender sender;
  private final SackBlocks blocks = new SackBlocks();

  /** Shows what {@code acknowledgements} and {@code windows} say. */
  public AckGenerator(
      AcknowledgementRewrite acknowledgements, WindowRewrite windows, Counters counters) {
    this.acknowledgements = acknowledgements;
    this.windows = windows;
    sender = new AckSender(counters);
  }

  /** Brings up to date what the next segment of the receiver of {@code direction} will say. */
  public void refresh(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    SenderHeaders voice = connection.stream(direction.opposite()).headers();
    if (voice.acknowledgement() == Long.MIN_VALUE) {
      return;
    }
    long shown = acknowledgements.showAgain(stream);
    if (shown > voice.acknowledgement() || windows.isGrown(connection, stream, shown)) {
      voice.owes(shown, windows.advertise(connection, stream, shown));
    }
  }

  /** Whether the sender of a stream is to be told that the window has grown since it was shown. */
  public boolean isWindowGrown(Connection connection, Stream stream) {
    return windows.isGrown(connection, stream, stream.sender().advertised());
  }

  /** Whether the sender of {@code direction} is to be told anything that no segment has told it. */
  public boolean isAnything(Connection connection, Direction direction) {
    return connection.stream(direction.opposite()).headers().isUnsaid()
        || connection.stream(direction).sender().pendingAcks().isAnything();
  }

  /** Sends what the sender of {@code direction} is to be told now. */
  public void send(
      Connection connection,
      Direction direction,
      long nowNanos,
      long timeNanos,
      PacketOutput output) {
    Stream stream = connection.stream(direction);
    PendingAcks pending = stream.sender().pendingAcks();
    SenderHeaders voice = connection.stream(direction.opposite()).headers();
    if (!voice.isTemplateKnown() || voice.acknowledgement() == Long.MIN_VALUE) {
      pending.clear();
      return;
    }
    boolean sacks = connection.handshakes().isSackAgreed();
    boolean current = pending.takeCurrent();
    blocks.none();
    if (pending.takeOld()) {
      if (sacks) {
        blocks.duplicate(stream, pending.oldStart(), pending.oldEnd()).andOthers(stream);
      }
      sender.send(connection, direction, blocks, timeNanos, output);
    } else if (voice.isUnsaid() || current) {
      if (sacks) {
        blocks.andOthers(stream);
      }
      sender.send(connection, direction, blocks, timeNanos, output);
    }
    dropSettled(stream);
    while (isDuplicateDue(stream, nowNanos)) {
      sendDuplicate(connection, direction, sacks, timeNanos, output);
      dropSettled(stream);
    }
  }

  /** When the next duplicate is due; {@link Long#MAX_VALUE} if none waits. */
  public long dueNanos(Stream stream) {
    long arrived = stream.sender().pendingAcks().arrivedNanos();
    return arrived == Long.MAX_VALUE ? arrived : arrived + stream.receiver().rtt().answerNanos();
  }

  /** Drops the duplicates that an acknowledgement since then has made needless. */
  private static void dropSettled(Stream stream) {
    PendingAcks pending = stream.sender().pendingAcks();
    while (pending.duplicates() > 0 && isSettled(stream, pending)) {
      pending.removeFirst();
    }
  }

  private boolean isDuplicateDue(Stream stream, long nowNanos) {
    return stream.sender().pendingAcks().duplicates() > 0
        && (hasCaughtUp(stream) || dueNanos(stream) <= nowNanos);
  }

  /** Whether the oldest duplicate tells nothing any more: the gap before it is closed. */
  private static boolean isSettled(Stream stream, PendingAcks pending) {
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
    blocks.none();
    if (sacks && pending.orgStart() < pending.orgEnd()) {
      stream.sender().custody().vouch(pending.orgStart(), pending.orgEnd());
      blocks.about(stream, pending.orgStart()).andOthers(stream);
    }
    pending.removeFirst();
    sender.send(connection, direction, blocks, timeNanos, output);
  }
}
