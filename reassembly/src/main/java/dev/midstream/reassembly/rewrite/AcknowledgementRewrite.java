package dev.midstream.reassembly.rewrite;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.SendWindow;
import dev.midstream.reassembly.stream.Stream;

/**
 * Takes the acknowledgement of every arriving segment at once, whatever becomes of its payload, and
 * answers what the other end is to be shown of it.
 */
public final class AcknowledgementRewrite {
  private final Vantage vantage;
  private final Counters counters;

  /** Reads acknowledgements as {@code vantage} says. */
  public AcknowledgementRewrite(Vantage vantage, Counters counters) {
    this.vantage = vantage;
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
    return vantage == Vantage.RECORDING ? takeRecorded(segment) : takeEdited(segment);
  }

  /**
   * The acknowledgement to show after decisions that came later than it.
   *
   * @param stream the acknowledged stream
   */
  public long showAgain(Stream stream) {
    SendWindow sendWindow = stream.sendWindow();
    if (vantage == Vantage.RECORDING) {
      return showRecorded(stream);
    }
    if (sendWindow.beforeBeginning() < 0) {
      return sendWindow.show(sendWindow.beforeBeginning());
    }
    long mapped = stream.fin().acknowledgement(sendWindow.acknowledged());
    long inCustody = stream.custody().edge();
    return sendWindow.show(inCustody > 0 ? Math.max(mapped, inCustody) : mapped);
  }

  /** The highest acknowledgement of {@code stream}'s receiver, in the space it speaks of. */
  long heard(Stream stream) {
    SendWindow sendWindow = stream.sendWindow();
    return vantage == Vantage.RECORDING ? sendWindow.orgAcknowledged() : sendWindow.acknowledged();
  }

  private long takeRecorded(Segment segment) {
    Stream stream = segment.reverse();
    long org = stream.space().offsetOf(segment.view().acknowledgement(), stream.heldEnd());
    long sent = stream.fin().isKnown() ? stream.fin().orgFin() + 1 : stream.orgSeenEnd();
    if (org > sent) {
      counters.count(Reason.ACK_BEYOND_SENT);
    }
    stream.sendWindow().recorded(org);
    free(stream, stream.map().acknowledgementForward(org), segment.nowNanos());
    return showRecorded(stream);
  }

  private static long showRecorded(Stream stream) {
    SendWindow sendWindow = stream.sendWindow();
    long mapped = stream.fin().acknowledgementForward(sendWindow.orgAcknowledged());
    return sendWindow.show(Math.min(mapped, stream.newNext()));
  }

  private long takeEdited(Segment segment) {
    Stream stream = segment.reverse();
    SendWindow sendWindow = stream.sendWindow();
    long position =
        stream.space().offsetOf(segment.view().acknowledgement(), sendWindow.acknowledged());
    stream.retransmit().heard(segment.nowNanos());
    if (segment.connection().isPickedUp() && sendWindow.acknowledged() == 0) {
      sendWindow.pickedUp(position);
    }
    if (stream.fin().refuses(position, stream.releasedEnd())) {
      counters.count(Reason.ACK_BEYOND_SENT);
    } else {
      if (position >= 0) {
        stream.rtt().synAcknowledged(segment.nowNanos());
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
    SendWindow sendWindow = stream.sendWindow();
    long before = sendWindow.acknowledged();
    boolean advanced = sendWindow.acknowledgeTo(newPosition);
    if (advanced) {
      stream.released().freeBelow(newPosition);
      advance(stream, newPosition - before, nowNanos);
    }
    if (!stream.secondCopies().replaced().isEmpty()) {
      stream
          .secondCopies()
          .replaced()
          .freeBelow(stream.map().acknowledgement(sendWindow.acknowledged()));
    }
    if (!stream.commands().isEmpty() && (advanced || stream.folding().isFull())) {
      stream
          .folding()
          .onAcknowledged(
              sendWindow.acknowledged(),
              sendWindow.largestWindowBytes(),
              stream.rtt().timeoutNanos(),
              nowNanos);
    }
  }

  private static void advance(Stream stream, long newBytes, long nowNanos) {
    long newPosition = stream.sendWindow().acknowledged();
    stream.rtt().acknowledged(newPosition, nowNanos);
    stream.retransmit().advanced(newBytes);
    long orgPosition = stream.map().acknowledgement(newPosition);
    stream
        .custody()
        .acknowledged(
            newPosition,
            orgPosition,
            stream.opaque().isKeptFrom(orgPosition),
            stream.sendWindow().largestWindowBytes());
  }
}
