package dev.midstream.worlds.hostile;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.oracle.ChecksumOracle;
import dev.midstream.testkit.sim.oracle.StabilityOracle;
import dev.midstream.testkit.sim.tcp.Ending;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.law.CommittingBox;
import dev.midstream.worlds.law.Engines;
import dev.midstream.worlds.law.GuardedObserver;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.law.MovingBox;
import dev.midstream.worlds.law.NotedLog;
import dev.midstream.worlds.law.WatchedBox;
import dev.midstream.worlds.law.WatchedPair;
import dev.midstream.worlds.plan.CommitPlan;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Two connections through one engine. Into one of them another host plants octets that the engine,
 * and its ends, must take for genuine: its content is then any mix of both. The other one keeps all
 * laws.
 */
public final class PlantedRun {
  /** Both ports of the connection of which octets are planted. */
  static final int PORT = 5_000;

  private static final int MAX_STEPS = 1_000_000;

  /** More than two ends take that probe each other every second. */
  private static final int MAX_STEPS_EACH_SECOND = 50;

  private static final long SECOND_NANOS = 1_000_000_000L;
  private static final int MAX_PLANTS = 6;

  /** Longer than any endpoint retransmits. */
  private static final long PATIENCE_NANOS = 3 * 3_600_000_000_000L;

  private final SimulatedWorld world;
  private final ShownAgent agent;
  private final WatchedPair other;
  private final Engines engines;
  private final WatchedBox box;
  private final SimulatedNetwork network;
  private final Map<Direction, Planter> planters = new EnumMap<>(Direction.class);
  private final PlantedTakeovers takeovers;
  private final CommittingBox committing;
  private final Ends ends;

  /**
   * A run of two worlds.
   *
   * @param world the connection of which octets are planted; its ports are changed
   * @param beside the other connection
   * @param around wraps the box
   */
  public PlantedRun(
      SimulatedWorld world,
      SimulatedWorld beside,
      UnaryOperator<Box> around,
      RandomGenerator random) {
    this.world = world;
    ends = world.ends().withPorts(PORT, PORT);
    agent = new ShownAgent(world.agent(), ends.sender(Direction.SERVER_TO_CLIENT));
    SimulatedWorld sharing = beside.withEngine(own -> world.engine());
    other = new WatchedPair(sharing, false, this::keptBytes);
    Match planted = new Match(List.of(), List.of(), List.of(), List.of(PortRange.of(PORT)));
    EnginePlan plan = world.engine();
    Rule own = plan.rule("planted", planted, agent);
    for (Direction each : Direction.values()) {
      int hops = world.sender(each).options().hopLimit();
      planters.put(each, new Planter(ends, each, hops, random.nextInt(MAX_PLANTS), random));
    }
    CommitPlan commits = plan.commits();
    MemoryLog log = new MemoryLog(commits.mode(), commits.noCopy(), commits.firstCopies());
    NotedLog noted = new NotedLog(log);
    RuleTable rules = EnginePlan.table(rules(plan, own));
    engines =
        new Engines((seed, memory) -> plan.engine(seed, rules, memory, noted, EventSink.NONE));
    network = new SimulatedNetwork(beside.path().path(), beside.seed());
    network.route(ends, world.path().path(), world.seed());
    MovingBox moving = new MovingBox(engines.get(), plan.moveOneIn(), world.seed());
    takeovers = new PlantedTakeovers(ends, agent, planters, other);
    noted.observe(takeovers::noteRecord);
    committing = new CommittingBox(engines, noted, commits, world.seed(), takeovers);
    Box acting = commits.mode().writesRecords() ? committing : moving;
    box = new WatchedBox(engines, acting, mostBytes(plan), waitingBytes(plan), _ -> {});
    takeovers.tell(box);
    moving.observeStreams(box::noteMoved);
    network
        .place(around.apply(box))
        .callTimerFirst(() -> moving.isMoveDue() || committing.isDue())
        .loseWhile(committing::isDark);
    observe();
  }

  private List<Rule> rules(EnginePlan plan, Rule own) {
    return List.of(own, plan.rule("other", Match.ANY, other.agent()));
  }

  private static long mostBytes(EnginePlan plan) {
    return plan.limits().totalBytes();
  }

  private static long waitingBytes(EnginePlan plan) {
    return plan.commits().keepsBack() ? mostBytes(plan) : plan.limits().waitingBytes();
  }

  private void observe() {
    planters.values().forEach(this::observeUntilClosed);
    for (Leg leg : Leg.values()) {
      Direction direction = Ends.directionFrom(leg).opposite();
      PacketObserver stability = new GuardedObserver(Law.STABILITY, new StabilityOracle(leg, ends));
      observeUntilClosed((place, where, packet, nowNanos) -> {
        if (!isMixed(direction)) {
          stability.seen(place, where, packet, nowNanos);
        }
      });
    }
    network.observe(new GuardedObserver(Law.FIDELITY, new ChecksumOracle()));
    other.observe(network::observe, true);
  }

  private void observeUntilClosed(PacketObserver observer) {
    UntilClosed until = new UntilClosed(ends, observer);
    takeovers.end(until);
    network.observe(until);
  }

  /**
   * Whether octets of {@code direction} may have left whose decision died with an engine, and which
   * came again with other content: the receiver may have any mix of both.
   */
  private boolean isMixed(Direction direction) {
    return mayLoseWhatLeft() && agent.differs(direction);
  }

  /** Whether octets leave before their decision is committed. */
  private boolean mayLoseWhatLeft() {
    return !world.engine().commits().mode().delaysOctets();
  }

  /** How many times another engine went on. */
  public int takeovers() {
    return committing.takeovers();
  }

  /** How many of these were hand-overs: no record was lost. */
  public int handOvers() {
    return committing.handOvers();
  }

  /** Adds {@code observer}. */
  public PlantedRun observe(PacketObserver observer) {
    network.observe(observer);
    return this;
  }

  /** The ends of the connection of which octets are planted. */
  public Ends ends() {
    return ends;
  }

  /** Runs both; throws {@link LawBroken} at the first broken law. */
  public void run() {
    Conversation talk =
        network.open(
            ends,
            world.client().party(world.stream(Direction.CLIENT_TO_SERVER), true),
            world.server().party(world.stream(Direction.SERVER_TO_CLIENT), false));
    other.open(network, network.nowNanos());
    runUntil(Math.max(other.deadlineNanos(), world.deadlineNanos(1 << 20, 1 << 20)), talk);
    other.checkEnd(false, engines::count);
    ProbingEnds probing = new ProbingEnds(talk);
    runUntil(network.nowNanos() + PATIENCE_NANOS, talk);
    agent.check();
    planters.forEach((direction, planter) -> checkStream(direction, planter, talk));
    LawBroken.unless(
        (hasEnded(talk.client()) && hasEnded(talk.server()))
            || (hasPlanted() && probing.areAnswered()),
        Law.PROGRESS,
        () -> "does not end\n" + talk);
    box.finish(network.nowNanos(), engines::allocatedBytes);
  }

  /** Whether an endpoint has ended, or waits only for octets that may never come. */
  private static boolean hasEnded(TcpEndpoint end) {
    return end.ending() != Ending.NOT_YET || end.nextDeadlineNanos() == Long.MAX_VALUE;
  }

  /** The memory for octets, and what is in records still. */
  private long keptBytes() {
    return engines.allocatedBytes()
        + (engines.get().inheritedConnections() > 0 ? Long.MAX_VALUE / 2 : 0);
  }

  /** Runs until {@code deadlineNanos}, or for as many steps as a run may have. */
  private void runUntil(long deadlineNanos, Conversation talk) {
    long startNanos = network.nowNanos();
    for (int step = 0; step < MAX_STEPS; step++) {
      boolean done = talk.isDone() && other.talk().isDone();
      boolean over = done && network.framesInFlight() == 0;
      if (over || network.nextNanos() > deadlineNanos || !network.step()) {
        return;
      }
      planters.values().forEach(each -> each.plant(network));
    }
    long seconds = (network.nowNanos() - startNanos) / SECOND_NANOS;
    LawBroken.unless(
        MAX_STEPS < seconds * MAX_STEPS_EACH_SECOND,
        Law.PROGRESS,
        () -> "packets never end: nanos=" + network.nowNanos());
  }

  /** Whether the engine took planted octets for genuine. */
  public boolean isPoisoned() {
    for (Direction each : Direction.values()) {
      byte[] shown = agent.shown(each);
      byte[] written = world.stream(each);
      int common = Math.min(shown.length, written.length);
      if (shown.length > common || Arrays.mismatch(shown, 0, common, written, 0, common) >= 0) {
        return true;
      }
    }
    return false;
  }

  private boolean hasPlanted() {
    return planters.values().stream().anyMatch(Planter::hasPlanted);
  }

  private void checkStream(Direction direction, Planter planter, Conversation talk) {
    planter.check(agent.shown(direction), world.stream(direction));
    if (isMixed(direction)) {
      return;
    }
    byte[] expected = agent.edited(direction, mayLoseWhatLeft());
    byte[] got = talk.receiver(direction).received();
    int common = Math.min(expected.length, got.length);
    int at = Arrays.mismatch(expected, 0, common, got, 0, common);
    LawBroken.unless(
        at < 0 && got.length <= expected.length,
        Law.FIDELITY,
        () ->
            "stream differs: direction=%s at=%d expectedBytes=%d deliveredBytes=%d\n%s"
                .formatted(direction, at, expected.length, got.length, talk));
  }
}
