package dev.midstream.reassembly.script;

import dev.midstream.modcmd.agent.Agent;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.endpoint.CopyGate;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
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
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An engine that gives every connection to one agent, and the script that drives it. */
public final class TestEngine {
  private static final String ENDS = "win 65535 <mss 1460,sackOK,wscale 0>";

  /** An opening that leaves as it came; window fields count 1 octet each. */
  public static final String OPEN = Opening.of(ENDS, ENDS, "win 65535");

  private final Agent<?> agent;
  private final List<Reason> events = new ArrayList<>();
  private final List<String> eventTexts = new ArrayList<>();
  private final List<Edit> edits = new ArrayList<>();
  private CopyGate copies = CopyGate.NOT_NEEDED;
  private ConnectionRouter router = ConnectionRouter.ALONE;
  private Match match = Match.ANY;
  private Vantage vantage = Vantage.RECORDING;
  private Mode mode = Mode.ENFORCE;
  private EngineLimits limits = EngineLimits.DEFAULTS;
  private OutOfOrder outOfOrder = Policies.DEFAULTS.outOfOrder();
  private MidStream midStream = Policies.DEFAULTS.midStream();
  private OnFailure onAgentFailure = Policies.DEFAULTS.onAgentFailure();
  private OnFailure onHoldLimit = Policies.DEFAULTS.onHoldLimit();
  private Urgent urgent = Policies.DEFAULTS.urgent();
  private Multipath multipath = Policies.DEFAULTS.multipath();
  private @Nullable Reason failing;

  private TestEngine(Agent<?> agent) {
    this.agent = agent;
  }

  /** An engine that reads recordings and lets {@code agent} decide everything. */
  public static TestEngine of(Agent<?> agent) {
    return new TestEngine(agent);
  }

  /**
   * An engine that reads recordings, and finds and replaces as {@link SimpleAgents#replacing} does.
   */
  public static TestEngine of(String... pairs) {
    return of(SimpleAgents.replacing(pairs));
  }

  /** An engine in the path, whose receivers speak of the edited stream. */
  public static TestEngine inline(Agent<?> agent) {
    return of(agent).vantage(Vantage.INLINE);
  }

  /** An engine in the path that finds and replaces as {@link SimpleAgents#replacing} does. */
  public static TestEngine inline(String... pairs) {
    return inline(SimpleAgents.replacing(pairs));
  }

  public TestEngine vantage(Vantage vantage) {
    this.vantage = vantage;
    return this;
  }

  /** Takes nothing into custody that {@code copies} does not confirm. */
  public TestEngine copies(CopyGate copies) {
    this.copies = copies;
    return this;
  }

  /** Shares the connections with others. */
  public TestEngine router(ConnectionRouter router) {
    this.router = router;
    return this;
  }

  /** Gives the agent only connections to servers at {@code port}. */
  public TestEngine serverPort(int port) {
    match = new Match(List.of(), List.of(), List.of(), List.of(PortRange.of(port)));
    return this;
  }

  public TestEngine mode(Mode mode) {
    this.mode = mode;
    return this;
  }

  /** Bounds that a test sets. */
  public TestEngine limits(TestLimits changed) {
    limits = changed.limits();
    return this;
  }

  /** Puts segments behind a gap to what {@code order} says. */
  public TestEngine outOfOrder(OutOfOrder order) {
    outOfOrder = order;
    return this;
  }

  /** What becomes of a connection whose opening was not seen. */
  public TestEngine midStream(MidStream policy) {
    midStream = policy;
    return this;
  }

  /** What becomes of a connection whose agent fails, and of one whose agent holds too much. */
  public TestEngine onFailure(OnFailure failure, OnFailure hold) {
    onAgentFailure = failure;
    onHoldLimit = hold;
    return this;
  }

  /** What becomes of urgent octets. */
  public TestEngine urgent(Urgent policy) {
    urgent = policy;
    return this;
  }

  /** What becomes of Multipath TCP. */
  public TestEngine multipath(Multipath policy) {
    multipath = policy;
    return this;
  }

  /** Makes the engine fail whenever it tells of {@code reason}. */
  public TestEngine failing(Reason reason) {
    failing = reason;
    return this;
  }

  /** The engine; its events go to {@link #events}. */
  public Engine engine() {
    Rule rule = new Rule("all", match, Action.ALLOW, "test", agent, mode);
    return new Engine(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(List.of(rule), Action.ALLOW, Mode.ENFORCE),
            new Policies(outOfOrder, midStream, onAgentFailure, onHoldLimit, urgent, multipath),
            limits,
            Timeouts.DEFAULTS,
            vantage),
        new HashSeed(1, 2),
        new UnpooledByteBufAllocator(true, true), // scripts end in the middle
        copies,
        router,
        new Recorded());
  }

  /** The events so far. */
  public List<Reason> events() {
    return events;
  }

  /** What the events so far say. */
  public List<String> eventTexts() {
    return eventTexts;
  }

  /** The edits told so far. */
  public List<Edit> edits() {
    return edits;
  }

  /** Plays {@code script} behind an opening. */
  public Engine open(String script) {
    return run(OPEN + script);
  }

  /** Plays {@code script}. */
  public Engine run(String script) {
    Engine engine = engine();
    new Script(engine, engine::finish).run(script);
    return engine;
  }

  /** An edit that was told. */
  public record Edit(
      Direction direction, long orgStart, int orgLength, int newLength, boolean carriedOut) {}

  private final class Recorded implements EventSink {
    @Override
    public void event(Reason reason, String connection, String text) {
      if (reason == failing) {
        throw new IllegalStateException("as a test wants");
      }
      events.add(reason);
      eventTexts.add(text);
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
