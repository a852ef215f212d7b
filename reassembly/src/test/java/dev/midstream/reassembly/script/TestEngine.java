package dev.midstream.reassembly.script;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentReason;
import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineResources;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Policies.Multipath;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.reassembly.rule.Policies.Urgent;
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RulePolicies;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.testkit.agent.SimpleAgents;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An engine for scripts: one rule gives every connection to one agent. */
public final class TestEngine {
  private static final String OPTIONS = "win 65535 <mss 1460,sackOK,wscale 0>";

  /** An opening that passes unchanged, with window scale 0 and SACK. */
  public static final String OPEN = Opening.of(OPTIONS, OPTIONS, "win 65535");

  /** The packets of {@link #OPEN}, and a close by the client, without octets. */
  public static final String CLOSED =
      OPEN
          + """
          c> F. 1:1(0) ack 1
          >s same
          s> F. 1:1(0) ack 2
          >c same
          c> . 2:2(0) ack 2
          >s same
          """;

  private final Agent<?> agent;
  private final List<Reason> events = new ArrayList<>();
  private final List<String> eventTexts = new ArrayList<>();
  private final List<Edit> edits = new ArrayList<>();

  /** Not checked for leaks: scripts end in the middle. */
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);

  private CommitLog log = CommitLog.NONE;
  private ConnectionRouter router = ConnectionRouter.ALONE;
  private @Nullable EngineResources resources;
  private Match match = Match.ANY;
  private Action defaultAction = Action.ALLOW;
  private Vantage vantage = Vantage.RECORDING;
  private Mode mode = Mode.ENFORCE;
  private EngineLimits limits = EngineLimits.DEFAULTS;
  private Timeouts timeouts = Timeouts.DEFAULTS;
  private OutOfOrder outOfOrder = Policies.DEFAULTS.outOfOrder();
  private MidStream midStream = Policies.DEFAULTS.midStream();
  private OnFailure onNotMine = Policies.DEFAULTS.onNotMine();
  private OnFailure onAgentFailure = Policies.DEFAULTS.onAgentFailure();
  private OnFailure onHoldLimit = Policies.DEFAULTS.onHoldLimit();
  private Urgent urgent = Policies.DEFAULTS.urgent();
  private Multipath multipath = Policies.DEFAULTS.multipath();
  private List<AgentReason> reasons = List.of();
  private RulePolicies ofRule = RulePolicies.NONE;
  private final List<Rule> rules = new ArrayList<>();
  private @Nullable Reason failing;
  private FastPathTerms fastPath = FastPathTerms.OFF;
  private boolean debugging;

  private TestEngine(Agent<?> agent) {
    this.agent = agent;
  }

  /** An engine for recordings with {@code agent}. */
  public static TestEngine of(Agent<?> agent) {
    return new TestEngine(agent);
  }

  /** An engine for recordings that finds and replaces, as {@link SimpleAgents#replacing}. */
  public static TestEngine of(String... pairs) {
    return of(SimpleAgents.replacing(pairs));
  }

  /** An inline engine with {@code agent}. */
  public static TestEngine inline(Agent<?> agent) {
    return of(agent).vantage(Vantage.INLINE);
  }

  /** An inline engine that finds and replaces, as {@link SimpleAgents#replacing}. */
  public static TestEngine inline(String... pairs) {
    return inline(SimpleAgents.replacing(pairs));
  }

  public TestEngine vantage(Vantage vantage) {
    this.vantage = vantage;
    return this;
  }

  /** Sets {@code timeouts.established}. */
  public TestEngine established(long nanos) {
    timeouts =
        new Timeouts(timeouts.openingNanos(), nanos, timeouts.closingNanos(), timeouts.parkNanos());
    return this;
  }

  /** Parks connections after {@code nanos} of silence; never for the largest number. */
  public TestEngine parkAfter(long nanos) {
    timeouts = timeouts.withPark(nanos);
    return this;
  }

  /** Writes records of connections to {@code log}. */
  public TestEngine log(CommitLog log) {
    this.log = log;
    return this;
  }

  /** Makes engines that share their limits and memory, from now on. */
  public TestEngine sharing() {
    resources = new EngineResources(configuration(), allocator);
    return this;
  }

  /** What the engines share. */
  public EngineResources resources() {
    return Objects.requireNonNull(resources);
  }

  /** Shares the connections with other engines by {@code router}. */
  public TestEngine router(ConnectionRouter router) {
    this.router = router;
    return this;
  }

  /** Adds a rule that monitors connections to server port {@code port}, before the other one. */
  public TestEngine monitor(String name, int port) {
    Match toPort = new Match(List.of(), List.of(), List.of(), List.of(PortRange.of(port)));
    rules.add(
        new Rule(
            name, toPort, Action.ALLOW, "test", agent, Mode.MONITOR, RulePolicies.NONE, reasons));
    return this;
  }

  /** Gives the agent only connections to server port {@code port}. */
  public TestEngine serverPort(int port) {
    match = new Match(List.of(), List.of(), List.of(), List.of(PortRange.of(port)));
    return this;
  }

  /** Drops connections that no rule matches. */
  public TestEngine dropByDefault() {
    defaultAction = Action.DROP;
    return this;
  }

  public TestEngine mode(Mode mode) {
    this.mode = mode;
    return this;
  }

  public TestEngine limits(EngineLimits limits) {
    this.limits = limits;
    return this;
  }

  /** Sets the policy for segments after a gap. */
  public TestEngine outOfOrder(OutOfOrder order) {
    outOfOrder = order;
    return this;
  }

  /** Sets the policy for connections without a seen opening. */
  public TestEngine midStream(MidStream policy) {
    midStream = policy;
    return this;
  }

  /** Sets the policies for an agent that fails, and for one that holds too much. */
  public TestEngine onFailure(OnFailure failure, OnFailure hold) {
    onAgentFailure = failure;
    onHoldLimit = hold;
    return this;
  }

  /** Sets the policy for an agent that leaves a connection as another protocol. */
  public TestEngine onNotMine(OnFailure policy) {
    onNotMine = policy;
    return this;
  }

  /** Sets what the rule says in place of the program's policies and limits. */
  public TestEngine ofRule(RulePolicies policies) {
    ofRule = policies;
    return this;
  }

  /** Sets the reasons that the agent may count. */
  public TestEngine reasons(AgentReason... declared) {
    reasons = List.of(declared);
    return this;
  }

  /** Sets the policy for urgent octets. */
  public TestEngine urgent(Urgent policy) {
    urgent = policy;
    return this;
  }

  /** Sets the policy for Multipath TCP. */
  public TestEngine multipath(Multipath policy) {
    multipath = policy;
    return this;
  }

  /** Records debug events, too. */
  public TestEngine debugging() {
    debugging = true;
    return this;
  }

  /** Gives settled connections away as {@code terms} say. */
  public TestEngine fastPath(FastPathTerms terms) {
    fastPath = terms;
    return this;
  }

  /** Makes the event sink throw on {@code reason}. */
  public TestEngine failing(Reason reason) {
    failing = reason;
    return this;
  }

  /** The engine; its events go to {@link #events}. */
  public Engine engine() {
    EngineConfiguration configuration = configuration();
    EngineResources own =
        resources == null ? new EngineResources(configuration, allocator, fastPath) : resources;
    return new Engine(configuration, new HashSeed(1, 2), own, log, router, new Recorded());
  }

  private EngineConfiguration configuration() {
    List<Rule> all = new ArrayList<>(rules);
    all.add(new Rule("all", match, Action.ALLOW, "test", agent, mode, ofRule, reasons));
    return new EngineConfiguration(
        Mode.ENFORCE,
        new RuleTable(all, defaultAction, Mode.ENFORCE),
        new Policies(
            outOfOrder, midStream, onNotMine, onAgentFailure, onHoldLimit, urgent, multipath),
        limits,
        timeouts,
        vantage);
  }

  /** Direct memory in use for the octets that the engines keep. */
  public long directBytes() {
    return allocator.metric().usedDirectMemory();
  }

  /** The events so far. */
  public List<Reason> events() {
    return events;
  }

  /** The texts of the events so far. */
  public List<String> eventTexts() {
    return eventTexts;
  }

  /** The edits reported so far. */
  public List<Edit> edits() {
    return edits;
  }

  /** Plays {@code script} after {@link #OPEN}. */
  public Engine open(String script) {
    return run(OPEN + script);
  }

  /** Plays {@code script}. */
  public Engine run(String script) {
    Engine engine = engine();
    Scripts.of(engine).run(script);
    return engine;
  }

  /** A reported edit. */
  public record Edit(
      Direction direction, long orgStart, int orgLength, int newLength, boolean carriedOut) {}

  private final class Recorded implements EventSink {
    @Override
    public void event(Reason reason, String connection, String text) {
      if (reason == failing) {
        throw new IllegalStateException("failure of the test");
      }
      events.add(reason);
      eventTexts.add(text);
    }

    @Override
    public void agentEvent(String code, String connection, String text) {
      eventTexts.add(code + ": " + text);
    }

    @Override
    public boolean isDebugging() {
      return debugging;
    }

    @Override
    public void debug(String code, String connection, String text) {
      eventTexts.add(code + ": " + connection + ": " + text);
    }

    @Override
    public void edit(
        String connection,
        Direction direction,
        long orgStart,
        int orgLength,
        int newLength,
        boolean carriedOut) {
      edits.add(new Edit(direction, orgStart, orgLength, newLength, carriedOut));
    }
  }
}
