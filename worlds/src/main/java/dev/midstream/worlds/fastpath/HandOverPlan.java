package dev.midstream.worlds.fastpath;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.wire.fastpath.EarlyPass;
import dev.midstream.wire.fastpath.EarlyPass.Block;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How connections change hands between an engine and the fast path.
 *
 * @param leastBytes octets that a connection has sent before it is given away
 * @param refuseOneIn one in so many entries finds no room; 0 for none
 * @param recallOneIn before one in so many packets its connection is recalled; 0 for none
 * @param faultOneIn one in so many packets at a change of hands is lost or seen twice; 0 for none
 * @param waitNanos packets wait up to so long before the engine, while the fast path forwards those
 *     that come later; 0 if none waits
 * @param early what passes without an entry at times
 * @param earlyOneIn before one in so many packets that begins or ends; 0 for never
 * @param isGuarded whether edited connections have guards, for which there is no room at times, as
 *     for entries
 * @param isQueued whether settled connections are given away when no packet waits, or too late, as
 *     by the loop of a worker; else by the engine, at once
 */
public record HandOverPlan(
    int leastBytes,
    int refuseOneIn,
    int recallOneIn,
    int faultOneIn,
    long waitNanos,
    EarlyPass early,
    int earlyOneIn,
    boolean isGuarded,
    boolean isQueued) {
  private static final int MAX_LEAST_BYTES = 5_000;
  private static final int SHORTEST_WAIT_NANOS = 10_000;
  private static final int MAX_WAIT_DOUBLINGS = 11;
  private static final int MAX_PACKETS_OF_EARLY = 60;

  /**
   * The plan of {@code seed} for {@code world}. Nothing passes early where fragments come, and
   * connections that go on elsewhere have no guards: those of a cluster.
   */
  public static HandOverPlan of(SimulatedWorld world, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new HandOverPlan(
        random.nextInt(3) > 0 ? 0 : random.nextInt(MAX_LEAST_BYTES),
        random.nextBoolean() ? 0 : random.nextInt(2, 8),
        random.nextInt(3) == 0 ? 0 : random.nextInt(2, 40),
        random.nextBoolean() ? 0 : random.nextInt(1, 10),
        random.nextBoolean() ? 0 : (long) SHORTEST_WAIT_NANOS << random.nextInt(MAX_WAIT_DOUBLINGS),
        early(world, random),
        random.nextBoolean() && world.path().fragmentBytes() == 0
            ? random.nextInt(1, MAX_PACKETS_OF_EARLY)
            : 0,
        random.nextBoolean() && stays(world.engine()),
        random.nextBoolean());
  }

  /** The same plan, with connections given away as {@code queued} says. */
  public HandOverPlan queued(boolean queued) {
    return new HandOverPlan(
        leastBytes,
        refuseOneIn,
        recallOneIn,
        faultOneIn,
        waitNanos,
        early,
        earlyOneIn,
        isGuarded,
        queued);
  }

  private static boolean stays(EnginePlan engine) {
    return !engine.commits().mode().writesRecords()
        && !engine.isTakenOver()
        && engine.moveOneIn() == 0;
  }

  /** What a rule names that matches the connection: all, a port, or addresses; or no rule does. */
  private static EarlyPass early(SimulatedWorld world, SplittableRandom random) {
    if (world.engine().treatment() == Treatment.NO_RULE) {
      return EarlyPass.butFor(new BitSet(), List.of());
    }
    Direction end = random.nextBoolean() ? Direction.CLIENT_TO_SERVER : Direction.SERVER_TO_CLIENT;
    BitSet ports = new BitSet();
    return switch (random.nextInt(3)) {
      case 0 -> EarlyPass.withoutTcp();
      case 1 -> {
        ports.set(world.ends().portOfSender(end));
        yield EarlyPass.butFor(ports, List.of());
      }
      default -> EarlyPass.butFor(ports, List.of(block(world.ends(), end, random)));
    };
  }

  private static Block block(Ends ends, Direction end, SplittableRandom random) {
    ByteBuffer address = ByteBuffer.wrap(ends.addressOfSender(end).toArray());
    return ends.ipVersion() == 4
        ? Block.of(4, 0, address.getInt(), random.nextInt(33))
        : Block.of(6, address.getLong(), address.getLong(), random.nextInt(129));
  }
}
