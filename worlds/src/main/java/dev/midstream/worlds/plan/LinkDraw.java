package dev.midstream.worlds.plan;

import dev.midstream.reassembly.rule.EngineLimits;
import java.util.SplittableRandom;

/** Draws narrow links and ICMP errors, true and forged ones. */
final class LinkDraw {
  private static final int LEAST_IPV4_BYTES = 576;
  private static final int LEAST_IPV6_BYTES = 1_280;
  private static final int WIDTHS = 900;
  private static final int MAX_ERRORS_ONE_IN = 20;

  private final SplittableRandom random;

  LinkDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly with such links. */
  SimulatedWorld changed(SimulatedWorld world) {
    return mayBeNarrow(world) && oneIn(50) ? with(world, links(world.ends().ipVersion())) : world;
  }

  /** Octets on a SYN are left out: they are never cut smaller. */
  static SimulatedWorld with(SimulatedWorld world, LinkPlan links) {
    return Hardship.FAST_OPEN.removedFrom(world).withPath(path -> path.withLinks(links));
  }

  static boolean mayBeNarrow(SimulatedWorld world) {
    return world.engine().isEditing()
        && !world.engine().isFlushing()
        && world.engine().limits().totalBytes() == EngineLimits.DEFAULTS.totalBytes()
        && world.path().fragmentBytes() == 0
        && !world.path().isCut();
  }

  /** Links that are narrow from the start. */
  LinkPlan links(int ipVersion) {
    int least = ipVersion == 4 ? LEAST_IPV4_BYTES : LEAST_IPV6_BYTES;
    return new LinkPlan(
        least + random.nextInt(WIDTHS),
        least + random.nextInt(WIDTHS),
        oneIn(2) ? 0 : 1 + random.nextInt(MAX_ERRORS_ONE_IN),
        0,
        0);
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
