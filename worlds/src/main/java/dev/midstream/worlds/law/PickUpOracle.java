package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;

/**
 * Checks what one sender of a connection is told that may be picked up in its middle. The engine is
 * no endpoint of it: only what the receiver acknowledged or reported is acknowledged or reported
 * (law 3), and no window is larger than those of the receiver (law 6). No edit moves octets, so the
 * numbers of both sides are the same.
 */
final class PickUpOracle implements BoxObserver {
  private final Leg sender;
  private final Windows windows;
  private final RangeSet reported = new RangeSet();
  private long acknowledged = Long.MIN_VALUE;

  /**
   * Checks what the sender of {@code direction} is told.
   *
   * @param windows the right edges that the ends grant
   */
  PickUpOracle(Direction direction, Windows windows) {
    this.windows = windows;
    sender = Ends.legOfSender(direction);
  }

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    if (leg == sender || !segment.view().isAck() || segment.view().isRst()) {
      return;
    }
    acknowledged = Math.max(acknowledged, segment.ack());
    for (int i = 0; i < segment.options().sackBlocks(); i++) {
      reported.addUnbounded(segment.sackLeft(i), segment.sackRight(i));
    }
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    if (leg != sender || !segment.view().isAck() || segment.view().isRst()) {
      return;
    }
    long ack = segment.ack();
    require(ack <= acknowledged, Law.HONESTY, "acknowledges more than the receiver", ack, nowNanos);
    for (int i = 0; i < segment.options().sackBlocks(); i++) {
      long from = Math.max(segment.sackLeft(i), acknowledged);
      long to = segment.sackRight(i);
      boolean known = from >= to || reported.contains(from, to);
      require(known, Law.HONESTY, "reports more than the receiver", to, nowNanos);
    }
    long edge = windows.edge(sender.opposite(), segment);
    boolean granted = segment.view().isSyn() || edge <= windows.grantedBy(sender.opposite());
    require(granted, Law.BOUNDS, "a window is larger than that of the receiver", edge, nowNanos);
  }

  private void require(boolean holds, Law law, String what, long at, long nowNanos) {
    LawBroken.unless(
        holds,
        law,
        () ->
            "%s: leg=%s at=%d acknowledged=%d edge=%d nanos=%d"
                .formatted(
                    what,
                    sender,
                    at,
                    acknowledged,
                    windows.grantedBy(sender.opposite()),
                    nowNanos));
  }
}
