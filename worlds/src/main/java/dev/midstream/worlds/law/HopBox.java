package dev.midstream.worlds.law;

import dev.midstream.testkit.box.FrontBox;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.HopPlan;
import java.util.SplittableRandom;

/** The routers of a {@link HopPlan} in front of a box, on both sides. */
final class HopBox implements FrontBox {
  private final Box box;
  private final HopPlan plan;
  private final long seed;
  private final SplittableRandom random;
  private final FrameView view = new FrameView();
  private final HeaderEditor editor = new HeaderEditor();

  /** Routers in front of {@code box}; their choices come from {@code seed}. */
  HopBox(Box box, HopPlan plan, long seed) {
    this.box = box;
    this.plan = plan;
    this.seed = seed;
    random = new SplittableRandom(seed);
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    pass(packet, hops(packet, nowNanos));
    if (random.nextDouble() >= plan.copies()) {
      return box.onPacket(packet, nowNanos, out);
    }
    Packet copy = Frames.inPlaceOf(packet, Frames.octets(packet));
    pass(copy, plan.copyHops());
    if (random.nextBoolean()) {
      deliver(copy, nowNanos, out);
      return box.onPacket(packet, nowNanos, out);
    }
    deliver(packet, nowNanos, out);
    deliver(copy, nowNanos, out);
    return Disposition.TAKEN;
  }

  private void deliver(Packet packet, long nowNanos, PacketOutput out) {
    if (box.onPacket(packet, nowNanos, out) == Disposition.FORWARD) {
      out.emit(packet.leave());
    }
  }

  /** The routers of the present route from the sender of {@code packet}. */
  private int hops(Packet packet, long nowNanos) {
    if (plan.everyNanos() == 0) {
      return 0;
    }
    long route = Math.min(nowNanos, plan.untilNanos()) / plan.everyNanos();
    long own = 2 * route + (packet.leg() == Leg.INSIDE ? 0 : 1);
    return new SplittableRandom(seed + own).nextInt(plan.most() + 1);
  }

  private void pass(Packet packet, int hops) {
    if (hops > 0 && view.read(packet) == FrameKind.TCP) {
      editor.edit(view).hopLimit(Math.max(1, view.hopLimit() - hops)).done();
    }
  }

  @Override
  public Box box() {
    return box;
  }
}
