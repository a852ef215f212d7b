package dev.midstream.reassembly;

import dev.midstream.modcmd.map.ProbeRule;
import dev.midstream.reassembly.custody.CustodyTaking;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.flow.Stream;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rule.Reading;
import dev.midstream.wire.packet.Disposition;

/**
 * Takes segments whose octets are all known: what left of them leaves again with its first copy; of
 * what did not, its sender is told where things stand.
 */
final class Repetition {
  private final boolean inline;
  private final Counters counters;
  private final HeaderRewrite headers;
  private final Emission emission;
  private final CustodyTaking custody;
  private final Probing probing;

  Repetition(Stages stages, Probing probing) {
    this.probing = probing;
    inline = stages.configuration().reading() == Reading.EDITED;
    counters = stages.counters();
    headers = stages.headers();
    emission = stages.emission();
    custody = stages.custody();
  }

  /** Where the first copies of a repeated segment start; what is acknowledged is not repeated. */
  static long repeatedFrom(Segment segment, Stream stream) {
    long freedBelow = stream.released().freedBelow();
    if (segment.connection().isPickedUp() && segment.orgStart() < 0 && freedBelow == 0) {
      return segment.orgStart();
    }
    return Math.max(stream.map().dataStart(segment.orgStart()), freedBelow);
  }

  /** Sends what may leave of a segment whose octets are all known. */
  Disposition send(Segment segment) {
    Stream stream = segment.stream();
    long from = Math.min(repeatedFrom(segment, stream), stream.releasedEnd());
    long to = Math.min(stream.map().dataEnd(segment.orgEnd()), stream.releasedEnd());
    long open = emission.releasable(segment.connection(), stream);
    if (open > stream.releasedEnd() && to >= stream.releasedEnd()) {
      to = open;
    }
    boolean waits =
        inline
            && ProbeRule.hitsWaiting(
                stream.map(), segment.orgStart(), segment.length(), Math.max(to, open));
    if (waits) {
      custody.onWaitingRepeated(segment.connection(), stream);
      stream.answers().current(segment.nowNanos());
    }
    if (from >= to) {
      return waits ? probing.send(segment) : repeatNothing(segment, stream, to);
    }
    counters.count(Reason.RETRANSMISSION);
    if (inline && segment.orgEnd() > stream.decided()) {
      custody.onRepeated(segment.connection(), stream);
    }
    stream.roundTrip().repeated(from);
    return emission.send(segment, from, to, false);
  }

  /** None of the octets leaves again, but a FIN does: nobody else would repeat it. */
  private Disposition repeatNothing(Segment segment, Stream stream, long newTo) {
    long end = stream.releasedEnd();
    boolean finAgain = segment.view().isFin() && stream.fin().isReleased();
    if (finAgain || stream.fin().isPending(end)) {
      counters.count(Reason.RETRANSMISSION);
      return emission.send(segment, end, end, false);
    }
    long freedBelow = stream.released().freedBelow();
    boolean below = freedBelow > 0 && newTo <= freedBelow;
    boolean held = segment.orgEnd() > stream.decided();
    Reason passed = below ? Reason.BELOW_WINDOW : Reason.RETRANSMISSION;
    counters.count(held ? Reason.HELD : passed);
    if (inline) {
      answerRepeated(segment, stream, held);
    }
    boolean told = headers.isNews() || probing.isAnswer(segment);
    return told ? emission.sendHeaders(segment) : Disposition.TAKEN;
  }

  /** Nothing of a repeated segment goes on: its sender hears of it from nobody else. */
  private void answerRepeated(Segment segment, Stream stream, boolean held) {
    if (held) {
      custody.onRepeated(segment.connection(), stream);
    }
    if (segment.orgEnd() <= stream.custody().edge()
        || segment.orgEnd() <= stream.feedback().shown()) {
      stream.answers().old(segment.orgStart(), segment.orgEnd(), segment.nowNanos());
    } else if (held) {
      stream.answers().current(segment.nowNanos());
    } else {
      stream.answers().deleted(segment.orgStart(), segment.orgEnd(), segment.nowNanos());
    }
  }
}
