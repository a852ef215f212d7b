package dev.midstream.worlds.plan;

import java.util.SplittableRandom;

/** Draws links that become narrow, and narrower again, while a connection uses them. */
public final class NarrowingDraw {
  private static final int OWN = 16;
  private static final long LEAST_NANOS = 8_000_000L;
  private static final int DOUBLINGS = 11;
  private static final int FURTHER_BYTES = 400;

  private final SplittableRandom random;
  private final LinkDraw links;

  private NarrowingDraw(SplittableRandom random) {
    this.random = random;
    links = new LinkDraw(random);
  }

  /** The draw of a world's seed. */
  public static NarrowingDraw of(long seed) {
    return new NarrowingDraw(WorldDraw.own(seed, OWN));
  }

  /** {@code world}, in one of 100 cases with such links in place of links of any size. */
  SimulatedWorld changed(SimulatedWorld world) {
    boolean isFree = world.path().links().equals(LinkPlan.NONE);
    return isFree && random.nextInt(100) == 0 ? narrowing(world) : world;
  }

  /** {@code world} with such links, if it may have any. */
  public SimulatedWorld narrowing(SimulatedWorld world) {
    return LinkDraw.mayBeNarrow(world)
        ? LinkDraw.with(world, links(world.ends().ipVersion()))
        : world;
  }

  private LinkPlan links(int ipVersion) {
    LinkPlan last = links.links(ipVersion);
    long leastNanos = LEAST_NANOS << random.nextInt(DOUBLINGS);
    int further = random.nextBoolean() ? 0 : random.nextInt(FURTHER_BYTES);
    return new LinkPlan(
        last.insideBytes() + further,
        last.outsideBytes() + further,
        last.errorsOneIn(),
        leastNanos + random.nextLong(leastNanos),
        further);
  }
}
