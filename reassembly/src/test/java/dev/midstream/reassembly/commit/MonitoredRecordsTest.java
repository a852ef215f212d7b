package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Connections that are only monitored, where another rule would reset those whose opening was not
 * seen.
 */
class MonitoredRecordsTest {
  private static final int WATCHED_PORT = 2_000;
  private static final int DATA_PORT = 3_000;
  private static final Ends WATCHED = Ends.IPV4.withPorts(40_000, WATCHED_PORT);

  private final Expectation expectation =
      new Expectation(
          Direction.CLIENT_TO_SERVER,
          new Endpoint(Ends.IPV4.addressOfSender(Direction.SERVER_TO_CLIENT), DATA_PORT),
          new Handler.Rule("watch"),
          Octets.empty(),
          1);

  private final TestEngine engines =
      TestEngine.inline(
              LambdaAgent.by((direction, view, out) -> {
                if (view.length() == 1) {
                  out.expect(expectation);
                }
                SimpleAgents.pass(view, out);
              }))
          .monitor("watch", WATCHED_PORT)
          .midStream(MidStream.RESET);

  private final Succession box = new Succession(engines, CommitMode.ON_CHANGE);

  private long written() {
    return box.log().appended();
  }

  @Test
  @DisplayName("HDP-17 a monitored connection goes on, whichever end is heard first")
  void goesOnAsLetGo() {
    Script script = new Script(box).between(WATCHED);
    script.run(TestEngine.OPEN + "c> P. 1:6(5) ack 1 \"Hello\"\n>s same\n");
    long before = written();
    script.run("s> P. 1:6(5) ack 6 \"Hello\"\n>c same\nc> . 6:6(0) ack 6\n>s same\n");
    assertThat(written()).as("one record is enough").isEqualTo(before);
    box.takeOver(0);
    script.run("s> P. 6:9(3) ack 6 \"abc\"\n>c same\nc> P. 6:7(1) ack 9 \"x\"\n>s same\n");
    assertThat(box.engine().counters().of(Reason.MID_STREAM)).isZero();
    assertThat(Connections.only(box.engine()).handling()).isEqualTo(Handling.UNTOUCHED);
  }

  @Test
  @DisplayName("HDP-17 so it does after a long silence")
  void goesOnAfterSilence() {
    Script script = new Script(box).between(WATCHED).run(TestEngine.OPEN);
    box.takeOver(0);
    script.run("at 600s\ns> P. 1:6(5) ack 1 \"Hello\"\n>c same\n");
    assertThat(box.engine().counters().of(Reason.MID_STREAM)).isZero();
  }

  @Test
  @DisplayName("HDP-17 HSI-6 so does one that an agent expected, and that its rule monitors")
  void goesOnAsExpected() {
    new Script(box).run(TestEngine.OPEN + "c> P. 1:2(1) ack 1 \"x\"\n>s same\n");
    Script data = new Script(box).between(Ends.IPV4.withPorts(40_001, DATA_PORT));
    data.run(TestEngine.OPEN + "c> P. 1:6(5) ack 1 \"Hello\"\n>s same\n");
    box.takeOver(0);
    data.run("c> P. 6:9(3) ack 1 \"abc\"\n>s same\n");
    assertThat(box.engine().counters().of(Reason.MID_STREAM)).isZero();
  }
}
