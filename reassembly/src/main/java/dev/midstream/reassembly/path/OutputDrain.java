package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.endpoint.AckGenerator;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rewrite.AcknowledgementRewrite;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/**
 * Sends what a packet or timer released but what does not leave in the packet itself: delayed
 * segments beyond a gap that was filled or given up, replies, resets.
 */
public final class OutputDrain {
  private final Vantage vantage;
  private final Delivery delivery;
  private final Emission emission;
  private final AckGenerator acks;
  private final ResetSender resets;
  private final OneEndReset oneEndReset;
  private final OrderedOutput ordered = new OrderedOutput();

  public OutputDrain(
      Vantage vantage,
      Delivery delivery,
      Emission emission,
      AckGenerator acks,
      ResetSender resets) {
    this.vantage = vantage;
    this.delivery = delivery;
    this.emission = emission;
    this.acks = acks;
    this.resets = resets;
    oneEndReset = new OneEndReset(resets);
  }

  /** Sends what follows from {@code segment}, after it. */
  Disposition sendAfter(Segment segment, Disposition disposition) {
    PacketOutput output = ordered.begin(segment, disposition);
    sendAll(segment.connection(), segment.packet().timeNanos(), output);
    return ordered.disposition();
  }

  /** Sends everything that may be sent now, in both directions. */
  public void sendAll(Connection connection, long timeNanos, PacketOutput output) {
    if (!(connection.phase() instanceof Open open) || open.isQuiet()) {
      return;
    }
    resume(connection);
    abortInsteadOfFin(connection, open.dueAbort(), timeNanos, output);
    while (hasOutput(connection)) {
      Direction first = firstToSend(connection);
      send(connection, first, timeNanos, output);
      send(connection, first.opposite(), timeNanos, output);
      resume(connection);
    }
    abort(connection, open.dueAbort(), timeNanos, output);
    resetOrLeaveUntouched(connection, timeNanos, output);
  }

  /**
   * Resets one end before its FIN leaves, if no octets wait before that. An engine that died may
   * have sent the FIN and the RST, and nothing follows a RST. The FIN counts in its numbers.
   */
  private void abortInsteadOfFin(
      Connection connection, @Nullable Direction towards, long timeNanos, PacketOutput output) {
    if (towards == null) {
      return;
    }
    Stream stream = connection.stream(towards);
    if (stream.releasedEnd() == stream.newEnd() && emission.isPending(connection, stream)) {
      stream.edits().releaseFin();
      abort(connection, towards, timeNanos, output);
    }
  }

  private void abort(
      Connection connection, @Nullable Direction towards, long timeNanos, PacketOutput output) {
    if (towards != null && connection.resetReason() == null) {
      oneEndReset.perform(connection, towards, timeNanos, output);
    }
  }

  private void resume(Connection connection) {
    delivery.resume(connection, Direction.CLIENT_TO_SERVER);
    delivery.resume(connection, Direction.SERVER_TO_CLIENT);
    if (connection.hasStreams()) {
      updateLimits(connection, connection.stream(Direction.CLIENT_TO_SERVER));
      updateLimits(connection, connection.stream(Direction.SERVER_TO_CLIENT));
    }
  }

  private void updateLimits(Connection connection, Stream stream) {
    AcknowledgementRewrite.acknowledgeBefore(stream, delivery.nowNanos());
    emission.updateLimits(connection, stream);
  }

  /**
   * The direction whose gap was filled: what leaves in the other one, replies too, acknowledges all
   * delayed segments.
   */
  private Direction firstToSend(Connection connection) {
    Stream server = connection.stream(Direction.SERVER_TO_CLIENT);
    return delivery.gaps().isDelayedNext(connection, server)
        ? Direction.SERVER_TO_CLIENT
        : Direction.CLIENT_TO_SERVER;
  }

  private void send(
      Connection connection, Direction direction, long timeNanos, PacketOutput output) {
    if (delivery.gaps().isStranded(connection, connection.stream(direction))) {
      sendStranded(connection, direction, timeNanos, output);
    }
    sendPending(connection, direction, timeNanos, output);
    while (delivery.acceptDelayed(connection, direction)) {
      sendPending(connection, direction, timeNanos, output);
    }
  }

  /**
   * Ends the editing of one direction. Held and delayed octets are sent, with the gaps between
   * them.
   */
  public void passGaps(
      Connection connection,
      Direction direction,
      Reason reason,
      long timeNanos,
      PacketOutput output) {
    Stream stream = connection.stream(direction);
    if (!stream.edits().opaque().isEndless()) {
      delivery
          .endOfEditing()
          .direction(connection, direction, reason, "gap at offset=" + stream.heldEnd());
    }
    delivery.resume(connection, direction);
    sendStranded(connection, direction, timeNanos, output);
    if (stream.isFinBeyondGap()) {
      stream.skipGap(stream.edits().fin().orgFin());
      sendStranded(connection, direction, timeNanos, output);
    }
  }

  private void sendStranded(
      Connection connection, Direction direction, long timeNanos, PacketOutput output) {
    Stream stream = connection.stream(direction);
    delivery.resume(connection, direction);
    sendPending(connection, direction, timeNanos, output);
    while (delivery.gaps().isStranded(connection, stream)) {
      emission.sendStranded(connection, stream, timeNanos, output);
      delivery.resume(connection, direction);
    }
    sendPending(connection, direction, timeNanos, output);
    stream.sender().waitTimes().clearGap();
  }

  /** Sends released octets, with the newest acknowledgement of the other direction. */
  private void sendPending(
      Connection connection, Direction direction, long timeNanos, PacketOutput output) {
    updateLimits(connection, connection.stream(direction));
    if (!emission.isPending(connection, connection.stream(direction))) {
      return;
    }
    if (connection.isEditedAt(vantage)) {
      acks.refresh(connection, connection.stream(direction.opposite()));
    }
    emission.sendPending(connection, connection.stream(direction), timeNanos, output);
  }

  private boolean hasOutput(Connection connection) {
    return hasOutput(connection, connection.stream(Direction.CLIENT_TO_SERVER))
        || hasOutput(connection, connection.stream(Direction.SERVER_TO_CLIENT));
  }

  private boolean hasOutput(Connection connection, Stream stream) {
    return delivery.gaps().isDelayedNext(connection, stream)
        || delivery.gaps().isStranded(connection, stream)
        || emission.isPending(connection, stream);
  }

  private void resetOrLeaveUntouched(Connection connection, long timeNanos, PacketOutput output) {
    if (connection.resetReason() != null) {
      resets.send(connection, timeNanos, output);
      return;
    }
    Stream client = connection.stream(Direction.CLIENT_TO_SERVER);
    Stream server = connection.stream(Direction.SERVER_TO_CLIENT);
    clearClosedGap(client);
    clearClosedGap(server);
    if (mayLeaveUntouched(connection, client) && mayLeaveUntouched(connection, server)) {
      connection.leaveUntouched();
    }
  }

  /** A gap ends when it is filled, or inline when nothing of what was seen after it waits. */
  private void clearClosedGap(Stream stream) {
    boolean waits =
        !stream.sender().delayed().isEmpty()
            || stream.sender().undecided().length() > 0
            || stream.isFinBeyondGap()
            || vantage != Vantage.INLINE;
    if (!waits || !stream.isGapOpen()) {
      stream.sender().waitTimes().clearGap();
    }
  }

  private boolean mayLeaveUntouched(Connection connection, Stream stream) {
    return stream.edits().areOver()
        && stream.edits().commit().isCommitted()
        && !stream.isFinBeyondGap()
        && stream.sender().undecided().length() == 0
        && stream.sender().delayed().isEmpty()
        && stream.releasedEnd() == stream.newEnd()
        && !stream.hasOwned()
        && !isPromisedBeyondWindow(connection, stream);
  }

  /** Whether octets of an unedited stream may arrive for which its receiver has no window yet. */
  private boolean isPromisedBeyondWindow(Connection connection, Stream stream) {
    long promised =
        Math.max(stream.sender().window().edge(), stream.receiver().inherited().orgPromisedEdge());
    return connection.hasEndpointAt(vantage)
        && promised > stream.receiver().sendWindow().rightEdge();
  }
}
