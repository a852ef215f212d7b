package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handshakes;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.SynClassifier;
import dev.midstream.reassembly.stream.SendWindow;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.SegmentBuilder;

/**
 * Processes a RST inline. A RST with the exact number is forwarded with the number that the other
 * endpoint expects, and leaves a tombstone. Any other RST never gets that number: the engine must
 * not help a blind reset (RFC 5961 section 3.2).
 */
final class InlineResetPath {
  /*
   * Mapping a guessed number like data could turn it into the exact one, because a deletion maps
   * many original numbers to one new number. So a guess is moved beyond everything sent, where the
   * receiver answers it with a challenge ACK:
   *
   *   new space of the receiver      A ............ next ............ R
   *                                  exact if it    exact if it  guesses
   *                                  received       received
   *                                  nothing        everything
   */
  private final Counters counters;
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder;

  InlineResetPath(Counters counters, SegmentBuilder builder) {
    this.counters = counters;
    this.builder = builder;
  }

  /** Processes a RST whose checksum is right and whose connection has both streams. */
  Disposition process(Segment segment) {
    Connection connection = segment.connection();
    Stream stream = segment.stream();
    boolean exact = isExact(stream, segment.orgStart());
    if (segment.isSenderReset()) {
      counters.count(Reason.AFTER_RESET);
      return refusesOther(segment) ? Disposition.FORWARD : Disposition.TAKEN;
    }
    if (segment.isSenderClosed() && !connection.handshakes().hasCompeting()) {
      // It has no connection any more, and the other end has its stream and the end.
      counters.count(exact ? Reason.ABSORBED : Reason.RESET_INVALID);
      return Disposition.TAKEN;
    }
    if (connection.isPickedUp()) {
      return forwardUnchanged(segment, exact);
    }
    if (segment.isReceiverReset()) {
      return endAlone(segment, exact);
    }
    if (!exact) {
      return forwardGuess(segment, stream);
    }
    counters.count(Reason.RESET);
    long acknowledged = stream.acknowledged();
    long next = stream.expectedNext();
    if (acknowledged < next) {
      send(segment, acknowledged);
    }
    send(segment, next);
    connection.enterTombstone(Reason.AFTER_RESET, segment.nowNanos());
    return Disposition.TAKEN;
  }

  /** Processes a RST whose receiver was reset before: nothing is forwarded. */
  private Disposition endAlone(Segment segment, boolean exact) {
    counters.count(exact ? Reason.ABSORBED : Reason.RESET_INVALID);
    if (exact) {
      segment.connection().enterTombstone(Reason.AFTER_RESET, segment.nowNanos());
    }
    return Disposition.TAKEN;
  }

  /**
   * Processes a RST before the SYN of the other endpoint was seen; numbers are not shifted yet. It
   * is accepted if it acknowledges the SYN of the other endpoint, or follows the SYN of its own
   * sender.
   */
  Disposition processHalfOpen(Segment segment) {
    Connection connection = segment.connection();
    Direction direction = segment.direction();
    FrameView view = segment.view();
    Stream own = connection.streamOrNull(direction);
    Stream other = connection.streamOrNull(direction.opposite());
    boolean follows =
        own != null && own.space().offsetOf(view.sequence(), own.orgNext()) == own.orgNext();
    boolean answers =
        other != null && view.isAck() && SynClassifier.isAnswered(other, view.acknowledgement());
    return forwardUnchanged(segment, follows || answers);
  }

  private Disposition forwardUnchanged(Segment segment, boolean exact) {
    counters.count(exact ? Reason.RESET : Reason.RESET_INVALID);
    if (exact) {
      segment.connection().enterTombstone(Reason.AFTER_RESET, segment.nowNanos());
    }
    return Disposition.FORWARD;
  }

  /**
   * Whether a RST has the next number of its sender, or the number that its sender was last
   * acknowledged.
   */
  private static boolean isExact(Stream stream, long orgStart) {
    long advertised = stream.sender().advertised();
    long acknowledged = advertised == Long.MIN_VALUE ? 0 : advertised; // below 0 after a pick-up
    return orgStart == stream.orgNext() || orgStart == acknowledged;
  }

  /**
   * Forwards a guess inside the window with a harmless number. Drops a guess outside, unless it
   * answers a SYN-ACK of another connection.
   */
  private Disposition forwardGuess(Segment segment, Stream stream) {
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
    return !inWindow && mayAnswerOther(segment) ? Disposition.FORWARD : Disposition.TAKEN;
  }

  /**
   * Whether a RST may answer a SYN-ACK that passed because it belongs to one of the openings of the
   * same ends that competed with this one. The receiver of this connection drops it: it lies
   * outside its window.
   */
  private static boolean mayAnswerOther(Segment segment) {
    if (!segment.connection().handshakes().hasCompeting()) {
      return false;
    }
    Stream stream = segment.stream();
    SendWindow window = stream.receiver().sendWindow();
    long position = stream.space().offsetOf(segment.view().sequence(), window.acknowledged());
    return position < window.acknowledged()
        || position > stream.newNext() + window.largestWindowBytes();
  }

  /** Whether a RST refuses one of the last openings of the same ends. */
  private static boolean refusesOther(Segment segment) {
    FrameView view = segment.view();
    Handshakes handshakes = segment.connection().handshakes();
    return view.isAck() && handshakes.competingAnswered(view, segment.direction()) != null;
  }

  /** Sends the RST with another number and without its payload. */
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

  /** The acknowledgement number of the RST, mapped. It changes no state. */
  private static int acknowledgement(Segment segment) {
    Stream reverse = segment.reverse();
    long acknowledged = reverse.acknowledged();
    long position = reverse.space().offsetOf(segment.view().acknowledgement(), acknowledged);
    boolean mapped = !reverse.receiver().isBeyondSent(position);
    long advertised = Math.max(0, reverse.sender().advertised());
    long sent =
        mapped ? Math.max(advertised, reverse.edits().fin().acknowledgement(position)) : advertised;
    return reverse.space().sequenceOf(sent);
  }
}
