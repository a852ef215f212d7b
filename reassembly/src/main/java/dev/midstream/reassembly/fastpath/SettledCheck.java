package dev.midstream.reassembly.fastpath;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.command.CommandList;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.SeenEndpoints;
import dev.midstream.reassembly.path.EndpointDuties;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.InheritedOutput;
import dev.midstream.reassembly.stream.OpaqueSpan;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Leg;
import org.jspecify.annotations.Nullable;

/**
 * Whether a connection is settled in both directions: nothing of it is held, owed or awaited, and
 * its segments differ from those that leave by a constant for each direction. Each direction is
 * untouched, opaque, or waits for its next octet.
 */
public final class SettledCheck {
  private final Vantage vantage;
  private final EndpointDuties duties;
  private final int leastBytes;
  private final boolean isStrict;

  /**
   * A check at {@code vantage}.
   *
   * @param leastBytes octets that are still to come of an opaque span that has an end
   * @param isStrict whether the engine must have no duties, and acknowledged commands must be
   *     folded, so that late acknowledgements and blocks from before them are told from others
   */
  SettledCheck(Vantage vantage, EndpointDuties duties, int leastBytes, boolean isStrict) {
    this.isStrict = isStrict;
    this.vantage = vantage;
    this.duties = duties;
    this.leastBytes = leastBytes;
  }

  /** Why {@code connection} is not settled; null if it is. Changes nothing. */
  public @Nullable Unsettled obstacle(Connection connection) {
    if (connection.state() != ConnectionState.ESTABLISHED
        || !connection.seen().isAssured()
        || connection.seen().onlyDirection() != null) {
      return Unsettled.STATE;
    }
    boolean isUntouched = connection.handling() == Handling.UNTOUCHED;
    if (vantage != Vantage.INLINE || !(isUntouched || connection.hasEndpointAt(vantage))) {
      return Unsettled.HANDLING;
    }
    if (connection.handshakes().alternative() != null) { // what answers a SYN is not for the table
      return Unsettled.OPENING;
    }
    if (!connection.key().hasOneTagAtMost()) {
      return Unsettled.PLACE;
    }
    return isUntouched ? untouchedObstacle(connection.seen()) : openObstacle(connection);
  }

  private static @Nullable Unsettled untouchedObstacle(SeenEndpoints seen) {
    return seen.isOtherLegSeen() ? null : Unsettled.PLACE;
  }

  private @Nullable Unsettled openObstacle(Connection connection) {
    if (connection.resetReason() != null) {
      return Unsettled.ENDING;
    }
    for (Direction each : Direction.BOTH) {
      Unsettled obstacle = obstacle(connection, each);
      if (obstacle != null) {
        return obstacle;
      }
    }
    if (connection.seen().unansweredProbes() > 0) {
      return Unsettled.PROBED;
    }
    if (connection.isAccurateEcn()) {
      return Unsettled.CONGESTION;
    }
    if (!isOnTwoLegs(connection)) {
      return Unsettled.PLACE;
    }
    return !isStrict || duties.isAtRest(connection) ? null : Unsettled.DUTIES;
  }

  private @Nullable Unsettled obstacle(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    if (!RecordedEnd.isFresh(stream)) {
      return Unsettled.RECORDED;
    }
    if (stream.edits().fin().isKnown()
        || stream.edits().fin().isOwn()
        || connection.openPhase().wantsAbort(stream)
        || connection.openPhase().isReceiverReset(direction)) {
      return Unsettled.ENDING;
    }
    if (isInherited(stream)) {
      return Unsettled.INHERITED;
    }
    Unsettled pending = pending(stream);
    return pending == null ? outstanding(stream) : pending;
  }

  /** Where opaque octets may have passed, or a replay is early, the window is unknown, too. */
  private static boolean isInherited(Stream stream) {
    InheritedOutput inherited = stream.receiver().inherited();
    return inherited.isWindowUnknown()
        || inherited.isDecisionLost()
        || stream.edits().omitted().isAnyBeyond(stream.acknowledged());
  }

  /** What waits between the sender and the receiver. */
  private @Nullable Unsettled pending(Stream stream) {
    if (stream.sender().undecided().length() > 0) {
      return Unsettled.UNDECIDED;
    }
    if (!stream.sender().delayed().isEmpty() || stream.isGapOpen()) {
      return Unsettled.GAP;
    }
    if (stream.newEnd() != stream.releasedEnd()) {
      return Unsettled.UNSENT;
    }
    if (areCommandsPending(stream)) {
      return Unsettled.COMMANDS;
    }
    if (stream.edits().firstCopies().length() > 0) {
      return Unsettled.KEPT;
    }
    boolean isAgentDue = stream.edits().dropped().isOpen() || stream.edits().isSpanEndOwed();
    return isAgentDue || endsSoon(stream) ? Unsettled.SPAN : null;
  }

  private boolean areCommandsPending(Stream stream) {
    CommandList commands = stream.edits().commands();
    return !commands.isEmpty()
        && (isStrict || commands.newEnd(commands.size() - 1) > stream.acknowledged());
  }

  /** The last octet of a span is not for the fast path, because the agent may be called for it. */
  private boolean endsSoon(Stream stream) {
    OpaqueSpan opaque = stream.edits().opaque();
    return opaque.isOpen() && opaque.end() - 1 - stream.decided() < Math.max(1, leastBytes);
  }

  /** What the ends were told, and what they are expected to tell. */
  private static @Nullable Unsettled outstanding(Stream stream) {
    if (stream.receiver().ownAnswers().hasAny() || stream.receiver().probeAnswers().hasAny()) {
      return Unsettled.PROBED;
    }
    long orgRight = stream.sender().window().rightEdge(stream.receiver().sendWindow().rightEdge());
    long orgTold =
        Math.max(stream.sender().window().edge(), stream.receiver().inherited().orgPromisedEdge());
    if (stream.isWindowTakenBack() || orgTold > orgRight) {
      return Unsettled.WINDOW;
    }
    SenderHeaders headers = stream.headers();
    if (headers.isTimestampEstimated()) {
      return Unsettled.TIMESTAMPS;
    }
    return headers.ecn().isMarkPending() || headers.ecn().flags(false) != 0
        ? Unsettled.CONGESTION
        : null;
  }

  private static boolean isOnTwoLegs(Connection connection) {
    SenderHeaders client = connection.stream(Direction.CLIENT_TO_SERVER).headers();
    SenderHeaders server = connection.stream(Direction.SERVER_TO_CLIENT).headers();
    return client.isTemplateKnown()
        && server.isTemplateKnown()
        && client.template().leg() != server.template().leg()
        && client.template().hasPlainLink()
        && server.template().hasPlainLink();
  }

  /** Where the segments of {@code direction} arrive; only while the connection is settled. */
  static Leg legOf(Connection connection, Direction direction) {
    if (connection.hasStreams()) {
      return connection.stream(direction).headers().template().leg();
    }
    Leg first = connection.seen().firstLeg();
    Leg client = first == null ? Leg.INSIDE : first;
    return direction == Direction.CLIENT_TO_SERVER ? client : client.opposite();
  }
}
