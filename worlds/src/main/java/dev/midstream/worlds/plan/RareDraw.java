package dev.midstream.worlds.plan;

import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import dev.midstream.worlds.plan.EndpointPlan.Closing;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Draws what few worlds have, and changes nothing in the others. */
final class RareDraw {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;
  private static final long NO_HOLD_NANOS = 86_400 * SECOND;
  private static final int SMALL_WINDOW_BYTES = 4_000;

  /** In so many reads of five seconds a FIN that waits for them has fewer than 40 timeouts. */
  private static final int MOST_READS = 250;

  private static final int LONG_BITS = 22;
  private static final int LONGEST_BITS = 26;
  private static final int RARE_EDITS = 1_000;
  private static final int WIDE_BYTES = 1 << 20;
  private static final int WIDE_SCALE = 7;
  private static final int LONG_PARTS = 12;
  private static final int[] HOP_LIMITS = {30, 32, 60, 128, 255};

  private final SplittableRandom random;

  RareDraw(SplittableRandom random) {
    this.random = random;
  }

  /**
   * {@code world}, possibly with more hardships. Silence may then last: it must not make the engine
   * pass what an agent holds.
   */
  SimulatedWorld changed(SimulatedWorld world) {
    if (oneIn(8)) {
      return stalling(world);
    }
    SimulatedWorld changed = world.withBoth(this::end);
    changed = oneIn(8) ? changed.withBoth(end -> with(end, Behaviour.ECN)) : changed;
    changed = oneIn(8) ? changed.withPath(path -> path.withEachFault(this::marking)) : changed;
    changed = oneIn(25) ? interrupted(patient(changed)) : changed;
    changed = oneIn(25) ? patient(changed).withPath(this::late) : changed;
    changed = oneIn(25) ? patient(changed).withPath(this::distant) : changed;
    changed = oneIn(25) ? changed.withBoth(this::pausing) : changed;
    changed = oneIn(12) ? changed.withAgent(this::replying) : changed;
    changed = oneIn(3_000) ? large(changed) : changed;
    return changed.equals(world)
        ? world
        : changed.withEngine(engine -> engine.withHoldTime(NO_HOLD_NANOS));
  }

  /**
   * Receivers that do not read for longer than the hold time, behind small windows. Nothing else
   * makes a sender silent while it has octets: no packet is lost, and no window is taken back. A
   * FIN behind what an agent adds waits until that is read (H-20), and no sender endures this for
   * hours.
   */
  private SimulatedWorld stalling(SimulatedWorld world) {
    return world
        .withPath(path -> path.withRate(0).withEachFault(faults -> WireFaults.NONE))
        .withBoth(end -> stalling(end, addedBytes(world) / MOST_READS))
        .withEngine(engine -> engine.withHoldTime(random.nextLong(600 * MILLI, 900 * MILLI)));
  }

  /** About the most octets that an agent adds to a stream. */
  private static int addedBytes(SimulatedWorld world) {
    AgentPlan agent = world.agent();
    int largest = Math.max(world.client().bytes(), world.server().bytes());
    return agent.mayGrow() ? (1 + agent.growthBytes()) * (1 + largest / agent.every()) : 0;
  }

  private EndpointPlan stalling(EndpointPlan end, int leastBytes) {
    EndpointOptions options = end.options().without(Behaviour.SHRINKING_WINDOW);
    int drawn = Math.max(1 << options.windowScale(), 1 + random.nextInt(SMALL_WINDOW_BYTES));
    int bytes = Math.max(drawn, leastBytes);
    return end.withOptions(options.withBuffer(bytes, options.windowScale()))
        .withClosing(Closing.AT_ONCE)
        .withReads(random.nextInt(200, SMALL_WINDOW_BYTES), random.nextLong(SECOND, 5 * SECOND));
  }

  private EndpointPlan end(EndpointPlan end) {
    EndpointPlan changed = oneIn(25) ? with(end, Behaviour.RENEGING) : end;
    changed = oneIn(25) ? with(changed, Behaviour.URGENT) : changed;
    if (oneIn(10)) {
      int limit = HOP_LIMITS[random.nextInt(HOP_LIMITS.length)];
      return changed.withOptions(changed.options().withHopLimit(limit));
    }
    return changed;
  }

  private static EndpointPlan with(EndpointPlan end, Behaviour behaviour) {
    return end.withOptions(end.options().with(behaviour));
  }

  /** Endpoints that give up neither because of unanswered keep-alives nor while FINs are lost. */
  private static SimulatedWorld patient(SimulatedWorld world) {
    return world.withBoth(end -> {
      EndpointOptions options = end.options();
      return end.withOptions(
          options.withTimes(options.times().withKeepAlive(75 * SECOND).withTimeWait(600 * SECOND)));
    });
  }

  private WireFaults marking(WireFaults faults) {
    return oneIn(2) ? ending(faults).withMarking(random.nextDouble() * 0.1) : faults;
  }

  /**
   * One wire, or both wires of one side, drop everything for a while. A handshake must end within
   * {@code timeouts.opening}, so an early outage is short.
   */
  private SimulatedWorld interrupted(SimulatedWorld world) {
    if (oneIn(2)) {
      return world.withPath(path -> down(path, 0, SECOND, 5 * SECOND));
    }
    SimulatedWorld lasting = world.withBoth(end -> pausing(end, 20 * SECOND));
    return lasting.withPath(path -> down(path, 5 * SECOND, 40 * SECOND, 60 * SECOND));
  }

  private PathPlan down(PathPlan path, long earliest, long latest, long longest) {
    long from = random.nextLong(earliest, latest);
    long until = from + random.nextLong(longest);
    UnaryOperator<WireFaults> outage = faults -> ending(faults).withOutage(from, until);
    List<Integer> places = oneIn(2) ? List.of(random.nextInt(4)) : side();
    PathPlan changed = path;
    for (int place : places) {
      changed = changed.withFault(place, outage);
    }
    return changed;
  }

  /** Each fault ends, so that the world can end. */
  private static WireFaults ending(WireFaults faults) {
    return faults.equals(WireFaults.NONE) ? faults.withEnd(3 * SECOND) : faults;
  }

  /** Both wires of one side. */
  private List<Integer> side() {
    return PathPlan.placesOf(oneIn(2) ? Leg.INSIDE : Leg.OUTSIDE);
  }

  /** Faults start late, and last. */
  private PathPlan late(PathPlan path) {
    long from = random.nextLong(20 * SECOND);
    long until = from + random.nextLong(20 * SECOND);
    return path.withEachFault(
        each -> each.equals(WireFaults.NONE) ? each : each.withStart(from).withEnd(until));
  }

  private PathPlan distant(PathPlan path) {
    return path.withDelay(random.nextLong(SECOND));
  }

  /** Some writes are minutes apart. */
  private EndpointPlan pausing(EndpointPlan end) {
    return pausing(end, oneIn(3) ? 900 * SECOND : 20 * SECOND);
  }

  private EndpointPlan pausing(EndpointPlan end, long longest) {
    long pause = random.nextLong(longest);
    EndpointOptions options = end.options();
    return end.withWrites(Math.min(end.parts(), LONG_PARTS), pause)
        .withOptions(oneIn(2) ? options : options.without(Behaviour.KEEP_ALIVE));
  }

  private AgentPlan replying(AgentPlan agent) {
    boolean sees = agent.change() != Change.SKIP && agent.end() != End.SKIPS_REST;
    return sees ? agent.withReplyEvery(random.nextInt(1, 20)) : agent;
  }

  /** One stream is long. Its agent changes little, and its windows are wide, so that it is fast. */
  private SimulatedWorld large(SimulatedWorld world) {
    int bytes = random.nextInt(1 << (oneIn(8) ? LONGEST_BITS : LONG_BITS));
    SimulatedWorld wide =
        world
            .withBoth(end -> end.withOptions(wide(end.options())).withReads(1, 0))
            .withEngine(engine -> engine.withLimits(EngineLimits.DEFAULTS))
            .withAgent(agent -> agent.choosingOneIn(RARE_EDITS));
    UnaryOperator<EndpointPlan> longer =
        end -> end.withBytes(bytes).withWrites(Math.min(end.parts(), LONG_PARTS), 0);
    return oneIn(2) ? wide.withClient(longer) : wide.withServer(longer);
  }

  private static EndpointOptions wide(EndpointOptions options) {
    return options
        .with(Behaviour.WINDOW_SCALING)
        .withMss(Math.max(options.mssBytes(), EndpointOptions.MODERN.mssBytes()))
        .withBuffer(WIDE_BYTES, WIDE_SCALE);
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
