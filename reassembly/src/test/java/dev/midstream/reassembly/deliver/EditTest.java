package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.store.ReplacedOctets;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EditTest {
  @Test
  @DisplayName("C-15 several edits in one segment, adjacent edits, a segment deleted completely")
  void appliesSeveralEditsOfASegment() {
    TestEngine.of("aa", "1", "bb", "", "cc", "333")
        .open(
            """
            c> . 1:9(8) ack 1 "aaccxbby"
            >s . 1:7(6) ack 1 "1333xy"
            c> . 9:11(2) ack 1 "bb"
            c> . 11:13(2) ack 1 "zz"
            >s . 7:9(2) ack 1 "zz"
            s> . 1:1(0) ack 11
            >c . 1:1(0) ack 7
            s> . 1:1(0) ack 13
            >c . 1:1(0) ack 9
            """);
  }

  @Test
  @DisplayName("C-17 inserted octets are not shown to the agent")
  void showsNoInsertedOctets() {
    TestEngine.of("a", "aa").open("c> . 1:4(3) ack 1 \"aba\"\n>s . 1:6(5) ack 1 \"aabaa\"");
  }

  @Test
  @DisplayName(
      "C-18 the whole stream is deleted: FIN at the first position, all octets acknowledged")
  void deletesTheWholeStream() {
    TestEngine.inline(SimpleAgents.replacingViews(""))
        .open(
            """
            c> . 1:5(4) ack 1
            >c . 1:1(0) ack 5
            c> F. 5:9(4) ack 1
            >s F. 1:1(0) ack 1
            s> . 1:1(0) ack 2
            >c . 1:1(0) ack 10
            """);
  }

  @Test
  @DisplayName(
      "C-19 HDP-9 sequence and acknowledgement number of a segment map by their own directions")
  void editsBothDirections() {
    TestEngine.inline("Hello", "Hi", "Bye", "Goodbye")
        .open(
            """
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            s> . 1:4(3) ack 3 "Bye"
            >c . 1:8(7) ack 6 "Goodbye"
            c> . 6:11(5) ack 8 "Hello"
            >s . 3:5(2) ack 4 "Hi"
            s> . 4:7(3) ack 5 "Bye"
            >c . 8:15(7) ack 11 "Goodbye"
            c> . 11:11(0) ack 15 <sack 18:20>
            >s . 5:5(0) ack 7
            """);
  }

  @Test
  @DisplayName("C-20 a call that throws after two decisions applies none of them")
  void appliesNothingOfAFailedCall() {
    TestEngine test =
        TestEngine.of(
            LambdaAgent.by((direction, view, out) -> {
              out.pass(1);
              out.replace(1, Octets.ofText("X"));
              throw new IllegalStateException("broken");
            }));
    Engine engine = test.open("c> . 1:5(4) ack 1 \"abcd\"\n>s . 1:5(4) ack 1 \"abcd\"");
    assertThat(test.events()).containsExactly(Reason.AGENT_FAILED);
    assertThat(engine.counters().edits()).isZero();
  }

  @Test
  @DisplayName("C-20 a call that throws resets the connection by policy")
  void resetsAfterAFailedCall() {
    LambdaAgent broken =
        LambdaAgent.by((direction, view, out) -> {
          throw new IllegalStateException("broken");
        });
    TestEngine.of(broken)
        .onFailure(OnFailure.RESET, OnFailure.RESET)
        .open("c> . 1:5(4) ack 1\n>s R. 1:1(0) ack 1\n>c R. 1:1(0) ack 1");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  @DisplayName("C-21 decisions that do not fit the view are refused as a whole")
  void refusesDecisionsThatDoNotFitTheView(int fault) {
    LambdaAgent broken =
        LambdaAgent.by((direction, view, out) -> {
          out.replace(1, Octets.ofText("XX"));
          switch (fault) {
            case 0 -> out.pass(view.length());
            case 1 -> out.need(1);
            case 2 -> out.replace(0, Octets.empty());
            case 3 -> out.reply(direction, Octets.empty());
            default -> out.skip(0);
          }
        });
    TestEngine test = TestEngine.of(broken);
    test.open("c> . 1:5(4) ack 1 \"abcd\"\n>s . 1:5(4) ack 1 \"abcd\"");
    assertThat(test.events()).containsExactly(Reason.AGENT_FAILED);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, -2, -5, -8, Integer.MAX_VALUE, Integer.MAX_VALUE - 4})
  @DisplayName("C-23 sequence numbers wrap at 2^32 and 2^31 before, inside and after an edit")
  void wrapsSequenceNumbersAnywhere(int isn) {
    Engine engine = TestEngine.of("Hello", "Hi", "!", "!!!!!").engine();
    Scripts.of(engine)
        .between(Ends.IPV6.withIsns(isn, -isn))
        .run(
            TestEngine.OPEN
                + """
                c> . 1:7(6) ack 1 "Hello!"
                >s . 1:8(7) ack 1 "Hi!!!!!"
                s> . 1:7(6) ack 7 "Hello!"
                >c . 1:8(7) ack 8 "Hi!!!!!"
                c> F. 7:8(1) ack 7 "x"
                >s F. 8:9(1) ack 8 "x"
                c> . 1:7(6) ack 7 "Hello!"
                s> F. 7:7(0) ack 9 <sack 8:9>
                >c F. 8:8(0) ack 10
                """);
  }

  @Test
  @DisplayName("an insertion belongs to the octet after it; insertions may follow each other")
  void insertsBeforeAnOctet() {
    TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              for (int i = 0; i < view.length(); i++) {
                out.replace(0, Octets.ofText("<"));
                out.replace(0, Octets.ofText("-"));
                out.pass(1);
              }
            }))
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            >s . 1:7(6) ack 1 "<-a<-b"
            s> . 1:1(0) ack 4
            >c . 1:1(0) ack 2
            s> . 1:1(0) ack 6 win 65533
            c> . 2:3(1) ack 1 "b"
            >s . 6:7(1) ack 1 "b"
            s> . 1:1(0) ack 7
            >c . 1:1(0) ack 3
            """);
  }

  @Test
  @DisplayName("HDP-14 each connection has an agent state of its own")
  void keepsOneStateForEachConnection() {
    Engine engine =
        TestEngine.of(
                LambdaAgent.withState((state, direction, view, out) -> {
                  if (view.length() > 0) {
                    out.replace(view.length(), Octets.ofText(String.valueOf(state)));
                  }
                  return state + 1;
                }))
            .engine();
    Script script = Scripts.of(engine);
    Ends second = Ends.IPV4.withPorts(40_001, 80);
    script.run(TestEngine.OPEN).between(second).run(TestEngine.OPEN);
    script.between(Ends.IPV4).run("c> . 1:2(1) ack 1 \"x\"\n>s . 1:2(1) ack 1 \"0\"");
    script.run("c> . 2:3(1) ack 1 \"x\"\n>s . 2:3(1) ack 1 \"1\"");
    script.between(second).run("c> . 1:2(1) ack 1 \"x\"\n>s . 1:2(1) ack 1 \"0\"");
  }

  @Test
  @DisplayName("HDP-20 a denied request is deleted and answered by a reply")
  void deniesARequestWithAReply() {
    TestEngine.of(
            LambdaAgent.onClient((view, out) -> {
              if (view.length() > 0) {
                out.replace(view.length(), Octets.empty());
                out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("no\n"));
              }
            }))
        .open(
            """
            s> . 1:3(2) ack 1 "hi"
            >c same
            c> . 1:5(4) ack 3 "evil"
            >s . 1:1(0) ack 3
            >c P. 3:6(3) ack 1 "no\\n"
            s> . 3:5(2) ack 5 "ok"
            >c . 6:8(2) ack 1 "ok"
            """);
  }

  @Test
  @DisplayName("C-4 law 6 beyond their limit the replaced octets are dropped and counted")
  void countsForgottenReplacedOctets() {
    StringBuilder script = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      script.append(replaced(1 + 60_000 * i, 60_000, i + 1));
    }
    script.append(replaced(240_001, ReplacedOctets.MAX_BYTES - 240_000, 5));
    assertThat(shrinking().run(WIDE + script).counters().of(Reason.REPLACED_LIMIT)).isZero();
    script.append(replaced(ReplacedOctets.MAX_BYTES + 1, 1, 6));
    assertThat(shrinking().run(WIDE + script).counters().of(Reason.REPLACED_LIMIT)).isOne();
  }

  /** An opening with a server window of megabytes. */
  private static final String WIDE =
      """
      c> S 0:0(0) win 65535 <mss 1460,wscale 7>
      >s same
      s> S. 0:0(0) ack 1 win 65535 <mss 1460,wscale 7>
      >c same
      c> . 1:1(0) ack 1 win 512
      >s same
      s> . 1:1(0) ack 1 win 65535
      >c . 1:1(0) ack 1 win 32768
      """;

  private static String replaced(int start, int length, int newStart) {
    return "c> . %d:%d(%d) ack 1\n>s . %d:%d(1) ack 1 win 32768 \"x\"\n"
        .formatted(start, start + length, length, newStart, newStart + 1);
  }

  /** An engine that replaces each view by one octet. */
  private static TestEngine shrinking() {
    return TestEngine.inline(SimpleAgents.replacingViews("x"));
  }

  @Test
  @DisplayName("H-50 inserted octets and replies are shown to no agent of the engine")
  void showsNoRepliesToAnyAgent() {
    List<String> views = new ArrayList<>();
    TestEngine.inline(
            LambdaAgent.onClient(
                    (view, out) -> {
                      SimpleAgents.pass(view, out);
                      if (view.length() > 0) {
                        out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("in"));
                        out.reply(Direction.CLIENT_TO_SERVER, Octets.ofText("out"));
                      }
                    })
                .recording(views))
        .open(
            """
            c> . 1:3(2) ack 1 "ab"
            >s P. 1:6(5) ack 1 "about"
            >c P. 1:3(2) ack 1 "in"
            """);
    assertThat(views).containsExactly("ab");
  }

  @Test
  @DisplayName("an agent that passes, replaces and skips the rest decides each octet of a view")
  void decidesAllOctetsOfAView() {
    Engine engine =
        TestEngine.inline(
                LambdaAgent.onClient((view, out) -> {
                  out.pass(2);
                  out.replace(1, Octets.ofText("XY"));
                  out.skipRest();
                }))
            .open(
                """
                c> . 1:7(6) ack 1 "abcdef"
                >s . 1:8(7) ack 1 "abXYdef"
                c> . 7:9(2) ack 1 "gh"
                >s . 8:10(2) ack 1 "gh"
                """);
    assertThat(engine.counters().decidedOctets()).isEqualTo(3);
  }

  @Test
  @DisplayName("law 11 two directions wake each other a few times in each packet, deciding nothing")
  void boundsCallsWithoutNewOctets() {
    int[] calls = new int[1];
    Script script =
        Scripts.of(
            TestEngine.inline(
                    LambdaAgent.withState((state, direction, view, out) -> {
                      calls[0]++;
                      return state + 1;
                    }))
                .engine());
    script.run(TestEngine.OPEN + "c> . 1:2(1) ack 1\n");
    assertThat(calls[0]).isOne();
    script.run("s> . 1:2(1) ack 1\n");
    assertThat(calls[0]).as("for the octet, and for the other direction").isEqualTo(1 + 17);
  }

  @Test
  @DisplayName(
      "law 6 a call shows 65,536 octets more than the one before, and what the agent needs")
  void growsTheViewStepByStep() {
    List<Integer> views = new ArrayList<>();
    TestEngine.inline(
            LambdaAgent.onClient(
                    (view, out) -> {
                      views.add(view.length());
                      if (view.length() == 65_536) {
                        out.need(70_000);
                      } else {
                        out.pass(view.length());
                      }
                    })
                .maxHold(70_000))
        .limits(EngineLimits.DEFAULTS.withHoldBytes(70_000))
        .run(
            Opening.of("<mss 1460,wscale 7>", "<mss 1460,wscale 7>", "win 512")
                + """
                s> . 1:1(0) ack 1 win 1024
                >c same
                c> . 40001:70001(30000) ack 1 win 512
                >c . 1:1(0) ack 1
                c> . 10001:40001(30000) ack 1 win 512
                >c . 1:1(0) ack 1
                c> . 1:10001(10000) ack 1 win 512
                >s . 1:10001(10000) ack 1 win 512
                >s . 10001:11073(1072) ack 1 win 512
                """);
    assertThat(views).containsExactly(65_536, 70_000);
  }
}
