package dev.midstream.reassembly.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.Talk;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.notation.EmittedFrame;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Custody of octets whose record is committed late, or never. Nothing else waits for records. */
class CommittedCustodyTest {
  private static final long MILLI = 1_000_000L;

  private final MemoryLog log = new MemoryLog(CommitMode.ON_CHANGE);
  private final Engine engine = TestEngine.inline(LineAgents.passing()).log(log).engine();
  private final Script script = new Script(engine);

  /** Commits the records up to {@code number}; returns the packets that leave. */
  private List<String> commit(long number, long nowNanos) {
    log.commitTo(number);
    List<String> made = new ArrayList<>();
    engine.onCommitted(
        nowNanos, packet -> made.add(EmittedFrame.of(packet, packet.leg()).line(Ends.IPV4)));
    return made;
  }

  /** The script after the opening, whose record is committed. */
  private Script opened() {
    script.run(TestEngine.OPEN);
    commitAll(0);
    return script;
  }

  private List<String> commitAll(long nowNanos) {
    return commit(log.appended(), nowNanos);
  }

  @Test
  @DisplayName("H-18 octets are acknowledged once their record is committed, not before")
  void acknowledgesCommittedOctets() {
    opened();
    long opening = log.appended();
    script.run("c> . 1:5(4) ack 1 \"QUIT\"\nat 0.300s\nnothing\n");
    assertThat(log.appended()).isEqualTo(opening + 1);
    assertThat(engine.counters().of(Reason.COPY_AWAITED)).isOne();
    assertThat(engine.counters().of(Reason.CUSTODY)).isZero();

    assertThat(commitAll(300 * MILLI)).singleElement().asString().startsWith(">c . 1:1(0) ack 5 ");
    assertThat(commitAll(301 * MILLI)).isEmpty();
    assertThat(engine.counters().of(Reason.CUSTODY)).isOne();
    script.run("c> . 5:6(1) ack 1 \"\\n\"\n>s . 1:6(5) ack 1 \"QUIT\\n\"\n");
  }

  @Test
  @DisplayName(
      "H-18 later octets get a record of their own, and each is acknowledged when committed")
  void acknowledgesEachRecord() {
    opened().run("c> . 1:3(2) ack 1 \"QU\"\nat 0.150s\n");
    long first = log.appended();
    script.run("c> . 3:5(2) ack 1 \"IT\"\nat 0.400s\nnothing\n");
    assertThat(log.appended()).isEqualTo(first + 1);
    assertThat(commit(first, 400 * MILLI)).singleElement().asString().contains(" ack 3 ");
    assertThat(commitAll(401 * MILLI)).singleElement().asString().contains(" ack 5 ");
  }

  @Test
  @DisplayName("H-18 octets never committed stay with the sender, and no timer runs for them")
  void uncommittedOctetsStayWithTheSender() {
    opened()
        .run(
            """
            c> . 1:5(4) ack 1 "QUIT"
            at 1.0s
            """);
    long requested = log.appended();
    script.run(
        """
        c> . 1:5(4) ack 1 "QUIT"
        >c . 1:1(0) ack 1
        at 3.0s
        c> . 1:5(4) ack 1 "QUIT"
        >c . 1:1(0) ack 1
        at 100s
        nothing
        """);
    assertThat(log.appended()).as("no second record of the same octets").isEqualTo(requested);
    script.run(
        """
        c> . 1:6(5) ack 1 "QUIT\\n"
        >s . 1:6(5) ack 1 "QUIT\\n"
        s> . 1:1(0) ack 6
        >c . 1:1(0) ack 6
        """);
    assertThat(engine.counters().of(Reason.CUSTODY)).isZero();
    assertThat(engine.counters().of(Reason.COPY_AWAITED)).isOne();
  }

  @Test
  @DisplayName("H-18 a commit after the decision, or after the end, changes nothing")
  void ignoresALateCommit() {
    opened()
        .run(
            """
            c> . 1:5(4) ack 1 "QUIT"
            at 0.300s
            c> . 5:6(1) ack 1 "\\n"
            >s . 1:6(5) ack 1 "QUIT\\n"
            """);
    assertThat(commit(log.appended() - 1, 300 * MILLI)).isEmpty();
    script.run("c> R 6:6(0)\n>s R 1:1(0)\n>s R 6:6(0)\nat 200s\n");
    assertThat(engine.connections()).isZero();
    assertThat(commitAll(200_000 * MILLI)).isEmpty();
    assertThat(engine.counters().of(Reason.CUSTODY)).isZero();
  }

  @Test
  @DisplayName("H-18 H-11 after a filled gap only committed octets are acknowledged")
  void acknowledgesNoUncommittedOctetsAfterAFilledGap() {
    fillGap();
    script.run("s> . 1:1(0) ack 2001\n>c . 1:1(0) ack 2001\n" + leaving(4_001));
    assertThat(engine.counters().of(Reason.CUSTODY)).isZero();
  }

  @Test
  @DisplayName("H-18 H-11 octets after a filled gap are acknowledged with it, when committed")
  void acknowledgesCommittedOctetsAfterAFilledGap() {
    fillGap();
    commitAll(10 * MILLI);
    script.run("s> . 1:1(0) ack 2001\n>c . 1:1(0) ack 9001 win 58535\n" + leaving(4_001));
  }

  @Test
  @DisplayName("H-18 H-11 octets after a filled gap are acknowledged when committed after it")
  void acknowledgesOctetsAfterAFilledGapLate() {
    fillGap();
    script.run("s> . 1:1(0) ack 2001\n>c . 1:1(0) ack 2001\n" + leaving(4_001));
    assertThat(commitAll(10 * MILLI)).singleElement().asString().contains(" ack 9001 ");
  }

  @Test
  @DisplayName("H-18 ACK-3 the receiver's own ACK does not wait for what it reported since")
  void showsTheReceiversAckAtOnce() {
    Talk talk = new Talk(engine, Ends.IPV4, 0, "mss 1000,sackOK");
    commitAll(0);
    talk.client(0, 1_000);
    for (int start = 2_000; start < 9_000; start += 1_000) {
      talk.client(start, 1_000);
    }
    talk.client(1_000, 1_000);
    commitAll(0);
    talk.runTimers(MILLI);
    talk.client(9_000, 1_000);
    assertThat(talk.newReleased()).isEqualTo(9_800);
    talk.server(1_000, List.of(9_000L, 9_800L));
    talk.server(2_000, List.of(9_000L, 9_800L));
    assertThat(talk.stream().edits().custodyEnd()).isEqualTo(9_000);
    assertThat(talk.stream().sender().advertised()).isEqualTo(2_000);
    commitAll(MILLI);
    assertThat(talk.stream().sender().advertised()).isEqualTo(9_800);
  }

  private void fillGap() {
    script.run(Opening.segments(1_000));
    commitAll(0);
    script.run("c> " + segment(1) + ">s " + segment(1));
    script.run("s> . 1:1(0) ack 1001\n>c . 1:1(0) ack 1001\n");
    for (int start = 2_001; start < 9_001; start += 1_000) {
      script.run("c> " + segment(start) + ">c . 1:1(0) ack 1001\n");
    }
    script.run("c> " + segment(1_001) + ">s " + segment(1_001) + leaving(2_001));
  }

  /** Two segments that leave. */
  private static String leaving(int start) {
    return ">s " + segment(start) + ">s " + segment(start + 1_000);
  }

  private static String segment(int start) {
    return ". %d:%d(1000) ack 1 \"%s\"\n".formatted(start, start + 1_000, "x".repeat(999) + "\\n");
  }

  @Test
  @DisplayName(
      "H-18 ACK-3 no acknowledgement ends where reported octets begin that are uncommitted")
  void acknowledgesReportedOctetsTogether() {
    opened()
        .run(
            """
            c> . 11:21(10) ack 1
            >c . 1:1(0) ack 1 <sack 11:21>
            c> . 1:11(10) ack 1
            at 0.300s
            nothing
            """);
    assertThat(commitAll(300 * MILLI)).singleElement().asString().contains("ack 21");
  }

  @Test
  @DisplayName("HDP-17 H-18 after two deaths the next engine has all octets that were in custody")
  void goesOnTwiceWithOctetsInCustody() {
    Succession engines =
        new Succession(TestEngine.inline(LineAgents.passing()), CommitMode.ON_CHANGE);
    Script twice = new Script(engines);
    twice.run(TestEngine.OPEN + "c> P. 1:3(2) ack 1 \"QU\"\nat 0.2s\n>c . 1:1(0) ack 3\n");
    engines.takeOver(200 * MILLI);
    twice.run(
        """
        at 0.3s
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 3
        s> . 1:1(0) ack 1
        c> P. 3:5(2) ack 1 "IT"
        at 0.6s
        >c . 1:1(0) ack 5
        """);
    engines.takeOver(600 * MILLI);
    twice.run(
        """
        at 0.7s
        >s . 0:0(0) ack 1
        >c . 0:0(0) ack 5
        s> . 1:1(0) ack 1
        c> P. 5:6(1) ack 1 "\\n"
        >s P. 1:6(5) ack 1 "QUIT\\n"
        """);
  }
}
