package dev.midstream.reassembly;

import dev.midstream.reassembly.commit.HeldOpenings;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.RuleChoice;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;

/**
 * Segments that would pass unedited, although no record is committed that closes the last
 * connection of their ends. Another engine could go on with that, and would take them for segments
 * of it.
 */
final class AwaitedClose {
  private final HeldOpenings held;
  private final RuleChoice choice;
  private final Counters counters;

  AwaitedClose(HeldOpenings held, RuleChoice choice, Counters counters) {
    this.held = held;
    this.choice = choice;
    this.counters = counters;
  }

  /**
   * What becomes of a segment that {@code disposition} lets pass, or not: it is dropped before the
   * last connection is closed, and its sender repeats it. A SYN passes, because its answer waits,
   * and a RST, because nothing follows it.
   */
  Disposition decide(Segment segment, Disposition disposition) {
    FrameView view = segment.view();
    boolean passes =
        disposition != Disposition.FORWARD
            || !isAwaited(segment)
            || RuleChoice.isOpening(view)
            || view.isRst();
    if (passes) {
      return disposition;
    }
    counters.count(Reason.COMMIT_AWAITED);
    return Disposition.TAKEN;
  }

  /** Whether the end of the last connection is awaited; not if that was only monitored. */
  boolean isAwaited(Segment segment) {
    return held.isCloseAwaited(segment.key()) && choice.mayBeChanged(segment.view());
  }
}
