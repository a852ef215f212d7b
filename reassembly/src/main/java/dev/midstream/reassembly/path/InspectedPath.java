package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.admit.DamagedCopies;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Phase.Refused;
import dev.midstream.reassembly.flow.Phase.TimeWait;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.ChecksumCheck;
import dev.midstream.reassembly.lifecycle.ConnectionOpening;
import dev.midstream.reassembly.lifecycle.StateTracker;
import dev.midstream.reassembly.lifecycle.SynClassifier;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.segment.ResetReply;

/** Dispatches one segment of an inspected connection to the path for its kind. */
public final class InspectedPath {
  private final Stages stages;
  private final ConnectionOpening opening;
  private final MonitoredPath monitored;
  private final EditedPath edited;
  private final OpeningPath openings;
  private final InlineResetPath inlineResets;
  private final RecordedResetPath recordedResets;
  private final TimeWaitPath timeWait;
  private final RefusedPath refused;
  private final StateTracker tracker;
  private final SynClassifier synClassifier;
  private final DamagedCopies damagedCopies = new DamagedCopies();
  private final ResetReply resetReply;

  public InspectedPath(
      Stages stages,
      ConnectionOpening opening,
      StateTracker tracker,
      SynClassifier synClassifier,
      RefusedPath refused) {
    this.stages = stages;
    this.opening = opening;
    this.tracker = tracker;
    this.synClassifier = synClassifier;
    this.refused = refused;
    ForwardPath forward = new ForwardPath(stages);
    monitored = new MonitoredPath(stages);
    edited = new EditedPath(stages, forward);
    openings = new OpeningPath(stages);
    resetReply = stages.builders().resets();
    inlineResets = new InlineResetPath(stages.counters(), stages.builders().segments());
    recordedResets = new RecordedResetPath(stages, forward);
    timeWait = new TimeWaitPath(stages.counters(), stages.builders().segments());
  }

  /** The path of monitored connections. */
  public MonitoredPath monitored() {
    return monitored;
  }

  public Disposition process(Segment segment) {
    stages.delivery().begin(segment.connection(), segment.nowNanos());
    if (isFromWrongSide(segment)) {
      stages.counters().count(Reason.WRONG_SIDE);
      return Disposition.TAKEN;
    }
    if (segment.connection().isAtRest() && isPlain(segment)) {
      segment.place(segment.stream());
      return edited.process(segment);
    }
    return dispatch(segment);
  }

  /** Whether a segment is whole and undamaged, and neither a SYN nor a RST. */
  private static boolean isPlain(Segment segment) {
    FrameView view = segment.view();
    return (view.flags() & (TcpFlags.SYN | TcpFlags.RST)) == 0
        && !isTruncated(segment)
        && !ChecksumCheck.isWrong(view);
  }

  private Disposition dispatch(Segment segment) {
    Connection connection = segment.connection();
    boolean tracked = tracker.tracksNumbers(connection);
    if (tracked && !isTruncated(segment) && refuseDamaged(segment)) {
      return Disposition.TAKEN;
    }
    if (tracked && synClassifier.isForeign(connection, segment.direction(), segment.view())) {
      return openings.processCompeting(segment);
    }
    if (connection.phase() instanceof TimeWait timeWaitPhase) {
      return timeWait.process(segment, timeWaitPhase);
    }
    if (!connection.hasStreams()) {
      return passesDamaged(segment) ? Disposition.FORWARD : processHalfOpen(segment);
    }
    segment.place(segment.stream());
    if (isTruncated(segment)) {
      endTruncated(segment);
      if (connection.phase() instanceof Refused) {
        return Disposition.TAKEN;
      }
    } else if (!tracked && refuseDamaged(segment)) {
      return Disposition.TAKEN;
    }
    boolean edits = connection.handling() == Handling.EDITED;
    if (!stages.isInline() && withholdDamaged(segment)) {
      return edits ? Disposition.TAKEN : Disposition.FORWARD;
    }
    if (!stages.isInline() && damagedCopies.confirm(segment) && edits) {
      stages.drain().sendAll(connection, segment.packet().timeNanos(), segment.output());
    }
    if (connection.handling() != Handling.EDITED) {
      monitor(segment);
      return Disposition.FORWARD;
    }
    return processEdited(segment);
  }

  /**
   * Whether the segment arrived where those of the other end do: it was sent by this box or another
   * one, and came back. What was edited must not be edited again. A SYN passes and decides nothing.
   */
  private boolean isFromWrongSide(Segment segment) {
    Connection connection = segment.connection();
    return stages.isInline()
        && connection.handling() == Handling.EDITED
        && connection.state() != ConnectionState.OPENING
        && !segment.view().isSyn()
        && isOther(segment.packet().leg(), connection, segment.direction());
  }

  /** Whether segments of {@code direction} arrive on the other leg than {@code leg}. */
  private static boolean isOther(Leg leg, Connection connection, Direction direction) {
    if (!connection.hasStreams()) {
      return !connection.phase().legs().mayCarry(direction, leg);
    }
    SenderHeaders headers = connection.stream(direction).headers();
    return headers.isTemplateKnown() && headers.template().leg() != leg;
  }

  /** Whether a damaged segment passes a half-open monitored connection and decides nothing. */
  private boolean passesDamaged(Segment segment) {
    if (stages.isInline() && !isTruncated(segment)) {
      refuseDamaged(segment);
    }
    return segment.isChecksumWrong();
  }

  /** Processes a competing SYN on a connection that passes uninspected. */
  public Disposition processCompetingSyn(Segment segment) {
    return openings.processCompeting(segment);
  }

  /** Withholds a damaged segment of a recording; notes a right checksum of any other. */
  private boolean withholdDamaged(Segment segment) {
    if (segment.isChecksumWrong()) {
      return damagedCopies.withhold(segment);
    }
    noteRightChecksum(segment);
    return false;
  }

  private static void noteRightChecksum(Segment segment) {
    if (!segment.isChecksumWrong() && !isTruncated(segment)) {
      segment.stream().headers().noteRightChecksum();
    }
  }

  private Disposition processEdited(Segment segment) {
    if (segment.isSenderReset() && !segment.view().isRst()) {
      return answerReset(segment);
    }
    if (segment.view().isSyn() && segment.isReceiverReset()) {
      stages.counters().count(Reason.ABSORBED);
      return Disposition.TAKEN;
    }
    if (segment.view().isRst() || segment.view().isSyn()) {
      segment.connection().setAtRest(false);
      return segment.view().isRst() ? processReset(segment) : openings.processSyn(segment);
    }
    if (tracker.tracksNumbers(segment.connection())) {
      tracker.open(segment);
    }
    return edited.process(segment);
  }

  /** Answers a segment of an end that was reset alone, as a closed port does. */
  private Disposition answerReset(Segment segment) {
    stages.counters().count(Reason.AFTER_RESET);
    segment.output().emit(resetReply.to(segment.view()));
    return Disposition.TAKEN;
  }

  private Disposition processReset(Segment segment) {
    return stages.isInline() ? inlineResets.process(segment) : recordedResets.process(segment);
  }

  private void monitor(Segment segment) {
    boolean dropped = segment.isChecksumWrong() && stages.isInline();
    if (segment.connection().handling() != Handling.MONITORED || dropped) {
      return;
    }
    if (segment.view().isRst()) {
      recordedResets.processMonitored(segment, monitored);
    } else {
      monitored.process(segment);
    }
  }

  /**
   * Processes a segment before both SYNs were seen. Only a SYN may carry octets, and they are held.
   */
  private Disposition processHalfOpen(Segment segment) {
    FrameView view = segment.view();
    Connection connection = segment.connection();
    boolean tracked = tracker.tracksNumbers(connection);
    boolean fits = !stages.isInline() || view.isSyn() || SynClassifier.fitsOneSyn(segment);
    if (fits) {
      connection.seen().markSeen(segment.direction());
    }
    if (view.isSyn() && connection.streamOrNull(segment.direction()) != null) {
      if (!tracked && !isTruncated(segment) && refuseDamaged(segment)) {
        return Disposition.TAKEN;
      }
      segment.place(segment.stream());
      noteRightChecksum(segment);
      return connection.handling() == Handling.EDITED
          ? openings.processFirstSyn(segment)
          : openings.storeFirstSyn(segment);
    }
    if (view.isRst()) {
      return tracked ? inlineResets.processHalfOpen(segment) : Disposition.FORWARD;
    }
    boolean occupiesSequence = view.payloadLength() > 0 || view.isFin();
    if (!fits) {
      return occupiesSequence && tracked ? refuseEarly(segment) : Disposition.FORWARD;
    }
    return occupiesSequence ? joinMidStream(segment, tracked) : Disposition.FORWARD;
  }

  /**
   * Refuses octets that do not fit the half-open connection. If only their own sender's SYN is
   * known they are dropped, because the engine cannot learn later how the other endpoint treated
   * them. If only the other SYN is known, its sender refuses them itself. But anyone may have made
   * that SYN up: octets that must be decided are dropped.
   */
  private Disposition refuseEarly(Segment segment) {
    Connection connection = segment.connection();
    boolean refusedByReceiver = connection.streamOrNull(segment.direction()) == null;
    if (refusedByReceiver && !connection.mustBeDecided(stages.configuration().vantage())) {
      return Disposition.FORWARD;
    }
    stages.counters().count(Reason.OUT_OF_WINDOW);
    return Disposition.TAKEN;
  }

  private static boolean isSeen(Connection connection, Direction direction) {
    return connection.seen().isSeen(direction) || connection.handshakes().of(direction) != null;
  }

  /**
   * Joins a connection in mid-stream: octets came before its opening was seen completely. The other
   * side may have been seen by an engine that died.
   */
  private Disposition joinMidStream(Segment segment, boolean tracked) {
    Connection connection = segment.connection();
    boolean oneSided =
        tracked
            && !isSeen(connection, segment.direction().opposite())
            && !opening.takeover().mayBeSeenElsewhere(segment.nowNanos());
    if (oneSided) {
      opening.leaveOneSided(connection, segment.direction());
    } else {
      opening.joinMidStream(connection, segment.direction(), segment.view(), Reason.NOT_WHOLE);
    }
    if (tracked && connection.phase() instanceof Refused) {
      return refused.process(connection, segment.view(), segment.nowNanos(), segment.output());
    }
    if (oneSided) {
      return Disposition.FORWARD;
    }
    stages.counters().count(Reason.NOT_WHOLE);
    return switch (connection.handling()) {
      case DROPPED, REJECTED -> Disposition.TAKEN;
      case UNTOUCHED, MONITORED -> Disposition.FORWARD;
      case EDITED -> process(segment);
    };
  }

  private static boolean isTruncated(Segment segment) {
    return !segment.view().isSegmentPresent();
  }

  /**
   * Ends the editing of both directions if a capture has truncated the segment: octets that are
   * missing cannot be shown to the agent.
   */
  private void endTruncated(Segment segment) {
    Connection connection = segment.connection();
    if (!segment.stream().edits().opaque().isEndless()) {
      stages
          .delivery()
          .endOfEditing()
          .connection(connection, Reason.TRUNCATED, "capture cut octets off");
    }
    if (connection.handling() == Handling.EDITED) {
      stages.drain().sendAll(connection, segment.packet().timeNanos(), segment.output());
    }
  }

  /**
   * Counts a wrong checksum.
   *
   * @return whether the segment is dropped for it; never in a recording
   */
  private boolean refuseDamaged(Segment segment) {
    if (!ChecksumCheck.isWrong(segment.view())) {
      return false;
    }
    stages.counters().count(Reason.BAD_CHECKSUM);
    segment.markChecksumWrong();
    return tracker.tracksNumbers(segment.connection());
  }
}
