package dev.midstream.worlds.plan;

import dev.midstream.worlds.plan.CodecPlan.Fault;
import java.util.SplittableRandom;

/** Draws agents whose codecs fail, where connections move. */
final class CodecDraw {
  private static final int CODECS = 13;
  private static final int FEW_CALLS = 10;
  private static final int MANY_CALLS = 300;

  private final SplittableRandom random;

  private CodecDraw(SplittableRandom random) {
    this.random = random;
  }

  /** The draw of {@code seed}, which changes no other draw. */
  static CodecDraw of(long seed) {
    return new CodecDraw(WorldDraw.own(seed, CODECS));
  }

  /** {@code world}, possibly with such an agent. */
  SimulatedWorld changed(SimulatedWorld world) {
    if (world.engine().moveOneIn() == 0 || random.nextInt(6) > 0) {
      return world;
    }
    CodecPlan codec = plan();
    return world.withAgent(agent -> agent.withCodec(codec));
  }

  private CodecPlan plan() {
    Fault fault = random.nextInt(3) == 0 ? Fault.ENCODING : Fault.DECODING;
    return new CodecPlan(fault, 1 + random.nextInt(random.nextBoolean() ? FEW_CALLS : MANY_CALLS));
  }
}
