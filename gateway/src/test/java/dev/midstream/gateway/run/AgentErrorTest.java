package dev.midstream.gateway.run;

import static dev.midstream.gateway.run.WordScripts.RESETS;
import static dev.midstream.gateway.run.WordScripts.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.Octets;
import dev.midstream.agent.StateCodec;
import dev.midstream.gateway.GreetingConfiguration;
import dev.midstream.gateway.event.EventJournal;
import dev.midstream.gateway.event.TimedEvents;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Vantage;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent that throws errors, in the boxes of a worker. */
class AgentErrorTest {
  private static final String DEEP = says("deep");
  private static final String LARGE = says("huge");

  @TempDir private Path directory;

  @Test
  @DisplayName("OWN-3 an agent that overflows the stack loses one connection, which passes")
  void passesAfterAStackOverflow() throws Exception {
    Engine engine =
        run(OnFailure.PASS, DEEP + ">s same\n", "c> P. 5:9(4) ack 1 \"good\"\n>s same\n");

    assertThat(engine.counters().of(Reason.AGENT_FAILED)).isOne();
    assertThat(engine.counters().of(Reason.ENGINE_FAILED)).isZero();
    assertThat(events()).contains("agent failed agent=deep why=java.lang.StackOverflowError");
  }

  @Test
  @DisplayName("OWN-3 an agent that overflows the stack has its connection reset if so configured")
  void resetsAfterAStackOverflow() throws Exception {
    Engine engine = run(OnFailure.RESET, DEEP + RESETS, "");

    assertThat(engine.counters().of(Reason.AGENT_FAILED)).isOne();
    assertThat(events()).contains("agent failed agent=deep why=java.lang.StackOverflowError");
  }

  @Test
  @DisplayName("OWN-3 an agent that asks for more memory than there is has its connection reset")
  void resetsAfterAnArrayTooLarge() throws Exception {
    Engine engine = run(OnFailure.PASS, LARGE + RESETS, "");

    assertThat(engine.counters().of(Reason.ENGINE_FAILED)).isOne();
    assertThat(events()).contains("engine failed why=java.lang.OutOfMemoryError");
  }

  /** Breaks one connection between two that are edited before and after it. */
  private Engine run(OnFailure policy, String broken, String after) throws Exception {
    try (EventJournal journal = EventJournal.open(file(), 100, (_, _) -> {})) {
      TimedEvents events = journal.newEvents();
      Engine engine =
          new Engine(
              configuration(policy), new HashSeed(1, 2), UnpooledByteBufAllocator.DEFAULT, events);
      WordScripts.playBetween(engine, events, broken + after);
      return engine;
    }
  }

  private EngineConfiguration configuration(OnFailure policy) throws Exception {
    EngineConfiguration usual = GreetingConfiguration.load(directory).engine(Vantage.INLINE);
    Rule greeting = usual.rules().rules().getFirst();
    Rule rule =
        new Rule(
            greeting.name(),
            greeting.match(),
            greeting.action(),
            "deep",
            new DeepAgent(),
            greeting.mode());
    Policies policies = usual.policies();
    return new EngineConfiguration(
        usual.mode(),
        new RuleTable(List.of(rule), Action.ALLOW, Mode.ENFORCE),
        new Policies(
            policies.outOfOrder(),
            policies.midStream(),
            policies.onNotMine(),
            policy,
            policies.onHoldLimit(),
            policies.urgent(),
            policies.multipath()),
        usual.limits(),
        usual.timeouts(),
        usual.vantage());
  }

  private Path file() {
    return directory.resolve("events.jsonl");
  }

  private String events() throws Exception {
    return Files.readString(file());
  }

  /** Makes "good" upper case, calls itself without end at "deep", asks for memory at "huge". */
  private static final class DeepAgent implements Agent<Integer> {
    @Override
    public Integer newConnection() {
      return 0;
    }

    @Override
    public Integer onOctets(Integer state, Direction direction, OctetView view, Decisions out) {
      return switch (view.length() == 0 ? 0 : view.at(0)) {
        case 'd' -> state + onOctets(state, direction, view, out);
        case 'h' -> state + new long[Integer.MAX_VALUE].length;
        case 'g' -> {
          out.replace(view.length(), Octets.ofText("GOOD"));
          yield state;
        }
        default -> {
          out.pass(view.length());
          yield state;
        }
      };
    }

    @Override
    public StateCodec<Integer> codec() {
      return StateCodec.stateless(0);
    }
  }
}
