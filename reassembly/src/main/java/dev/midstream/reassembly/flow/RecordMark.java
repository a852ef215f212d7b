package dev.midstream.reassembly.flow;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.flow.Phase.Open;
import dev.midstream.reassembly.flow.Phase.Untouched;
import dev.midstream.reassembly.stream.StreamStep;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the last record of a connection holds beside its streams, and how long its records are. A
 * reader needs the last whole record and the steps since.
 */
public final class RecordMark {
  /** Steps may take so many octets, or as many as a few whole records, before one is due. */
  private static final int MIN_STEP_BYTES = 4_096;

  private static final int MOST_WHOLES = 4;
  private static final long UNKNOWN = Long.MAX_VALUE;
  private static final long MINUTE_NANOS = 60_000_000_000L;

  /**
   * After this time a record is written again for its timestamps alone: a clock of milliseconds
   * passes half of its range in 24 days, and another engine could not compare them with newer ones
   * (RFC 7323 section 5.5).
   */
  private static final long RENEWAL_NANOS = 24 * 60 * MINUTE_NANOS;

  private @Nullable Phase phase;
  private @Nullable RecordedObject object;
  private @Nullable ConnectionState state;
  private @Nullable Direction onlyDirection;
  private int aborted;
  private boolean pickedUp;
  private int handshakes;
  private int openings;
  private long openingsNumber = UNKNOWN;
  private long firstNumber = UNKNOWN;
  private int contextBytes;
  private int agentRevision;
  private int wholeBytes;
  private int stepBytes;
  private boolean released;
  private boolean changed;
  private int losses;
  private long wholeNanos = Long.MIN_VALUE;

  /**
   * Whether there are records of {@code connection}, or must be: an agent's rule decides it, and
   * both ends take part in it. Without a record another engine would take it for one whose opening
   * was not seen. The same holds for one that passes because an agent expected it. One that is only
   * monitored has the record of one that was let go.
   */
  public static boolean isNeeded(Connection connection) {
    return switch (connection.phase()) {
      case Open open -> open.isRecorded() || isMonitored(open, connection);
      case Untouched _ -> connection.record() != null || isLetGo(connection);
      default -> connection.record() != null;
    };
  }

  /**
   * Whether another engine must be told what decides {@code connection}: an agent, or an
   * expectation, which the ends of the connection alone do not tell.
   */
  public static boolean hasRecords(Connection connection) {
    return connection.seen().isExpected() || connection.rule().agent() != null;
  }

  /** Writes how many minutes old the last whole record is, rounded up, if that is known. */
  static void writeAge(Connection connection, StateWriter out, long nowNanos) {
    RecordMark mark = connection.record();
    if (mark != null && mark.wholeNanos != Long.MIN_VALUE) {
      out.number(Math.ceilDiv(Math.max(0, nowNanos - mark.wholeNanos), MINUTE_NANOS));
    }
  }

  /** Reads what {@link #writeAge} wrote, before it is noted what the record holds. */
  static void readAge(StateReader in, Connection connection, long nowNanos) {
    if (in.remaining() > 0) {
      long minutes = Math.min(in.position(), RENEWAL_NANOS / MINUTE_NANOS);
      RecordMark mark = new RecordMark();
      mark.wholeNanos = nowNanos - minutes * MINUTE_NANOS;
      connection.setRecord(mark);
    }
  }

  private static boolean isMonitored(Open open, Connection connection) {
    return open.handling() == Handling.MONITORED
        && (connection.record() != null || isLetGo(connection));
  }

  /** Whether no agent decides a connection that both ends opened, and that has records. */
  private static boolean isLetGo(Connection connection) {
    return hasRecords(connection)
        && (connection.state() == ConnectionState.ESTABLISHED || isAnsweredAndExpected(connection));
  }

  /** Whether both SYNs came of a connection that passes because an agent expected it. */
  public static boolean isAnsweredAndExpected(Connection connection) {
    return connection.seen().isExpected()
        && connection.phase() instanceof Untouched
        && connection.handshakes().isWhole();
  }

  /**
   * What a record tells of the streams of {@code connection}; null if nothing, as of most phases.
   */
  private static @Nullable Open toldOf(Connection connection) {
    return connection.phase() instanceof Open open && open.handling() == Handling.EDITED
        ? open
        : null;
  }

  /** Notes that {@code connection} is in a record as it is now. */
  void set(Connection connection) {
    phase = connection.phase();
    state = connection.state();
    onlyDirection = connection.seen().onlyDirection();
    pickedUp = connection.isPickedUp();
    handshakes = connection.handshakes().revision();
    if (openings != connection.handshakes().openings()) {
      openings = connection.handshakes().openings();
      openingsNumber = UNKNOWN;
    }
    contextBytes = connection.context().length();
    Open open = toldOf(connection);
    if (open != null) {
      aborted = open.abortedEnd().number();
      agentRevision = open.agentRevision();
      open.noteWritten();
    }
  }

  /**
   * Notes the number of the record that was noted last, and how often all records were lost before.
   */
  public void setNumber(long number, int lossesBefore) {
    losses = lossesBefore;
    openingsNumber = Math.min(openingsNumber, number);
    firstNumber = Math.min(firstNumber, number);
  }

  /** Whether all records were lost as often as when the last one of this connection was written. */
  public boolean isKept(int lossesNow) {
    return losses == lossesNow;
  }

  /** The number of the first record; 0 if another engine had it. */
  public long firstNumber() {
    return firstNumber;
  }

  /**
   * The number of the first record that holds the handshakes of {@code connection} as they are now,
   * but for the SYN-ACKs of a simultaneous open; {@link Long#MAX_VALUE} if there is none.
   */
  public long openingsNumber(Connection connection) {
    return openings == connection.handshakes().openings() ? openingsNumber : UNKNOWN;
  }

  /** Notes the length of a record of the whole connection that is written at {@code nowNanos}. */
  public void noteWhole(Connection connection, int bytes, long nowNanos) {
    wholeNanos = nowNanos;
    noteWhole(connection, bytes);
    Open open = toldOf(connection);
    if (open != null) {
      open.stream(Direction.CLIENT_TO_SERVER).headers().noteRecorded();
      open.stream(Direction.SERVER_TO_CLIENT).headers().noteRecorded();
    }
  }

  /**
   * Notes that {@code connection} is as its records say, of which the last whole one is of {@code
   * sinceNanos} unless it was read how old that is. The headers know what of them is recorded.
   */
  public void noteResumed(Connection connection, long sinceNanos) {
    wholeNanos = wholeNanos == Long.MIN_VALUE ? sinceNanos : wholeNanos;
    noteWhole(connection, 0);
  }

  private void noteWhole(Connection connection, int bytes) {
    set(connection);
    wholeBytes = bytes;
    stepBytes = 0;
  }

  /** Notes the length of a record of what came since the last one. */
  public void noteStep(Connection connection, int bytes) {
    set(connection);
    stepBytes += bytes;
  }

  /** Whether the last whole record must be renewed, because its timestamps are old. */
  public boolean isOld(long nowNanos) {
    return nowNanos - wholeNanos >= RENEWAL_NANOS;
  }

  /** Whether the last record holds all that is essential of {@code connection}. */
  public boolean isOf(Connection connection, long nowNanos) {
    Open open = toldOf(connection);
    return isSame(connection)
        && !isOld(nowNanos)
        && state == connection.state()
        && (open == null
            || (!isFolded(open)
                && open.isWritten()
                && !isAgentChanged(open)
                && aborted == open.abortedEnd().number()));
  }

  /**
   * Whether the last record holds all that is essential of a connection still that was at rest, and
   * of which one segment passed unchanged since. What it acknowledges may tell which octets of an
   * opaque span had passed before this engine took over.
   */
  public boolean isOfAtRest(Open open, long nowNanos) {
    boolean isMonitored = open.handling() == Handling.MONITORED;
    return isMonitored || (!isAgentChanged(open) && !isOld(nowNanos) && open.isWritten());
  }

  /** Whether a step cannot tell what changed since, or too many were written. */
  public boolean isWholeDue(Connection connection, long nowNanos) {
    Open open = toldOf(connection);
    return open == null || !isSame(connection) || isFolded(open) || isRenewalDue(nowNanos);
  }

  /** Whether nothing changed that only a whole record tells; the streams are not looked at. */
  private boolean isSame(Connection connection) {
    return Objects.equals(phase, connection.phase())
        && pickedUp == connection.isPickedUp()
        && handshakes == connection.handshakes().revision()
        && onlyDirection == connection.seen().onlyDirection()
        && contextBytes == connection.context().length();
  }

  private static boolean isFolded(Open open) {
    return StreamStep.isFolded(open.stream(Direction.CLIENT_TO_SERVER))
        || StreamStep.isFolded(open.stream(Direction.SERVER_TO_CLIENT));
  }

  /** Whether the steps are so long that a whole record is shorter, or that one is old. */
  private boolean isRenewalDue(long nowNanos) {
    return stepBytes > Math.max(MIN_STEP_BYTES, MOST_WHOLES * wholeBytes) || isOld(nowNanos);
  }

  /** Whether the steps are longer than the record on which they follow. */
  public boolean isLongerThanWhole() {
    return stepBytes > wholeBytes;
  }

  /** Makes what records of {@code connection} refer to that are written in {@code open}, once. */
  public RecordedObject makeObject(Connection connection, Open open) {
    if (object == null || !object.isOf(open)) {
      object = new RecordedObject(connection, open);
    }
    return object;
  }

  /** Notes that {@code connection} is removed: records that wait for their log keep it no more. */
  public static void removeObject(Connection connection) {
    RecordMark mark = connection.record();
    if (mark != null && mark.object != null) {
      mark.object.clear();
    }
  }

  /** Sets whether what waited for records of the connection is about to leave. */
  public void setReleased(boolean isReleased) {
    released = isReleased;
  }

  /** Sets whether a record of the connection is to be written at the end of the interval. */
  public void setChanged(boolean isChanged) {
    changed = isChanged;
  }

  /** Whether a record of the connection is to be written at the end of the interval. */
  public boolean isChanged() {
    return changed;
  }

  /** Whether what waited for records of the connection is about to leave. */
  public boolean isReleased() {
    return released;
  }

  boolean isAgentChanged(Open open) {
    return agentRevision != open.agentRevision();
  }
}
