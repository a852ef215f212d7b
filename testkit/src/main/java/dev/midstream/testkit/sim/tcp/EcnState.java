package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.segment.ControlBits;
import dev.midstream.testkit.segment.SegmentReader;

/** Explicit congestion notification of one endpoint (RFC 3168 section 6.1). */
final class EcnState {
  private static final int CAPABLE = 2;
  private static final int CONGESTION_EXPERIENCED = 3;
  private static final int OFFER = ControlBits.ECE | ControlBits.CWR;

  private final Counters counters;
  private final boolean offered;
  private boolean agreed;
  private boolean echoes;
  private boolean reduced;
  private long reducedUntil = -1;

  EcnState(EndpointOptions options, Counters counters) {
    this.counters = counters;
    offered = options.has(Behaviour.ECN);
  }

  /** The control bits of the own SYN or SYN-ACK. */
  int synFlags(boolean answers) {
    if (!offered) {
      return 0;
    }
    return answers ? (agreed ? ControlBits.ECE : 0) : OFFER;
  }

  /** Negotiates by the peer's SYN or SYN-ACK. */
  void onSyn(SegmentReader syn) {
    int expected = syn.isAck() ? ControlBits.ECE : OFFER;
    agreed = offered && (syn.flags() & OFFER) == expected;
  }

  /** Notes marks and reports of a segment. */
  void onSegment(SegmentReader segment) {
    if (!agreed || segment.isSyn()) {
      return;
    }
    if ((segment.flags() & ControlBits.CWR) != 0) {
      echoes = false;
    }
    if (segment.ecn() == CONGESTION_EXPERIENCED) {
      counters.add(Counter.CONGESTION_MARKS);
      echoes = true;
    }
  }

  /**
   * Whether a segment that acknowledges {@code una} asks for a reduction, once for each window up
   * to {@code next}.
   */
  boolean isReductionDue(SegmentReader segment, long una, long next) {
    boolean reports = agreed && !segment.isSyn() && (segment.flags() & ControlBits.ECE) != 0;
    if (!reports || una <= reducedUntil) {
      return false;
    }
    counters.add(Counter.CONGESTION_REPORTS);
    reducedUntil = next;
    reduced = true;
    return true;
  }

  /** The control bits of a segment; {@code fresh} if it carries octets for the first time. */
  int flags(boolean fresh) {
    int flags = echoes ? ControlBits.ECE : 0;
    if (fresh && reduced) {
      reduced = false;
      flags |= ControlBits.CWR;
    }
    return flags;
  }

  /** The ECN bits of the IP header: only new octets are sent as capable. */
  int codepoint(boolean fresh) {
    return agreed && fresh ? CAPABLE : 0;
  }
}
