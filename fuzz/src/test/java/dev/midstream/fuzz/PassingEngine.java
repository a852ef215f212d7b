package dev.midstream.fuzz;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
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
import dev.midstream.testkit.agent.SimpleAgents;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/** An inline engine that gives all connections to an agent that passes everything. */
final class PassingEngine {
  private PassingEngine() {}

  /** An engine whose octets are allocated by {@code allocator}. */
  static Engine of(ByteBufAllocator allocator) {
    Rule rule =
        new Rule("all", Match.ANY, Action.ALLOW, "test", SimpleAgents.passing(), Mode.ENFORCE);
    return new Engine(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(List.of(rule), Action.ALLOW, Mode.ENFORCE),
            Policies.DEFAULTS,
            EngineLimits.DEFAULTS,
            Timeouts.DEFAULTS,
            Vantage.INLINE),
        new HashSeed(1, 2),
        allocator,
        EventSink.NONE);
  }
}
