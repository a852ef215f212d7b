package dev.midstream.reassembly.deliver;

import dev.midstream.agent.Decisions;
import dev.midstream.agent.Direction;
import dev.midstream.agent.OctetView;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A changed state shows the undecided octets of the other direction again. */
class WakingTest {
  /** The server's octets wait for octets of the client; the agent may say how many it needs. */
  private static LambdaAgent gate(boolean needs) {
    return LambdaAgent.withState((state, direction, view, out) -> {
      if (direction == Direction.SERVER_TO_CLIENT && state == 0) {
        if (needs) {
          out.need(view.length() + 100);
        }
        return state;
      }
      if (view.length() > 0) {
        out.pass(view.length());
      }
      return direction == Direction.CLIENT_TO_SERVER ? 1 : state;
    });
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("C-33 a changed state wakes the other direction, also if it needs more octets")
  void wakesADirectionThatNeedsMore(boolean needs) {
    TestEngine.inline(gate(needs))
        .open(
            """
            s> P. 1:5(4) ack 1 "held"
            c> P. 1:3(2) ack 1 "go"
            >s P. 1:3(2) ack 1 "go"
            >c P. 1:5(4) ack 1 "held"
            """);
  }

  /** Each direction passes one octet in a call, in turn; the server begins. */
  private static int takeTurns(int state, Direction direction, OctetView view, Decisions out) {
    boolean clientsTurn = state % 2 == 1;
    if (view.length() == 0 || clientsTurn != (direction == Direction.CLIENT_TO_SERVER)) {
      return state;
    }
    out.pass(1);
    return state + 1;
  }

  @Test
  @DisplayName("C-33 directions that wake each other go on until nothing is undecided")
  void takesTurnsToTheEnd() {
    TestEngine.inline(LambdaAgent.withState(WakingTest::takeTurns))
        .open(
            """
            c> P. 1:41(40) ack 1
            s> P. 1:41(40) ack 1
            >c P. 1:41(40) ack 1
            >s P. 1:41(40) ack 1
            """);
  }
}
