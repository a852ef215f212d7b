package dev.midstream.gateway;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
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
    return new Engine(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(List.of(), Action.ALLOW, Mode.ENFORCE),
            Policies.DEFAULTS,
            EngineLimits.DEFAULTS,
            Timeouts.DEFAULTS,
            Vantage.INLINE),
        new HashSeed(1, 2),
        UnpooledByteBufAllocator.DEFAULT,
        EventSink.NONE);
  }
}
