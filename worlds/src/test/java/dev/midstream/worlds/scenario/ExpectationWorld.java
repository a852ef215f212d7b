package dev.midstream.worlds.scenario;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Expectation;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.law.WatchedBox;
import dev.midstream.worlds.law.WatchedPair;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import dev.midstream.worlds.plan.Hardship;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldDraw;
import dev.midstream.worlds.plan.WorldText;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Clients with a control connection each, whose agent expects others. Some of these are opened in
 * time, some late, twice, or from the wrong side. Each connection keeps all laws, with the agent
 * that must decide it, or untouched.
 */
final class ExpectationWorld {
  private static final long SECOND = 1_000_000_000L;

  /** All control connections have begun by then. */
  private static final long BEGUN_NANOS = 20 * SECOND;

  /** All expectations have expired by then. */
  private static final long LATE_NANOS = 85 * SECOND;

  private static final int MANY = 1_100;
  private static final int MANY_PORTS = 30_000;
  private static final int CONTROL_PORT = 1_000;
  private static final int DATA_PORT = 2_000;
  private static final int OWN_PORT = 40_000;
  private static final int UNUSED_PORT = 9;
  private static final int MAX_STEPS = 2_000_000;
  private static final String REMOVED =
      "small-limits,vlan-tags,urgent-policies,resetting-agent,failing-agent,days,joining,fragments,"
          + "stalling-readers,simultaneous-opening,long-streams,corruption,outages,aborts,long-paths,"
          + "late-faults,long-pauses";

  /** No agent's octets pass because of silence. */
  private static final EnginePlan PLAN = EnginePlan.PLAIN.withHoldTime(86_400 * SECOND);

  private final RandomGenerator random;
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
  private final SimulatedNetwork network = new SimulatedNetwork(Path.of(SECOND / 100), 0);
  private final ExpectedPorts table = new ExpectedPorts();
  private final List<Rule> rules = new ArrayList<>();
  private final List<ExpectingAgent> controls = new ArrayList<>();
  private final List<Related> related = new ArrayList<>();
  private final List<WatchedPair> pairs = new ArrayList<>();
  private int expectedCount;

  /**
   * A connection that may be expected.
   *
   * @param client its client's number
   * @param ends its ends
   * @param opener the direction whose sender opens it
   * @param nanos when it is opened
   * @param agent the agent that is expected to decide it
   */
  private record Related(
      int client, Ends ends, Direction opener, long nanos, ExpectingAgent agent) {
    int port() {
      return ends.portOfSender(opener.opposite());
    }
  }

  ExpectationWorld(RandomGenerator random) {
    this.random = random;
  }

  /** Runs the world; returns how many connections were expected. */
  int run() {
    int clients = 2 + random.nextInt(4);
    for (int client = 1; client <= clients; client++) {
      addClient(client);
    }
    Engine engine = PLAN.engine(rules, allocator, EventSink.NONE);
    EngineLimits limits = PLAN.limits();
    WatchedBox box = new WatchedBox(engine, limits.totalBytes(), limits.waitingBytes());
    network.place(box);
    for (WatchedPair each : pairs) {
      network.route(each.world().ends(), each.world().path().path(), each.world().seed());
      observe(each);
      each.open(network, 0);
    }
    network.runUntil(BEGUN_NANOS);
    if (controls.stream().allMatch(ExpectingAgent::isDone)) {
      related.sort(Comparator.comparingLong(Related::nanos));
      related.forEach(this::open);
    }
    runToEnd();
    pairs.forEach(each -> each.checkEnd(false, engine.counters()::of));
    box.finish(network.nowNanos(), this::allocatedBytes);
    return expectedCount;
  }

  private void addClient(int client) {
    List<Expectation> all = new ArrayList<>();
    Ends base = (random.nextBoolean() ? Ends.IPV4 : Ends.IPV6).withVlans(client);
    boolean greedy = random.nextInt(4) == 0;
    if (greedy) {
      for (int i = 0; i < MANY; i++) {
        all.add(new Expectation(Direction.CLIENT_TO_SERVER, MANY_PORTS + i, "none"));
      }
    }
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      int at = random.nextInt(1 + all.size());
      all.add(at, addRelated(client, base, 10 * client + i));
    }
    int port = CONTROL_PORT + client;
    Ends ends = base.withPorts(OWN_PORT + client, port);
    WatchedPair pair = watched(greedy ? talkative(ends) : world(ends, Treatment.EDIT));
    ExpectingAgent agent =
        new ExpectingAgent(
            pair.agent(),
            all,
            each -> table.add(client, each.opener(), each.port(), network.nowNanos()));
    pairs.add(pair);
    controls.add(agent);
    rules.add(rule("control-" + client, port, agent));
    rules.add(rule("none", UNUSED_PORT, agent));
  }

  /** Adds connections that may be expected, and returns the expectation. */
  private Expectation addRelated(int client, Ends base, int number) {
    String name = "data-" + number;
    int port = DATA_PORT + number;
    Direction opener = anyDirection();
    ExpectingAgent agent = new ExpectingAgent(unused(), List.of(), each -> {});
    rules.add(rule(name, UNUSED_PORT, agent));
    int times = 1 + random.nextInt(2);
    for (int i = 0; i < times; i++) {
      boolean late = random.nextInt(4) == 0;
      boolean wrong = random.nextInt(6) == 0;
      Direction actual = wrong ? opener.opposite() : opener;
      int own = OWN_PORT + 100 + 10 * number + i;
      Ends ends =
          actual == Direction.CLIENT_TO_SERVER
              ? base.withPorts(own, port)
              : base.withPorts(port, own);
      long nanos = (late ? LATE_NANOS : BEGUN_NANOS) + random.nextLong(30 * SECOND);
      related.add(new Related(client, ends, actual, nanos, agent));
    }
    return new Expectation(opener, port, name);
  }

  private Direction anyDirection() {
    return random.nextInt(3) == 0 ? Direction.SERVER_TO_CLIENT : Direction.CLIENT_TO_SERVER;
  }

  private Agent<String> unused() {
    return watched(world(Ends.IPV4, Treatment.EDIT)).agent();
  }

  private void open(Related one) {
    boolean expected = table.take(one.client, one.opener, one.port(), one.nanos);
    WatchedPair pair = watched(world(one.ends, expected ? Treatment.EDIT : Treatment.NO_RULE));
    if (expected) {
      expectedCount++;
      one.agent.become(pair.agent());
    }
    pairs.add(pair);
    network.route(one.ends, pair.world().path().pathFrom(one.nanos), pair.world().seed());
    observe(pair);
    if (one.opener == Direction.CLIENT_TO_SERVER) {
      pair.open(network, one.nanos);
    } else {
      pair.openFromOutside(network, one.nanos);
    }
  }

  private static Rule rule(String name, int port, Agent<?> agent) {
    Match match = new Match(List.of(), List.of(), List.of(), List.of(PortRange.of(port)));
    return new Rule(name, match, Action.ALLOW, name, agent, Mode.ENFORCE);
  }

  private WatchedPair watched(SimulatedWorld world) {
    return new WatchedPair(world, false, this::allocatedBytes);
  }

  private long allocatedBytes() {
    return allocator.metric().usedDirectMemory();
  }

  private SimulatedWorld world(Ends ends, Treatment treatment) {
    SimulatedWorld drawn = WorldDraw.of(random.nextLong()).without(Hardship.named(REMOVED));
    return new SimulatedWorld(
        drawn.seed(),
        ends,
        false,
        drawn.client(),
        drawn.server(),
        drawn.path(),
        PLAN.withTreatment(treatment),
        drawn.agent());
  }

  /** Many small writes, so that the agent is called often enough to expect many connections. */
  private SimulatedWorld talkative(Ends ends) {
    SimulatedWorld plain =
        WorldText.read("client.bytes=2000 client.parts=150 client.pauseNanos=50000000");
    return new SimulatedWorld(
        random.nextLong(),
        ends,
        false,
        plain.client(),
        plain.server(),
        plain.path(),
        PLAN,
        plain.agent());
  }

  /** Shows the packets between its ports to the observers of {@code pair}. */
  private void observe(WatchedPair pair) {
    Ends ends = pair.world().ends();
    List<PacketObserver> own = new ArrayList<>();
    pair.observe(own::add, true);
    SegmentReader view = new SegmentReader();
    network.observe((place, leg, packet, nowNanos) -> {
      if (view.read(packet) && isBetween(ends, view)) {
        show(own, pair, place, leg, packet, nowNanos);
      }
    });
  }

  private static void show(
      List<PacketObserver> observers,
      WatchedPair pair,
      PacketObserver.Place place,
      Leg leg,
      Packet packet,
      long nowNanos) {
    try {
      observers.forEach(each -> each.seen(place, leg, packet, nowNanos));
    } catch (LawBroken e) {
      throw new LawBroken(e.law(), e.getMessage() + "\n" + pair.world(), e);
    }
  }

  private static boolean isBetween(Ends ends, SegmentReader view) {
    int source = view.sourcePort();
    int destination = view.destinationPort();
    return (source == ends.clientPort() && destination == ends.serverPort())
        || (source == ends.serverPort() && destination == ends.clientPort());
  }

  private void runToEnd() {
    long deadline = 0;
    for (WatchedPair each : pairs) {
      deadline = Math.max(deadline, each.deadlineNanos());
    }
    deadline += LATE_NANOS + 30 * SECOND;
    for (int step = 0; step < MAX_STEPS; step++) {
      boolean done = pairs.stream().allMatch(each -> each.talk().isDone());
      boolean over = done && network.framesInFlight() == 0;
      if (over || network.nextNanos() > deadline || !network.step()) {
        return;
      }
    }
    throw new LawBroken(Law.PROGRESS, "packets never end: nanos=" + network.nowNanos());
  }
}
