package dev.midstream.reassembly.path;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Phase.TimeWait;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.ConnectionOpening;
import dev.midstream.reassembly.lifecycle.StateTracker;
import dev.midstream.reassembly.lifecycle.SynClassifier;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Disposition;

/** Takes one segment of an inspected connection: what it is decides which path it goes. */
public final class InspectedPath {
  private final Stages stages;
  private final Counters counters;
  private final ConnectionOpening opening;
  private final MonitoredPath monitored;
  private final EditedPath edited;
  private final OpeningPath openingPath;
  private final InlineResetPath inlineResets;
  private final RecordedResetPath recordedResets;
  private final TimeWaitPath timeWait;
  private final RefusedPath refusedPath;
  private final StateTracker tracker;
  private final SynClassifier synClassifier;

  public InspectedPath(
      Stages stages,
      ConnectionOpening opening,
      StateTracker tracker,
      SynClassifier synClassifier,
      RefusedPath refusedPath) {
    this.stages = stages;
    this.opening = opening;
    this.tracker = tracker;
    this.synClassifier = synClassifier;
    this.refusedPath = refusedPath;
    counters = stages.counters();
    monitored = new MonitoredPath(stages);
    edited = new EditedPath(stages);
    openingPath = new OpeningPath(stages);
    inlineResets = new InlineResetPath(stages.counters());
    recordedResets = new RecordedResetPath(stages);
    timeWait = new TimeWaitPath(stages.counters());
  }

  /** Where monitored connections go. */
  public MonitoredPath monitored() {
    return monitored;
  }

  public Disposition take(Segment segment) {
    Connection connection = segment.connection();
    boolean inline = tracker.isInline(connection);
    if (inline && !isTruncated(segment) && refuses(segment)) {
      return Disposition.TAKEN;
    }
    if (inline && synClassifier.isForeign(connection, segment.direction(), segment.view())) {
      return openingPath.takeCompeting(segment);
    }
    if (connection.phase() instanceof TimeWait over) {
      return timeWait.take(segment, over);
    }
    if (!connection.hasStreams()) {
      return takeUnopened(segment);
    }
    segment.place(segment.stream());
    if (isTruncated(segment)) {
      endTruncated(segment);
    } else if (!inline && refuses(segment)) {
      return Disposition.TAKEN;
    }
    if (connection.handling() != Handling.EDITED) {
      follow(segment);
      return Disposition.FORWARD;
    }
    return takeEdited(segment);
  }

  /** Takes a SYN that passes a connection which is let alone. */
  public Disposition takeRival(Segment segment) {
    return openingPath.takeCompeting(segment);
  }

  private Disposition takeEdited(Segment segment) {
    if (segment.view().isRst() || segment.view().isSyn()) {
      segment.connection().atRest(false);
      return segment.view().isRst() ? takeReset(segment) : openingPath.takeSyn(segment);
    }
    if (tracker.isInline(segment.connection())) {
      tracker.open(segment);
    }
    return edited.take(segment);
  }

  private Disposition takeReset(Segment segment) {
    return stages.configuration().vantage() == Vantage.INLINE
        ? inlineResets.take(segment)
        : recordedResets.take(segment);
  }

  private void follow(Segment segment) {
    boolean dropped =
        segment.isChecksumWrong() && stages.configuration().vantage() == Vantage.INLINE;
    if (segment.connection().handling() != Handling.MONITORED || dropped) {
      return;
    }
    if (segment.view().isRst()) {
      recordedResets.followMonitored(segment, monitored);
    } else {
      monitored.follow(segment);
    }
  }

  /** Before both SYNs were seen: only a SYN may carry octets, and they wait. */
  private Disposition takeUnopened(Segment segment) {
    FrameView view = segment.view();
    Connection connection = segment.connection();
    boolean inline = tracker.isInline(connection);
    boolean fits = !inline || view.isSyn() || SynClassifier.fitsOneSyn(segment);
    if (fits) {
      connection.seen().markSeen(segment.direction());
    }
    if (view.isSyn() && connection.streamOrNull(segment.direction()) != null) {
      if (!inline && refuses(segment)) {
        return Disposition.TAKEN;
      }
      segment.place(segment.stream());
      return connection.handling() == Handling.EDITED
          ? openingPath.takeFirstSyn(segment)
          : openingPath.followFirstSyn(segment);
    }
    if (view.isRst()) {
      return inline ? inlineResets.takeUnopened(segment) : Disposition.FORWARD;
    }
    boolean tells = view.payloadLength() > 0 || view.isFin();
    if (!fits) {
      return tells ? refuseEarly(segment) : Disposition.FORWARD;
    }
    return tells ? join(segment, inline) : Disposition.FORWARD;
  }

  /**
   * Octets came that are of no connection that is opening. Before the other end has answered nobody
   * could tell later what it made of them; what answers another SYN than the one seen that end
   * refuses itself.
   */
  private Disposition refuseEarly(Segment segment) {
    if (segment.connection().streamOrNull(segment.direction()) == null) {
      return Disposition.FORWARD;
    }
    counters.count(Reason.OUT_OF_WINDOW);
    return Disposition.TAKEN;
  }

  private static boolean isSeen(Connection connection, Direction direction) {
    return connection.seen().isSeen(direction) || connection.handshakes().of(direction) != null;
  }

  /** Octets came although the opening was not seen to its end. */
  private Disposition join(Segment segment, boolean inline) {
    Connection connection = segment.connection();
    if (inline && !isSeen(connection, segment.direction().opposite())) {
      counters.count(Reason.ONE_SIDED);
      opening.leaveOneSided(connection, segment.direction());
      return Disposition.FORWARD;
    }
    opening.joinMidStream(connection, segment.direction(), segment.view(), Reason.NOT_WHOLE);
    return switch (connection.handling()) {
      case DROPPED, REJECTED -> {
        if (inline) {
          yield refusedPath.take(connection, segment.view(), segment.nowNanos(), segment.output());
        }
        counters.count(Reason.NOT_WHOLE);
        yield Disposition.TAKEN;
      }
      case UNTOUCHED, MONITORED -> {
        counters.count(Reason.NOT_WHOLE);
        yield Disposition.FORWARD;
      }
      case EDITED -> {
        counters.count(Reason.NOT_WHOLE);
        yield take(segment);
      }
    };
  }

  private static boolean isTruncated(Segment segment) {
    return !segment.view().isSegmentPresent();
  }

  /** Octets that are not here cannot be shown: editing ends (both directions depend on it). */
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

  /** Whether a wrong checksum keeps a segment from the path; a recording's only counts. */
  private boolean refuses(Segment segment) {
    boolean wrong =
        segment.packet().checksumState() == ChecksumState.COMPLETE
            && !segment.view().isTcpChecksumRight();
    if (!wrong) {
      return false;
    }
    counters.count(Reason.BAD_CHECKSUM);
    segment.checksumWrong();
    return stages.configuration().vantage() == Vantage.INLINE
        && segment.connection().handling() == Handling.EDITED;
  }
}
