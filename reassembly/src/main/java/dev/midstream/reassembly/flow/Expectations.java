package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.agent.Expectation;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.wire.header.FrameView;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * Connections that agents wait for, each until it is opened once or its time is over. Bounded: when
 * full, the oldest gives way.
 */
public final class Expectations {
  private static final int MOST = 1024;
  private static final long LIFE_NANOS = 60_000_000_000L;

  /** The ends by their addresses; the opener may use any port of its own. */
  private record Expected(
      int ipVersion,
      int vlanIds,
      long openerHigh,
      long openerLow,
      long otherHigh,
      long otherLow,
      int port,
      Rule rule,
      long endNanos) {

    boolean isOpenedBy(FrameView view) {
      return view.destinationPort() == port
          && view.ipVersion() == ipVersion
          && view.vlanIds() == vlanIds
          && view.sourceHigh() == openerHigh
          && view.sourceLow() == openerLow
          && view.destinationHigh() == otherHigh
          && view.destinationLow() == otherLow;
    }
  }

  private final ArrayDeque<Expected> waiting = new ArrayDeque<>(0);

  /** Waits for a connection between the ends of {@code parent}, which {@code rule} will decide. */
  public void add(Connection parent, Expectation expectation, Rule rule, long nowNanos) {
    ConnectionKey key = parent.key();
    boolean openedByLow =
        parent.isClientLow() == (expectation.opener() == Direction.CLIENT_TO_SERVER);
    if (waiting.size() == MOST) {
      waiting.removeFirst();
    }
    waiting.addLast(
        new Expected(
            key.ipVersion(),
            key.vlanIds(),
            key.addressHigh(openedByLow),
            key.addressLow(openedByLow),
            key.addressHigh(!openedByLow),
            key.addressLow(!openedByLow),
            expectation.port(),
            rule,
            nowNanos + LIFE_NANOS));
  }

  /** Takes the rule of the connection that a SYN opens; null if nobody waits for it. */
  public @Nullable Rule take(FrameView view, long nowNanos) {
    if (waiting.isEmpty()) {
      return null;
    }
    waiting.removeIf(expected -> expected.endNanos() <= nowNanos);
    for (Iterator<Expected> all = waiting.iterator(); all.hasNext(); ) {
      Expected expected = all.next();
      if (expected.isOpenedBy(view)) {
        all.remove();
        return expected.rule();
      }
    }
    return null;
  }
}
