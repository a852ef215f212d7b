package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.Replicas;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One end that an agent resets, while the other one reads the answer and the end. */
class AbortTest {
  @Test
  @DisplayName("H-55 the server is reset, and the client reads the answer and the end")
  void resetsOneEnd() {
    Engine engine =
        EndedStreams.aborted(
            """
            c> . 2:2(0) ack 4
            c> P. 2:5(3) ack 4 "abc"
            >c . 4:4(0) ack 5
            c> F. 5:5(0) ack 4
            >c . 4:4(0) ack 6
            c> F. 5:5(0) ack 4
            >c . 4:4(0) ack 6
            """);
    assertThat(engine.counters().of(Reason.AGENT_ABORT)).isOne();
    assertThat(engine.counters().of(Reason.RESET)).isZero();
  }

  @Test
  @DisplayName("H-55 what the reset end still says is answered with a RST")
  void answersTheResetEnd() {
    EndedStreams.aborted(
        """
        s> P. 1:3(2) ack 1 "zz"
        >s R 1:1(0)
        s> R. 3:3(0) ack 1
        nothing
        c> . 2:2(0) ack 4
        """);
  }

  @Test
  @DisplayName("H-55 what is in flight to either end counts in the numbers of the RST")
  void resetsWithOctetsInFlight() {
    TestEngine.inline(FinishingAgents.aborting())
        .open(
            """
            c> P. 1:4(3) ack 1 "abc"
            >s same
            c> P. 4:5(1) ack 1 "X"
            >c FP. 1:3(2) ack 1 "no"
            >s R. 1:1(0) ack 1
            >s R. 4:4(0) ack 1
            >c . 4:4(0) ack 5
            """);
  }

  @Test
  @DisplayName(
      "H-55 both ends are reset if what the reset end had sent is missing after a takeover")
  void resetsBothEndsWithoutWhatPassed() {
    Succession engines =
        new Succession(
            TestEngine.inline(FinishingAgents.aborting().exactly()),
            CommitMode.ON_CHANGE,
            FirstCopies.COMMANDS);
    Script script = new Script(engines);
    script.run(TestEngine.OPEN + "s> P. 1:4(3) ack 1 \"250\"\n>c same\n");
    engines.takeOver(0);
    script.run(
        """
        c> P. 1:2(1) ack 1 "X"
        >s . 0:0(0) ack 1
        >s R. 1:1(0) ack 1
        >c R. 1:1(0) ack 1
        >c R. 4:4(0) ack 1
        """);
    assertThat(engines.engine().counters().of(Reason.AGENT_RESET)).isOne();
  }

  @Test
  @DisplayName("HDP-17 H-55 the record of a reset holds what the reset end had sent")
  void ownsWhatTheResetEndSentAfterATakeover() {
    Succession engines =
        new Succession(
            TestEngine.inline(FinishingAgents.aborting().exactly()),
            CommitMode.ON_CHANGE,
            FirstCopies.COMMANDS);
    Script script = new Script(engines);
    script.run(TestEngine.OPEN + "s> P. 1:4(3) ack 1 \"250\"\n>c same\n");
    engines.stopCommitting();
    script.run("c> P. 1:2(1) ack 1 \"X\"\nnothing\n");
    engines.goOnWith(Replicas.of(engines.log()), 0);
    script.run(
        """
        at 0.1s
        >c . 0:0(0) ack 2
        >c F. 6:6(0) ack 2
        >s R. 1:1(0) ack 4
        at 1.1s
        >c FP. 1:6(5) ack 2 "250no"
        """);
  }

  @Test
  @DisplayName("H-55 the engine sends again what the reset end had sent")
  void ownsWhatTheResetEndSent() {
    TestEngine.inline(FinishingAgents.aborting())
        .open(
            """
            s> P. 1:4(3) ack 1 "250"
            >c same
            c> P. 1:2(1) ack 1 "X"
            >c FP. 4:6(2) ack 2 "no"
            >s R. 1:1(0) ack 1
            at 1.1s
            >c FP. 1:6(5) ack 2 "250no"
            c> . 2:2(0) ack 7
            """);
  }

  @Test
  @DisplayName("H-55 the reset end does not read the end of its stream before the RST")
  void keepsTheFinBack() {
    TestEngine.inline(FinishingAgents.aborting())
        .open(
            """
            c> FP. 1:2(1) ack 1 "X"
            >c FP. 1:3(2) ack 2 "no"
            >s R. 1:1(0) ack 1
            >c . 4:4(0) ack 3
            c> . 3:3(0) ack 4
            nothing
            """);
  }

  @Test
  @DisplayName("H-55 a late copy of a SYN does not reach the reset end")
  void absorbsLateSyn() {
    EndedStreams.aborted(
        """
        c> S 0:0(0) win 65535 <mss 1460>
        nothing
        """);
  }

  @Test
  @DisplayName("H-55 held octets of both ends are deleted")
  void deletesHeldOctets() {
    TestEngine.inline(FinishingAgents.aborting())
        .open(
            """
            s> P. 1:3(2) ack 1 "zH"
            at 0.15s
            >s . 1:1(0) ack 3
            c> P. 1:2(1) ack 1 "X"
            >c FP. 1:3(2) ack 2 "no"
            >s R. 1:1(0) ack 3
            c> . 2:2(0) ack 4
            """);
  }

  @Test
  @DisplayName("H-55 a RST of the other end ends the connection, and is not forwarded")
  void endsAtTheResetOfTheOtherEnd() {
    EndedStreams.aborted(
        """
        c> R. 2:2(0) ack 4
        nothing
        c> P. 2:3(1) ack 4 "a"
        >c R 4:4(0)
        """);
  }

  @Test
  @DisplayName("H-55 the other end is reset too when its own FIN does not come")
  void givesTheOtherEndUp() {
    Engine engine =
        EndedStreams.aborted(
            """
            c> . 2:2(0) ack 4
            at 241s
            >c R. 4:4(0) ack 2
            """);
    assertThat(engine.counters().of(Reason.FINISH_EXPIRED)).isOne();
  }

  @Test
  @DisplayName("H-55 both ends are reset if opaque octets to the other one are in flight")
  void resetsBothWhenOctetsAreNotKept() {
    LambdaAgent agent =
        LambdaAgent.by((direction, view, out) -> {
          if (direction == Direction.SERVER_TO_CLIENT) {
            out.skip(6);
          } else {
            out.abort(Direction.CLIENT_TO_SERVER, "too large");
          }
        });
    Engine engine =
        TestEngine.inline(agent)
            .open(
                """
                s> P. 1:4(3) ack 1 "250"
                >c same
                s> P. 4:7(3) ack 1 "-ok"
                >c same
                c> P. 1:2(1) ack 1 "X"
                >s R. 1:1(0) ack 1
                >c R. 1:1(0) ack 1
                >c R. 7:7(0) ack 1
                """);
    assertThat(engine.counters().of(Reason.AGENT_RESET)).isOne();
  }

  @Test
  @DisplayName("H-55 an agent that resets each end alone resets both")
  void resetsBothWhenBothAreAborted() {
    LambdaAgent agent =
        LambdaAgent.onClient((view, out) -> {
          out.abort(Direction.CLIENT_TO_SERVER, "too large");
          out.abort(Direction.SERVER_TO_CLIENT, "too large");
        });
    Engine engine =
        TestEngine.inline(agent)
            .open(
                """
                c> P. 1:2(1) ack 1 "X"
                >s R. 1:1(0) ack 1
                >c R. 1:1(0) ack 1
                """);
    assertThat(engine.counters().of(Reason.AGENT_RESET)).isOne();
  }

  @Test
  @DisplayName("H-55 in a recording both directions end, without a RST")
  void endsBothDirectionsInARecording() {
    TestEngine.of(FinishingAgents.aborting())
        .open(
            """
            c> P. 1:2(1) ack 1 "X"
            >c P. 1:3(2) ack 1 "no"
            s> P. 1:3(2) ack 2 "zz"
            c> F. 2:2(0) ack 3
            >s FP. 1:1(0) ack 3
            """);
  }

  @Test
  @DisplayName("HDP-11 H-55 in monitor mode the rest passes unseen")
  void passesTheRestInMonitorMode() {
    List<String> views = new ArrayList<>();
    TestEngine.inline(FinishingAgents.aborting().recording(views))
        .mode(Mode.MONITOR)
        .open(
            """
            c> P. 1:2(1) ack 1 "X"
            >s same
            c> P. 2:3(1) ack 1 "X"
            >s same
            s> P. 1:3(2) ack 3 "ok"
            >c same
            """);
    assertThat(views).containsExactly("X");
  }

  @Test
  @DisplayName("C-67 H-55 no end of a connection that was picked up is reset alone")
  void abortsNoPickedUpConnection() {
    Engine engine =
        TestEngine.inline(
                LambdaAgent.onClient((view, out) -> {
                  SimpleAgents.pass(view, out);
                  out.abort(Direction.CLIENT_TO_SERVER, "too large");
                }))
            .midStream(MidStream.PICK_UP)
            .run(
                """
                c> P. 1:2(1) ack 1 "X"
                >s same
                """);
    assertThat(engine.counters().of(Reason.NOT_APPLIED)).isOne();
  }

  @Test
  @DisplayName("H-24 H-55 the reset end refuses a new opening of the other one")
  void refusesANewOpening() {
    EndedStreams.aborted(
        """
        c> F. 2:2(0) ack 4
        >c . 4:4(0) ack 3
        c> S 900000:900000(0) win 65535 <mss 1460>
        >s same
        s> R. 1:1(0) ack 2
        nothing
        s> R. 4000000:4000000(0) ack 900001
        >c same
        """);
  }
}
