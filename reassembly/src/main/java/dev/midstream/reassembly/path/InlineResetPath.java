package dev.midstream.reassembly.path;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.SynClassifier;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.SegmentBuilder;

/**
 * Takes a RST inline. One with the number its sender would use reaches the other end with the
 * number that end expects, and leaves a tombstone. Any other never gets that number: who only
 * guesses must not be helped by the engine (RFC 5961 section 3.2).
 */
final class InlineResetPath {
  /*
   * Mapping a guess like data could turn it into the exact number, because a deletion makes many
   * original numbers one new number. So it is moved behind everything sent, where the receiver
   * challenges it:
   *
   *   new space of the receiver      A ............ next ............ R
   *                                  believed       believed
   *                                  if it has      if it has   guesses
   *                                  got nothing    got all
   */
  private final Counters counters;
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder = new SegmentBuilder();

  InlineResetPath(Counters counters) {
    this.counters = counters;
  }

  /** Takes a RST whose connection has both streams; its checksum is right. */
  Disposition process(Segment segment) {
    Connection connection = segment.connection();
    Stream stream = segment.stream();
    boolean exact = isExact(stream, segment.orgStart());
    if (connection.isPickedUp()) {
      return forwardUnchanged(segment, exact);
    }
    if (!exact) {
      forwardGuess(segment, stream);
      return Disposition.TAKEN;
    }
    counters.count(Reason.RESET);
    long acknowledged = stream.acknowledged();
    if (acknowledged < stream.newNext()) {
      send(segment, acknowledged);
    }
    send(segment, stream.newNext());
    connection.entomb(Reason.AFTER_RESET, segment.nowNanos());
    return Disposition.TAKEN;
  }

  /**
   * Takes a RST while the other end's SYN was not seen; numbers are not shifted yet. It is believed
   * if it acknowledges the other end's SYN, or comes behind its sender's own.
   */
  Disposition processHalfOpen(Segment segment) {
    Connection connection = segment.connection();
    Direction direction = segment.direction();
    FrameView view = segment.view();
    Stream own = connection.streamOrNull(direction);
    Stream other = connection.streamOrNull(direction.opposite());
    boolean follows = own != null && isNext(own, view.sequence());
    boolean answers =
        other != null && view.isAck() && SynClassifier.isAnswered(other, view.acknowledgement());
    return forwardUnchanged(segment, follows || answers);
  }

  private Disposition forwardUnchanged(Segment segment, boolean exact) {
    counters.count(exact ? Reason.RESET : Reason.RESET_INVALID);
    if (exact) {
      segment.connection().entomb(Reason.AFTER_RESET, segment.nowNanos());
    }
    return Disposition.FORWARD;
  }

  /** A RST follows what its end sent, or takes its number from what it was sent. */
  private static boolean isExact(Stream stream, long orgStart) {
    return orgStart == stream.orgNext() || orgStart == Math.max(0, stream.sender().advertised());
  }

  private static boolean isNext(Stream stream, int sequence) {
    return stream.space().offsetOf(sequence, stream.orgNext()) == stream.orgNext();
  }

  /** Passes a guess inside the window where it does no harm; others go no further. */
  private void forwardGuess(Segment segment, Stream stream) {
    counters.count(Reason.RESET_INVALID);
    long advertised = Math.max(0, stream.sender().advertised());
    boolean inWindow =
        segment.orgStart() >= advertised && segment.orgStart() <= stream.sender().window().edge();
    long sent = Math.max(stream.newNext(), stream.acknowledged());
    long distance = Math.abs(segment.orgStart() - stream.orgNext());
    long newPosition = Math.min(sent + distance, stream.receiver().sendWindow().rightEdge() - 1);
    if (inWindow && newPosition > sent) {
      send(segment, newPosition);
    }
  }

  /** Sends the RST with another number and without the text that may come with it. */
  private void send(Segment segment, long newPosition) {
    FrameView view = segment.view();
    if (!template.capture(view)) {
      return;
    }
    builder
        .from(template)
        .leg(template.leg().opposite())
        .sequence(segment.stream().space().sequenceOf(newPosition));
    if (view.isAck()) {
      builder.acknowledgement(acknowledgement(segment));
    }
    segment.output().emit(builder.build(segment.packet().timeNanos()));
  }

  /** What a RST acknowledges, mapped; nothing is learned from it. */
  private static int acknowledgement(Segment segment) {
    Stream reverse = segment.reverse();
    long acknowledged = reverse.acknowledged();
    long position = reverse.space().offsetOf(segment.view().acknowledgement(), acknowledged);
    boolean mapped = !reverse.edits().fin().refuses(position, reverse.releasedEnd());
    long advertised = Math.max(0, reverse.sender().advertised());
    return reverse
        .space()
        .sequenceOf(
            mapped
                ? Math.max(advertised, reverse.edits().fin().acknowledgement(position))
                : advertised);
  }
}
