package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.script.TestEngine.Edit;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Denials where they cannot happen, and one that ends the connection. */
class DenialTest {
  private static final String DENIED_AND_ANSWERED =
      """
      c> P. 1:4(3) ack 1 "D1\\n"
      >s same
      s> P. 1:4(3) ack 4 "ok\\n"
      >c same
      """;

  private final List<String> views = new ArrayList<>();
  private final TestEngine test =
      TestEngine.inline(LineAgents.denying("D", "no\n").recording(views));

  @Test
  @DisplayName("HDP-11 C-61 in monitor mode a denied request passes, and its answer is shown")
  void passesInMonitorMode() {
    test.mode(Mode.MONITOR).open(DENIED_AND_ANSWERED);

    assertThat(views).containsExactly("D1\n", "ok\n");
    assertThat(test.edits())
        .containsExactly(
            new Edit(Direction.CLIENT_TO_SERVER, 0, 3, 0, false),
            new Edit(Direction.SERVER_TO_CLIENT, 0, 0, 3, false));
  }

  @Test
  @DisplayName("C-61 C-67 a denied request of a picked-up connection passes without a reply")
  void passesAfterAPickUp() {
    Engine engine = test.midStream(MidStream.PICK_UP).run(DENIED_AND_ANSWERED);

    assertThat(views).containsExactly("D1\n", "ok\n");
    assertThat(test.edits()).isEmpty();
    assertThat(engine.counters().of(Reason.NOT_APPLIED)).isEqualTo(2);
  }

  @Test
  @DisplayName("HDP-20 H-40 a reply leaves before the reset that its call decides")
  void repliesBeforeAReset() {
    LambdaAgent agent =
        LambdaAgent.onClient((view, out) -> {
          out.replace(view.length(), Octets.empty());
          out.reply(Direction.SERVER_TO_CLIENT, Octets.ofText("bye\n"));
          out.reset("denied");
        });
    Engine engine =
        TestEngine.inline(agent)
            .open(
                """
                c> P. 1:4(3) ack 1 "D1\\n"
                >c P. 1:5(4) ack 4 "bye\\n"
                >s R. 1:1(0) ack 1
                >c R. 1:1(0) ack 4
                >c R. 5:5(0) ack 4
                """);
    assertThat(engine.counters().of(Reason.AGENT_RESET)).isOne();
  }
}
