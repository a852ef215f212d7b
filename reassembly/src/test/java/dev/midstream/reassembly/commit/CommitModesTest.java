package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What waits in one mode and not in another. Records are committed after 10 ms. */
class CommitModesTest {
  private static final long DELAY_NANOS = 10_000_000;
  private static final String SYN_ACK = ">c S. 0:0(0) ack 1 win 65535 <mss 1460>\n";
  private static final String COMMITTED = "at 0.109s\nat 0.11s\n";

  private LateCommitsBox box;
  private Script script;

  CommitModesTest() {
    box = new LateCommitsBox(TestEngine.inline(SimpleAgents.passing()), CommitMode.NONE, 0);
    script = new Script(box);
  }

  /** Opens a connection; its SYN-ACK waits in some modes. */
  private void open(Agent<?> agent, CommitMode mode) {
    box = new LateCommitsBox(TestEngine.inline(agent), mode, DELAY_NANOS);
    script = new Script(box);
    boolean waits = mode == CommitMode.STRICT || mode == CommitMode.BEFORE_ACK;
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460>
        """
            + (waits ? "at 0.009s\nat 0.01s\n" : "")
            + SYN_ACK
            + "c> . 1:1(0) ack 1\n>s same\nat 0.1s\n");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-18 H-18 octets wait in strict, their acknowledgement in before-ack, else none")
  void waitsWithOctetsOrTheirAcknowledgement(CommitMode mode) {
    open(SimpleAgents.replacing("Hello", "Hi"), mode);
    script.run(
        "c> P. 1:6(5) ack 1 \"Hello\"\n"
            + (mode == CommitMode.STRICT ? COMMITTED : "")
            + ">s P. 1:3(2) ack 1 \"Hi\"\ns> . 1:1(0) ack 3\n"
            + (mode == CommitMode.BEFORE_ACK ? COMMITTED : "")
            + ">c . 1:1(0) ack 6\n");
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("HDP-18 what passes on a connection that was let go waits in no mode")
  void keepsNothingBackOfWhatIsLetGo(CommitMode mode) {
    open(
        LambdaAgent.by(
                (direction, view, out) -> {
                  SimpleAgents.pass(view, out);
                  out.detach();
                })
            .exactly(),
        mode);
    script.run("c> P. 1:6(5) ack 1 \"Hello\"\n" + letGo(mode) + "at 0.5s\n");
    long written = box.log().appended();
    script.run("s> . 1:1(0) ack 6\n>c same\nc> P. 6:9(3) ack 1 \"abc\"\n>s same\n");
    script.run("at 0.6s\nc> P. 9:12(3) ack 1 \"def\"\n>s same\ns> . 1:1(0) ack 12\n>c same\n");
    assertThat(box.log().appended() - written).as("that it was let go").isLessThanOrEqualTo(1);
  }

  private static String letGo(CommitMode mode) {
    String atIntervals = "at 0.129s\nat 0.13s\n";
    String waits = mode.writesAtIntervals() ? atIntervals : mode.writesRecords() ? COMMITTED : "";
    return waits + ">s P. 1:6(5) ack 1 \"Hello\"\n";
  }

  @ParameterizedTest
  @EnumSource(names = {"INTERVAL", "ON_CHANGE"})
  @DisplayName(
      "HDP-18 H-54 octets deleted after a FIN of the engine are acknowledged when recorded")
  void acknowledgesDeletedOctetsAfterTheirRecord(CommitMode mode) {
    open(
        LambdaAgent.by((direction, view, out) -> {
          SimpleAgents.pass(view, out);
          if (direction == Direction.CLIENT_TO_SERVER) {
            out.finish(direction);
          }
        }),
        mode);
    script.run(
        """
        c> P. 1:2(1) ack 1 "X"
        >s P. 1:2(1) ack 1 "X"
        at 0.2s
        >s F. 2:2(0) ack 1
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 2
        at 0.3s
        c> P. 2:5(3) ack 1 "abc"
        nothing
        at 0.4s
        >c . 1:1(0) ack 5
        """);
  }
}
