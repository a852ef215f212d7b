package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.TestEngine.Edit;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Requests that an agent deletes and answers. */
class RepliesTest {

  /** An engine that deletes client lines that start with "D" and replies "no". */
  private static TestEngine denying() {
    return TestEngine.inline(LineAgents.denying("D", "no\n"));
  }

  /** The same with an opaque server stream. */
  private static TestEngine denyingBesideOpaque() {
    return TestEngine.inline(LineAgents.denyingWithOpaqueServer("D", "no\n"));
  }

  @Test
  @DisplayName("HDP-20 C-61 a denied request gets a reply, and the next request reaches the server")
  void repliesToADeniedRequest() {
    TestEngine test = denying();
    test.open(
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
    assertThat(test.edits())
        .containsExactly(
            new Edit(Direction.CLIENT_TO_SERVER, 0, 3, 0, true),
            new Edit(Direction.SERVER_TO_CLIENT, 0, 0, 3, true));
  }

  @Test
  @DisplayName("HDP-20 C-61 a lost reply is retransmitted from custody; the request is not")
  void retransmitsALostReply() {
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
  @DisplayName("H-3 C-61 replies to delayed requests acknowledge all that was reported")
  void acknowledgesReportedRequests() {
    denying()
        .outOfOrder(OutOfOrder.DELAY_SINGLE)
        .open(
            """
            c> P. 4:7(3) ack 1 "D2\\n"
            >c . 1:1(0) ack 1 <sack 4:7>
            c> P. 7:10(3) ack 1 "D3\\n"
            >c . 1:1(0) ack 1 <sack 4:10>
            c> P. 1:4(3) ack 1 "D1\\n"
            >c P. 1:10(9) ack 10 "no\\nno\\nno\\n"
            """);
  }

  @Test
  @DisplayName("C-61 a retransmitted denied request is acknowledged and causes no second reply")
  void acknowledgesARetransmittedDeniedRequest() {
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
  @DisplayName("HDP-20 C-61 replies to pipelined requests leave in the order of the agent")
  void repliesToPipelinedRequestsInOrder() {
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

  /** Denies the second of three requests and replies after the first answer. */
  private static TestEngine answeringInOrder() {
    return TestEngine.inline(
        LambdaAgent.withState((answers, direction, view, out) -> {
          String text = SimpleAgents.text(view);
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
  @DisplayName("HDP-20 ACK-2 a reply acknowledges its request and echoes its timestamp")
  void replyAcknowledgesItsRequest() {
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
  @DisplayName("HDP-20 H-49 a reply in several segments has PSH on the last one")
  void pushesTheLastSegmentOfAReply() {
    TestEngine.inline(LineAgents.denying("D", "x".repeat(600)))
        .open(
            """
            c> P. 1:7(6) ack 1 "D1\\nD2\\n"
            >c . 1:537(536) ack 7
            >c . 537:1073(536) ack 7
            >c P. 1073:1201(128) ack 7
            """);
  }

  @Test
  @DisplayName("T-9 H-33 a reply follows the highest octet sent, with or without a gap")
  void repliesAfterTheHighestOctetSent() {
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
  @DisplayName("T-9 HDP-20 a reply precedes server octets that are missing before the engine")
  void repliesBeforeOctetsMissingBeforeTheEngine() {
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
  @DisplayName(
      "T-9 HDP-20 a reply stays at its place while server octets are lost after the engine")
  void repliesAfterOctetsLostAfterTheEngine() {
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
  @DisplayName("T-9 H-34 C-20 a failed call carries out no part of its denial")
  void failedCallDeniesNothing() {
    Engine engine =
        TestEngine.inline(
                LambdaAgent.by((direction, view, out) -> {
                  if (view.length() > 0) {
                    LineAgents.deny(view, out, "D", "no\n");
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
  @DisplayName("H-22 C-61 the engine probes the client's window until the whole reply has left")
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
  @DisplayName("H-48 the reply to a request on a SYN leaves when the request comes again")
  void repliesAfterTheHandshake() {
    denying()
        .run(
            """
            c> S 0:3(3) "D1\\n"
            >s S 0:0(0)
            s> S. 0:0(0) ack 1
            >c S. 0:0(0) ack 1
            c> . 1:1(0) ack 1
            >s same
            c> . 1:4(3) ack 1 "D1\\n"
            >c P. 1:4(3) ack 4 "no\\n"
            """);
  }

  @Test
  @DisplayName("H-32 H-33 a reply after the server's FIN is refused and counted")
  void refusesAReplyAfterTheFin() {
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
  @DisplayName("H-33 a reply into an opaque direction leaves once")
  void sendsAReplyIntoAnOpaqueStreamOnce() {
    TestEngine.of(
            LambdaAgent.by((direction, view, out) -> {
              if (direction == Direction.SERVER_TO_CLIENT) {
                out.skipRest();
              } else if (view.length() > 0) {
                out.replace(view.length(), Octets.empty());
                out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("no\n"));
              }
            }))
        .open(
            """
            s> . 1:4(3) ack 1 "abc"
            >c . 1:4(3) ack 1 "abc"
            c> . 1:4(3) ack 4 "bad"
            >s . 1:1(0) ack 4
            >c P. 4:7(3) ack 1 "no\\n"
            s> . 4:7(3) ack 4 "def"
            >c . 7:10(3) ack 1 "def"
            s> . 1:7(6) ack 4 "abcdef"
            >c . 4:10(6) ack 1 "no\\ndef"
            """);
  }

  @Test
  @DisplayName("C-10 H-33 acknowledged opaque octets around a reply are not retransmitted")
  void retransmitsNothingAroundAnAcknowledgedReply() {
    TestEngine.of(
            LambdaAgent.by((direction, view, out) -> {
              if (direction == Direction.SERVER_TO_CLIENT) {
                out.skipRest();
              } else if (view.length() > 0) {
                out.pass(view.length());
                out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("no\n"));
              }
            }))
        .open(
            """
            s> . 1:2(1) ack 1 "a"
            >c . 1:2(1) ack 1 "a"
            s> . 2:4(2) ack 1 "bc"
            >c . 2:4(2) ack 1 "bc"
            c> . 1:2(1) ack 4 "x"
            >s . 1:2(1) ack 4 "x"
            >c P. 4:7(3) ack 1 "no\\n"
            s> . 4:6(2) ack 1 "de"
            >c . 7:9(2) ack 1 "de"
            s> . 2:6(4) ack 1 "bcde"
            >c . 4:9(5) ack 1 "no\\nde"
            c> . 2:2(0) ack 6
            >s . 2:2(0) ack 9
            s> . 2:6(4) ack 1 "bcde"
            """);
  }

  @Test
  @DisplayName("H-24 H-22 no window is probed in the name of an end of which no segment was taken")
  void probesNoWindowInTheNameOfAnUnseenEnd() {
    TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              SimpleAgents.pass(view, out);
              if (direction == Direction.SERVER_TO_CLIENT) {
                out.reply(direction.opposite(), Octets.ofText("reply"));
              }
            }))
        .open(
            """
            c> S 1000:1000(0) <mss 1460>
            >s same
            s> S. 2000:2000(0) ack 1001 win 0 <mss 1460>
            >c same
            s> P. 2001:2002(1) ack 1001 win 0 "x"
            >c same
            at 10s
            """);
  }
}
