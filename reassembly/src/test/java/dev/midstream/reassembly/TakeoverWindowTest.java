package dev.midstream.reassembly;

import static dev.midstream.reassembly.script.MovedBox.tookOver;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.MovedBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * An engine that takes over knows neither the largest window that a sender has seen nor how the
 * receiver's window stands now.
 */
class TakeoverWindowTest {
  /** Resets the server when the client has sent something. */
  private static final LambdaAgent ABORTING =
      LambdaAgent.by((direction, view, out) -> {
        SimpleAgents.pass(view, out);
        if (direction == Direction.CLIENT_TO_SERVER) {
          out.abort(direction, "too much");
        }
      });

  /** The client has seen a window of 200 octets, which is not that of the handshake. */
  private static final String GROWN =
      Opening.of("<mss 100>", "win 20 <mss 100>", "")
          + """
          s> . 1:1(0) ack 1 win 200
          >c same
          """;

  @Test
  @DisplayName("HDP-17 H-14 law 1 no hold time runs while a sender may wait for a larger window")
  void letsInWhatASenderMayWaitFor() {
    tookOver(TestEngine.inline("evil", "good"), GROWN, "")
        .run(
            """
            at 0.1s
            s> . 1:1(0) ack 1 win 30
            >c same
            c> . 1:3(2) ack 1 "ev"
            at 0.2s
            >c . 1:1(0) ack 3 win 128
            at 1.19s
            c> . 3:5(2) ack 1 "il"
            >s . 1:5(4) ack 1 "good"
            """);
  }

  @Test
  @DisplayName(
      "HDP-17 a receiver whose window is not known is asked at once when octets wait for it")
  void asksForTheWindowThatOctetsWaitFor() {
    tookOver(TestEngine.inline("evil", "good"), GROWN, "")
        .run(
            """
            at 0.1s
            c> . 1:31(30) ack 1 "abcdefghijklmnopqrstabcdefghij"
            >s . 1:21(20) ack 1 "abcdefghijklmnopqrst"
            at 0.101s
            >s . 0:0(0) ack 1
            >c . 0:0(0) ack 1 win 20
            s> . 1:1(0) ack 21 win 200
            >c same
            >s . 21:31(10) ack 1 "abcdefghij"
            """);
  }

  @Test
  @DisplayName("HDP-17 H-33 an agent that replays exactly does not wait for an opaque direction")
  void decidesBesideAnOpaqueDirection() {
    LambdaAgent agent =
        LambdaAgent.by(
                (direction, view, out) -> {
                  if (direction == Direction.CLIENT_TO_SERVER) {
                    SimpleAgents.pass(view, out);
                  } else {
                    out.skipRest();
                  }
                })
            .exactly();
    tookOver(
            TestEngine.inline(agent),
            TestEngine.OPEN
                + """
                c> P. 1:6(5) ack 1 "NOOP\\n"
                >s same
                s> P. 1:8(7) ack 6 "200 ok\\n"
                >c same
                """,
            "")
        .run(
            """
            at 0.1s
            c> P. 6:11(5) ack 8 "STAT\\n"
            >s same
            """);
  }

  @Test
  @DisplayName("HDP-17 a gap that follows a takeover is reported when the receiver has been heard")
  void reportsAGap() {
    tookOver(
            TestEngine.inline("evil", "good"),
            Opening.of("<mss 1460,sackOK>", "win 65535 <mss 1460,sackOK>", "win 65535")
                + """
                s> . 1:1(0) ack 1 win 65535
                >c same
                c> . 1:11(10) ack 1 "abcdefghij"
                >s same
                """,
            "")
        .run(
            """
            at 0.1s
            c> . 31:41(10) ack 1 "zzzzzzzzzz"
            >s . 0:0(0) ack 1
            c> . 41:51(10) ack 1 "zzzzzzzzzz"
            >s . 0:0(0) ack 1
            s> . 1:1(0) ack 11 win 65535
            >c same
            >c . 1:1(0) ack 11 win 65535 <sack 31:41>
            >c . 1:1(0) ack 11 win 65535 <sack 31:51>
            """);
  }

  @Test
  @DisplayName("HDP-17 law 1 no hold time runs while the ACK of custody waits for the receiver")
  void holdsWhileASenderWaitsForItsAck() {
    tookOver(TestEngine.inline("evil", "good"), TestEngine.OPEN, "")
        .run(
            """
            at 0.1s
            c> P. 1:3(2) ack 1 "ev"
            >s . 0:0(0) ack 1
            at 2s
            nothing
            s> . 1:1(0) ack 1
            >c . 1:1(0) ack 3
            c> P. 3:5(2) ack 1 "il"
            >s P. 1:5(4) ack 1 "good"
            """);
  }

  @Test
  @DisplayName(
      "HDP-17 law 1 no hold time runs while that ACK waits and deleted octets before are repeated")
  void holdsWhileASenderRepeatsDeletedOctets() {
    tookOver(TestEngine.inline("evil", ""), TestEngine.OPEN, "")
        .run(
            """
            at 0.1s
            c> P. 1:7(6) ack 1 "evilev"
            >s . 0:0(0) ack 1
            at 0.5s
            c> . 1:5(4) ack 1 "evil"
            >s . 0:0(0) ack 1
            at 3s
            nothing
            s> . 1:1(0) ack 1
            >c . 1:1(0) ack 7 win 65533
            """);
  }

  @Test
  @DisplayName("HDP-17 law 1 the hold time runs when the receiver has been heard")
  void passesAfterASilenceThatFollowsTheAck() {
    tookOver(TestEngine.inline("evil", "good"), TestEngine.OPEN, "")
        .run(
            """
            at 0.1s
            c> P. 1:3(2) ack 1 "ev"
            >s . 0:0(0) ack 1
            at 2s
            s> . 1:1(0) ack 1
            >c . 1:1(0) ack 3
            at 2.999s
            nothing
            at 3s
            >s P. 1:3(2) ack 1 "ev"
            """);
  }

  @Test
  @DisplayName(
      "HDP-17 H-55 law 6 custody of a reset end's octets lies within the edge they came by")
  void takesWhatAnotherEngineLetIn() {
    MovedBox box = new MovedBox(TestEngine.inline(ABORTING));
    Script script = new Script(box);
    script.run(
        Opening.of("win 20 <mss 1460>", "<mss 1460>", "win 20")
            + """
            c> . 1:1(0) ack 1 win 200
            >s same
            s> P. 1:101(100) ack 1 "%s"
            >c same
            """
                .formatted("a".repeat(100)));
    box.takeOver(box.snapshots(false));
    script.run(
        """
        at 0.1s
        >s . 0:0(0) ack 1 win 20
        >c . 0:0(0) ack 1 win 65535
        c> FP. 1:2(1) ack 1 win 20 "X"
        >s P. 1:2(1) ack 1 win 20 "X"
        >s R. 1:1(0) ack 1 win 20
        >s R. 2:2(0) ack 1 win 20
        >c . 21:21(0) ack 3
        """);
    Stream stream = Connections.only(box.engine()).stream(Direction.SERVER_TO_CLIENT);
    assertThat(stream.edits().custodyEnd()).isEqualTo(100);
    assertThat(stream.sender().window().edge()).isGreaterThanOrEqualTo(100);
  }

  @Test
  @DisplayName("HDP-17 law 1 no hold time runs before octets that came beyond a forgotten window")
  void holdsBeforeOctetsThatCameBeyondAForgottenWindow() {
    tookOver(TestEngine.inline("evil", "good"), GROWN, "")
        .run(
            """
            at 0.1s
            c> . 25:27(2) ack 1 "zz"
            >s . 0:0(0) ack 1
            s> . 1:1(0) ack 1 win 200
            >c same
            at 0.5s
            c> . 1:23(22) ack 1 "abcdefghijklmnopqrstev"
            >s . 1:21(20) ack 1 "abcdefghijklmnopqrst"
            s> . 1:1(0) ack 21 win 200
            >c same
            at 1s
            >c . 1:1(0) ack 23 win 198
            at 2s
            nothing
            c> . 23:27(4) ack 1 "ilzz"
            >s . 21:27(6) ack 1 "goodzz"
            """);
  }
}
