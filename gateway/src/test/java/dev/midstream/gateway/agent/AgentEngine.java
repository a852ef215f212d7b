package dev.midstream.gateway.agent;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RulePolicies;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;

/** Engines with the agents of the program, for scripts. */
final class AgentEngine {
  private AgentEngine() {}

  /**
   * An engine that gives every connection to {@code agent}. It fails the test if the agent fails.
   */
  static Engine of(AgentProvider provider, Agent<?> agent) {
    return of(provider, agent, RulePolicies.NONE);
  }

  /** The same with policies of its rule. */
  static Engine of(AgentProvider provider, Agent<?> agent, RulePolicies policies) {
    Rule rule =
        new Rule(
            provider.name(),
            Match.ANY,
            Action.ALLOW,
            provider.name(),
            agent,
            Mode.ENFORCE,
            policies,
            provider.reasons());
    return new Engine(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(List.of(rule), Action.ALLOW, Mode.ENFORCE),
            Policies.DEFAULTS,
            EngineLimits.DEFAULTS,
            Timeouts.DEFAULTS,
            Vantage.INLINE),
        new HashSeed(1, 2),
        new UnpooledByteBufAllocator(true, true),
        new Failing());
  }

  /** Fails the script if the agent fails. */
  private static final class Failing implements EventSink {
    @Override
    public void event(Reason reason, String connection, String text) {
      if (reason == Reason.AGENT_FAILED) {
        throw new AssertionError(text);
      }
    }
  }
}
