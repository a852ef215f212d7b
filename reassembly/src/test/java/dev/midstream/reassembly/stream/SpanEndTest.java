package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The agent is called when the last octet of a span that it skipped has left. */
class SpanEndTest {
  private final List<String> views = new ArrayList<>();

  /** Passes two octets of the server, skips {@code count}, and answers the client after them. */
  private LambdaAgent skipping(int count) {
    return LambdaAgent.withState((state, direction, view, out) -> {
      if (direction == Direction.CLIENT_TO_SERVER) {
        out.pass(view.length());
        return state;
      }
      views.add(view.start() + "+" + view.length());
      if (state == 0) {
        out.pass(2);
        out.skip(count);
        return 1;
      }
      out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("no!"));
      if (view.length() > 0) {
        out.pass(view.length());
      }
      return 2;
    });
  }

  @Test
  @DisplayName("C-6 HDP-11 an agent is called at the end of a span, with an empty view")
  void callsTheAgentAtTheEndOfASpan() {
    TestEngine.inline(skipping(6))
        .open(
            """
            s> P. 1:5(4) ack 1 "h.bo"
            >c same
            s> P. 5:9(4) ack 1 "dydy"
            >c same
            >c P. 9:12(3) ack 1 "no!"
            """);
    assertThat(views).containsExactly("0+4", "8+0");
  }

  @Test
  @DisplayName(
      "C-6 HDP-11 in monitor mode the agent is called too, and nothing that it says applies")
  void callsTheAgentAtTheEndOfASpanInMonitorMode() {
    TestEngine.inline(skipping(6))
        .mode(Mode.MONITOR)
        .open(
            """
            s> P. 1:5(4) ack 1 "h.bo"
            >c same
            s> P. 5:9(4) ack 1 "dydy"
            >c same
            """);
    assertThat(views).containsExactly("0+4", "8+0");
  }

  @ParameterizedTest
  @CsvSource({"2,4+0", "1,3+1"})
  @DisplayName("C-6 the same if the span ends inside the view, so that cuts do not matter")
  void callsTheAgentAgainInsideTheView(int count, String second) {
    TestEngine.inline(skipping(count))
        .open(
            """
            s> P. 1:5(4) ack 1 "h.bo"
            """
                + (count == 2
                    ? ">c P. 1:8(7) ack 1 \"h.bono!\""
                    : ">c P. 1:8(7) ack 1 \"h.bno!o\""));
    assertThat(views).containsExactly("0+4", second);
  }

  @Test
  @DisplayName("C-6 octets that follow a span in the same segment are shown in that call")
  void showsWhatFollowsTheSpan() {
    TestEngine.inline(skipping(3))
        .open(
            """
            s> P. 1:5(4) ack 1 "h.bo"
            >c same
            s> P. 5:9(4) ack 1 "dNEX"
            >c P. 5:12(7) ack 1 "dno!NEX"
            """);
    assertThat(views).containsExactly("0+4", "5+3");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "OFF")
  @DisplayName("C-6 the end of the stream at the end of a span is one call")
  void callsOnceAtTheEndOfTheStream(Mode mode) {
    TestEngine.inline(
            LambdaAgent.by((direction, view, out) -> {
              views.add(view.start() + "+" + view.length() + view.endOfStream());
              if (view.length() > 0) {
                out.skip(6);
              }
            }))
        .mode(mode)
        .open(
            """
            c> P. 1:5(4) ack 1
            >s same
            c> FP. 5:7(2) ack 1
            >s same
            """);
    assertThat(views).containsExactly("0+4false", "6+0true");
  }
}
