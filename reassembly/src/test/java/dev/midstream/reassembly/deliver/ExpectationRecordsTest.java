package dev.midstream.reassembly.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Handler;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Replicas;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Expectations in the records of an engine, and in the engine that goes on. */
class ExpectationRecordsTest {
  private static final long DELAY_NANOS = 10_000_000;
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final int PARENT_PORT = 21;
  private static final int DATA_PORT = 2_000;
  private static final Ends PARENT = Ends.IPV4.withPorts(50_000, PARENT_PORT);
  private static final Octets SERVER = Ends.IPV4.addressOfSender(Direction.SERVER_TO_CLIENT);

  /** The engine that goes on asks both ends of the parent how far they got. */
  private static final String ASKED = ">s . 0:0(0) ack 1\n>c . 0:0(0) ack 1\n";

  private final AnnouncingAgent agent =
      new AnnouncingAgent(expectation(DATA_PORT), expectation(DATA_PORT + 1));
  private LateCommitsBox box = box(CommitMode.ON_CHANGE, NoCopy.CONTINUE);
  private Script script = new Script(box);
  private int clientPort = 40_000;

  private static Expectation expectation(int port) {
    return new Expectation(
        Direction.CLIENT_TO_SERVER,
        new Endpoint(SERVER, port),
        new Handler.Rule("all"),
        Octets.ofText("of " + port),
        1);
  }

  private LateCommitsBox box(CommitMode mode, NoCopy noCopy) {
    TestEngine engines = TestEngine.inline(agent).serverPort(PARENT_PORT);
    return new LateCommitsBox(engines, new MemoryLog(mode, noCopy), DELAY_NANOS);
  }

  /** Opens a parent; its client sends the lines from 0.1 s on. */
  private void open(CommitMode mode, NoCopy noCopy, String lines) {
    box = box(mode, noCopy);
    script = new Script(box).between(PARENT);
    script.run(Opening.recorded(mode) + "at 0.1s\n" + lines);
  }

  private void open(String lines) {
    open(CommitMode.ON_CHANGE, NoCopy.CONTINUE, lines);
  }

  /** Another engine goes on at {@code nanos} with the records of this one, which came at 0.1 s. */
  private void takeOver(long nanos) {
    Replica replica = Replicas.cameAt(DELAY_NANOS * 10, box.log());
    box = box(CommitMode.ON_CHANGE, NoCopy.CONTINUE);
    script = new Script(box).between(PARENT);
    box.engine().inherit(replica, nanos);
  }

  /** Opens a connection to {@code port}; the agent replaces x by y if it decides it. */
  private void openData(int port, boolean isExpected) {
    Script data = script.between(Ends.IPV4.withPorts(++clientPort, port));
    data.run(Opening.PLAIN);
    double committedSeconds = (data.nowNanos() + DELAY_NANOS) / 1e9;
    data.run(
        "at %.3fs\nc> P. 1:3(2) ack 1 \"xz\"\n>s P. 1:3(2) ack 1 \"%sz\"\n"
            .formatted(committedSeconds, isExpected ? "y" : "x"));
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 what may reveal an expected connection waits for its record, in each mode")
  void waitsWithWhatReveals(CommitMode mode) {
    open(
        mode,
        NoCopy.CONTINUE,
        """
        c> P. 1:3(2) ack 1 "0x"
        at 0.105s
        c> P. 3:5(2) ack 1 "1x"
        at 0.109s
        at 0.11s
        >s P. 1:3(2) ack 1 "0y"
        at 0.114s
        at 0.115s
        >s P. 3:5(2) ack 1 "1y"
        """);
  }

  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "NONE")
  @DisplayName("HDP-18 it waits also if the state of the agent is not written, and nothing else")
  void waitsWithoutTheStateOfTheAgent(CommitMode mode) {
    agent.stopWriting();
    open(
        mode,
        NoCopy.CONTINUE,
        """
        c> P. 1:3(2) ack 1 "0x"
        at 0.105s
        c> P. 3:5(2) ack 1 "zx"
        at 0.109s
        at 0.11s
        >s P. 1:5(4) ack 1 "0yzy"
        c> P. 5:6(1) ack 1 "z"
        >s same
        c> P. 6:7(1) ack 1 "1"
        at 0.111s
        """);
    box.change(LogState.ALONE);
    script.run("at 0.112s\n>s P. 6:7(1) ack 1 \"1\"\n");
  }

  @Test
  @DisplayName("HDP-18 so does the reset of one end, also if the state of the agent is not written")
  void waitsWithTheResetOfOneEnd() {
    agent.stopWriting();
    open(
        """
        c> P. 1:3(2) ack 1 "0Q"
        nothing
        at 0.109s
        at 0.11s
        >s P. 1:3(2) ack 1 "0Q"
        >c F. 1:1(0) ack 1
        >s R. 1:1(0) ack 1
        >s R. 3:3(0) ack 1
        >c . 2:2(0) ack 3
        """);
  }

  @Test
  @DisplayName("HDP-18 a FIN behind what reveals an expected connection waits too")
  void waitsWithTheFin() {
    open(
        """
        c> FP. 1:2(1) ack 1 "0"
        at 0.11s
        >s FP. 1:2(1) ack 1 "0"
        """);
  }

  @Test
  @DisplayName("HDP-17 an engine that goes on knows what is expected, with its rule and context")
  void inheritsExpectations() {
    open("c> P. 1:3(2) ack 1 \"01\"\nat 0.11s\n>s P. 1:3(2) ack 1 \"01\"\nat 0.2s\n");
    takeOver(SECOND_NANOS);
    script.run("at 2s\n" + ASKED);
    openData(DATA_PORT, true);
    openData(DATA_PORT, false);
    openData(DATA_PORT + 1, true);
    assertThat(agent.contexts()).endsWith(Octets.ofText("of 2000"), Octets.ofText("of 2001"));
  }

  @Test
  @DisplayName("HDP-17 an inherited expectation ends when it would have ended")
  void inheritsTheRestOfItsTime() {
    open("c> P. 1:2(1) ack 1 \"0\"\nat 0.11s\n>s P. 1:2(1) ack 1 \"0\"\n");
    takeOver(50 * SECOND_NANOS);
    script.run("at 60.2s\n" + ASKED);
    openData(DATA_PORT, false);
    assertThat(box.engine().counters().of(Reason.EXPECTATION_UNMET)).isOne();
  }

  @Test
  @DisplayName("HDP-17 what is withdrawn is not inherited, nor what its connection took along")
  void inheritsNothingThatIsOver() {
    open("c> P. 1:4(3) ack 1 \"01A\"\nat 0.11s\n>s P. 1:4(3) ack 1 \"01A\"\n");
    takeOver(SECOND_NANOS);
    script.run("at 2s\n" + ASKED);
    openData(DATA_PORT, false);
    open(
        "c> P. 1:2(1) ack 1 \"0\"\nat 0.11s\n>s P. 1:2(1) ack 1 \"0\"\nc> R 2:2(0)\n>s R 1:1(0)\n>s R 2:2(0)\n");
    takeOver(SECOND_NANOS);
    script.run("at 2s\n");
    openData(DATA_PORT, false);
  }

  @Test
  @DisplayName("HDP-17 an inherited expectation is in the records of the engine that goes on")
  void writesInheritedExpectations() {
    open("c> P. 1:2(1) ack 1 \"0\"\nat 0.11s\n>s P. 1:2(1) ack 1 \"0\"\n");
    takeOver(SECOND_NANOS);
    takeOver(2 * SECOND_NANOS);
    script.run("at 3s\n");
    openData(DATA_PORT, true);
  }

  @Test
  @DisplayName("HDP-17 a connection whose SYN alone was seen is expected by the next engine too")
  void expectsAHalfOpenConnectionAgain() {
    open("c> P. 1:2(1) ack 1 \"0\"\nat 0.11s\n>s P. 1:2(1) ack 1 \"0\"\n");
    script
        .between(Ends.IPV4.withPorts(clientPort + 1, DATA_PORT))
        .run("c> S 0:0(0) win 65535 <mss 1460>\n>s same\n");
    takeOver(SECOND_NANOS);
    script.run("at 2s\n" + ASKED);
    openData(DATA_PORT, true);
  }

  @Test
  @DisplayName("HDP-17 a connection that is in a record is expected no more by the next engine")
  void expectsNothingThatWasMet() {
    open("c> P. 1:2(1) ack 1 \"0\"\nat 0.11s\n>s P. 1:2(1) ack 1 \"0\"\n");
    openData(DATA_PORT, true);
    script.run("s> . 1:1(0) ack 3\n>c same\nc> R 3:3(0)\n>s same\n");
    takeOver(SECOND_NANOS);
    script.between(PARENT).run("at 2s\n" + ASKED);
    openData(DATA_PORT, false);
  }

  @Test
  @DisplayName("HDP-17 what is expected anew stays, although a connection that was expected opens")
  void expectsAnewWhatWasMet() {
    open("c> P. 1:2(1) ack 1 \"0\"\nat 0.11s\n>s P. 1:2(1) ack 1 \"0\"\n");
    Ends data = Ends.IPV4.withPorts(++clientPort, DATA_PORT);
    script.between(data).run("c> S 0:0(0) win 65535 <mss 1460>\n>s same\n");
    script.between(PARENT).run("c> P. 2:3(1) ack 1 \"0\"\nat 0.12s\n>s P. 2:3(1) ack 1 \"0\"\n");
    script
        .between(data)
        .run(
            """
            s> S. 0:0(0) ack 1 win 65535 <mss 1460>
            >c same
            c> . 1:1(0) ack 1
            >s same
            c> R 1:1(0)
            >s same
            """);
    takeOver(SECOND_NANOS);
    script.between(PARENT).run("at 2s\n" + ASKED);
    openData(DATA_PORT, true);
  }

  @Test
  @DisplayName("HDP-17 an expectation whose rule is not known is left out, and counted")
  void refusesUnknownRules() {
    open("c> P. 1:2(1) ack 1 \"0\"\nat 0.11s\n>s P. 1:2(1) ack 1 \"0\"\n");
    Replica replica = new Replica();
    for (long number = 1; number <= box.log().appended(); number++) {
      byte[] record = box.log().record(number);
      if (record[0] == 5) {
        byte[] damaged = renamed(record);
        replica.apply(damaged, 0);
        assertThatThrownBy(() -> replica.apply(Arrays.copyOf(damaged, 12), 0))
            .isInstanceOf(MalformedState.class);
      }
    }
    LateCommitsBox other = box(CommitMode.ON_CHANGE, NoCopy.CONTINUE);
    other.engine().inherit(replica, 0);
    assertThat(other.engine().counters().of(Reason.TAKEOVER_UNREADABLE)).isOne();
    script = new Script(other);
    openData(DATA_PORT, false);
  }

  private static byte[] renamed(byte[] record) {
    String text = new String(record, StandardCharsets.ISO_8859_1);
    return text.replace("all", "any").getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  @DisplayName("HDP-18 when there is a copy again it gets what is expected, before it is revealed")
  void writesExpectationsAgain() {
    open(CommitMode.ON_CHANGE, NoCopy.HOLD, "c> P. 1:2(1) ack 1 \"0\"\n");
    box.change(LogState.ALONE);
    script.run("at 0.2s\nc> P. 2:3(1) ack 1 \"1\"\nat 0.3s\n");
    box.change(LogState.COMMITTING);
    script.run("at 0.309s\nat 0.31s\n>s P. 1:2(1) ack 1 \"0\"\n>s P. 2:3(1) ack 1 \"1\"\n");
    takeOver(SECOND_NANOS);
    script.run("at 2s\n" + ASKED);
    openData(DATA_PORT, true);
    openData(DATA_PORT + 1, true);
  }
}
