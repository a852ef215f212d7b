package dev.midstream.worlds.law;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.testkit.box.FragmentingBox;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.fastpath.HandOver;
import dev.midstream.worlds.plan.HopPlan;
import dev.midstream.worlds.plan.LinkPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The boxes between the wires of a world and its engine. */
final class WorldBoxes {
  private static final int FRAGMENT_UNIT = 8;

  private final SimulatedWorld world;
  private final Box engine;
  private final @Nullable HandOver hands;
  private final ToLongFunction<Reason> counts;
  private final Consumer<Packet> drops;
  private final Runnable joins;
  private @Nullable ExplainedBox explained;
  private @Nullable StrayFragments strays;

  /**
   * Boxes around {@code engine}, which counts reasons in {@code counts}.
   *
   * @param hands the fast path in front of it; null without one
   * @param drops is shown what leaves {@code engine} and is too large for a link of the world
   * @param joins is run when an engine that joins in the middle does
   */
  WorldBoxes(
      SimulatedWorld world,
      Box engine,
      @Nullable HandOver hands,
      ToLongFunction<Reason> counts,
      Consumer<Packet> drops,
      Runnable joins) {
    this.world = world;
    this.engine = engine;
    this.hands = hands;
    this.counts = counts;
    this.drops = drops;
    this.joins = joins;
  }

  /** All boxes of the world. */
  Box whole() {
    Box fragmented = world.path().fragmentBytes() > 0 ? fragmented() : engine;
    if (world.engine().isEditing()) {
      explained = new ExplainedBox(behindKernel(fragmented), counts, world);
    }
    Box plain = explained == null ? behindKernel(joined()) : explained;
    Box known = hands == null ? plain : hands.changes(plain);
    HopPlan hops = world.path().hops();
    LinkPlan links = world.path().links();
    Box linked = links.equals(LinkPlan.NONE) ? known : routers(known, links, world.seed());
    return hops.equals(HopPlan.NONE) ? linked : new HopBox(linked, hops, world.seed());
  }

  private Box fragmented() {
    Box cutting =
        new FragmentingBox(engine, fragmentation(world.path().fragmentBytes(), world.seed()))
            .joining();
    int oneIn = world.path().strayOneIn();
    if (oneIn == 0) {
      return cutting;
    }
    strays = new StrayFragments(cutting, engine, oneIn, world.seed());
    return strays;
  }

  /** Whether the engine keeps a fragment of a segment that is not whole. */
  boolean keepsFragment(long nowNanos) {
    return strays != null && strays.isKept(nowNanos);
  }

  private Box behindKernel(Box box) {
    return hands == null ? box : hands.kernel(box);
  }

  /** Whether the kernel has forwarded the last packet. */
  boolean hasForwarded() {
    return hands != null && hands.hasForwarded();
  }

  /** Notes that the engine dies, and another one goes on with what is essential. */
  void noteEngineDied() {
    if (explained != null) {
      explained.noteEngineDied();
    }
  }

  /** Notes that the next engine has no fragments of those before. */
  void noteFragmentsLost() {
    if (strays != null) {
      strays.noteEngineDied();
    }
  }

  private Box routers(Box box, LinkPlan links, long seed) {
    return new Routers(box, links, new Random(seed)).observe(drops);
  }

  /** The engine, which starts when the world says. */
  Box joined() {
    return world.engine().isJoining()
        ? new JoiningBox(engine, world.ends(), world.engine().joinSegments(), joins)
        : engine;
  }

  /** Cuts segments into fragments of at most {@code maxBytes} octets, in any order. */
  private static FragmentingBox.Fragmentation fragmentation(int maxBytes, long seed) {
    Random random = new Random(seed);
    return (frame, id) -> {
      int length = frame.length - FrameFragments.payloadOffset(frame);
      int most = maxBytes / FRAGMENT_UNIT * FRAGMENT_UNIT;
      if (length <= most) {
        return List.of(frame);
      }
      int[] cuts = new int[(length - 1) / most];
      for (int i = 0; i < cuts.length; i++) {
        cuts[i] = (i + 1) * most;
      }
      List<byte[]> fragments = new ArrayList<>(FrameFragments.cut(frame, id, cuts));
      if (random.nextBoolean()) {
        Collections.shuffle(fragments, random);
      }
      return fragments;
    };
  }
}
