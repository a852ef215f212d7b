package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.Connection;
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
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

/** Arbitrary octets as a connection. */
class SnapshotFuzzTest {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);

  private Engine engine() {
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

  @FuzzTest
  @DisplayName("HDP-17 any octets are a connection, which is written again, or are refused")
  void readsAnyOctets(byte[] input) {
    Engine engine = engine();
    try {
      Connection read = engine.moves().read(new StateReader(input, 0, input.length), 0);
      engine.moves().write(read, new StateWriter(), 0);
      read.free();
    } catch (MalformedState expected) {
      assertThat(expected.getMessage()).isNotBlank();
    }
    assertThat(engine.budget().usedBytes()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }
}
