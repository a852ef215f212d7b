package dev.midstream.reassembly.lifecycle;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Phase.TimeWait;
import dev.midstream.reassembly.rule.Timeouts;

/** When connections expire or are probed if no more packets come. */
public final class ConnectionExpiry {
  /** Time between two probes of an idle connection. */
  public static final long PROBE_NANOS = 15_000_000_000L;

  /**
   * Twice the maximum segment lifetime (RFC 9293 section 3.4.2). Until then late FINs are still
   * mapped.
   */
  private static final long EDITED_CLOSING_NANOS = 240_000_000_000L;

  /** How long the segments of an endpoint that missed a reset are answered with another reset. */
  private static final long TOMBSTONE_NANOS = 60_000_000_000L;

  /**
   * Stands for no expiry: the offsets of an edited connection must be mapped as long as it is
   * established.
   */
  private static final long NEVER_NANOS = Long.MAX_VALUE / 2;

  private final Timeouts timeouts;
  private final StateTracker tracker;
  private final ConnectionOpening opening;

  public ConnectionExpiry(Timeouts timeouts, StateTracker tracker, ConnectionOpening opening) {
    this.timeouts = timeouts;
    this.tracker = tracker;
    this.opening = opening;
  }

  /** When the connection expires. Shifted numbers are mapped as long as an end may retransmit. */
  public long dueNanos(Connection connection) {
    if (isProbed(connection)) {
      return probeNanos(connection);
    }
    boolean edited = connection.phase().isEdited();
    return connection.seen().lastNanos()
        + switch (connection.state()) {
          case OPENING -> timeouts.openingNanos();
          case ESTABLISHED ->
              edited
                  ? NEVER_NANOS
                  : isUnverified(connection)
                      ? timeouts.openingNanos()
                      : timeouts.establishedNanos();
          case CLOSING ->
              edited || mayBeRetransmitted(connection)
                  ? Math.max(EDITED_CLOSING_NANOS, timeouts.closingNanos())
                  : timeouts.closingNanos();
          case TOMBSTONE -> TOMBSTONE_NANOS;
        };
  }

  /** Whether both ends must be probed, or reset if they have not answered. */
  public boolean isProbeDue(Connection connection, long nowNanos) {
    return isProbed(connection) && probeNanos(connection) <= nowNanos;
  }

  private boolean isProbed(Connection connection) {
    return connection.state() == ConnectionState.ESTABLISHED
        && tracker.isInline(connection)
        && (connection.phase().isEdited()
            || (connection.phase() instanceof Open open && open.isPromised()));
  }

  private long probeNanos(Connection connection) {
    return connection.seen().unansweredProbes() == 0
        ? connection.seen().lastNanos() + timeouts.establishedNanos()
        : connection.seen().probedNanos() + PROBE_NANOS;
  }

  /**
   * Whether octets or FINs of a finished connection may be retransmitted, after the maximum RTO of
   * RFC 6298, because an acknowledgement was lost beyond the box. Without the connection they could
   * not be mapped.
   */
  private boolean mayBeRetransmitted(Connection connection) {
    boolean closed = connection.seen().isFinished() || connection.phase() instanceof TimeWait;
    return closed && !tracker.isRecording() && opening.isEditing(connection.rule());
  }

  /**
   * Whether no opening was seen and segments came from one side of the box only. One host alone can
   * forge such a connection.
   */
  private static boolean isUnverified(Connection connection) {
    return !connection.seen().isAssured() && connection.seen().onlyDirection() == null;
  }
}
