package dev.midstream.reassembly.lifecycle;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.flow.CompetingSyn;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Handshake;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.FrameView;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a SYN means that came for known ends. Any host can send one blindly (RFC 5961 section
 * 4), so inline none ends what is known before it was answered (RFC 6191).
 */
public final class SynClassifier {
  /** What a SYN means. */
  public enum Meaning {
    /** It belongs to the handshake that is going on. */
    OPENING,
    /** It opens another connection in the place of the known one. */
    NEW_CONNECTION,
    /** It may open another connection, if it is answered. */
    COMPETING,
    /** It answers the SYN of the opening in another way than was seen before. */
    CONFLICTING_SYN_ACK,
    /** It answers a rival: the known connection is over. */
    COMPETING_ANSWERED,
    /** A repetition of one that was answered long ago. */
    RETRANSMITTED,
    /** It means nothing here. */
    IGNORED
  }

  /** Octets on a SYN that passes untouched may be acknowledged with it. */
  private static final int MAX_ON_SYN_BYTES = 65_535;

  private final Vantage vantage;
  private final StateTracker tracker;
  private final ConnectionOpening opening;

  public SynClassifier(Vantage vantage, StateTracker tracker, ConnectionOpening opening) {
    this.vantage = vantage;
    this.tracker = tracker;
    this.opening = opening;
  }

  /** What the SYN in {@code view}, sent in {@code direction}, means for {@code connection}. */
  public Meaning of(Connection connection, Direction direction, FrameView view) {
    if (tracker.isDamaged(view) && isGuarded(connection)) {
      return Meaning.IGNORED;
    }
    if (connection.state() == ConnectionState.TOMBSTONE) {
      // The SYN that opened what is dead may come twice; more of that connection would follow.
      boolean old = isSame(connection.handshakes().of(direction), view);
      return old || view.isAck() ? Meaning.IGNORED : Meaning.NEW_CONNECTION;
    }
    if (vantage == Vantage.INLINE && isDisproving(connection, direction, view)) {
      return Meaning.NEW_CONNECTION;
    }
    CompetingSyn competingSyn = connection.handshakes().competing();
    boolean answers =
        view.isAck() && competingSyn != null && competingSyn.isAnswer(view, direction);
    if (answers && isFromItsSide(connection, direction, view)) {
      return Meaning.COMPETING_ANSWERED;
    }
    boolean inline = vantage == Vantage.INLINE && isGuarded(connection);
    return inline ? ofInline(connection, direction, view) : ofRecorded(connection, direction, view);
  }

  /** Whether a SYN of an inline connection is not of its own handshake: its numbers are foreign. */
  public boolean isForeign(Connection connection, Direction direction, FrameView view) {
    if (vantage == Vantage.RECORDING
        || !view.isSyn()
        || !isGuarded(connection)
        || tracker.isDamaged(view)) {
      return false;
    }
    return !isSame(connection.handshakes().of(direction), view)
        || (connection.state() == ConnectionState.OPENING && !fits(connection, direction, view));
  }

  /** Whether a segment without SYN has the numbers that the one end has made known. */
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

  /** Whether {@code acknowledgement} is one of the SYN that opened {@code stream}. */
  public static boolean isAnswered(Stream stream, int acknowledgement) {
    long position = stream.space().offsetOf(acknowledgement, 0);
    return position >= 0 && position <= stream.orgNext();
  }

  /**
   * Whether a SYN and the answer to it are of the same handshake. Who cannot see the SYN cannot
   * answer it.
   */
  private static boolean fits(Connection connection, Direction direction, FrameView view) {
    Handshake other = connection.handshakes().of(direction.opposite());
    if (other == null) {
      return true;
    }
    int maxBytes = connection.handling() == Handling.EDITED ? 0 : MAX_ON_SYN_BYTES;
    if (view.isAck()) {
      return other.isAcknowledgedBy(view.acknowledgement(), maxBytes);
    }
    return !other.answer()
        || Handshake.of(view).isAcknowledgedBy(other.acknowledgement(), maxBytes);
  }

  /** Whether a SYN shows that a SYN-ACK, of which alone a connection is known, was forged. */
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

  private static Meaning ofRecorded(Connection connection, Direction direction, FrameView view) {
    Handshake known = connection.handshakes().of(direction);
    boolean same = isSame(known, view);
    boolean opens = connection.state() == ConnectionState.OPENING;
    if (same || (known == null && opens)) {
      return Meaning.OPENING;
    }
    if (view.isAck()) {
      return Meaning.IGNORED;
    }
    boolean unanswered = opens && !connection.handshakes().isWhole();
    boolean anew = unanswered || known == null || !connection.isInspected();
    return anew ? Meaning.NEW_CONNECTION : Meaning.COMPETING;
  }

  private Meaning ofInline(Connection connection, Direction direction, FrameView view) {
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
   * Another SYN before the answer. What was agreed on is what the last one with the same number
   * said, so that one starts over; one with another number may be anybody's.
   */
  private static Meaning ofRetransmitted(@Nullable Handshake known, FrameView view) {
    if (!isSame(known, view)) {
      return Meaning.COMPETING;
    }
    return Handshake.of(view).equals(known) ? Meaning.OPENING : Meaning.NEW_CONNECTION;
  }

  /**
   * Another SYN-ACK while the handshake is going on: servers that share an address, or one that
   * restarted, may answer one SYN in two ways.
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

  /** Who forges both a SYN and its answer from one side of the box ends nothing with it. */
  private boolean isFromItsSide(Connection connection, Direction direction, FrameView view) {
    return vantage == Vantage.RECORDING || connection.isFrom(direction, view.packet().leg());
  }

  /** Whether an agent edits the connection inline, or did so before it let it go. */
  private boolean isGuarded(Connection connection) {
    return switch (connection.handling()) {
      case EDITED -> true;
      case UNTOUCHED -> opening.isEditing(connection.rule());
      case MONITORED, DROPPED, REJECTED -> false;
    };
  }
}
