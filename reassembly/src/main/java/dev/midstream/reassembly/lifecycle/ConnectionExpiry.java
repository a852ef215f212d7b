package dev.midstream.reassembly.lifecycle;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Phase.TimeWait;
import dev.midstream.reassembly.flow.SeenEndpoints;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;

/** When connections expire or are probed if no more packets come. */
public final class ConnectionExpiry {
  /** Time between two probes of an idle connection. */
  public static final long PROBE_NANOS = 15_000_000_000L;

  /**
   * Number of probes that an end leaves unanswered before the connection is reset. They take longer
   * than R2 (RFC 1122 section 4.2.3.5), so an outage shorter than R2 ends no connection.
   */
  public static final int MAX_PROBES = 8;

  /**
   * Twice the maximum segment lifetime (RFC 9293 section 3.4.2). Until then late FINs are still
   * mapped.
   */
  public static final long EDITED_CLOSING_NANOS = 240_000_000_000L;

  /** How long the segments of an endpoint that missed a reset are answered with another reset. */
  public static final long TOMBSTONE_NANOS = 60_000_000_000L;

  /**
   * The time of an established edited connection, whose offsets must always be mapped. Added to the
   * time of a packet it does not overflow.
   */
  private static final long UNLIMITED_NANOS = Long.MAX_VALUE / 2;

  private final Timeouts timeouts;
  private final Vantage vantage;
  private final StateTracker tracker;
  private final RuleChoice choice;

  public ConnectionExpiry(
      Timeouts timeouts, Vantage vantage, StateTracker tracker, RuleChoice choice) {
    this.timeouts = timeouts;
    this.vantage = vantage;
    this.tracker = tracker;
    this.choice = choice;
  }

  /** When the connection expires. Shifted numbers are mapped as long as an end may retransmit. */
  public long dueNanos(Connection connection) {
    if (isProbed(connection)) {
      return probeNanos(connection);
    }
    boolean edited = connection.phase().hasEdits();
    return connection.seen().lastNanos()
        + switch (connection.state()) {
          case OPENING ->
              mayBeOpen(connection) ? timeouts.establishedNanos() : timeouts.openingNanos();
          case ESTABLISHED ->
              edited
                  ? isOneSided(connection) ? timeouts.establishedNanos() : UNLIMITED_NANOS
                  : isNotYetAssured(connection)
                      ? timeouts.openingNanos()
                      : timeouts.establishedNanos();
          case CLOSING ->
              edited || mayBeRetransmitted(connection)
                  ? Math.max(EDITED_CLOSING_NANOS, timeouts.closingNanos())
                  : timeouts.closingNanos();
          case TOMBSTONE -> TOMBSTONE_NANOS;
        };
  }

  /** Whether another engine may have seen the end of the opening, after which no more may come. */
  private static boolean mayBeOpen(Connection connection) {
    return connection.seen().isInherited() && connection.handshakes().isWhole();
  }

  /** Whether both ends must be probed, or reset if one of them has not answered. */
  public boolean isProbeDue(Connection connection, long nowNanos) {
    return isProbed(connection) && probeNanos(connection) <= nowNanos;
  }

  /**
   * Whether silence has both ends probed. An end may be closed or reset while the FIN of the other
   * one is awaited: it would not answer, and that wait is limited.
   */
  private boolean isProbed(Connection connection) {
    return connection.state() == ConnectionState.ESTABLISHED
        && !isOneSided(connection)
        && tracker.tracksNumbers(connection)
        && !(connection.phase() instanceof Open waiting && waiting.isFinAwaited())
        && (connection.phase().hasEdits()
            || (connection.phase() instanceof Open open
                && (open.isPromised() || isOneEndSilent(connection))));
  }

  /**
   * Whether a connection was picked up of which only one direction has passed here (C-68): the
   * other end is not silent, it is not heard.
   */
  private static boolean isOneSided(Connection connection) {
    boolean isOneSided = false;
    for (Direction each : Direction.BOTH) {
      Stream stream = connection.isPickedUp() ? connection.streamOrNull(each) : null;
      isOneSided |= stream != null && !stream.headers().isTemplateKnown();
    }
    return isOneSided;
  }

  /**
   * Whether one end has gone on while the other one was silent, for longer than all probes take.
   * The engine may have answered it in the name of a dead end. It answers in no name of a
   * connection that was picked up, of which one direction may pass elsewhere.
   */
  private static boolean isOneEndSilent(Connection connection) {
    SeenEndpoints seen = connection.seen();
    return !connection.isPickedUp()
        && seen.lastNanos() - seen.silentSinceNanos() > MAX_PROBES * PROBE_NANOS;
  }

  private long probeNanos(Connection connection) {
    return connection.seen().unansweredProbes() == 0
        ? connection.seen().silentSinceNanos() + timeouts.establishedNanos()
        : connection.seen().probedNanos() + PROBE_NANOS;
  }

  /**
   * Whether octets or FINs of a finished connection may be retransmitted, after the maximum RTO of
   * RFC 6298, because an acknowledgement was lost beyond the box. Without the connection they could
   * not be mapped.
   */
  private boolean mayBeRetransmitted(Connection connection) {
    boolean closed = connection.seen().isFinished() || connection.phase() instanceof TimeWait;
    return closed && vantage == Vantage.INLINE && choice.isEditing(connection.rule());
  }

  /**
   * Whether the connection is unassured and may still become assured. If only one direction passes
   * here, it cannot; and another engine may have assured it after its last record.
   */
  private static boolean isNotYetAssured(Connection connection) {
    return !connection.seen().isAssured()
        && !connection.seen().isInherited()
        && connection.seen().onlyDirection() == null;
  }
}
