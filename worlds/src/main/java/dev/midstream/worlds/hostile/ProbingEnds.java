package dev.midstream.worlds.hostile;

import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.Ending;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import java.util.List;

/**
 * Two ends that only probe from a moment on, and are answered. Such ends go on for ever (RFC 9293
 * section 3.8.6.1): planted numbers may let one take the window of the other for closed, or its
 * numbers for wrong, and planted octets may let an agent wait for more than their sender has.
 */
final class ProbingEnds {
  private final List<Counted> ends;

  /** What an end had counted at that moment. */
  private record Counted(TcpEndpoint end, long received, long probes, long timeouts) {
    Counted(TcpEndpoint end) {
      this(
          end,
          end.counters().get(Counter.SEGMENTS_RECEIVED),
          end.counters().get(Counter.WINDOW_PROBES) + end.counters().get(Counter.KEEP_ALIVES),
          end.counters().get(Counter.TIMEOUTS));
    }
  }

  /** Notes what both ends of {@code talk} have counted up to now. */
  ProbingEnds(Conversation talk) {
    ends = List.of(new Counted(talk.client()), new Counted(talk.server()));
  }

  /** Whether both live and were heard, one of them probed, and no retransmission timed out. */
  boolean areAnswered() {
    boolean answered = true;
    boolean probing = false;
    for (Counted before : ends) {
      Counted now = new Counted(before.end());
      boolean heard = now.received() > before.received();
      boolean waits = now.timeouts() == before.timeouts();
      answered &= heard && waits && now.end().ending() == Ending.NOT_YET;
      probing |= now.probes() > before.probes();
    }
    return answered && probing;
  }
}
