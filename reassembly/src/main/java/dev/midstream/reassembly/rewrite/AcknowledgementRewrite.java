package dev.midstream.reassembly.rewrite;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Feedback;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.flow.Stream;
import dev.midstream.reassembly.rule.Reading;

/**
 * Takes the acknowledgement of every arriving segment at once, whatever becomes of its payload, and
 * answers what the other end is to be shown of it.
 */
public final class AcknowledgementRewrite {
  private final Reading reading;
  private final Counters counters;

  /** Reads acknowledgements as {@code reading} says. */
  public AcknowledgementRewrite(Reading reading, Counters counters) {
    this.reading = reading;
    this.counters = counters;
  }

  /**
   * Takes the acknowledgement of a segment; it must carry one.
   *
   * @return the acknowledgement to show, an offset in the acknowledged stream as its sender (or, in
   *     a recording, the reader of the output) knows it
   */
  public long take(Segment segment) {
    Stream stream = segment.reverse();
    if (segment.connection().isPickedUp() && !stream.fin().isKnown()) {
      stream.beginAt(stream.space().offsetOf(segment.view().acknowledgement(), stream.heldEnd()));
    }
    return reading == Reading.ORIGINAL ? takeRecorded(segment) : takeEdited(segment);
  }

  /**
   * The acknowledgement to show after decisions that came later than it.
   *
   * @param stream the acknowledged stream
   */
  public long showAgain(Stream stream) {
    Feedback feedback = stream.feedback();
    if (reading == Reading.ORIGINAL) {
      return showRecorded(stream);
    }
    if (feedback.beforeBeginning() < 0) {
      return feedback.show(feedback.beforeBeginning());
    }
    long mapped = stream.fin().acknowledgement(feedback.acknowledged());
    long inCustody = stream.custody().edge();
    return feedback.show(inCustody > 0 ? Math.max(mapped, inCustody) : mapped);
  }

  /** The highest acknowledgement of {@code stream}'s receiver, in the space it speaks of. */
  long heard(Stream stream) {
    Feedback feedback = stream.feedback();
    return reading == Reading.ORIGINAL ? feedback.orgAcknowledged() : feedback.acknowledged();
  }

  private long takeRecorded(Segment segment) {
    Stream stream = segment.reverse();
    long org = stream.space().offsetOf(segment.view().acknowledgement(), stream.heldEnd());
    long sent = stream.fin().isKnown() ? stream.fin().orgFin() + 1 : stream.orgSeenEnd();
    if (org > sent) {
      counters.count(Reason.ACK_BEYOND_SENT);
    }
    stream.feedback().recorded(org);
    free(stream, stream.map().acknowledgementForward(org), segment.nowNanos());
    return showRecorded(stream);
  }

  private static long showRecorded(Stream stream) {
    Feedback feedback = stream.feedback();
    long mapped = stream.fin().acknowledgementForward(feedback.orgAcknowledged());
    return feedback.show(Math.min(mapped, stream.newNext()));
  }

  private long takeEdited(Segment segment) {
    Stream stream = segment.reverse();
    Feedback feedback = stream.feedback();
    long position =
        stream.space().offsetOf(segment.view().acknowledgement(), feedback.acknowledged());
    stream.repair().heard(segment.nowNanos());
    if (segment.connection().isPickedUp() && feedback.acknowledged() == 0) {
      feedback.pickedUp(position);
    }
    if (stream.fin().refuses(position, stream.releasedEnd())) {
      counters.count(Reason.ACK_BEYOND_SENT);
    } else {
      if (position >= 0) {
        stream.roundTrip().synAcknowledged(segment.nowNanos());
      }
      free(stream, position, segment.nowNanos());
    }
    return showAgain(stream);
  }

  /**
   * Moves A; octets below it are not kept, and commands a window further below are folded. Where
   * everything is deleted A stands still, and folding must not wait for it to move.
   */
  private static void free(Stream stream, long newPosition, long nowNanos) {
    Feedback feedback = stream.feedback();
    long before = feedback.acknowledged();
    boolean advanced = feedback.acknowledgeTo(newPosition);
    if (advanced) {
      stream.released().freeBelow(newPosition);
      advance(stream, newPosition - before, nowNanos);
    }
    if (!stream.secondCopies().replaced().isEmpty()) {
      stream
          .secondCopies()
          .replaced()
          .freeBelow(stream.map().acknowledgement(feedback.acknowledged()));
    }
    if (!stream.commands().isEmpty() && (advanced || stream.folding().isFull())) {
      stream
          .folding()
          .onAcknowledged(
              feedback.acknowledged(),
              feedback.largestWindowBytes(),
              stream.roundTrip().timeoutNanos(),
              nowNanos);
    }
  }

  private static void advance(Stream stream, long newBytes, long nowNanos) {
    long newPosition = stream.feedback().acknowledged();
    stream.roundTrip().acknowledged(newPosition, nowNanos);
    stream.repair().advanced(newBytes);
    long orgPosition = stream.map().acknowledgement(newPosition);
    stream
        .custody()
        .acknowledged(
            newPosition,
            orgPosition,
            stream.opaque().isKeptFrom(orgPosition),
            stream.feedback().largestWindowBytes());
  }
}
