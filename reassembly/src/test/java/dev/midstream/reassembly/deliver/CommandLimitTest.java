package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A direction at its limit of commands. */
class CommandLimitTest {
  private static final long MILLI = 1_000_000L;

  /** Deletes every octet by a command of its own. */
  private static LambdaAgent erasing() {
    return LambdaAgent.by((direction, view, out) -> {
      for (int i = 0; i < view.length(); i++) {
        out.replace(1, Octets.empty());
      }
    });
  }

  @Test
  @DisplayName("C-64 C-18 a stream that is deleted completely never reaches the command limit")
  void deletesMoreThanTheCommandLimit() {
    Engine engine =
        TestEngine.of(erasing())
            .limits(EngineLimits.DEFAULTS.withCommands(4))
            .open(
                """
                c> . 1:5(4) ack 1
                s> . 1:1(0) ack 5
                c> . 5:9(4) ack 1
                s> . 1:1(0) ack 9
                c> F. 9:10(1) ack 1
                >s F. 1:1(0) ack 1
                s> . 1:1(0) ack 11
                >c . 1:1(0) ack 2
                end
                nothing
                """);

    assertThat(engine.counters().edits()).isEqualTo(9);
    assertThat(engine.counters().of(Reason.COMMAND_LIMIT)).isZero();
  }

  @Test
  @DisplayName("C-64 law 1 inline, the command limit stops the window and never ends editing")
  void closesTheWindowAtTheCommandLimit() {
    Engine engine =
        TestEngine.inline("x", "y")
            .limits(EngineLimits.DEFAULTS.withDelayedBytes(60).withCommands(1))
            .run(
                TestEngine.OPEN.replace(">c same", ">c S. 0:0(0) ack 1 win 60")
                    + """
                    c> . 1:3(2) ack 1 "xa"
                    >s . 1:3(2) ack 1 "ya"
                    c> . 3:23(20) ack 1 "xxxxxxxxxxxxxxxxxxxx"
                    c> . 23:43(20) ack 1 "xxxxxxxxxxxxxxxxxxxx"
                    at 0.2s
                    >c . 1:1(0) ack 43
                    s> . 1:1(0) ack 3 win 1000
                    >c . 1:1(0) ack 43 win 20
                    >s . 3:43(40) ack 1 "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"
                    """);
    assertThat(engine.counters().of(Reason.COMMAND_LIMIT)).isPositive();
  }

  @Test
  @DisplayName("C-64 law 11 deletions free their commands without an acknowledgement")
  void deletionsFreeCommandsWithoutAnAcknowledgement() {
    TestEngine.inline("x", "")
        .limits(EngineLimits.DEFAULTS.withCommands(2))
        .open(
            """
            c> . 1:4(3) ack 1 "xxx"
            >c . 1:1(0) ack 4
            c> . 4:6(2) ack 1 "xx"
            >c . 1:1(0) ack 6
            c> F. 6:6(0) ack 1
            >s F. 1:1(0) ack 1
            """);
  }

  @Test
  @DisplayName("C-64 H-14 at the command limit the edge stays, and moves with the acknowledgement")
  void edgeStaysAtTheCommandLimit() {
    TestEngine.inline("x", "yy")
        .limits(EngineLimits.DEFAULTS.withCommands(1))
        .run(
            Opening.window(60)
                + """
                c> . 1:2(1) ack 1 "x"
                >s . 1:3(2) ack 1 "yy"
                c> . 2:5(3) ack 1 "abc"
                s> . 1:1(0) ack 1 win 600
                at 0.2s
                >c . 1:1(0) ack 5 win 56
                s> . 1:1(0) ack 3 win 600
                >c . 1:1(0) ack 5 win 597
                >s . 3:6(3) ack 1 "abc"
                """);
  }

  @Test
  @DisplayName("C-64 H-14 H-27 at the command limit rounding does not move the edge on either")
  void roundingMovesNoEdgeAtTheCommandLimit() {
    TestEngine.inline("x", "y")
        .limits(EngineLimits.DEFAULTS.withCommands(1))
        .run(
            Opening.of("win 65535 <mss 1460,wscale 7>", "win 256 <mss 1460,wscale 7>", "win 512")
                + """
                c> . 1:3(2) ack 1 "xa"
                >s . 1:3(2) ack 1 win 32768 "ya"
                c> . 3:103(100) ack 1
                at 0.1s
                >c . 1:1(0) ack 103 win 2
                c> . 103:257(154) ack 1
                at 0.2s
                >c . 1:1(0) ack 257 win 0
                c> . 257:267(10) ack 1
                >c . 1:1(0) ack 267 win 0
                """);
  }

  @Test
  @DisplayName("C-64 H-14 H-33 the edge of the requests stays while their replies are at the limit")
  void edgeOfRequestsStaysAtTheCommandLimitOfReplies() {
    denying(1)
        .open(
            """
            c> P. 1:4(3) ack 1 "D1\\n"
            >c P. 1:4(3) ack 4 "no\\n"
            c> P. 4:7(3) ack 1 "D2\\n"
            s> . 1:1(0) ack 1 win 65535
            >c . 4:4(0) ack 4 win 65532
            at 0.2s
            >c . 4:4(0) ack 7 win 65529
            c> . 7:7(0) ack 4
            >c P. 4:7(3) ack 7 "no\\n"
            """);
  }

  @Test
  @DisplayName("C-64 without acknowledgements the octets not shown are limited")
  void limitsOctetsNotShown() {
    Engine engine =
        TestEngine.of("b", "BB")
            .limits(EngineLimits.DEFAULTS.withDelayedBytes(100).withCommands(1))
            .open(
                """
                c> . 1:2(1) ack 1 "b"
                >s . 1:3(2) ack 1 "BB"
                c> . 2:62(60) ack 1
                c> . 62:102(40) ack 1
                c> . 102:103(1) ack 1
                >s . 3:104(101) ack 1
                """);
    assertThat(engine.counters().of(Reason.COMMAND_LIMIT)).isPositive();
  }

  @Test
  @DisplayName("C-64 at the command limit the end of stream waits, and no hold limit is counted")
  void endOfStreamWaitsAtTheCommandLimit() {
    Engine engine =
        TestEngine.of("a", "")
            .limits(EngineLimits.DEFAULTS.withCommands(1))
            .open("c> F. 1:3(2) ack 1 \"ba\"\n>s F. 1:2(1) ack 1 \"b\"");
    assertThat(engine.counters().of(Reason.HOLD_LIMIT)).isZero();
  }

  /** Client lines that begin with "D" are deleted and answered; the server says nothing. */
  private static Script denied(Engine engine, int requests) {
    Script script = Scripts.of(engine).run(TestEngine.OPEN);
    for (int i = 0; i < requests; i++) {
      int at = 1 + 3 * i;
      int next = at + 3;
      script.run(
          """
          c> P. %1$d:%2$d(3) ack %1$d "D1\\n"
          >c P. %1$d:%2$d(3) ack %2$d "no\\n"
          c> . %2$d:%2$d(0) ack %2$d
          nothing
          """
              .formatted(at, next));
    }
    return script;
  }

  private static TestEngine denying(int commands) {
    return TestEngine.inline(LineAgents.denying("D", "no\n"))
        .limits(EngineLimits.DEFAULTS.withCommands(commands));
  }

  /** The commands of both directions. */
  private static int commands(Engine engine) {
    return Direction.BOTH.stream().mapToInt(direction -> commands(engine, direction)).sum();
  }

  private static int commands(Engine engine, Direction direction) {
    int[] count = {0};
    engine.forEachConnection(connection -> {
      Stream stream = connection.streamOrNull(direction);
      count[0] += stream == null ? 0 : stream.edits().commands().size();
    });
    return count[0];
  }

  @Test
  @DisplayName("C-64 HDP-20 law 11 acknowledged replies leave room although the server is silent")
  void repliesLeaveRoomAsTheyAreAcknowledged() {
    Engine engine = denying(16).engine();
    Script script = denied(engine, 100);

    assertThat(commands(engine)).isLessThanOrEqualTo(2 * 16);
    script.run(
        """
        s> P. 1:5(4) ack 1 "hey\\n"
        >c P. 301:305(4) ack 301 "hey\\n"
        """);
  }

  @Test
  @DisplayName("C-64 HDP-20 laws 3 and 11 the server's FIN leaves after acknowledged replies")
  void finLeavesAfterAcknowledgedReplies() {
    Script script = denied(denying(1).engine(), 1);
    script.run(
        """
        s> FP. 1:5(4) ack 1 "hey\\n"
        >c FP. 4:8(4) ack 4 "hey\\n"
        """);
  }

  @Test
  @DisplayName("C-64 law 6 endless denied requests are decided only below the limit")
  @Tag("slow")
  void decidesEndlessDenialsBelowTheLimit() {
    int requests = 100_000;
    int max = 1_000;
    List<Integer> before = new ArrayList<>();
    List<Integer> views = new ArrayList<>();
    AtomicReference<Engine> placed = new AtomicReference<>();
    LambdaAgent agent =
        LambdaAgent.onClient((view, out) -> {
          views.add(view.length());
          for (Direction direction : Direction.BOTH) {
            before.add(commands(placed.get(), direction));
          }
          LineAgents.deny(view, out, "D", "no\n");
        });
    Engine engine =
        TestEngine.inline(agent).limits(EngineLimits.DEFAULTS.withCommands(max)).engine();
    placed.set(engine);
    SimulatedNetwork network = new SimulatedNetwork(Path.of(MILLI), 1).place(engine);
    Conversation talk =
        network.open(
            Ends.IPV4,
            Party.opening(
                EndpointOptions.MODERN, new Application().write("D\n".repeat(requests)).close()),
            Party.waiting(
                EndpointOptions.MODERN, new Application().awaitEnd().write("bye").close()));

    assertThat(network.runUntilDone(60_000 * MILLI)).as("%s", talk).isTrue();
    assertThat(talk.client().received()).hasSize(3 * requests + 3);
    assertThat(talk.server().received()).isEmpty();
    assertThat(views).allMatch(length -> length <= 65_536);
    assertThat(before).allMatch(count -> count < max).anyMatch(count -> count > 0);
    assertThat(engine.counters().of(Reason.COMMAND_LIMIT)).isPositive();
  }
}
