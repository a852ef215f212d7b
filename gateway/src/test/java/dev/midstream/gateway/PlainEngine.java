package dev.midstream.gateway;

import dev.midstream.agent.Agent;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.EngineResources;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;

/** Engines for tests around an engine. */
public final class PlainEngine {
  private PlainEngine() {}

  /** An inline engine without rules: every connection passes. */
  public static Engine make() {
    return make(FastPathTerms.OFF);
  }

  /** The same, which gives connections away as {@code fastPath} says. */
  public static Engine make(FastPathTerms fastPath) {
    return make(List.of(), fastPath, EventSink.NONE);
  }

  /** An inline engine whose rule "test" gives every connection to {@code agent}. */
  public static Engine with(String name, Agent<?> agent, EventSink events) {
    Rule rule = new Rule("test", Match.ANY, Action.ALLOW, name, agent, Mode.ENFORCE);
    return make(List.of(rule), FastPathTerms.OFF, events);
  }

  private static Engine make(List<Rule> rules, FastPathTerms fastPath, EventSink events) {
    EngineConfiguration configuration =
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(rules, Action.ALLOW, Mode.ENFORCE),
            Policies.DEFAULTS,
            EngineLimits.DEFAULTS,
            Timeouts.DEFAULTS,
            Vantage.INLINE);
    return new Engine(
        configuration,
        new HashSeed(1, 2),
        new EngineResources(configuration, UnpooledByteBufAllocator.DEFAULT, fastPath),
        CommitLog.NONE,
        ConnectionRouter.ALONE,
        events);
  }
}
