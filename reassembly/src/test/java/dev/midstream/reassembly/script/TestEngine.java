package dev.midstream.reassembly.script;

import dev.midstream.modcmd.agent.Agent;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Reading;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.testkit.notation.Script;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** An engine that gives every connection to one agent, and the script that drives it. */
public final class TestEngine {
  /** An opening that leaves as it came; window fields count 1 octet each. */
  public static final String OPEN =
      """
      c> S 0:0(0) win 65535 <mss 1460,sackOK,wscale 0>
      >s same
      s> S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK,wscale 0>
      >c same
      c> . 1:1(0) ack 1 win 65535
      >s same
      """;

  private final Agent<?> agent;
  private final List<Reason> events = new ArrayList<>();
  private final List<String> eventTexts = new ArrayList<>();
  private Reading reading = Reading.ORIGINAL;
  private Mode mode = Mode.ENFORCE;
  private Policies policies = Policies.DEFAULTS;
  private EngineLimits limits = EngineLimits.DEFAULTS;

  private TestEngine(Agent<?> agent) {
    this.agent = agent;
  }

  /** An engine that reads recordings and lets {@code agent} decide everything. */
  public static TestEngine of(Agent<?> agent) {
    return new TestEngine(agent);
  }

  public TestEngine reading(Reading reading) {
    this.reading = reading;
    return this;
  }

  public TestEngine mode(Mode mode) {
    this.mode = mode;
    return this;
  }

  public TestEngine policies(Policies policies) {
    this.policies = policies;
    return this;
  }

  public TestEngine limits(EngineLimits limits) {
    this.limits = limits;
    return this;
  }

  /** Puts segments behind a gap to what {@code order} says. */
  public TestEngine outOfOrder(Policies.OutOfOrder order) {
    policies =
        new Policies(
            order,
            policies.midStream(),
            policies.onAgentFailure(),
            policies.onHoldLimit(),
            policies.urgent(),
            policies.multipath());
    return this;
  }

  /** What becomes of a connection whose agent fails, and of one whose agent holds too much. */
  public TestEngine onFailure(Policies.OnFailure failure, Policies.OnFailure hold) {
    policies =
        new Policies(
            policies.outOfOrder(),
            policies.midStream(),
            failure,
            hold,
            policies.urgent(),
            policies.multipath());
    return this;
  }

  /** What becomes of urgent octets. */
  public TestEngine urgent(Policies.Urgent urgent) {
    policies =
        new Policies(
            policies.outOfOrder(),
            policies.midStream(),
            policies.onAgentFailure(),
            policies.onHoldLimit(),
            urgent,
            policies.multipath());
    return this;
  }

  /** What becomes of Multipath TCP. */
  public TestEngine multipath(Policies.Multipath multipath) {
    policies =
        new Policies(
            policies.outOfOrder(),
            policies.midStream(),
            policies.onAgentFailure(),
            policies.onHoldLimit(),
            policies.urgent(),
            multipath);
    return this;
  }

  /** The engine; its events go to {@link #events}. */
  public Engine engine() {
    Rule rule = new Rule("all", Match.ANY, Action.ALLOW, "test", agent, mode);
    return new Engine(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(List.of(rule), Action.ALLOW, Mode.ENFORCE),
            policies,
            limits,
            Timeouts.DEFAULTS,
            reading),
        new UnpooledByteBufAllocator(true, true), // scripts end in the middle
        (reason, connection, text) -> {
          events.add(reason);
          eventTexts.add(text);
        });
  }

  /** The events so far. */
  public List<Reason> events() {
    return events;
  }

  /** What the events so far say. */
  public List<String> eventTexts() {
    return eventTexts;
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
}
