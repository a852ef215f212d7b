package dev.midstream.reassembly.traps;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Deciding;
import dev.midstream.reassembly.script.Lines;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Rules;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.TestLimits;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Requests that are swallowed and answered by the engine. */
class RepliesTest {
  private static final long MILLI = 1_000_000L;

  /** Lines from the client that start with "D" never reach the server and are answered "no". */
  private static TestEngine denying() {
    return TestEngine.inline(Lines.denied("D", "no\n"));
  }

  /** What the server says while a request is denied is opaque. */
  private static TestEngine denyingBesideOpaque() {
    return TestEngine.inline(Lines.deniedBesideOpaque("D", "no\n"));
  }

  @Test
  @DisplayName("HDP-20 C-61 a swallowed request is answered, and the next command works")
  void answersASwallowedRequest() {
    denying()
        .open(
            """
            c> P. 1:4(3) ack 1 "D1\\n"
            >c P. 1:4(3) ack 4 "no\\n"
            c> . 4:4(0) ack 4 win 65532
            nothing
            c> P. 4:7(3) ack 4 "a2\\n"
            >s P. 1:4(3) ack 1 "a2\\n"
            s> P. 1:4(3) ack 4 "ok\\n"
            >c P. 4:7(3) ack 7 "ok\\n"
            c> . 7:7(0) ack 7
            >s . 4:4(0) ack 4
            """);
  }

  @Test
  @DisplayName("HDP-20 C-61 the answer lost twice is repeated from custody, no request is")
  void repeatsALostAnswer() {
    Engine engine =
        denying()
            .open(
                """
                c> P. 1:4(3) ack 1 "D1\\n"
                >c P. 1:4(3) ack 4 "no\\n"
                at 1.1s
                >c P. 1:4(3) ack 4 "no\\n"
                at 3.5s
                >c P. 1:4(3) ack 4 "no\\n"
                c> . 4:4(0) ack 4 win 65532
                at 60s
                nothing
                c> P. 4:7(3) ack 4 "a2\\n"
                >s P. 1:4(3) ack 1 "a2\\n"
                """);
    assertThat(engine.counters().of(Reason.CUSTODY_REPEATED)).isEqualTo(2);
  }

  @Test
  @DisplayName("C-61 a denied request that is repeated is answered by an acknowledgement only")
  void swallowsARepeatedRequest() {
    denying()
        .open(
            """
            c> P. 1:4(3) ack 1 "D1\\n"
            >c P. 1:4(3) ack 4 "no\\n"
            c> P. 1:4(3) ack 1 "D1\\n"
            >c . 4:4(0) ack 4 <sack 1:4>
            """);
  }

  @Test
  @DisplayName("HDP-20 C-61 pipelined requests are answered in order: the agent says when")
  void answersPipelinedRequestsInOrder() {
    answeringInOrder()
        .open(
            """
            c> P. 1:10(9) ack 1 "a1\\nD2\\na3\\n"
            >s P. 1:7(6) ack 1 "a1\\na3\\n"
            s> P. 1:4(3) ack 4 "r1\\n"
            >c P. 1:7(6) ack 7 "r1\\nno\\n"
            s> P. 4:7(3) ack 7 "r3\\n"
            >c P. 7:10(3) ack 10 "r3\\n"
            """);
  }

  /** Denies the second of three requests and answers it behind the first answer. */
  private static TestEngine answeringInOrder() {
    return TestEngine.inline(
        Deciding.withState((answers, direction, view, out) -> {
          String text = Rules.text(view);
          if (direction == Direction.CLIENT_TO_SERVER) {
            if (!text.isEmpty()) {
              out.pass(3);
              out.replace(3, Octets.empty());
              out.pass(3);
            }
            return answers;
          }
          if (text.isEmpty()) {
            return answers;
          }
          out.pass(view.length());
          if (answers == 0) {
            out.replace(0, Octets.ofText("no\n"));
          }
          return answers + 1;
        }));
  }

  @Test
  @DisplayName("HDP-20 ACK-2 a reply acknowledges its request, and echoes its time stamp")
  void repliesWithTheNewestHeaders() {
    denying()
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460,TS 10/0>
            >s same
            s> S. 0:0(0) ack 1 win 1000 <mss 1460,TS 90/10>
            >c same
            c> . 1:1(0) ack 1 <TS 11/90>
            >s same
            s> . 1:1(0) ack 1 win 1000 <TS 91/11>
            >c same
            c> P. 1:4(3) ack 1 <TS 12/91> "D1\\n"
            >c P. 1:4(3) ack 4 win 1000 <TS 91/12> "no\\n"
            """);
  }

  @Test
  @DisplayName("HDP-20 H-49 a reply in several segments has PSH on the last of them")
  void pushesTheLastPieceOfAReply() {
    TestEngine.inline(Lines.denied("D", "x".repeat(600)))
        .open(
            """
            c> P. 1:7(6) ack 1 "D1\\nD2\\n"
            >c . 1:537(536) ack 7
            >c . 537:1073(536) ack 7
            >c P. 1073:1201(128) ack 7
            """);
  }

  @Test
  @DisplayName("T-9 H-33 a reply stands behind the highest octet that left, gap or not")
  void repliesBehindAnOpaqueGap() {
    denyingBesideOpaque()
        .open(
            """
            s> . 1:3(2) ack 1 "ab"
            >c . 1:3(2) ack 1 "ab"
            s> . 5:7(2) ack 1 "ef"
            >c . 5:7(2) ack 1 "ef"
            c> P. 1:4(3) ack 3 "D1\\n"
            >s . 1:1(0) ack 3
            >c P. 7:10(3) ack 4 "no\\n"
            s> . 3:5(2) ack 1 "cd"
            >c . 3:5(2) ack 4 "cd"
            s> . 7:9(2) ack 1 "gh"
            >c . 10:12(2) ack 4 "gh"
            c> . 4:4(0) ack 5 <sack 7:12>
            >s . 1:1(0) ack 5 <sack 7:9>
            """);
  }

  @Test
  @DisplayName(
      "T-9 HDP-20 a reply while the server's octets are missing before the box stands first")
  void repliesBeforeWhatIsMissing() {
    denying()
        .open(
            """
            s> . 4:7(3) ack 1 "def"
            >s . 1:1(0) ack 1 <sack 4:7>
            c> P. 1:4(3) ack 1 "D1\\n"
            >c P. 1:4(3) ack 4 "no\\n"
            s> . 1:4(3) ack 1 "abc"
            >c . 4:10(6) ack 4 "abcdef"
            c> . 4:4(0) ack 10
            >s . 1:1(0) ack 7
            """);
  }

  @Test
  @DisplayName("T-9 HDP-20 a reply while the server's octets are lost behind the box is not moved")
  void repliesWhileOctetsAreLost() {
    denying()
        .open(
            """
            s> . 1:4(3) ack 1 "abc"
            >c same
            c> P. 1:4(3) ack 1 "D1\\n"
            >c P. 4:7(3) ack 4 "no\\n"
            c> . 4:4(0) ack 1 <sack 4:7>
            >s . 1:1(0) ack 1 <>
            s> . 1:4(3) ack 1 "abc"
            >c . 1:7(6) ack 4 "abcno\\n"
            c> . 4:4(0) ack 7
            >s . 1:1(0) ack 4
            """);
  }

  @Test
  @DisplayName("T-9 H-34 C-20 of a denial whose call fails neither part is carried out")
  void deniesAsAWhole() {
    Engine engine =
        TestEngine.inline(
                Deciding.by((direction, view, out) -> {
                  if (view.length() > 0) {
                    Lines.deny(view, out, "D", "no\n");
                    throw new IllegalStateException("between the two directions");
                  }
                }))
            .open(
                """
                c> P. 1:4(3) ack 1 "D1\\n"
                >s same
                s> . 1:3(2) ack 4 "ok"
                >c same
                """);
    assertThat(engine.counters().of(Reason.AGENT_FAILED)).isOne();
    assertThat(engine.counters().edits()).isZero();
  }

  @Test
  @DisplayName("H-22 C-61 a reply beyond the client's window is probed for until it has gone")
  void probesForTheWindowOfAReply() {
    Engine engine =
        denying()
            .run(
                Opening.of("win 2 <mss 1460>", "win 65535 <mss 1460>", "win 2")
                    + """
                    c> P. 1:4(3) ack 1 win 2 "D1\\n"
                    >c . 1:3(2) ack 4 "no"
                    c> . 4:4(0) ack 3 win 0
                    at 0.25s
                    >c . 2:2(0) ack 4
                    c> . 4:4(0) ack 3 win 0
                    at 0.6s
                    >c . 2:2(0) ack 4
                    c> . 4:4(0) ack 3 win 2
                    >c P. 3:4(1) ack 4 "\\n"
                    c> . 4:4(0) ack 4 win 2
                    at 60s
                    nothing
                    """);
    assertThat(engine.counters().of(Reason.ZERO_WINDOW)).isEqualTo(2);
  }

  @Test
  @DisplayName("H-48 a reply leaves behind the client's own acknowledgement, not before")
  void repliesBehindTheHandshake() {
    denying()
        .run(
            """
            c> S 0:3(3) "D1\\n"
            >s S 0:0(0)
            s> S. 0:0(0) ack 1
            >c S. 0:0(0) ack 1
            c> . 1:1(0) ack 1
            >s . 1:1(0) ack 1
            >c P. 1:4(3) ack 4 "no\\n"
            """);
  }

  @Test
  @DisplayName("H-32 H-33 a reply behind the server's FIN is refused, counted, and nothing breaks")
  void refusesAReplyBehindTheEnd() {
    Engine engine =
        denying()
            .open(
                """
                s> F. 1:4(3) ack 1 "bye"
                >c F. 1:4(3) ack 1 "bye"
                c> P. 1:4(3) ack 5 "D1\\n"
                >s . 1:1(0) ack 5
                >c . 5:5(0) ack 4
                c> F. 4:4(0) ack 5
                >s FP. 1:1(0) ack 5
                s> . 5:5(0) ack 2
                >c . 5:5(0) ack 5
                """);
    assertThat(engine.counters().of(Reason.NOT_APPLIED)).isOne();
  }

  @Test
  @DisplayName("H-33 law 6 replies that nobody reads stop the one who asks for them")
  void unreadRepliesStopTheirSender() {
    int requests = 5_000;
    int waitingBytes = 20_000;
    Engine engine =
        TestEngine.inline(Lines.denied("no", "answer\n".repeat(50)))
            .limits(new TestLimits().waitingBytes(waitingBytes))
            .engine();
    SimulatedNetwork network = new SimulatedNetwork(Path.of(10 * MILLI), 1).place(engine);
    Application asking =
        new Application()
            .stopReading()
            .write("no\n".repeat(requests))
            .pause(60_000 * MILLI)
            .readAll()
            .close();
    Conversation talk =
        network.open(
            Ends.IPV4,
            Party.opening(EndpointOptions.MODERN.withBuffer(4_096, 0), asking),
            Party.waiting(EndpointOptions.MODERN, new Application().awaitEnd().close()));

    network.runUntil(50_000 * MILLI);
    assertThat(engine.ledger().peakBytes()).isLessThan(10L * waitingBytes);
    assertThat(engine.counters().of(Reason.WINDOW_FULL)).isPositive();
    network.runUntil(600_000 * MILLI);
    assertThat(talk.client().received()).hasSize(requests * 50 * "answer\n".length());
    assertThat(talk.isDone()).isTrue();
    assertThat(engine.ledger().usedBytes()).isZero();
  }
}
