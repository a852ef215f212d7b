package dev.midstream.reassembly.path;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Disposition;

/** Takes a RST of a recorded or monitored connection, and hands one inline to its own path. */
final class ResetPath {
  private final Vantage vantage;
  private final Counters counters;
  private final HeaderRewrite headers;
  private final Delivery delivery;
  private final OutputDrain drain;
  private final RecordedResetPath recorded;
  private final InlineResetPath inline;

  ResetPath(Stages stages) {
    vantage = stages.configuration().vantage();
    counters = stages.counters();
    headers = stages.headers();
    delivery = stages.delivery();
    drain = stages.drain();
    recorded = new RecordedResetPath(stages);
    inline = new InlineResetPath(stages.counters());
  }

  Disposition take(Segment segment) {
    if (vantage == Vantage.INLINE) {
      return inline.take(segment);
    }
    counters.count(Reason.RESET);
    if (recorded.readies(segment)) {
      return recorded.take(segment);
    }
    passHeld(segment.connection(), segment);
    headers.rewrite(segment);
    segment.editor().sequence(segment.stream().space().sequenceOf(newPosition(segment)));
    segment.finish();
    return Disposition.FORWARD;
  }

  /** Takes a RST while the other end's SYN was not seen. */
  Disposition takeUnopened(Segment segment) {
    return vantage == Vantage.INLINE ? inline.takeUnopened(segment) : Disposition.FORWARD;
  }

  /** A recorded receiver had got what is held here by the time the RST was recorded. */
  private void passHeld(Connection connection, Segment segment) {
    for (Direction direction : OutputDrain.DIRECTIONS) {
      delivery.flush(connection, direction);
    }
    drain.sendAll(connection, segment.packet().timeNanos(), segment.output());
  }

  void followMonitored(Segment segment, MonitoredPath monitored) {
    counters.count(Reason.RESET);
    if (vantage == Vantage.RECORDING && segment.length() > 0) {
      monitored.follow(segment);
    }
    for (Direction direction : OutputDrain.DIRECTIONS) {
      delivery.flush(segment.connection(), direction);
    }
    monitored.drain(segment.connection());
  }

  private static long newPosition(Segment segment) {
    Stream stream = segment.stream();
    long beyond = segment.orgStart() - stream.decided();
    if (beyond >= 0) {
      return stream.newEnd() + beyond;
    }
    return stream.edits().map().before(segment.orgStart());
  }
}
