package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.agent.StateCodec;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Silence lets undecided octets pass only where the agent says so for its present state. */
class SilenceTest {
  /** Windows of 400 octets: an acknowledgement 500 octets old is refused. */
  private static final String SMALL =
      Opening.of("win 400 <mss 1460>", "win 400 <mss 1460>", "win 400");

  /** A line that allows silence to end the hold of the next one, and the beginning of that. */
  private static final String HALF_A_LINE =
      SMALL
          + """
          s> . 1:251(250) ack 1 win 400
          >c same
          c> . 1:1(0) ack 251 win 400
          >s same
          s> . 251:501(250) ack 1 win 400
          >c same
          c> . 1:11(10) ack 501 win 400 "CHAT\\nfirst"
          >s . 1:6(5) ack 501 win 400 "CHAT\\n"
          s> . 501:501(0) ack 6 win 400
          >c same
          """;

  /** Decides whole lines, and says nothing about silence. */
  private record Lines() implements Agent<Integer> {
    @Override
    public Integer newConnection() {
      return 0;
    }

    @Override
    public Integer onOctets(Integer state, Direction direction, OctetView view, Decisions out) {
      int end = SimpleAgents.text(view).lastIndexOf('\n') + 1;
      if (end > 0) {
        out.pass(end);
      }
      return state;
    }

    @Override
    public StateCodec<Integer> codec() {
      return StateCodec.stateless(0);
    }
  }

  /**
   * Passes the server's octets, and decides whole lines of the client; a line ends the hold of
   * later ones by silence, or not.
   */
  private static LambdaAgent switching() {
    return LambdaAgent.withState(
            (state, direction, view, out) -> {
              String text = SimpleAgents.text(view);
              int end = text.lastIndexOf('\n') + 1;
              if (direction == Direction.SERVER_TO_CLIENT) {
                out.pass(view.length());
                return state;
              }
              if (end == 0) {
                return state;
              }
              out.pass(end);
              return text.startsWith("CHAT") ? 1 : 0;
            })
        .flushedIf((state, direction) -> state == 1 && direction == Direction.CLIENT_TO_SERVER);
  }

  @Test
  @DisplayName("HDP-7 an agent that says nothing about silence: its undecided octets stay held")
  void holdsByDefault() {
    Engine engine =
        TestEngine.inline(new Lines())
            .open(
                """
                c> . 1:6(5) ack 1 "START"
                at 0.1s
                >c . 1:1(0) ack 6
                at 3600s
                nothing
                c> . 6:10(4) ack 1 "TLS\\n"
                >s . 1:10(9) ack 1 "STARTTLS\\n"
                """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }

  @Test
  @DisplayName("HDP-7 the agent says for each state and direction whether silence ends a hold")
  void asksForTheStateAndTheDirection() {
    Engine engine =
        TestEngine.inline(switching())
            .open(
                """
                c> . 1:3(2) ack 1 "QU"
                at 2s
                >c . 1:1(0) ack 3
                c> . 3:10(7) ack 1 "X\\nCHAT\\n"
                >s . 1:10(9) ack 1 "QUX\\nCHAT\\n"
                """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }

  @Test
  @DisplayName("HDP-7 a changed state takes the consent of the other direction back")
  void takesTheConsentBack() {
    LambdaAgent agent =
        LambdaAgent.withState(
                (state, direction, view, out) -> {
                  if (direction == Direction.CLIENT_TO_SERVER) {
                    out.pass(view.length());
                    return 1;
                  }
                  return state;
                })
            .flushedIf((state, direction) -> state == 0);
    Engine engine =
        TestEngine.inline(agent)
            .open(
                """
                s> . 1:3(2) ack 1 "no"
                at 0.1s
                >s . 1:1(0) ack 3
                c> . 1:2(1) ack 1 "x"
                >s . 1:2(1) ack 3 "x"
                at 3600s
                nothing
                """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }

  @Test
  @DisplayName("HDP-7 a sender is not silent if its next octets are refused for their old ACK")
  void doesNotTakeARefusedSegmentForSilence() {
    Engine engine =
        TestEngine.inline(switching())
            .run(
                HALF_A_LINE
                    + """
                    at 0.1s
                    >c . 501:501(0) ack 11 win 400
                    c> . 11:16(5) ack 100 win 400 " half"
                    >c . 501:501(0) ack 11 win 400
                    at 5s
                    nothing
                    """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isZero();
  }

  @Test
  @DisplayName("HDP-7 a sender is not silent before all of its octets that were refused have come")
  void awaitsAllThatWasRefused() {
    Engine engine =
        TestEngine.inline(switching())
            .run(
                HALF_A_LINE
                    + """
                    at 0.1s
                    >c . 501:501(0) ack 11 win 400
                    c> . 11:16(5) ack 100 win 400 " half"
                    >c . 501:501(0) ack 11 win 400
                    c> . 11:13(2) ack 501 win 400 " h"
                    at 0.2s
                    >c . 501:501(0) ack 13 win 400
                    at 5s
                    nothing
                    c> . 13:16(3) ack 501 win 400 "alf"
                    at 5.1s
                    >c . 501:501(0) ack 16 win 400
                    at 6.01s
                    >s . 6:16(10) ack 501 win 400 "first half"
                    s> . 501:501(0) ack 16 win 400
                    nothing
                    """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isOne();
  }

  @Test
  @DisplayName("HDP-7 a refused segment beyond the next octets does not prolong a hold")
  void doesNotLetAGuessProlongAHold() {
    Engine engine =
        TestEngine.inline(switching())
            .run(
                HALF_A_LINE
                    + """
                    at 0.1s
                    >c . 501:501(0) ack 11 win 400
                    c> . 12:16(4) ack 100 win 400 "half"
                    >c . 501:501(0) ack 11 win 400
                    at 1.01s
                    >s . 6:11(5) ack 501 win 400 "first"
                    s> . 501:501(0) ack 11 win 400
                    nothing
                    """);
    assertThat(engine.counters().of(Reason.HOLD_TIME)).isOne();
  }
}
