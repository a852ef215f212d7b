package dev.midstream.reassembly.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long inline connections are kept, and what ends them. */
class InlineLifetimeTest {
  private static final String EDITED =
      """
      c> . 1:6(5) ack 1 "Hello"
      >s . 1:3(2) ack 1 "Hi"
      s> . 1:1(0) ack 3
      >c . 1:1(0) ack 6
      """;
  private static final String CLOSED =
      """
      c> F. 6:6(0) ack 1
      >s F. 3:3(0) ack 1
      s> F. 1:1(0) ack 4
      >c F. 1:1(0) ack 7
      c> . 7:7(0) ack 2
      >s . 4:4(0) ack 2
      """;
  private static final String PROBES =
      """
      >s . 2:2(0) ack 1
      >c . 0:0(0) ack 6
      """;

  private final Engine engine = TestEngine.inline("Hello", "Hi").engine();
  private final Script script = Scripts.of(engine);

  @Test
  @DisplayName("C-37 a connection closes when both FINs are acknowledged, not when both were sent")
  void closesWhenBothFinsAreAcknowledged() {
    script.run(
        TestEngine.OPEN
            + """
            c> F. 1:1(0) ack 1
            >s same
            s> F. 1:1(0) ack 2
            >c same
            at 60s
            """);
    assertThat(engine.connections()).isOne();
    script.run("c> . 2:2(0) ack 2\n>s same\nat 299s");
    assertThat(engine.connections()).isOne();
    script.run("at 301s");
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("C-66 a closed connection is evicted for a new one after its minimum time")
  void evictsClosedConnections() {
    Engine narrow =
        TestEngine.inline("Hello", "Hi").limits(EngineLimits.DEFAULTS.withConnections(2)).engine();
    Script crowd = Scripts.of(narrow);
    crowd.between(Ends.IPV4.withPorts(1, 80)).run(TestEngine.CLOSED);
    crowd.between(Ends.IPV4.withPorts(2, 80)).run(TestEngine.CLOSED + "at 29s\n");
    crowd.between(Ends.IPV4.withPorts(3, 80)).run("c> S 0:0(0)\n>s same\n");
    assertThat(narrow.counters().of(Reason.CONNECTION_LIMIT)).isOne();
    crowd.run("at 31s\n");
    for (int port = 4; port <= 5; port++) {
      crowd
          .between(Ends.IPV4.withPorts(port, 80))
          .run(TestEngine.OPEN + "c> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n");
    }
    assertThat(narrow.counters().of(Reason.CONNECTION_LIMIT)).isOne();
    assertThat(narrow.connections()).isEqualTo(2);
  }

  @Test
  @DisplayName("T-15 H-42 C-36 shifted sequence numbers are kept for 2 MSL after both FINs")
  void mapsALateRetransmittedFin() {
    script.run(TestEngine.OPEN + EDITED + CLOSED);
    assertThat(engine.budget().usedBytes()).isZero();
    script.run("at 40s\ns> F. 1:1(0) ack 4\n>c F. 1:1(0) ack 7\n");
    script.run("c> . 7:7(0) ack 2\n>s . 4:4(0) ack 2\nat 279s");
    assertThat(engine.connections()).isOne();
    script.run("at 281s");
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("C-34 C-36 after both FINs retransmissions leave without octets, and are answered")
  void lateRetransmissionsCarryNoOctets() {
    script.run(
        TestEngine.OPEN
            + EDITED
            + CLOSED
            + """
            c> FP. 4:6(2) ack 2 "lo"
            >s F. 3:3(0) ack 2
            c> P. 1:6(5) ack 2 "Hello"
            >s . 3:3(0) ack 2
            c> . 6:7(1) ack 2 "x"
            >s . 3:3(0) ack 2
            c> . 7:7(0) ack 1
            nothing
            c> . 7:12(5) ack 2 "Hello"
            nothing
            s> . 2:2(0) ack 4 win 100
            >c . 2:2(0) ack 7
            c> R. 7:7(0) ack 2
            >s R. 4:4(0) ack 2
            c> R. 8:8(0) ack 2
            nothing
            """);
    assertThat(engine.counters().of(Reason.BELOW_WINDOW)).isOne();
    assertThat(engine.counters().of(Reason.OUT_OF_WINDOW)).isOne();
    assertThat(engine.counters().of(Reason.RESET_INVALID)).isOne();
  }

  @Test
  @DisplayName("C-40 a SYN that overtakes the last acknowledgement still opens its connection")
  void opensConnectionOfAnEarlySyn() {
    script.run(
        TestEngine.OPEN
            + EDITED
            + """
            c> F. 6:6(0) ack 1
            >s F. 3:3(0) ack 1
            s> F. 1:1(0) ack 4
            >c F. 1:1(0) ack 7
            c> S 50000:50000(0) <mss 1460>
            >s same
            c> . 7:7(0) ack 2
            >s . 4:4(0) ack 2
            s> S. 90000:90000(0) ack 50001 <mss 1460>
            >c same
            c> . 50001:50006(5) ack 90001 "Hello"
            >s . 50001:50003(2) ack 90001 "Hi"
            """);
  }

  @Test
  @DisplayName("C-12 C-39 C-52 damaged or out-of-window FINs and resets end nothing")
  void unacceptableSegmentsEndNothing() {
    script.run(
        TestEngine.OPEN
            + """
            c> F. 1:1(0) ack 1 badsum
            s> F. 1:1(0) ack 1 badsum
            c> R. 1:1(0) ack 1 badsum
            c> F. 900001:900001(0) ack 1
            >c . 1:1(0) ack 1
            s> F. 900001:900001(0) ack 1
            >s . 1:1(0) ack 1
            s> R. 900001:900001(0) ack 1
            nothing
            at 3600s
            """);
    assertThat(engine.connections()).isOne();
  }

  @Test
  @DisplayName("C-66 a segment that does not acknowledge the SYN-ACK does not complete the opening")
  void completesTheHandshakeWithAnExactAck() {
    script.run(
        """
        c> S 0:0(0)
        >s same
        s> S. 0:0(0) ack 1
        >c same
        c> . 1:1(0) ack 5000
        >c . 1:1(0) ack 1
        at 25s
        """);
    assertThat(engine.counters().of(Reason.OPENING_TIMEOUT)).isOne();
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("H-32 after a deleted stream the FIN is acknowledged by the receiver")
  void acknowledgesTheFinOfADeletedStream() {
    TestEngine.inline("Hello", "")
        .open(
            """
            c> F. 1:6(5) ack 1 "Hello"
            >s F. 1:1(0) ack 1
            s> . 1:1(0) ack 2
            >c . 1:1(0) ack 7
            """);
  }

  @Test
  @DisplayName("C-39 octets after a reset keep an untouched connection")
  void keepsUntouchedConnectionAfterABlindReset() {
    Engine untouched =
        TestEngine.inline(LambdaAgent.by((direction, view, out) -> out.detach())).engine();
    Scripts.of(untouched)
        .run(
            TestEngine.OPEN
                + """
                c> . 1:2(1) ack 1 "x"
                >s same
                s> R 77:77(0)
                >c same
                c> . 2:3(1) ack 1 "y"
                >s same
                at 3600s
                c> . 3:4(1) ack 1 "z"
                >s same
                c> R 4:4(0)
                >s same
                at 3629s
                """);
    assertThat(untouched.connections()).isOne();
    Scripts.of(untouched).run("at 3631s");
    assertThat(untouched.connections()).isZero();
    assertThat(untouched.counters().of(Reason.MID_STREAM)).isZero();
  }

  @Test
  @DisplayName("H-42 an idle connection without shifted sequence numbers is forgotten silently")
  void forgetsAnIdleConnectionWithoutShift() {
    script.run(TestEngine.OPEN + "at 7441s");
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("H-42 endpoints of an idle edited connection are probed; an answer keeps it")
  void keepsAnIdleConnectionThatAnswersProbes() {
    script.run(TestEngine.OPEN + EDITED + "at 7440s\n" + PROBES);
    script.run("at 7446s\nc> . 6:6(0) ack 1\ns> . 1:1(0) ack 3\nat 14885s\nnothing\n");
    script.run("at 14886s\n" + PROBES + "c> . 6:11(5) ack 1 \"Hello\"\n>s . 3:5(2) ack 1 \"Hi\"\n");
    assertThat(engine.counters().of(Reason.IDLE_PROBED)).isEqualTo(2);
    assertThat(engine.connections()).isOne();
  }

  @Test
  @DisplayName("H-42 an outage of less than 100 s does not end an idle connection")
  void keepsAnIdleConnectionDuringAnOutage() {
    script.run(TestEngine.OPEN + EDITED);
    for (int at = 7440; at < 7545; at += 15) {
      script.run("at " + at + "s\n" + PROBES);
    }
    script.run("at 7545s\n" + PROBES + "at 7545.1s\ns> . 1:1(0) ack 3\nc> . 6:6(0) ack 1\n");
    script.run("at 7600s\nnothing\n");
    assertThat(engine.counters().of(Reason.IDLE_EXPIRED)).isZero();
  }

  @Test
  @DisplayName("T-15 H-42 without an answer both endpoints are reset; a tombstone answers the rest")
  void resetsAnIdleConnectionThatDoesNotAnswer() {
    script.run(TestEngine.OPEN + EDITED + "at 7440s\n" + PROBES);
    for (int at = 7455; at < 7560; at += 15) {
      script.run("at " + at + "s\n" + PROBES);
    }
    script.run("at 7560s\n>s R. 3:3(0) ack 1\n>c R. 1:1(0) ack 6\n");
    script.run("c> . 6:11(5) ack 1 \"Hello\"\n>c R 1:1(0)\nat 7619s\n");
    assertThat(engine.connections()).isOne();
    assertThat(engine.counters().of(Reason.IDLE_EXPIRED)).isOne();
    script.run("at 7621s");
    assertThat(engine.connections()).isZero();
  }

  private static final String IN_CUSTODY =
      TestEngine.OPEN
          + """
          c> . 1:3(2) ack 1 "QU"
          at 1s
          >c . 1:1(0) ack 3
          at 7440s
          >s . 0:0(0) ack 1
          >c . 0:0(0) ack 3
          """;

  @Test
  @DisplayName("H-42 C-24 octets in custody keep an idle connection although nothing was edited")
  void keepsAnIdleConnectionWithCustody() {
    Engine passing = TestEngine.inline(LineAgents.passing()).midStream(MidStream.PASS).engine();
    Scripts.of(passing)
        .run(
            IN_CUSTODY
                + """
                at 7446s
                s> . 1:1(0) ack 1
                c> . 3:3(0) ack 1
                at 7500s
                c> . 3:6(3) ack 1 "IT\\n"
                >s . 1:6(5) ack 1 "QUIT\\n"
                """);
    assertThat(passing.counters().of(Reason.MID_STREAM)).isZero();
  }

  @Test
  @DisplayName("H-42 C-24 octets in custody without an answer: both endpoints are reset")
  void resetsAnIdleConnectionWithCustody() {
    Engine passing = TestEngine.inline(LineAgents.passing()).midStream(MidStream.PASS).engine();
    Script toTheEnd = Scripts.of(passing).run(IN_CUSTODY);
    for (int at = 7455; at < 7560; at += 15) {
      toTheEnd.run("at " + at + "s\n>s . 0:0(0) ack 1\n>c . 0:0(0) ack 3\n");
    }
    toTheEnd.run("at 7560s\n>s R. 1:1(0) ack 1\n>c R. 1:1(0) ack 3\n");
    assertThat(passing.counters().of(Reason.IDLE_EXPIRED)).isOne();
    assertThat(passing.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("law 1 a FIN is retransmitted late because its ACK was lost: it is acknowledged")
  void acknowledgesALateFin() {
    TestEngine.inline("never there", "")
        .open(
            """
            c> FP. 1:3(2) ack 1 "ab"
            >s same
            s> F. 1:1(0) ack 4
            >c same
            c> . 4:4(0) ack 2
            >s same
            at 100s
            c> FP. 1:3(2) ack 1 "ab"
            at 101s
            s> . 2:2(0) ack 4
            >c same
            """);
  }

  @Test
  @DisplayName("C-37 after one FIN the other direction continues with edits")
  void editsHalfClosedConnections() {
    TestEngine.inline("Hello", "Hi")
        .open(
            """
            c> F. 1:6(5) ack 1 "Hello"
            >s F. 1:3(2) ack 1 "Hi"
            s> . 1:6(5) ack 4 "Hello"
            >c . 1:3(2) ack 7 "Hi"
            at 3000s
            s> . 6:11(5) ack 4 "Hello"
            >c . 3:5(2) ack 7 "Hi"
            s> F. 11:11(0) ack 4
            >c F. 5:5(0) ack 7
            c> . 7:7(0) ack 6
            >s . 4:4(0) ack 12
            """);
  }

  @Test
  @DisplayName("C-37 H-1 H-5 in time-wait a segment leaves with the newest timestamps")
  void keepsTimestampsInTimeWait() {
    Scripts.of(TestEngine.inline("Hello", "Hi").engine())
        .run(
            Opening.stamped(10, 500, 11)
                + """
                c> F. 1:6(5) ack 1 <TS 20/500> "Hello"
                >s F. 1:3(2) ack 1 <TS 20/500> "Hi"
                s> F. 1:1(0) ack 4 <TS 510/20>
                >c F. 1:1(0) ack 7 <TS 510/20>
                c> . 7:7(0) ack 2 <TS 30/510>
                >s . 4:4(0) ack 2 <TS 30/510>
                c> F. 1:6(5) ack 2 <TS 20/500>
                >s F. 3:3(0) ack 2 <TS 30/510>
                c> . 7:7(0) ack 2 <TS 30/505>
                >s . 4:4(0) ack 2 <TS 30/510>
                """);
  }

  @Test
  @DisplayName("H-42 a SYN with the old number does not keep a closed connection for ever")
  void forgetsAClosedConnectionDespiteItsSyn() {
    TestEngine.inline("cat", "mouse")
        .open(
            """
            c> P. 1:4(3) ack 1 "cat"
            >s P. 1:6(5) ack 1 "mouse"
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 4
            c> F. 4:4(0) ack 1
            >s F. 6:6(0) ack 1
            s> F. 1:1(0) ack 7
            >c F. 1:1(0) ack 5
            c> . 5:5(0) ack 2
            >s . 7:7(0) ack 2
            at 230s
            c> S 0:0(0) win 65535 <mss 1460,sackOK,wscale 0>
            at 300s
            c> S 0:0(0) win 65535 <mss 1460,sackOK,wscale 0>
            >s same
            s> S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK,wscale 0>
            >c same
            c> . 1:1(0) ack 1
            >s same
            """);
  }
}
