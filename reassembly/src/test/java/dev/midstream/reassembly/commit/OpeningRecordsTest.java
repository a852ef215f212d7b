package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.Multipath;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Replicas;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SYNs and SYN-ACKs that change what another engine must know of a connection. */
class OpeningRecordsTest {
  private static final long DELAY_NANOS = 10_000_000;
  private static final Ends RESTARTED = Ends.IPV4.withIsns(Ends.IPV4.clientIsn(), 77_777);
  private static final Ends NEXT = Ends.IPV4.withIsns(88_888, 99_999);
  private static final Ends OTHERS = Ends.IPV4.withIsns(111_111, 222_222);
  private static final Ends OTHER = Ends.IPV4.withPorts(40_001, 80);
  private static final String SYN = "c> S 0:0(0) win 65535 <mss 1460>\n";
  private static final String SYN_ACK = "S. 0:0(0) ack 1 win 65535 <mss 1460>\n";
  private static final String SECOND = "S. 0:0(0) ack 1 win 65535 <mss 536>\n";
  private static final String OPEN = Opening.recorded(CommitMode.STRICT) + "at 0.05s\n";
  private static final String TALK =
      """
      c> P. 1:6(5) ack 1 "Hello"
      >s P. 1:3(2) ack 1 "Hi"
      """;

  private LateCommitsBox box = box(CommitMode.STRICT);
  private Script script = new Script(box);

  private static LateCommitsBox box(CommitMode mode) {
    return new LateCommitsBox(
        TestEngine.inline(SimpleAgents.replacing("Hello", "Hi")), mode, DELAY_NANOS);
  }

  private Script between(Ends ends) {
    return script.between(ends);
  }

  /** Another engine goes on with what is committed; little waits there. */
  private void takeOver() {
    Replica replica = Replicas.committed(box.log());
    box = box(CommitMode.ON_CHANGE);
    script = new Script(box);
    box.engine().inherit(replica, 0);
  }

  @Test
  @DisplayName("HDP-18 C-41 a second SYN-ACK waits until the record that tells it is committed")
  void waitsWithAConflictingSynAck() {
    between(Ends.IPV4).run(Opening.SYNS + "at 0.01s\n>c " + SYN_ACK);
    between(RESTARTED).run("s> " + SECOND + "at 0.019s\nat 0.02s\n>c " + SECOND);
    between(RESTARTED).run("s> " + SECOND + ">c " + SECOND + "c> . 1:1(0) ack 1\n>s same\n");
    between(RESTARTED).run("c> P. 1:6(5) ack 1 \"Hello\"\nat 0.03s\n>s P. 1:3(2) ack 1 \"Hi\"\n");
    assertThat(box.engine().counters().of(Reason.COMMIT_AWAITED)).isEqualTo(3);
  }

  @Test
  @DisplayName("HDP-17 C-41 an engine that goes on knows both SYN-ACKs")
  void inheritsAConflictingSynAck() {
    between(Ends.IPV4).run(Opening.SYNS + "at 0.01s\n>c " + SYN_ACK);
    between(RESTARTED).run("s> " + SECOND + "at 0.02s\n>c " + SECOND);
    takeOver();
    between(RESTARTED).run("c> . 1:1(0) ack 1\n>s same\nat 0.1s\n" + TALK);
  }

  @Test
  @DisplayName("HDP-17 C-41 of two SYN-ACKs the first one counts at another engine too")
  void inheritsTheFirstSynAck() {
    between(Ends.IPV4).run(Opening.SYNS + "at 0.01s\n>c " + SYN_ACK);
    between(RESTARTED).run("s> " + SECOND + "at 0.02s\n>c " + SECOND);
    takeOver();
    between(Ends.IPV4).run("c> . 1:1(0) ack 1\n>s same\n" + TALK);
  }

  @Test
  @DisplayName("HDP-17 C-41 the first of two SYN-ACKs is known after the time of the second one")
  void knowsTheFirstSynAckForLonger() {
    between(Ends.IPV4).run(Opening.SYNS + "at 0.01s\n>c " + SYN_ACK);
    between(RESTARTED).run("s> " + SECOND + "at 0.02s\n>c " + SECOND);
    between(Ends.IPV4).run("at 15s\n" + SYN + ">s same\nat 25s\n");
    takeOver();
    between(Ends.IPV4).run("c> . 1:1(0) ack 1\n>s same\n" + TALK);
  }

  @Test
  @DisplayName("HDP-18 C-41 two SYN-ACKs that wait at once: the last one leaves")
  void sendsTheLastSynAck() {
    between(Ends.IPV4).run(Opening.SYNS);
    between(RESTARTED).run("at 0.005s\ns> " + SECOND + "at 0.015s\n>c " + SECOND);
    between(RESTARTED).run("c> . 1:1(0) ack 1\n>s same\n");
  }

  @Test
  @DisplayName("HDP-18 H-24 a competing SYN waits until the record that tells it is committed")
  void waitsWithACompetingSyn() {
    between(Ends.IPV4).run(OPEN);
    between(NEXT).run(SYN + "at 0.059s\nat 0.06s\n>s S 0:0(0) win 65535 <mss 1460>\n");
    between(NEXT).run(SYN + "at 0.07s\n>s S 0:0(0) win 65535 <mss 1460>\n");
  }

  @Test
  @DisplayName("HDP-17 H-24 an engine that goes on knows a competing SYN")
  void inheritsACompetingSyn() {
    between(Ends.IPV4).run(OPEN);
    between(NEXT).run(SYN + "at 0.06s\n>s S 0:0(0) win 65535 <mss 1460>\n");
    takeOver();
    between(NEXT).run("s> " + SYN_ACK + "at 0.01s\n>c " + SYN_ACK);
    between(NEXT).run("c> . 1:1(0) ack 1\n>s same\nat 0.1s\n" + TALK);
    assertThat(box.engine().connections()).isOne();
  }

  @Test
  @DisplayName("HDP-17 H-24 an engine that goes on knows a competing SYN of ends that are let go")
  void inheritsACompetingSynOfEndsThatAreLetGo() {
    TestEngine letting = TestEngine.inline(LambdaAgent.by((direction, view, out) -> out.detach()));
    box = new LateCommitsBox(letting, CommitMode.ON_CHANGE, DELAY_NANOS);
    script = new Script(box);
    between(Ends.IPV4).run(Opening.PLAIN + "at 0.05s\n");
    between(Ends.IPV4).run("c> P. 1:2(1) ack 1 \"a\"\nat 0.06s\n>s P. 1:2(1) ack 1 \"a\"\n");
    between(NEXT).run("at 0.1s\nc> S 0:0(0) win 65535 <mss 1460>\n>s same\nat 0.2s\n");
    takeOver();
    between(NEXT).run("s> " + SYN_ACK + "at 0.01s\n>c " + SYN_ACK);
  }

  @Test
  @DisplayName("HDP-17 H-24 a SYN-ACK waits for a SYN that only the engine before saw")
  void dropsASynAckWhoseSynWasLost() {
    box = box(CommitMode.ON_CHANGE);
    script = new Script(box);
    between(Ends.IPV4).run(Opening.PLAIN + "at 0.05s\n");
    between(NEXT).run(SYN + ">s same\n");
    takeOver();
    between(NEXT).run("s> " + SYN_ACK + SYN + ">s same\n");
    between(NEXT).run("s> " + SYN_ACK + "at 0.01s\n>c " + SYN_ACK);
    between(NEXT).run("c> . 1:1(0) ack 1\n>s same\nat 0.1s\n" + TALK);
    assertThat(box.engine().counters().of(Reason.OUT_OF_WINDOW)).isOne();
  }

  @Test
  @DisplayName("HDP-18 H-24 in TIME-WAIT a SYN of the next connection waits too")
  void waitsInTimeWait() {
    between(Ends.IPV4)
        .run(
            OPEN
                + """
                c> F. 1:1(0) ack 1
                at 0.06s
                >s F. 1:1(0) ack 1
                s> F. 1:1(0) ack 2
                >c . 1:1(0) ack 2
                at 0.07s
                >c F. 1:1(0) ack 2
                c> . 2:2(0) ack 2
                >s . 2:2(0) ack 2
                at 0.2s
                """);
    between(NEXT).run(SYN + "at 0.209s\nat 0.21s\n>s S 0:0(0) win 65535 <mss 1460>\n");
  }

  @Test
  @DisplayName("HDP-17 H-24 an engine that goes on keeps the next connection while it is silent")
  void inheritsASilentNextConnection() {
    between(Ends.IPV4).run(OPEN);
    between(NEXT).run(SYN + "at 0.06s\n>s S 0:0(0) win 65535 <mss 1460>\ns> " + SYN_ACK);
    between(NEXT).run("at 0.07s\n>c " + SYN_ACK + "c> F. 1:1(0) ack 1\n>s . 1:1(0) ack 1\n");
    between(NEXT).run("at 0.08s\n>s F. 1:1(0) ack 1\ns> . 1:1(0) ack 2\n>c same\nat 0.09s\n");
    takeOver();
    between(NEXT).run("at 1s\n>s F. 1:1(0) ack 1\ns> . 1:1(0) ack 2\n>c same\n");
    between(NEXT).run("at 700s\ns> P. 1:6(5) ack 2 \"Hello\"\n>c P. 1:3(2) ack 2 \"Hi\"\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"ON_CHANGE", "INTERVAL"})
  @DisplayName("HDP-18 H-24 in each mode a SYN-ACK waits that ends a connection of a record")
  void waitsWithTheSynAckOfTheNextConnection(CommitMode mode) {
    box = box(mode);
    script = new Script(box);
    between(Ends.IPV4).run(Opening.PLAIN + "at 0.05s\n");
    between(NEXT).run(SYN + ">s same\ns> " + SYN_ACK);
    between(NEXT).run("at 0.055s\ns> " + SYN_ACK + "at 0.059s\nat 0.06s\n>c " + SYN_ACK);
    between(NEXT).run("at 0.07s\ns> " + SYN_ACK + ">c same\nc> . 1:1(0) ack 1\n>s same\n");
    assertThat(box.engine().counters().of(Reason.COMMIT_AWAITED)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"ON_CHANGE", "INTERVAL", "STRICT"})
  @DisplayName("HDP-18 H-24 a SYN-ACK waits for that also if its connection is not inspected")
  void waitsWithTheSynAckOfAConnectionThatPasses(CommitMode mode) {
    TestEngine leaving = TestEngine.inline("Hello", "Hi").multipath(Multipath.LEAVE);
    box = new LateCommitsBox(leaving, mode, DELAY_NANOS);
    script = new Script(box);
    String syn = "c> S 0:0(0) win 65535 <mss 1460,raw 1e0c10010102030405060708>\n";
    between(Ends.IPV4).run(Opening.recorded(mode) + "at 0.05s\nc> R 1:1(0)\n>s R 1:1(0)\n");
    between(OTHERS).run(syn + ">s same\ns> R. 0:0(0) ack 1\n>c same\n");
    between(NEXT).run(syn + ">s same\ns> " + SYN_ACK);
    between(NEXT).run("at 0.055s\ns> " + SYN_ACK + "at 0.059s\nat 0.06s\n>c " + SYN_ACK);
    between(NEXT).run("at 0.07s\ns> " + SYN_ACK + ">c same\nc> . 1:1(0) ack 1\n>s same\n");
  }

  @Test
  @DisplayName("HDP-18 H-24 a SYN-ACK waits for that also if all connections were given up")
  void waitsWhenAllWereGivenUp() {
    box = box(CommitMode.ON_CHANGE);
    script = new Script(box);
    between(Ends.IPV4).run(Opening.PLAIN + "at 0.05s\n");
    box.engine().giveUpAll("for a test", script.nowNanos(), packet -> {});
    between(NEXT).run(SYN + ">s same\ns> " + SYN_ACK + "at 0.059s\nat 0.06s\n>c " + SYN_ACK);
  }

  @Test
  @DisplayName("HDP-18 law 7 no SYN-ACK waits for the end of a connection that was only monitored")
  void passesWhatIsMonitored() {
    TestEngine monitoring = TestEngine.inline("Hello", "Hi").mode(Mode.MONITOR);
    box = new LateCommitsBox(monitoring, CommitMode.STRICT, DELAY_NANOS);
    script = new Script(box);
    between(Ends.IPV4).run(Opening.PLAIN + "at 0.05s\nc> R 1:1(0)\n>s same\n");
    between(NEXT).run(SYN + ">s same\ns> " + SYN_ACK + ">c same\nc> . 1:1(0) ack 1\n>s same\n");
  }

  @Test
  @DisplayName("HDP-18 a SYN-ACK that is repeated passes when its record is committed")
  void passesARepeatedSynAck() {
    between(Ends.IPV4).run(Opening.SYNS + "at 0.005s\ns> " + SYN_ACK + "at 0.01s\n>c " + SYN_ACK);
    between(Ends.IPV4).run("at 1s\ns> " + SYN_ACK + ">c same\nc> . 1:1(0) ack 1\n>s same\n");
  }

  @Test
  @DisplayName("HDP-18 law 4 a SYN-ACK that waits does not leave after its connection is open")
  void forgetsASynAckThatIsAnswered() {
    String smaller = SYN_ACK.replace("65535", "60000");
    between(Ends.IPV4).run(Opening.SYNS + "at 0.01s\n>c " + SYN_ACK);
    between(Ends.IPV4).run("at 0.02s\ns> " + smaller + "at 0.025s\nc> . 1:1(0) ack 1\n>s same\n");
    between(Ends.IPV4).run("at 1s\n" + TALK.replace(">s", "at 2s\n>s"));
  }

  @Test
  @DisplayName("HDP-18 H-48 of two ends that open at once the second SYN-ACK waits for no record")
  void passesTheSecondSynAckOfASimultaneousOpen() {
    between(Ends.IPV4)
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460>
            >s same
            s> S 0:0(0) win 65535 <mss 1460>
            >c same
            s> S. 0:0(0) ack 1 win 65535 <mss 1460>
            at 0.01s
            >c S. 0:0(0) ack 1 win 65535 <mss 1460>
            c> S. 0:0(0) ack 1 win 65535 <mss 1460>
            >s same
            c> . 1:1(0) ack 1
            >s same
            """
                + TALK.replace(">s", "at 0.02s\n>s"));
  }

  @Test
  @DisplayName("HDP-18 H-48 the second SYN-ACK may leave out an option that the other SYN has not")
  void passesTheSecondSynAckWithFewerOptions() {
    between(Ends.IPV4)
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460>
            >s same
            s> S 0:0(0) win 65535 <mss 1460,sackOK,TS 100/0,wscale 7>
            >c same
            c> S. 0:0(0) ack 1 win 65535 <mss 1460>
            at 0.01s
            >s S. 0:0(0) ack 1 win 65535 <mss 1460>
            s> S. 0:0(0) ack 1 win 65535 <mss 1460>
            >c same
            """);
  }

  @Test
  @DisplayName("HDP-18 H-48 of two ends that open at once both SYN-ACKs wait for the first record")
  void waitsWithBothSynAcksOfASimultaneousOpen() {
    between(Ends.IPV4)
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460>
            >s same
            s> S 0:0(0) win 65535 <mss 1460>
            >c same
            s> S. 0:0(0) ack 1 win 65535 <mss 1460>
            at 0.005s
            c> S. 0:0(0) ack 1 win 65535 <mss 1460>
            at 0.01s
            >c S. 0:0(0) ack 1 win 65535 <mss 1460>
            >s S. 0:0(0) ack 1 win 65535 <mss 1460>
            """);
  }

  @Test
  @DisplayName(
      "HDP-18 H-48 of two ends that open at once the first SYN-ACK waits for both SYNs only")
  void waitsForTheSynsOfASimultaneousOpenOnly() {
    between(Ends.IPV4)
        .run(
            """
            c> S 0:0(0) win 65535 <mss 1460>
            >s same
            s> S 0:0(0) win 65535 <mss 1460>
            >c same
            at 0.005s
            c> S. 0:0(0) ack 1 win 65535 <mss 1460>
            at 0.009s
            at 0.01s
            >s S. 0:0(0) ack 1 win 65535 <mss 1460>
            s> S. 0:0(0) ack 1 win 65535 <mss 1460>
            >c same
            """);
  }

  @Test
  @DisplayName("HDP-18 a SYN-ACK that is repeated waits for no record of another connection")
  void passesARepeatedSynAckBesideOthers() {
    between(Ends.IPV4).run(Opening.SYNS + "at 0.01s\n>c " + SYN_ACK);
    between(OTHER).run("at 0.015s\n" + Opening.SYNS);
    between(Ends.IPV4).run("s> " + SYN_ACK + ">c same\n");
  }

  @Test
  @DisplayName("HDP-18 a SYN-ACK that is repeated leaves when its first record is committed")
  void sendsARepeatedSynAckInTime() {
    between(Ends.IPV4).run(Opening.SYNS);
    between(OTHER).run("at 0.005s\n" + Opening.SYNS);
    between(Ends.IPV4).run("s> " + SYN_ACK + "at 0.01s\n>c " + SYN_ACK);
    between(OTHER).run("at 0.015s\n>c " + SYN_ACK);
  }

  @Test
  @DisplayName("HDP-18 the first octets of a connection wait for no record of another one")
  void passesFirstOctetsBesideOthers() {
    box = box(CommitMode.ON_CHANGE);
    script = new Script(box);
    between(Ends.IPV4).run(Opening.SYNS + ">c same\n");
    between(OTHER).run("at 0.015s\n" + Opening.SYNS + ">c same\n");
    between(Ends.IPV4).run("at 0.016s\nc> . 1:1(0) ack 1\n>s same\n" + TALK);
  }

  @Test
  @DisplayName("HDP-18 the first octets of a connection leave when its own record is committed")
  void sendsFirstOctetsInTime() {
    box = box(CommitMode.ON_CHANGE);
    script = new Script(box);
    between(Ends.IPV4).run(Opening.SYNS + ">c same\n");
    between(OTHER).run("at 0.005s\n" + Opening.SYNS + ">c same\n");
    between(Ends.IPV4)
        .run("at 0.006s\nc> . 1:1(0) ack 1\n>s same\n" + TALK.replace(">s", "at 0.01s\n>s"));
  }
}
