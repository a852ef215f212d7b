package dev.midstream.reassembly;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.flow.Stream;
import dev.midstream.reassembly.rule.Reading;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Disposition;

/** Takes one segment of an inspected connection: what it is decides which path it goes. */
final class InspectedPath {
  private final Stages stages;
  private final Counters counters;
  private final ConnectionOpening opening;
  private final MonitoredPath monitored;
  private final EditedPath edited;
  private final OpeningPath openingPath;
  private final ResetPath resets;

  InspectedPath(Stages stages, ConnectionOpening opening) {
    this.stages = stages;
    this.opening = opening;
    counters = stages.counters();
    monitored = new MonitoredPath(stages);
    edited = new EditedPath(stages);
    openingPath = new OpeningPath(stages);
    resets = new ResetPath(stages);
  }

  /** Where monitored connections go. */
  MonitoredPath monitored() {
    return monitored;
  }

  Disposition take(Segment segment) {
    Connection connection = segment.connection();
    if (connection.streamOrNull(segment.direction()) == null || !connection.hasStreams()) {
      return takeUnopened(segment);
    }
    Stream stream = segment.stream();
    segment.place(stream);
    if (isTruncated(segment)) {
      endTruncated(segment);
    } else if (isRefused(segment)) {
      return Disposition.TAKEN;
    }
    if (connection.handling() != Handling.EDITED) {
      follow(segment);
      return Disposition.FORWARD;
    }
    if (segment.view().isRst()) {
      return resets.take(segment);
    }
    return segment.view().isSyn() ? openingPath.takeSyn(segment) : edited.take(segment);
  }

  private void follow(Segment segment) {
    if (segment.connection().handling() != Handling.MONITORED) {
      return;
    }
    if (segment.view().isRst()) {
      resets.followMonitored(segment, monitored);
    } else {
      monitored.follow(segment);
    }
  }

  /** Before both SYNs were seen: only a SYN may carry octets, and they wait. */
  private Disposition takeUnopened(Segment segment) {
    FrameView view = segment.view();
    Connection connection = segment.connection();
    if (view.isSyn() && connection.streamOrNull(segment.direction()) != null) {
      if (isRefused(segment)) {
        return Disposition.TAKEN;
      }
      segment.place(segment.stream());
      return connection.handling() == Handling.EDITED
          ? openingPath.takeFirstSyn(segment)
          : openingPath.followFirstSyn(segment);
    }
    boolean tells = view.payloadLength() > 0 || view.isFin();
    if (!tells || view.isRst()) {
      return Disposition.FORWARD;
    }
    opening.joinMidStream(connection, segment.direction(), view, Reason.NOT_WHOLE);
    counters.count(Reason.NOT_WHOLE);
    return switch (connection.handling()) {
      case DROPPED, REJECTED -> Disposition.TAKEN;
      case UNTOUCHED, MONITORED -> Disposition.FORWARD;
      case EDITED -> take(segment);
    };
  }

  private static boolean isTruncated(Segment segment) {
    FrameView view = segment.view();
    return view.presentPayloadLength() < view.payloadLength();
  }

  /** Octets that are not here cannot be shown: editing ends (both directions depend on it). */
  private void endTruncated(Segment segment) {
    Connection connection = segment.connection();
    if (!segment.stream().isOpaqueForEver()) {
      stages
          .delivery()
          .endOfEditing()
          .connection(connection, Reason.TRUNCATED, "capture cut octets off");
    }
    if (connection.handling() == Handling.EDITED) {
      stages.remainder().sendAll(connection, segment.packet().timeNanos(), segment.output());
    }
  }

  /** Whether a wrong checksum keeps a segment from the path; a recording's only counts. */
  private boolean isRefused(Segment segment) {
    boolean wrong =
        segment.packet().checksumState() == ChecksumState.COMPLETE
            && !segment.view().isTcpChecksumRight();
    if (!wrong) {
      return false;
    }
    counters.count(Reason.BAD_CHECKSUM);
    segment.checksumWrong();
    return stages.configuration().reading() == Reading.EDITED
        && segment.connection().handling() == Handling.EDITED;
  }
}
