package dev.midstream.worlds.law;

import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.util.function.BooleanSupplier;

/**
 * Shows an observer the packets of a connection until its agent has left it, or a reset is seen:
 * from then on packets may pass as they arrive. That the agent left may be lost with an engine; the
 * observer would then not know what passed meanwhile.
 */
final class WhileEdited implements PacketObserver {
  private final PacketObserver observer;
  private final BooleanSupplier hasLeft;
  private final SegmentReader view = new SegmentReader();
  private boolean over;

  /** Shows {@code observer} packets until {@code hasLeft}. */
  WhileEdited(PacketObserver observer, BooleanSupplier hasLeft) {
    this.observer = observer;
    this.hasLeft = hasLeft;
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    boolean atBox = place == Place.INTO_BOX || place == Place.OUT_OF_BOX;
    over |= atBox && view.read(packet) && view.isRst();
    if (updateEdited()) {
      observer.seen(place, leg, packet, nowNanos);
    }
  }

  @Override
  public void drops(Packet packet) {
    if (updateEdited()) {
      observer.drops(packet);
    }
  }

  private boolean updateEdited() {
    over |= hasLeft.getAsBoolean();
    return !over;
  }
}
