package dev.midstream.reassembly.path;

import dev.midstream.modcmd.map.ProbeRule;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Disposition;

/**
 * Takes segments that bring nothing but want an answer: keep-alives, probes of a closed window.
 * They become a question one below what the receiver expects.
 */
final class ProbePath {
  private final boolean inline;
  private final Counters counters;
  private final HeaderRewrite headers;
  private final Emission emission;

  ProbePath(Stages stages) {
    inline = stages.configuration().vantage() == Vantage.INLINE;
    counters = stages.counters();
    headers = stages.headers();
    emission = stages.emission();
  }

  /** Whether a segment only asks; it is counted. */
  boolean isProbe(Segment segment) {
    if (isKeepAlive(segment)) {
      counters.count(Reason.KEEP_ALIVE);
      return true;
    }
    if (inline && isBeyondEdge(segment, segment.stream())) {
      counters.count(Reason.ZERO_WINDOW);
      return true;
    }
    return false;
  }

  /** Asks the receiver where it stands, in place of a segment that only asks. */
  Disposition send(Segment segment) {
    Stream stream = segment.stream();
    long below = expected(stream) - 1;
    if (segment.view().isUrg()) {
      headers.rewriteUrgent(segment);
    }
    stream.receiver().retransmit().asked();
    return emission.send(segment, below, below, false);
  }

  /**
   * Whether a segment answers what its receiver asked: any does, for a keep-alive only wants to
   * hear that the other end is there.
   */
  boolean isAnswer(Segment segment) {
    return inline && segment.reverse().receiver().retransmit().takeAsked();
  }

  /** Octets that nobody asked for, and that did not come before. */
  private static boolean isBeyondEdge(Segment segment, Stream stream) {
    return !segment.connection().isPickedUp()
        && segment.orgStart() >= stream.decided()
        && ProbeRule.isBeyondEdge(
            segment.orgStart(), segment.length(), stream.sender().window().edge());
  }

  /** Octets below what the receiver has, sent to get an answer (RFC 9293 section 3.8.4). */
  private boolean isKeepAlive(Segment segment) {
    if (segment.view().isFin() || segment.view().isSyn()) {
      return false;
    }
    Stream stream = segment.stream();
    long shown =
        inline ? stream.sender().advertised() : stream.receiver().sendWindow().orgAcknowledged();
    boolean fits =
        inline
            ? segment.orgEnd() <= shown
            : segment.orgStart() == shown - 1 && segment.orgEnd() <= stream.heldEnd();
    return fits && ProbeRule.isKeepAlive(segment.orgStart(), segment.length(), shown);
  }

  /** The next number the receiver of {@code stream} expects, in new space. */
  private long expected(Stream stream) {
    return inline
        ? stream.acknowledged()
        : stream
            .edits()
            .fin()
            .acknowledgementForward(stream.receiver().sendWindow().orgAcknowledged());
  }
}
