package dev.midstream.reassembly;

import dev.midstream.modcmd.map.ProbeRule;
import dev.midstream.reassembly.admit.Admission;
import dev.midstream.reassembly.admit.Admitted;
import dev.midstream.reassembly.admit.Credibility;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.flow.Stream;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rule.Reading;
import dev.midstream.wire.packet.Disposition;

/**
 * Takes one segment of an edited connection along the path: headers, admission, delivery, emission.
 * What the engine will owe to either end (custody of octets it acknowledged itself) has its place
 * between delivery and emission; what it will say in an end's name (acknowledgements of its own)
 * comes with the remainder, after emission.
 */
final class EditedPath {
  private final Reading reading;
  private final Counters counters;
  private final Credibility credibility;
  private final HeaderRewrite headers;
  private final Admission admission;
  private final Delivery delivery;
  private final Emission emission;
  private final Remainder remainder;

  EditedPath(Stages stages) {
    reading = stages.configuration().reading();
    counters = stages.counters();
    credibility = new Credibility(reading);
    headers = stages.headers();
    admission = stages.admission();
    delivery = stages.delivery();
    emission = stages.emission();
    remainder = stages.remainder();
  }

  /** Takes a segment whose connection has both streams, and that is no RST. */
  Disposition take(Segment segment) {
    Connection connection = segment.connection();
    Stream stream = segment.stream();
    if (isRefused(segment)) {
      return Disposition.TAKEN;
    }
    if (connection.isPickedUp() && !stream.headers().isTemplateKnown()) {
      stream.beginAt(segment.orgStart());
    }
    headers.rewrite(segment);
    if (!stream.headers().keep(segment.view())) {
      delivery
          .endOfEditing()
          .connection(connection, Reason.MALFORMED, "headers too long to send with");
    }
    Disposition disposition = carry(segment, stream);
    return remainder.sendAfter(segment, disposition);
  }

  /** Whether nothing of a segment is believed; it is for its sender to hear where things stand. */
  private boolean isRefused(Segment segment) {
    Reason refusal = credibility.refusal(segment);
    if (refusal != null) {
      counters.count(refusal);
      return true;
    }
    credibility.believe(segment);
    return false;
  }

  private Disposition carry(Segment segment, Stream stream) {
    if (isProbe(segment)) {
      counters.count(Reason.KEEP_ALIVE);
      long below = expected(stream) - 1;
      rewriteUrgent(segment);
      return emission.send(segment, below, below, false);
    }
    if (isBeforePickUp(segment)) {
      return Disposition.FORWARD;
    }
    long heldBefore = stream.heldEnd();
    long releasedBefore = stream.releasedEnd();
    long offsetBefore = stream.commands().offset();
    int commandsBefore = stream.commands().size();
    Admitted admitted = admission.admit(segment);
    deliver(segment, stream, admitted);
    rewriteUrgent(segment);
    boolean unedited =
        stream.commands().size() == commandsBefore && stream.commands().offset() == offsetBefore;
    return switch (admitted) {
      case EMPTY -> sendEmpty(segment, stream);
      case NEXT -> {
        boolean same =
            unedited
                && segment.orgStart() == heldBefore
                && stream.map().dataStart(heldBefore) == releasedBefore;
        yield sendNext(segment, stream, heldBefore, same);
      }
      case KNOWN -> sendKnown(segment, stream);
      case OPAQUE, STRANDED -> sendOpaque(segment, stream, heldBefore);
      case BEYOND_END -> emission.sendBeyondEnd(segment);
      case DELAYED, REFUSED -> withhold(segment);
    };
  }

  /** Octets from before the pick-up keep their numbers; nobody was shown them. */
  private static boolean isBeforePickUp(Segment segment) {
    long presentEnd = segment.orgStart() + segment.view().presentPayloadLength();
    return segment.connection().isPickedUp() && segment.length() > 0 && presentEnd <= 0;
  }

  private void rewriteUrgent(Segment segment) {
    if (segment.view().isUrg()) {
      headers.rewriteUrgent(segment);
    }
  }

  private void deliver(Segment segment, Stream stream, Admitted admitted) {
    if (segment.view().isFin() && admitted != Admitted.REFUSED && admitted != Admitted.BEYOND_END) {
      finArrives(segment, stream);
    }
    switch (admitted) {
      case NEXT -> delivery.accept(segment, nextFrom(segment, stream));
      case OPAQUE -> {
        stream.opaqueArrived(segment.orgEnd());
        delivery.resume(segment.connection(), segment.direction());
      }
      case STRANDED -> {
        remainder.strand(
            segment.connection(),
            segment.direction(),
            Reason.GAP,
            segment.packet().timeNanos(),
            segment.output());
        stream.opaqueArrived(segment.orgEnd());
        delivery.resume(segment.connection(), segment.direction());
      }
      case EMPTY, KNOWN, DELAYED -> delivery.resume(segment.connection(), segment.direction());
      case REFUSED, BEYOND_END -> {}
    }
  }

  /**
   * The first octet of a segment that is new; in an opaque span what is missing is not waited for.
   */
  static long nextFrom(Segment segment, Stream stream) {
    return Math.max(segment.orgStart(), stream.heldEnd());
  }

  private void finArrives(Segment segment, Stream stream) {
    long orgFin = segment.orgFin();
    boolean fits = orgFin >= stream.orgSeenEnd() || stream.fin().isKnown();
    if (!fits || !stream.fin().arrive(orgFin)) {
      counters.count(Reason.OUT_OF_WINDOW);
    }
    if (orgFin > stream.heldEnd()) {
      stream.silence().gapSince(segment.nowNanos());
    }
    segment.connection().finished(segment.direction());
  }

  /** Octets below what the receiver has, sent to get an answer (RFC 9293 section 3.8.4). */
  private boolean isProbe(Segment segment) {
    if (segment.view().isFin() || segment.view().isSyn()) {
      return false;
    }
    Stream stream = segment.stream();
    long shown =
        reading == Reading.ORIGINAL
            ? stream.feedback().orgAcknowledged()
            : stream.feedback().shown();
    boolean exact = segment.orgStart() == shown - 1 && segment.orgEnd() <= stream.heldEnd();
    return exact && ProbeRule.isKeepAlive(segment.orgStart(), segment.length(), shown);
  }

  /** The next number the receiver of {@code stream} expects, in new space. */
  private long expected(Stream stream) {
    return reading == Reading.ORIGINAL
        ? stream.fin().acknowledgementForward(stream.feedback().orgAcknowledged())
        : stream.feedback().acknowledged();
  }

  private Disposition sendEmpty(Segment segment, Stream stream) {
    long from = stream.releasedEnd();
    long to = emission.releasable(segment.connection(), stream);
    boolean bareFin = segment.view().isFin() && to == from && !isFinPending(stream, to);
    if (bareFin && stream.fin().isReleased()) {
      counters.count(Reason.RETRANSMISSION);
    } else if (bareFin && !headers.isNews()) {
      return absorb();
    }
    if (headers.isAbsorbable() && to == from && !segment.view().isFin()) {
      return absorb();
    }
    return to > from || segment.view().isFin()
        ? emission.send(segment, from, to, false)
        : emission.sendAcknowledgement(segment);
  }

  private Disposition absorb() {
    counters.count(Reason.ABSORBED);
    return Disposition.TAKEN;
  }

  private static boolean isFinPending(Stream stream, long newTo) {
    return stream.fin().isSettled() && !stream.fin().isReleased() && newTo == stream.fin().newFin();
  }

  private Disposition sendNext(Segment segment, Stream stream, long heldBefore, boolean same) {
    long from = stream.releasedEnd();
    long to = emission.releasable(segment.connection(), stream);
    if (segment.orgStart() < heldBefore) {
      from = Math.min(from, repeatedFrom(segment, stream));
    }
    if (from >= to && !isFinPending(stream, to)) {
      if (stream.undecided().length() == 0) {
        boolean waits = stream.newEnd() > stream.releasedEnd();
        counters.count(waits ? Reason.WINDOW_FULL : Reason.ABSORBED);
      }
      return withhold(segment);
    }
    return emission.send(segment, from, to, same && to == stream.newEnd());
  }

  /** Where the first copies of a repeated segment start; what is acknowledged is not repeated. */
  static long repeatedFrom(Segment segment, Stream stream) {
    long freedBelow = stream.released().freedBelow();
    if (segment.connection().isPickedUp() && segment.orgStart() < 0 && freedBelow == 0) {
      return segment.orgStart();
    }
    return Math.max(stream.map().dataStart(segment.orgStart()), freedBelow);
  }

  private Disposition sendKnown(Segment segment, Stream stream) {
    long from = Math.min(repeatedFrom(segment, stream), stream.releasedEnd());
    long to = Math.min(stream.map().dataEnd(segment.orgEnd()), stream.releasedEnd());
    long open = emission.releasable(segment.connection(), stream);
    if (open > stream.releasedEnd() && to >= stream.releasedEnd()) {
      to = open;
    }
    if (from >= to) {
      return repeatNothing(segment, stream, to);
    }
    counters.count(Reason.RETRANSMISSION);
    return emission.send(segment, from, to, false);
  }

  /** None of the octets leaves again, but a FIN does: nobody else would repeat it. */
  private Disposition repeatNothing(Segment segment, Stream stream, long newTo) {
    long end = stream.releasedEnd();
    boolean finAgain = segment.view().isFin() && stream.fin().isReleased();
    if (finAgain || isFinPending(stream, end)) {
      counters.count(Reason.RETRANSMISSION);
      return emission.send(segment, end, end, false);
    }
    long freedBelow = stream.released().freedBelow();
    boolean below = freedBelow > 0 && newTo <= freedBelow;
    boolean held = segment.orgEnd() > stream.decided();
    Reason passed = below ? Reason.BELOW_WINDOW : Reason.RETRANSMISSION;
    counters.count(held ? Reason.HELD : passed);
    return withhold(segment);
  }

  /** What was put in where new octets start has left already; repeated ones bring it again. */
  private Disposition sendOpaque(Segment segment, Stream stream, long heldBefore) {
    long from = stream.map().before(segment.orgStart());
    if (segment.orgStart() >= heldBefore) {
      long behind = Math.min(stream.releasedEnd(), stream.map().after(segment.orgStart()));
      from = Math.max(from, behind);
    }
    long end = stream.map().before(segment.orgEnd());
    if (end - from == segment.length()) {
      return emission.send(segment, from, end, true);
    }
    segment.cutToPresent();
    from = Math.max(from, stream.released().freedBelow());
    long to = stream.map().before(segment.orgEnd());
    Disposition disposition;
    if (from < to) {
      disposition = emission.send(segment, from, to, false);
    } else {
      counters.count(Reason.BELOW_WINDOW);
      disposition = withhold(segment);
    }
    stream.releaseTo(end);
    return disposition;
  }

  /** The payload stays here; what the segment says about the other direction leaves at once. */
  private Disposition withhold(Segment segment) {
    return headers.isNews() ? emission.sendHeaders(segment) : Disposition.TAKEN;
  }
}
