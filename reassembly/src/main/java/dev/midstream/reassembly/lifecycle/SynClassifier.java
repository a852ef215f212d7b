package dev.midstream.reassembly.lifecycle;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Handshake;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.FrameView;
import org.jspecify.annotations.Nullable;

/**
 * Classifies a SYN for the ends of a known connection. Any host can send one blindly (RFC 5961
 * section 4), so inline a SYN does not end the known connection before it is answered (RFC 6191).
 */
public final class SynClassifier {
  /** The meaning of a SYN. */
  public enum Meaning {
    /** It belongs to the handshake in progress. */
    OPENING,
    /** It opens a new connection that replaces the known one. */
    NEW_CONNECTION,
    /** It opens a new connection if it is answered. */
    COMPETING,
    /** It answers the SYN of the opening, with other contents than the first SYN-ACK. */
    CONFLICTING_SYN_ACK,
    /** It answers a competing SYN: the known connection is over. */
    COMPETING_ANSWERED,
    /** It is a retransmission of a SYN that was answered long ago. */
    RETRANSMITTED,
    /** It has no meaning here. */
    IGNORED
  }

  /** Octets on an untouched SYN, which may be acknowledged together with it. */
  private static final int MAX_ON_SYN_BYTES = 65_535;

  private final Vantage vantage;
  private final RuleChoice choice;

  public SynClassifier(Vantage vantage, RuleChoice choice) {
    this.vantage = vantage;
    this.choice = choice;
  }

  /** The meaning of the SYN in {@code view}, sent in {@code direction}, for {@code connection}. */
  public Meaning of(Connection connection, Direction direction, FrameView view) {
    if (ChecksumCheck.isDamaged(vantage, view)) {
      return Meaning.IGNORED;
    }
    if (connection.state() == ConnectionState.TOMBSTONE) {
      // The SYN that opened the reset connection may arrive twice, and opens no new one.
      boolean old = isSame(connection.handshakes().of(direction), view);
      return old || view.isAck() ? Meaning.IGNORED : Meaning.NEW_CONNECTION;
    }
    if (vantage == Vantage.INLINE && isDisproving(connection, direction, view)) {
      boolean isRefused = refusing(connection, direction, view) != null;
      return isRefused ? Meaning.IGNORED : Meaning.NEW_CONNECTION;
    }
    boolean answers =
        view.isAck() && connection.handshakes().competingAnswered(view, direction) != null;
    if (answers && isFromItsSide(connection, direction, view)) {
      return Meaning.COMPETING_ANSWERED;
    }
    return isGuarded(connection)
        ? ofGuarded(connection, direction, view)
        : ofUnguarded(connection, direction, view);
  }

  /** Whether a SYN does not belong to the handshake of a guarded connection. */
  public boolean isForeign(Connection connection, Direction direction, FrameView view) {
    if (!view.isSyn() || !isGuarded(connection) || ChecksumCheck.isDamaged(vantage, view)) {
      return false;
    }
    return !isSame(connection.handshakes().of(direction), view)
        || (connection.state() == ConnectionState.OPENING && !fits(connection, direction, view));
  }

  /**
   * Whether a segment without SYN fits the initial sequence number of the only end that is known.
   */
  public static boolean fitsOneSyn(Segment segment) {
    Connection connection = segment.connection();
    if (!segment.view().isAck()) {
      return false;
    }
    Stream own = connection.streamOrNull(segment.direction());
    if (own != null) {
      long position = own.space().offsetOf(segment.view().sequence(), own.orgNext());
      return position >= 0 && position <= own.orgNext();
    }
    Stream other = connection.streamOrNull(segment.direction().opposite());
    return other != null && isAnswered(other, segment.view().acknowledgement());
  }

  /** Whether {@code acknowledgement} acknowledges the SYN of {@code stream}. */
  public static boolean isAnswered(Stream stream, int acknowledgement) {
    long position = stream.space().offsetOf(acknowledgement, 0);
    return position >= 0 && position <= stream.orgNext();
  }

  /**
   * Whether a SYN-ACK comes from the client: it repeats the SYN of the opening in progress, so both
   * ends open the connection (RFC 9293 section 3.5).
   */
  public static boolean isFromClient(Connection connection, Segment segment) {
    Direction direction = connection.directionOf(segment.key());
    return direction == Direction.CLIENT_TO_SERVER
        && connection.state() == ConnectionState.OPENING
        && isSame(connection.handshakes().of(direction), segment.view());
  }

  /**
   * Whether a SYN and its answer belong to the same handshake: each acknowledges the other one, if
   * it acknowledges anything. A blind attacker cannot acknowledge the other end's SYN.
   */
  private static boolean fits(Connection connection, Direction direction, FrameView view) {
    Handshake other = connection.handshakes().of(direction.opposite());
    if (other == null) {
      return true;
    }
    int maxBytes = connection.handling() == Handling.EDITED ? 0 : MAX_ON_SYN_BYTES;
    boolean answers = !view.isAck() || other.isAcknowledgedBy(view.acknowledgement(), maxBytes);
    boolean isAnswered =
        !other.answer() || Handshake.of(view).isAcknowledgedBy(other.acknowledgement(), maxBytes);
    return answers && isAnswered;
  }

  /**
   * Whether a SYN proves that a SYN-ACK was forged, if only that SYN-ACK is known of the
   * connection.
   */
  private static boolean isDisproving(Connection connection, Direction direction, FrameView view) {
    if (view.isAck() || connection.handshakes().isWhole()) {
      return false;
    }
    Handshake known = connection.handshakes().of(direction);
    return known == null ? !fits(connection, direction, view) : known.answer();
  }

  private static boolean isSame(@Nullable Handshake known, FrameView view) {
    return known != null && known.initialSequence() == view.sequence();
  }

  private Meaning ofUnguarded(Connection connection, Direction direction, FrameView view) {
    Handshake known = connection.handshakes().of(direction);
    boolean same = isSame(known, view);
    boolean opens = connection.state() == ConnectionState.OPENING;
    if (same || (known == null && opens)) {
      // A SYN-ACK to an older opening of the same ends may come late.
      boolean stray = vantage == Vantage.INLINE && !same && !fits(connection, direction, view);
      return stray ? Meaning.IGNORED : Meaning.OPENING;
    }
    if (view.isAck()) {
      return Meaning.IGNORED;
    }
    boolean unanswered = opens && !connection.handshakes().isWhole();
    boolean over = connection.seen().isFinished() || !connection.isInspected();
    boolean anew = unanswered || known == null || over;
    if (anew && refusing(connection, direction, view) != null) {
      return Meaning.IGNORED;
    }
    return anew ? Meaning.NEW_CONNECTION : Meaning.COMPETING;
  }

  /**
   * The rule that refuses what a SYN opens beside a connection that passes uninspected, whose ends
   * both live: the SYN may be blind, and only it is refused. Null if there is none.
   */
  public @Nullable Rule refusing(Connection connection, Segment segment) {
    FrameView view = segment.view();
    return RuleChoice.isOpening(view)
        ? refusing(connection, connection.directionOf(segment.key()), view)
        : null;
  }

  private @Nullable Rule refusing(Connection connection, Direction direction, FrameView view) {
    boolean isOther =
        RuleChoice.isOpening(view)
            && !isSame(connection.handshakes().of(direction), view)
            && !ChecksumCheck.isDamaged(vantage, view);
    return isOther && passesAlive(connection) ? choice.refusing(view) : null;
  }

  private boolean passesAlive(Connection connection) {
    return vantage == Vantage.INLINE
        && connection.handling() == Handling.UNTOUCHED
        && !isGuarded(connection)
        && isAlive(connection);
  }

  /**
   * Whether both ends take part in an uninspected connection. After a blind RST or blind FINs it is
   * closing, and its ends go on. If only its SYN-ACK was seen, it stays half-open.
   */
  private static boolean isAlive(Connection connection) {
    return switch (connection.state()) {
      case ESTABLISHED, CLOSING -> connection.seen().isAssured();
      case OPENING ->
          connection.seen().isOtherLegSeen()
              && connection.handshakes().of(Direction.CLIENT_TO_SERVER) == null;
      case TOMBSTONE -> false;
    };
  }

  private Meaning ofGuarded(Connection connection, Direction direction, FrameView view) {
    Handshake known = connection.handshakes().of(direction);
    boolean opens = connection.state() == ConnectionState.OPENING;
    if (known == null && opens) {
      return fits(connection, direction, view) ? Meaning.OPENING : Meaning.IGNORED;
    }
    boolean same = isSame(known, view);
    if (opens && view.isAck() && connection.handshakes().isWhole()) {
      return ofSynAck(connection, direction, view);
    }
    if (opens && !connection.handshakes().isWhole() && !view.isAck()) {
      return ofRetransmitted(known, view);
    }
    if (same) {
      return opens ? Meaning.OPENING : Meaning.RETRANSMITTED;
    }
    boolean competes = !view.isAck() && isFromItsSide(connection, direction, view);
    return competes ? Meaning.COMPETING : Meaning.IGNORED;
  }

  /**
   * Another SYN before the answer. With the same number and other contents it replaces the first.
   * With another number it may be forged, and competes.
   */
  private static Meaning ofRetransmitted(@Nullable Handshake known, FrameView view) {
    if (!isSame(known, view)) {
      return Meaning.COMPETING;
    }
    return Handshake.of(view).equals(known) ? Meaning.OPENING : Meaning.NEW_CONNECTION;
  }

  /**
   * Another SYN-ACK during the handshake. Servers that share an address, or a server that
   * restarted, may answer one SYN twice.
   */
  private Meaning ofSynAck(Connection connection, Direction direction, FrameView view) {
    if (!fits(connection, direction, view)) {
      return Meaning.IGNORED;
    }
    if (isSame(connection.handshakes().of(direction), view)) {
      return Meaning.OPENING;
    }
    boolean counts =
        direction == Direction.SERVER_TO_CLIENT
            && connection.handling() == Handling.EDITED
            && connection.hasStreams()
            && isFromItsSide(connection, direction, view);
    return counts ? Meaning.CONFLICTING_SYN_ACK : Meaning.IGNORED;
  }

  /**
   * Whether the SYN arrived on the leg of its end. Forging both a SYN and its answer from one side
   * of the box ends nothing.
   */
  private boolean isFromItsSide(Connection connection, Direction direction, FrameView view) {
    return vantage == Vantage.RECORDING
        || connection.phase().legs().mayCarry(direction, view.packet().leg());
  }

  /** Whether the connection is edited inline, or was before its agent ended inspection. */
  private boolean isGuarded(Connection connection) {
    return switch (connection.handling()) {
      case EDITED -> vantage == Vantage.INLINE;
      case UNTOUCHED -> vantage == Vantage.INLINE && choice.isEditing(connection.rule());
      case MONITORED, DROPPED, REJECTED -> false;
    };
  }
}
