package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.command.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.TestLimits;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Held, delayed and repeated octets of both directions together. */
class EndOfEditingTest {
  @Test
  @DisplayName("C-60 held octets leave with the delayed segment that ends editing the other way")
  void sendsWhatIsHeldTheOtherWay() {
    TestEngine.of(detachingAtX())
        .outOfOrder(Policies.OutOfOrder.DELAY_SINGLE)
        .open(
            """
            c> . 1:4(3) ack 1 "Hel"
            s> . 2:3(1) ack 4 "X"
            s> . 1:2(1) ack 4 "a"
            >c . 1:2(1) ack 1 "a"
            >c . 2:3(1) ack 1 "X"
            >s . 1:4(3) ack 1 "Hel"
            """);
  }

  private static LambdaAgent detachingAtX() {
    return LambdaAgent.by((direction, view, out) -> {
      if (direction == Direction.CLIENT_TO_SERVER) {
        return;
      }
      if (view.length() > 0 && view.at(0) == 'X') {
        out.detach();
      } else {
        SimpleAgents.pass(view, out);
      }
    });
  }

  @Test
  @DisplayName("C-34 a new octet below an early acknowledgement is no keep-alive")
  void takesANewOctetThatWasAcknowledgedEarly() {
    TestEngine.of("Hello", "Hi")
        .open(
            """
            c> . 1:4(3) ack 1 "abc"
            >s . 1:4(3) ack 1 "abc"
            s> . 1:1(0) ack 5
            >c . 1:1(0) ack 4
            c> . 4:5(1) ack 1 "d"
            >s . 4:5(1) ack 1 "d"
            """);
  }

  @Test
  @DisplayName("C-5 repeating what is held is held, not below the window")
  void countsRepeatedHeldOctets() {
    Engine engine =
        TestEngine.of("Hello", "Hi")
            .open(
                """
                c> . 1:4(3) ack 1 "Hel"
                c> . 1:4(3) ack 1 "Hel"
                """);
    assertThat(engine.counters().of(Reason.HELD)).isEqualTo(2);
    assertThat(engine.counters().of(Reason.BELOW_WINDOW)).isZero();
  }

  @Test
  @DisplayName("H-33 octets that were put into an opaque direction leave once")
  void sendsAReplyOnce() {
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
  @DisplayName("C-10 H-33 opaque octets around a reply are not repeated once acknowledged")
  void repeatsNothingAroundAnAcknowledgedReply() {
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
  @DisplayName("C-14 an agent that needs octets is not called before they are there")
  void callsNobodyBeforeTheNeedIsMet() {
    List<Integer> lengths = new ArrayList<>();
    int need = 70_000;
    TestEngine engine =
        TestEngine.of(
                LambdaAgent.by(
                        (direction, view, out) -> {
                          lengths.add(view.length());
                          if (view.length() < need && !view.endOfStream()) {
                            out.need(need);
                          } else {
                            SimpleAgents.pass(view, out);
                          }
                        })
                    .maxHold(1_000_000))
            .limits(new TestLimits().holdBytes(1_000_000));
    engine.open(
        """
        c> . 60001:66001(6000) ack 1
        c> . 1:60001(60000) ack 1
        """);
    assertThat(lengths).containsExactly(65_536);
  }

  @Test
  @DisplayName("C-64 what nobody may be shown is bounded where nobody acknowledges")
  void boundsWhatIsNotShown() {
    Engine engine =
        TestEngine.of("b", "BB")
            .limits(new TestLimits().delayedBytes(100).commands(1))
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
}
