package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.NumberingAgent;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** An engine hands its connections over to another one by its records, and nothing is lost. */
class HandOverTest {
  /** A segment after a gap, which is reported. */
  private static final String DELAYED =
      """
      c> . 11:21(10) ack 1
      >c . 1:1(0) ack 1 <sack 11:21>
      """;

  Succession engines = new Succession(TestEngine.inline("", ""), CommitMode.STRICT);
  Script script = new Script(engines);

  private void open(Agent<?> agent, CommitMode mode, String lines) {
    engines = new Succession(TestEngine.inline(agent), mode);
    script = new Script(engines);
    script.run(TestEngine.OPEN + lines);
  }

  /** Hands all connections over. */
  void handOver() {
    engines.handOver(script.nowNanos());
  }

  /** All connections as they are. */
  Replica copy() {
    Replica copy = new Replica();
    long nanos = script.nowNanos();
    engines.engine().moves().writeMoved(record -> copy.apply(record.toOctets(), nanos), nanos);
    return copy;
  }

  @Test
  @DisplayName("HDP-17 HSI-4 octets after a gap, and what was reported of them, are handed over")
  void handsOverDelayedSegments() {
    open(SimpleAgents.passing(), CommitMode.STRICT, DELAYED);
    handOver();
    script.run(
        """
        c> . 1:11(10) ack 1
        >s . 1:21(20) ack 1
        """);
    assertThat(engines.engine().counters().of(Reason.TAKEN_OVER)).isOne();
  }

  @Test
  @DisplayName("HDP-17 H-18 a SYN-ACK that was handed over and comes again waits for no record")
  void sendsSynAcksOfAnOpening() {
    String synAck = "s> S. 0:5(5) ack 1 win 64000 <mss 1460> \"Hello\"\n";
    String bare = ">c S. 0:0(0) ack 1 win 64000 <mss 1460>\n";
    script.run("c> S 0:0(0) <mss 1460>\n>s same\n" + synAck + bare);
    handOver();
    engines.stopCommitting();
    script.run(synAck + bare);
  }

  @Test
  @DisplayName("HDP-17 H-18 nor does one whose ACK was lost")
  void sendsSynAcksAgain() {
    script.run(Opening.PLAIN);
    handOver();
    engines.stopCommitting();
    script.run("s> S. 0:0(0) ack 1 win 65535 <mss 1460>\n>c same\n");
  }

  @Test
  @DisplayName(
      "PDP-1 HDP-17 an engine whose records no other one keeps hands connections over, too")
  void handsOverWithoutRecords() {
    open(SimpleAgents.replacing("Hello", "Hi"), CommitMode.STRICT, "");
    engines.goOnAlone();
    handOver();
    script.run(
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s P. 1:3(2) ack 1 "Hi"
        """);
    assertThat(engines.log().state()).isEqualTo(LogState.ALONE);
    Replica copy = copy();
    copy.noteHandedOver();
    engines.goOnWith(copy, script.nowNanos());
    script.run(
        """
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 6
        c> P. 6:7(1) ack 1 "!"
        >s P. 3:4(1) ack 1 "!"
        """);
  }

  @Test
  @DisplayName("HDP-17 HSI-4 law 9 what waited for its record leaves from the engine that goes on")
  void sendsWhatWaited() {
    open(SimpleAgents.replacing("Hello", "Hi"), CommitMode.STRICT, "");
    engines.stopCommitting();
    script.run("c> P. 1:6(5) ack 1 \"Hello\"\nnothing\n");
    handOver();
    script.run(
        """
        at 0.001s
        >s P. 1:3(2) ack 1 "Hi"
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 6
        """);
  }

  @Test
  @DisplayName("HDP-17 HSI-4 decisions that no record of the interval told are handed over")
  void writesWhatTheIntervalHoldsBack() {
    open(
        SimpleAgents.replacing("Hello", "Hi"),
        CommitMode.INTERVAL,
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s P. 1:3(2) ack 1 "Hi"
        """);
    handOver();
    script.run(
        """
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 6
        c> P. 6:7(1) ack 1 "!"
        >s P. 3:4(1) ack 1 "!"
        """);
  }

  @Test
  @DisplayName("HDP-17 HSI-4 a parked connection is handed over with the window that was shown")
  void handsOverParkedConnections() {
    long second = 1_000_000_000L;
    engines =
        new Succession(
            TestEngine.inline(SimpleAgents.passing()).parkAfter(second), CommitMode.STRICT);
    script = new Script(engines);
    script.run(
        TestEngine.OPEN
            + """
            c> P. 1:3(2) ack 1 "He"
            >s P. 1:3(2) ack 1 "He"
            s> . 1:1(0) ack 3 win 100
            >c . 1:1(0) ack 3 win 65533
            at 2s
            """);
    assertThat(Connections.of(engines.engine())).isEmpty();
    handOver();
    script.run(
        """
        c> . 3:3(0) ack 1
        >s . 3:3(0) ack 1
        s> . 1:1(0) ack 3 win 200
        nothing
        """);
  }

  @Test
  @DisplayName("HDP-17 HSI-4 so is the state of its agent")
  void handsOverTheAgentOfParkedConnections() {
    TestEngine parking = TestEngine.inline(new NumberingAgent(1)).parkAfter(1_000_000_000L);
    engines = new Succession(parking, CommitMode.STRICT);
    script = new Script(engines);
    script.run(
        TestEngine.OPEN
            + """
            c> P. 1:2(1) ack 1 "a"
            >s P. 1:2(1) ack 1 "0"
            s> . 1:1(0) ack 2
            >c same
            at 2s
            """);
    assertThat(Connections.of(engines.engine())).isEmpty();
    handOver();
    script.run(
        """
        c> P. 2:3(1) ack 1 "b"
        >s P. 2:3(1) ack 1 "1"
        """);
  }

  @Test
  @DisplayName("HDP-17 HSI-4 an engine may die before it has written again what it was handed over")
  void diesBeforeItsFirstRecord() {
    open(SimpleAgents.passing(), CommitMode.ON_CHANGE, "at 0.001s\n");
    handOver();
    engines.stopCommitting();
    script.run(
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s P. 1:6(5) ack 1 "Hello"
        """);
    engines.takeOverAgain(script.nowNanos());
    script.run(
        """
        s> . 1:1(0) ack 6
        at 0.3s
        c> P. 1:6(5) ack 1 "Hello"
        >c . 1:1(0) ack 6
        """);
  }

  @Test
  @DisplayName("HDP-17 HSI-4 steps may follow on the record of a hand-over, whose rest is old")
  void readsStepsAfterTheHandOver() {
    open(LineAgents.passing(), CommitMode.STRICT, "at 0.001s\nc> P. 1:5(4) ack 1 \"QUIT\"\n");
    handOver();
    engines.takeOverAgain(script.nowNanos());
    script.run(
        """
        c> . 1:3(2) ack 1 "QU"
        >s . 0:0(0) ack 1
        s> . 1:1(0) ack 1
        at 0.5s
        >c . 1:1(0) ack 3
        """);
    engines.takeOver(script.nowNanos());
    script.run(
        """
        at 0.6s
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 3
        s> . 1:1(0) ack 1
        c> P. 3:6(3) ack 1 "IT\\n"
        >s P. 1:6(5) ack 1 "QUIT\\n"
        """);
    assertThat(engines.engine().counters().of(Reason.TAKEOVER_UNREADABLE)).isZero();
  }

  @Test
  @DisplayName("HDP-17 HSI-4 law 9 an engine may die that got its connections by a hand-over")
  void diesAfterTheHandOver() {
    open(
        LineAgents.passing(),
        CommitMode.STRICT,
        """
        c> P. 1:5(4) ack 1 "QUIT"
        """);
    handOver();
    script.run(
        """
        c> P. 5:6(1) ack 1 "\\n"
        >s P. 1:6(5) ack 1 "QUIT\\n"
        """);
    engines.takeOver(script.nowNanos());
    script.run(
        """
        s> . 1:1(0) ack 6
        >c . 1:1(0) ack 6
        """);
    assertThat(engines.engine().counters().of(Reason.TAKEOVER_UNREADABLE)).isZero();
  }

  @Test
  @DisplayName("HDP-17 HSI-4 the backup may die before the engine has read what it was handed over")
  void readsWithoutABackup() {
    open(SimpleAgents.passing(), CommitMode.STRICT, DELAYED);
    handOver();
    engines.log().setState(LogState.ALONE);
    engines.engine().onLogChanged(script.nowNanos(), packet -> {});
    script.run(
        """
        c> . 1:11(10) ack 1
        >s . 1:21(20) ack 1
        """);
  }

  @Test
  @DisplayName("HDP-17 HSI-4 a connection may be handed over twice before its next packet")
  void handsOverTwice() {
    open(SimpleAgents.passing(), CommitMode.STRICT, DELAYED);
    handOver();
    handOver();
    script.run(
        """
        c> . 1:11(10) ack 1
        >s . 1:21(20) ack 1
        """);
  }

  @Test
  @DisplayName("HDP-17 HSI-4 what was handed over and not read is old if its engine dies")
  void knowsThatTheRestIsOld() {
    open(SimpleAgents.passing(), CommitMode.STRICT, DELAYED);
    handOver();
    handOver();
    engines.takeOverAgain(script.nowNanos());
    script.run(
        """
        c> . 1:11(10) ack 1
        >s . 0:0(0) ack 1
        >s . 1:11(10) ack 1
        """);
  }
}
