package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.agent.Agent;
import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.agent.Expectation;
import dev.midstream.modcmd.command.Octets;
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
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of connections that an agent said were coming. */
class ExpectationTest {
  private static final String EDITED =
      TestEngine.OPEN + "c> P. 1:3(2) ack 1 \"ab\"\n>s P. 1:2(1) ack 1 \"x\"\n";
  private static final String UNTOUCHED = TestEngine.OPEN + "c> P. 1:3(2) ack 1 \"ab\"\n>s same\n";

  /** Replaces every view by an x, and says who opens port 2000 of the other end. */
  private static Engine engine(Direction opener, String agentName) {
    LambdaAgent agent =
        LambdaAgent.by((direction, view, out) -> {
          if (view.length() > 0) {
            out.expect(new Expectation(opener, 2_000, agentName));
            out.replace(view.length(), Octets.ofText("x"));
          }
        });
    return engine(agent, ConnectionRouter.ALONE);
  }

  /** Gives connections to port 21 to {@code agent}, which is expected by the name "test". */
  static Engine engine(Agent<?> agent, ConnectionRouter router) {
    Match control = new Match(List.of(), List.of(), List.of(), List.of(PortRange.of(21)));
    Rule rule = new Rule("control", control, Action.ALLOW, "test", agent, Mode.ENFORCE);
    return new Engine(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(List.of(rule), Action.ALLOW, Mode.ENFORCE),
            Policies.DEFAULTS,
            EngineLimits.DEFAULTS,
            Timeouts.DEFAULTS,
            Vantage.RECORDING),
        new HashSeed(1, 2),
        new UnpooledByteBufAllocator(true, true), // scripts end in the middle
        CopyGate.NOT_NEEDED,
        router,
        EventSink.NONE);
  }

  private static Script between(Engine engine, int clientPort, int serverPort) {
    return new Script(engine).between(Ends.IPV4.withPorts(clientPort, serverPort));
  }

  @Test
  @DisplayName("a connection the client was to open gets the agent, once")
  void givesAnExpectedConnectionToTheAgent() {
    Engine engine = engine(Direction.CLIENT_TO_SERVER, "test");
    between(engine, 40_000, 2_000).run(UNTOUCHED);
    between(engine, 40_000, 21).run(EDITED);
    between(engine, 40_001, 2_001).run(UNTOUCHED);
    between(engine, 40_001, 2_000).run(EDITED);
    // The data connection's own view renewed it; that one is taken by the next.
    between(engine, 40_002, 2_000).run(EDITED);
  }

  @Test
  @DisplayName("a connection the server was to open gets the agent; who opens it is the client")
  void expectsConnectionsOfTheServer() {
    Engine engine = engine(Direction.SERVER_TO_CLIENT, "test");
    between(engine, 40_000, 21).run(EDITED);
    between(engine, 40_001, 2_000).run(UNTOUCHED);
    between(engine, 2_000, 20)
        .run(
            """
            s> S 0:0(0) <mss 1460>
            >c same
            c> S. 0:0(0) ack 1 <mss 1460>
            >s same
            s> . 1:1(0) ack 1
            >c same
            s> P. 1:3(2) ack 1 "ab"
            >c P. 1:2(1) ack 1 "x"
            """);
  }

  @Test
  @DisplayName("an agent that no rule names cannot be expected: counted, and the rest goes on")
  void refusesAgentsNobodyNamed() {
    Engine engine = engine(Direction.CLIENT_TO_SERVER, "other");
    between(engine, 40_000, 21).run(EDITED);
    between(engine, 40_001, 2_000).run(UNTOUCHED);
    assertThat(engine.counters().of(Reason.NOT_APPLIED)).isOne();
  }
}
