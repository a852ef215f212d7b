package dev.midstream.reassembly.commit;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.TwoEngines;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Connections that the agent of one engine expects, and another engine opens. One of the engines
 * dies. The rules let no other connection pass.
 */
class ExpectedElsewhereTest {
  private static final int CONTROL_PORT = 2_000;
  private static final int DATA_PORT = 3_000;
  private static final int EXPECTING = 0;
  private static final int OPENING = 1;

  private static final Ends CONTROL = Ends.IPV4.withPorts(40_000, CONTROL_PORT);
  private static final Ends DATA = ends(40_001);
  private static final String ANNOUNCEMENT =
      "c> P. 1:2(1) ack 1 \"x\"\n>s same\ns> . 1:1(0) ack 2\n>c same\n";
  private static final String SYN = "c> S 0:0(0) win 65535 <mss 1460,sackOK,wscale 0>\n";
  private static final String REST =
      """
      s> S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK,wscale 0>
      >c same
      c> . 1:1(0) ack 1 win 65535
      >s same
      """;

  private int connections = 1;

  private static Ends ends(int clientPort) {
    return Ends.IPV4.withPorts(clientPort, DATA_PORT);
  }

  private TwoEngines expecting(CommitMode mode) {
    LambdaAgent agent =
        LambdaAgent.by((direction, view, out) -> {
          if (view.length() == 1) {
            out.expect(expectation());
          }
          SimpleAgents.pass(view, out);
        });
    TestEngine each = TestEngine.inline(agent).serverPort(CONTROL_PORT).dropByDefault();
    TwoEngines engines = new TwoEngines(each, mode);
    run(engines, CONTROL, TestEngine.OPEN + ANNOUNCEMENT);
    return engines;
  }

  private Expectation expectation() {
    return new Expectation(
        Direction.CLIENT_TO_SERVER,
        new Endpoint(Ends.IPV4.addressOfSender(Direction.SERVER_TO_CLIENT), DATA_PORT),
        new Handler.Unseen(),
        Octets.empty(),
        connections);
  }

  private static void run(TwoEngines engines, Ends ends, String lines) {
    new Script(engines).between(ends).run(lines);
  }

  private static void passes(TwoEngines engines, int clientPort) {
    run(engines, ends(clientPort), TestEngine.OPEN + "s> P. 1:4(3) ack 1 \"abc\"\n>c same\n");
  }

  private static void isRefused(TwoEngines engines, int clientPort) {
    run(engines, ends(clientPort), SYN);
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  @DisplayName("the next engine does not expect what another one opened, and has a record of")
  void expectsNothingThatWasMet(CommitMode mode) {
    TwoEngines engines = expecting(mode);
    passes(engines, 40_001);
    engines.die(EXPECTING);
    isRefused(engines, 40_003);
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  @DisplayName("a half-open connection is expected by the engine after that which opened it")
  void expectsAHalfOpenConnection(CommitMode mode) {
    TwoEngines engines = expecting(mode);
    run(engines, DATA, SYN + ">s same\n");
    engines.die(OPENING);
    isRefused(engines, 40_003);
    passes(engines, 40_001);
    isRefused(engines, 40_005);
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  @DisplayName("a half-open connection of an engine that lives fulfils what the next one expects")
  void countsAHalfOpenConnection(CommitMode mode) {
    TwoEngines engines = expecting(mode);
    run(engines, DATA, SYN + ">s same\n");
    engines.die(EXPECTING);
    isRefused(engines, 40_003);
    run(engines, DATA, REST + "s> P. 1:4(3) ack 1 \"abc\"\n>c same\n");
    isRefused(engines, 40_003);
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  @DisplayName("of several connections those count that another engine has opened")
  void countsSomeOfSeveral(CommitMode mode) {
    connections = 3;
    TwoEngines engines = expecting(mode);
    passes(engines, 40_001);
    run(engines, ends(40_003), SYN + ">s same\n");
    engines.die(EXPECTING);
    passes(engines, 40_005);
    isRefused(engines, 40_007);
    run(engines, ends(40_003), REST);
    isRefused(engines, 40_007);
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  @DisplayName("what is expected anew stays when what met it before is recorded elsewhere")
  void expectsAnewWhatWasMet(CommitMode mode) {
    TwoEngines engines = expecting(mode);
    run(engines, DATA, SYN + ">s same\n");
    run(engines, CONTROL, "c> P. 2:3(1) ack 1 \"x\"\n>s same\ns> . 1:1(0) ack 3\n>c same\n");
    run(engines, DATA, REST);
    engines.die(EXPECTING);
    passes(engines, 40_003);
    isRefused(engines, 40_005);
  }
}
