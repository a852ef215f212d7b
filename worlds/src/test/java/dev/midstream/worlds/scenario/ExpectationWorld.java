package dev.midstream.worlds.scenario;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.worlds.law.DeathStates;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.law.WatchedPair;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.scenario.ControlAgent.Saying;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Clients with control connections, whose agents expect others and withdraw some. Some of these are
 * opened in time, some late, more often than expected, or from the wrong side; some control
 * connections end before. Each connection keeps all laws, with the agent that must decide it, or
 * untouched. In some worlds nothing passes that no rule matches and no agent expects. In some,
 * engines die, and others go on with their records.
 */
final class ExpectationWorld {
  private static final long SECOND = 1_000_000_000L;

  /** The control connections that end early have ended by then, and the others begin. */
  private static final long ENDED_NANOS = 10 * SECOND;

  /** All control connections have begun by then. */
  private static final long BEGUN_NANOS = 40 * SECOND;

  /**
   * The time of an expectation. The table counts it to the first SYN that an opener sends, and the
   * box to the first one that reaches it. Both are in time for all that open before it can be over.
   */
  private static final long EXPECTED_NANOS = 100 * SECOND;

  /** All expectations have expired by then. */
  private static final long LATE_NANOS = BEGUN_NANOS + EXPECTED_NANOS + 5 * SECOND;

  /** So far apart related connections of one place are opened, that none overtakes another. */
  private static final long APART_NANOS = 7 * SECOND;

  private static final int CONTROL_PORT = 1_000;
  private static final int DATA_PORT = 2_000;
  private static final int FILLER_PORT = 30_000;
  private static final int OWN_PORT = 40_000;
  private static final int UNUSED_PORT = 9;
  private static final int MAX_STEPS = 2_000_000;

  private final RandomGenerator random;
  private final ExpectationPlan plan;
  private final ExpectationMembers members;
  private final SimulatedNetwork network = new SimulatedNetwork(Path.of(SECOND / 100), 0);
  private final ExpectedPorts table;
  private final List<Rule> rules = new ArrayList<>();
  private final List<Control> controls = new ArrayList<>();
  private final List<RelatedConnection> related = new ArrayList<>();
  private final List<WatchedPair> pairs = new ArrayList<>();
  private final List<Runnable> checks = new ArrayList<>();
  private final List<RefusedConnection> refused = new ArrayList<>();
  private final ExpectationTakeovers takeovers = new ExpectationTakeovers(this::said);
  private @Nullable ExpectationBox box;
  private int expectedCount;
  private boolean isAllSaid;

  /**
   * What was met in a world: connections that were expected or refused, takeovers, how many of them
   * were hand-overs, moves, and the states in which engines died.
   */
  record Met(
      int expected, int refused, int takeovers, int handOvers, long moves, DeathStates deaths) {}

  /** A control connection, which lasts or ends early. */
  private record Control(int number, boolean lasts, WatchedPair pair, ControlAgent agent) {}

  /**
   * Draws the world of {@code seed}.
   *
   * @param mayDie whether its engines write records, and may die
   */
  ExpectationWorld(long seed, boolean mayDie) {
    random = SeededRounds.generator(seed);
    plan = ExpectationPlan.drawn(random, EXPECTED_NANOS, mayDie).moving(seed);
    members = new ExpectationMembers(random, plan.engine());
    table = new ExpectedPorts(plan.engine().limits().expectations());
  }

  /** Runs the world. */
  Met run() {
    int clients = 2 + random.nextInt(4);
    for (int client = 1; client <= clients; client++) {
      addClient(client);
    }
    RuleTable all = new RuleTable(rules, plan.rest(), Mode.ENFORCE);
    long seed = random.nextLong();
    box = new ExpectationBox(plan.engine(), all, network, takeovers, this::mayDie, seed);
    controls.forEach(this::open);
    network.runUntil(ENDED_NANOS);
    controls.stream().filter(each -> !each.lasts).forEach(this::end);
    network.runUntil(BEGUN_NANOS);
    if (isClear()) {
      isAllSaid = true;
      related.sort(Comparator.comparingLong(RelatedConnection::nanos));
      related.forEach(this::open);
    }
    runToEnd();
    pairs.forEach(each -> each.checkEnd(false, box().engine().counters()::of));
    checks.forEach(Runnable::run);
    box().finish();
    return new Met(
        expectedCount,
        refused.size(),
        box().takeovers(),
        box().handOvers(),
        box().moves(),
        box().deathStates());
  }

  /** Whether it is known what is expected: no engine may have died that knew more. */
  private boolean isClear() {
    return controls.stream().allMatch(each -> each.agent.isDone())
        && box().isCommitted()
        && !takeovers.hasLostEnd();
  }

  private boolean mayDie() {
    long nowNanos = network.nowNanos();
    return switch (plan.deathTime()) {
      case ANY -> true;
      case LATE -> nowNanos >= BEGUN_NANOS;
      case OPENING -> related.stream().anyMatch(each -> each.isOpening(nowNanos));
    };
  }

  /** What agents have said until now, to go back there until all of it is known to be recorded. */
  private Runnable said() {
    List<Runnable> then = new ArrayList<>();
    if (!isAllSaid) {
      then.add(table.memento());
      controls.forEach(each -> then.add(each.agent.memento()));
    }
    return () -> {
      if (!isAllSaid) {
        then.forEach(Runnable::run);
      }
    };
  }

  private ExpectationBox box() {
    return Objects.requireNonNull(box);
  }

  private void open(Control control) {
    box().observe(control.pair);
    network.route(
        control.pair.world().ends(),
        control.pair.world().path().path(),
        control.pair.world().seed());
    control.pair.open(network, control.lasts ? ENDED_NANOS + random.nextLong(5 * SECOND) : 0);
  }

  private void end(Control control) {
    LawBroken.unless(
        control.pair.talk().isDone() && control.agent.isDone(),
        Law.PROGRESS,
        () -> "a short connection does not end\n" + control.pair.talk());
    table.endOf(control.number);
  }

  private void addClient(int client) {
    Ends base = (random.nextBoolean() ? Ends.IPV4 : Ends.IPV6).withVlans(client);
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      addControl(client, base, 10 * client + i);
    }
  }

  private void addControl(int client, Ends base, int number) {
    boolean lasts = random.nextInt(4) != 0;
    Ends ends = base.withPorts(OWN_PORT + number, CONTROL_PORT + number);
    WatchedPair pair = watched(lasts ? members.lasting(ends) : members.brief(ends));
    List<Saying> sayings = new ArrayList<>();
    int fillers = random.nextInt(3) == 0 ? random.nextInt(8) : 0;
    for (int i = 0; i < fillers; i++) {
      Endpoint to = new Endpoint(base.addressOfSender(anyDirection()), FILLER_PORT + i);
      Expectation filler = Expectation.of(anyDirection(), to, new Handler.Unseen());
      sayings.add(expecting(client, number, filler));
    }
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      int at = random.nextInt(1 + sayings.size());
      sayings.addAll(at, related(client, base, number, 10 * number + i));
    }
    ControlAgent agent = new ControlAgent(pair.agent(), sayings);
    pairs.add(pair);
    controls.add(new Control(number, lasts, pair, agent));
    rules.add(rule("control-" + number, CONTROL_PORT + number, agent));
  }

  /** Adds connections that may be expected, and returns what is said about them. */
  private List<Saying> related(int client, Ends base, int control, int number) {
    boolean unseen = random.nextInt(3) == 0;
    String name = "data-" + number;
    Direction opener = anyDirection();
    Endpoint to = new Endpoint(base.addressOfSender(opener.opposite()), DATA_PORT + number);
    Handler handler = unseen ? new Handler.Unseen() : new Handler.Rule(name);
    Octets context = Octets.ofText(random.nextInt(3) == 0 ? "" : name);
    Expectation expectation = new Expectation(opener, to, handler, context, 1 + random.nextInt(2));
    RelatedAgent agent = new RelatedAgent();
    boolean hasRule = !unseen || random.nextInt(3) > 0;
    if (hasRule) {
      rules.add(rule(name, unseen ? to.port() : UNUSED_PORT, agent));
    }
    addOpenings(client, base, expectation, agent, unseen && hasRule);
    List<Saying> sayings = new ArrayList<>(List.of(expecting(client, control, expectation)));
    if (random.nextInt(4) == 0) {
      sayings.add(out -> {
        out.unexpect(expectation);
        table.withdraw(control, expectation);
      });
    }
    if (random.nextInt(4) == 0) {
      sayings.add(expecting(client, control, expectation));
    }
    return sayings;
  }

  private void addOpenings(
      int client, Ends base, Expectation expected, RelatedAgent agent, boolean isOfRule) {
    int times = 1 + random.nextInt(3);
    for (int i = 0; i < times; i++) {
      boolean late = random.nextInt(4) == 0;
      boolean wrong = random.nextInt(6) == 0;
      Direction actual = wrong ? expected.opener().opposite() : expected.opener();
      int port = expected.to().port();
      int own = OWN_PORT + 3 * port + i;
      Ends ends =
          actual == Direction.CLIENT_TO_SERVER
              ? base.withPorts(own, port)
              : base.withPorts(port, own);
      Endpoint to = new Endpoint(base.addressOfSender(actual.opposite()), port);
      Expectation opened = Expectation.of(actual, to, expected.handler());
      long from = (late ? LATE_NANOS : BEGUN_NANOS) + 2L * i * APART_NANOS;
      long nanos = from + random.nextLong(APART_NANOS);
      related.add(new RelatedConnection(client, ends, opened, nanos, agent, isOfRule));
    }
  }

  private Saying expecting(int client, int control, Expectation expectation) {
    return out -> {
      out.expect(expectation);
      table.add(client, control, expectation, network.nowNanos());
    };
  }

  private Direction anyDirection() {
    return random.nextInt(3) == 0 ? Direction.SERVER_TO_CLIENT : Direction.CLIENT_TO_SERVER;
  }

  private void open(RelatedConnection one) {
    Octets context = table.take(one.client(), one.opened(), one.nanos());
    boolean unseen = one.opened().handler() instanceof Handler.Unseen;
    boolean decided = context == null ? one.isOfRule() : !unseen;
    if (context == null && !decided && plan.rest() == Action.DROP) {
      refuse(one);
      return;
    }
    WatchedPair pair =
        watched(members.world(one.ends(), decided ? Treatment.EDIT : Treatment.NO_RULE));
    if (context != null) {
      expectedCount++;
      pair.holdsSynAcks();
    }
    if (decided) {
      one.agent().put(one.port(), pair.agent());
    }
    pairs.add(pair);
    network.route(one.ends(), pair.world().path().pathFrom(one.nanos()), pair.world().seed());
    box().observe(pair);
    if (one.opened().opener() == Direction.CLIENT_TO_SERVER) {
      pair.open(network, one.nanos());
    } else {
      pair.openFromOutside(network, one.nanos());
    }
    Octets told = context == null || unseen ? Octets.empty() : context;
    checks.add(() -> checkContext(one, told));
  }

  /** Nothing of it may pass. */
  private void refuse(RelatedConnection one) {
    WatchedPair pair = watched(members.world(one.ends(), Treatment.NO_RULE));
    RefusedConnection observer = new RefusedConnection(one.ends());
    refused.add(observer);
    network.observe(observer);
    network.route(one.ends(), pair.world().path().pathFrom(one.nanos()), pair.world().seed());
    if (one.opened().opener() == Direction.CLIENT_TO_SERVER) {
      pair.open(network, one.nanos());
    } else {
      pair.openFromOutside(network, one.nanos());
    }
  }

  private static void checkContext(RelatedConnection one, Octets expected) {
    Octets told = one.agent().contextOf(one.port());
    LawBroken.unless(
        told.equals(expected),
        Law.ONCE,
        () -> "the agent is told context=" + told + " instead of context=" + expected);
  }

  private static Rule rule(String name, int port, Agent<?> agent) {
    Match match = new Match(List.of(), List.of(), List.of(), List.of(PortRange.of(port)));
    return new Rule(name, match, Action.ALLOW, name, agent, Mode.ENFORCE);
  }

  private WatchedPair watched(SimulatedWorld world) {
    return new WatchedPair(world, false, () -> box().keptBytes());
  }

  private void runToEnd() {
    long deadline = 0;
    for (WatchedPair each : pairs) {
      deadline = Math.max(deadline, each.deadlineNanos());
    }
    deadline += LATE_NANOS + 60 * SECOND;
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
