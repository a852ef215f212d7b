package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An engine that got a base and the records since goes on as one that got all records. */
class BaseTest {
  private static final String HELLO =
      """
      c> P. 1:6(5) ack 1 "Hello"
      >s P. 1:3(2) ack 1 "Hi"
      """;
  private static final String ACKNOWLEDGED =
      """
      s> . 1:1(0) ack 3
      >c . 1:1(0) ack 6
      """;
  private static final String HELLO_AGAIN =
      """
      c> P. 6:11(5) ack 1 "Hello"
      >s P. 3:5(2) ack 1 "Hi"
      """;
  private static final String ALL_ACKNOWLEDGED =
      """
      s> . 1:1(0) ack 5
      >c . 1:1(0) ack 11
      """;

  private final List<byte[]> base = new ArrayList<>();
  private Succession engines = new Succession(TestEngine.inline("Hello", "Hi"), CommitMode.STRICT);
  private Script script = new Script(engines);
  private long appended;

  private void use(Succession succession) {
    engines = succession;
    script = new Script(engines);
  }

  private void use(Agent<?> agent, CommitMode mode) {
    use(new Succession(TestEngine.inline(agent), mode));
  }

  private void writeBase() {
    engines.engine().moves().writeBase(each -> base.add(each.toOctets()), script.nowNanos());
    appended = engines.log().appended();
  }

  /** Another engine goes on with the base and the records since. */
  private void takeOver() {
    Replica replica = new Replica();
    base.forEach(each -> replica.apply(each, script.nowNanos()));
    for (long number = appended + 1; number <= engines.log().appended(); number++) {
      replica.apply(engines.log().record(number), script.nowNanos());
    }
    engines.goOnWith(replica, script.nowNanos());
  }

  private void checkReadable() {
    assertThat(engines.engine().counters().of(Reason.TAKEOVER_UNREADABLE)).isZero();
  }

  @Test
  @DisplayName("HSI-5 PDP-6 edits from before the base and after it are known")
  void knowsEditsOfBothSides() {
    script.run(TestEngine.OPEN + HELLO);
    writeBase();
    script.run(HELLO_AGAIN);
    takeOver();
    script.run(ALL_ACKNOWLEDGED);
    checkReadable();
  }

  @Test
  @DisplayName("HSI-5 PDP-6 a base changes nothing for those that have the records before")
  void leavesOtherReplicasAsTheyAre() {
    script.run(TestEngine.OPEN + HELLO);
    writeBase();
    script.run(HELLO_AGAIN);
    engines.takeOver(script.nowNanos());
    script.run(ALL_ACKNOWLEDGED);
    checkReadable();
  }

  @Test
  @DisplayName("HSI-5 PDP-6 what the interval holds back is in the base and in the log")
  void writesWhatTheIntervalHoldsBack() {
    use(SimpleAgents.replacing("Hello", "Hi"), CommitMode.INTERVAL);
    script.run(TestEngine.OPEN + HELLO + HELLO_AGAIN);
    long before = engines.log().appended();
    writeBase();
    assertThat(appended).isEqualTo(before + 1);
    takeOver();
    script.run(ALL_ACKNOWLEDGED);
    checkReadable();
  }

  @Test
  @DisplayName("HSI-5 PDP-6 steps follow on a base although octets are undecided and in custody")
  void stepsFollowOnUndecidedOctets() {
    use(LineAgents.passing(), CommitMode.STRICT);
    script.run(
        TestEngine.OPEN
            + """
            at 0.001s
            c> P. 1:5(4) ack 1 "QUIT"
            at 0.2s
            >c . 1:1(0) ack 5
            """);
    writeBase();
    script.run(
        """
        c> P. 5:6(1) ack 1 "\\n"
        >s P. 1:6(5) ack 1 "QUIT\\n"
        """);
    takeOver();
    script.run(
        """
        s> . 1:1(0) ack 6
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 5
        >c . 1:1(0) ack 6
        """);
    checkReadable();
  }

  @Test
  @DisplayName("HSI-5 PDP-6 an opening whose SYN-ACK has left is in the base")
  void holdsOpenings() {
    List<String> opening = TestEngine.OPEN.lines().toList();
    script.run(String.join("\n", opening.subList(0, 4)) + "\n");
    writeBase();
    takeOver();
    script.run(String.join("\n", opening.subList(4, opening.size())) + "\n");
    checkReadable();
  }

  @Test
  @DisplayName("HSI-5 PDP-6 a parked connection is in the base, and stays parked")
  void holdsParkedConnections() {
    TestEngine parking = TestEngine.inline("Hello", "Hi").parkAfter(1_000_000_000L);
    use(new Succession(parking, CommitMode.STRICT));
    script.run(TestEngine.OPEN + HELLO + ACKNOWLEDGED + "at 2s\n");
    writeBase();
    assertThat(Connections.of(engines.engine())).isEmpty();
    takeOver();
    script.run(
        """
        c> P. 6:11(5) ack 1 "Hello"
        >s . 2:2(0) ack 1
        >s P. 3:5(2) ack 1 "Hi"
        """
            + ALL_ACKNOWLEDGED);
    checkReadable();
  }

  @Test
  @DisplayName("HSI-5 PDP-6 what was inherited and is not read yet is in the base")
  void holdsUnreadConnections() {
    script.run(TestEngine.OPEN + HELLO + ACKNOWLEDGED);
    engines.takeOver(script.nowNanos());
    writeBase();
    assertThat(engines.engine().isRenewing()).isTrue();
    takeOver();
    script.run(
        """
        c> P. 6:11(5) ack 1 "Hello"
        >s . 0:0(0) ack 1
        >s P. 3:5(2) ack 1 "Hi"
        """
            + ALL_ACKNOWLEDGED);
    checkReadable();
  }

  @Test
  @DisplayName(
      "HSI-5 PDP-6 octets whose custody is asked for are in the base: steps follow on them")
  void holdsOctetsWhoseCustodyIsAskedFor() {
    use(LineAgents.passing(), CommitMode.STRICT);
    script.run(TestEngine.OPEN + "at 0.001s\n");
    engines.stopCommitting();
    script.run("c> P. 1:5(4) ack 1 \"QUIT\"\nat 0.2s\n");
    writeBase();
    engines.goOnCommitting();
    script.run(
        """
        c> P. 5:6(1) ack 1 " "
        >c . 1:1(0) ack 6
        """);
    assertThat(engines.log().appended()).isGreaterThan(appended);
    takeOver();
    script.run(
        """
        c> P. 6:7(1) ack 1 "\\n"
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 6
        >s . 0:0(0) ack 1
        >s P. 1:7(6) ack 1 "QUIT \\n"
        """);
    checkReadable();
  }

  @Test
  @DisplayName("HSI-5 PDP-6 the base alone holds octets whose custody is asked for")
  void holdsThemAlone() {
    use(LineAgents.passing(), CommitMode.STRICT);
    script.run(TestEngine.OPEN + "at 0.001s\n");
    engines.stopCommitting();
    script.run("c> P. 1:5(4) ack 1 \"QUIT\"\nat 0.2s\n");
    writeBase();
    takeOver();
    script.run(
        """
        c> P. 5:6(1) ack 1 "\\n"
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 5
        >s . 0:0(0) ack 1
        >s P. 1:6(5) ack 1 "QUIT\\n"
        """);
    checkReadable();
  }
}
