package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Replicas;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Half-open connections of which there are records: the SYN-ACK has come, and no answer to it. */
class HalfOpenRecordsTest {
  private static final long DELAY_NANOS = 10_000_000;
  private static final String SYN_ACK = "S. 0:0(0) ack 1 win 65535 <mss 1460>\n";
  private static final String SYN = "c> S 0:0(0) win 65535 <mss 1460>\n>s same\n";
  private static final String ANSWERED = Opening.SYNS + "at 0.01s\n>c " + SYN_ACK;
  private static final String TALK =
      """
      c> . 1:1(0) ack 1
      >s same
      c> P. 1:6(5) ack 1 "Hello"
      at 2s
      >s P. 1:3(2) ack 1 "Hi"
      """;

  private final LateCommitsBox box = box(CommitMode.STRICT);
  private final Script script = new Script(box);

  private static LateCommitsBox box(CommitMode mode) {
    return new LateCommitsBox(
        TestEngine.inline(SimpleAgents.replacing("Hello", "Hi")), mode, DELAY_NANOS);
  }

  /** The connections that are objects. */
  private int objects() {
    return Connections.of(box.engine()).size();
  }

  private Replica replica() {
    return Replicas.of(box.log());
  }

  @Test
  @DisplayName("C-66 HDP-18 a half-open connection is no object, also if there are records of it")
  void keepsTheSynsOnly() {
    script.run(Opening.SYNS);
    assertThat(objects()).isZero();
    script.run("at 0.01s\n>c " + SYN_ACK);
    assertThat(box.engine().connections()).isOne();
    assertThat(replica().size()).isOne();
    script.run(TALK);
    assertThat(objects()).isOne();
    assertThat(replica().size()).isOne();
  }

  @Test
  @DisplayName("a SYN is in no record, however often it comes, until it is answered or forgotten")
  void writesNoRecordOfASyn() {
    for (CommitMode mode : CommitMode.values()) {
      LateCommitsBox flooded = box(mode);
      Script flood = new Script(flooded);
      for (int port = 1; port <= 100; port++) {
        flood.between(Ends.IPV4.withPorts(port, 80)).run(SYN + SYN);
      }
      assertThat(flooded.engine().connections()).isEqualTo(100);
      assertThat(flooded.log().appended()).as("%s", mode).isZero();
      flood.run("at 60s\n");
      assertThat(flooded.engine().connections()).isZero();
      assertThat(flooded.log().appended()).as("%s", mode).isZero();
    }
  }

  @Test
  @DisplayName("a SYN that is answered costs a record of 300 octets at most, and one at its end")
  void writesTwoSmallRecordsOfAnAnsweredSyn() {
    script.run(
        """
        c> S 0:0(0) win 65535 <mss 1460,sackOK,TS 1/0,wscale 7>
        >s same
        s> S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK,TS 1/1,wscale 7>
        at 0.01s
        >c S. 0:0(0) ack 1 win 65535 <mss 1460,sackOK,TS 1/1,wscale 7>
        at 60s
        """);
    assertThat(box.engine().connections()).isZero();
    assertThat(box.log().appended()).isEqualTo(2);
    assertThat(box.log().record(1)).hasSizeBetween(200, 300);
    assertThat(box.log().record(2)).hasSizeLessThan(20);
  }

  @Test
  @DisplayName("C-66 HDP-18 in each mode octets wait for the record of the opening")
  void waitsForTheOpening() {
    for (CommitMode mode : List.of(CommitMode.ON_CHANGE, CommitMode.INTERVAL)) {
      new Script(box(mode))
          .run(
              Opening.SYNS
                  + """
                  >c same
                  c> . 1:1(0) ack 1
                  >s same
                  c> P. 1:6(5) ack 1 "Hello"
                  at 0.009s
                  at 0.01s
                  >s P. 1:3(2) ack 1 "Hi"
                  """);
    }
  }

  @Test
  @DisplayName("C-66 HDP-18 a repeated SYN or SYN-ACK needs no other record")
  void writesNoOtherRecord() {
    script.run(ANSWERED);
    assertThat(box.log().appended()).isOne();
    script.run("at 1s\ns> " + SYN_ACK + ">c same\nc> S 0:0(0) win 65535 <mss 1460>\n>s same\n");
    assertThat(box.log().appended()).isOne();
    assertThat(objects()).isZero();
  }

  @Test
  @DisplayName("C-66 HDP-18 a SYN-ACK needs no other record each time it is repeated in a window")
  void writesNoOtherRecordOfALimitedWindow() {
    EngineLimits narrow = EngineLimits.DEFAULTS.withDelayedBytes(20_000);
    TestEngine engine = TestEngine.inline(SimpleAgents.replacing("Hello", "Hi")).limits(narrow);
    LateCommitsBox limited = new LateCommitsBox(engine, CommitMode.STRICT, DELAY_NANOS);
    String limitedSynAck = "S. 0:0(0) ack 1 win 20000 <mss 1460>\n";
    Script opening = new Script(limited).run(Opening.SYNS + "at 0.01s\n>c " + limitedSynAck);
    for (int second = 1; second < 5; second++) {
      opening.run("at " + second + "s\ns> " + SYN_ACK + ">c " + limitedSynAck);
    }
    assertThat(limited.log().appended()).isOne();
    opening.run("c> . 1:1(0) ack 1\n>s same\n");
    Connection connection = Connections.of(limited.engine()).getFirst();
    assertThat(connection.handshakes().known(Direction.SERVER_TO_CLIENT).window())
        .isEqualTo(65_535);
  }

  @Test
  @DisplayName("C-66 HDP-18 a SYN-ACK that is repeated while it waits leaves once")
  void sendsARepeatedSynAckOnce() {
    script.run(
        Opening.SYNS + "at 0.005s\ns> " + SYN_ACK + "at 0.01s\n>c " + SYN_ACK + "at 1s\n" + TALK);
  }

  @Test
  @DisplayName("C-66 HDP-17 when its time is over, or it is reset, its records are closed")
  void closesItsRecords() {
    script.run(ANSWERED + "at 300s\n");
    assertThat(box.engine().connections()).isZero();
    assertThat(replica().size()).isZero();
    script.run(Opening.SYNS + "at 300.01s\n>c " + SYN_ACK + "c> R 1:1(0)\n>s same\nat 900s\n");
    assertThat(replica().size()).isZero();
  }

  @Test
  @DisplayName("C-66 HDP-18 H-24 the next SYN-ACK of its ends waits, as its end is not committed")
  void waitsForTheRecordOfItsEnd() {
    Script changes = new Script(box(CommitMode.ON_CHANGE));
    changes.run(Opening.SYNS + ">c " + SYN_ACK + "at 20s\nat 20.005s\n");
    changes
        .between(Ends.IPV4.withIsns(88_888, 99_999))
        .run(Opening.SYNS + "at 20.014s\nat 20.015s\n>c " + SYN_ACK);
  }

  @Test
  @DisplayName("C-66 HDP-17 another opening of the same ends replaces its records")
  void replacesItsRecords() {
    script.run(ANSWERED);
    Ends next = Ends.IPV4.withIsns(88_888, 99_999);
    script
        .between(next)
        .run("c> S 0:0(0) win 65535 <mss 1460>\nat 0.1s\n>s S 0:0(0) win 65535 <mss 1460>\n");
    script.between(next).run("s> " + SYN_ACK + "at 0.11s\n>c " + SYN_ACK + TALK);
    assertThat(replica().size()).isOne();
  }

  @Test
  @DisplayName("C-66 HDP-17 another engine goes on with a half-open connection")
  void goesOnElsewhere() {
    script.run(ANSWERED);
    LateCommitsBox heir = box(CommitMode.ON_CHANGE);
    heir.engine().inherit(replica(), 0);
    new Script(heir).run(TALK.replace("at 2s\n", ""));
  }

  @Test
  @DisplayName("C-66 HDP-18 when there is a copy again it gets half-open connections too")
  void writesHalfOpenConnectionsAgain() {
    box.change(LogState.ALONE);
    script.run("at 0.1s\n" + Opening.SYNS + ">c same\n");
    box.change(LogState.COMMITTING);
    script.run("at 0.2s\n");
    assertThat(replica().size()).isOne();
    script.run(TALK);
    box.change(LogState.ALONE);
    script.run("at 3s\n");
  }

  @Test
  @DisplayName("C-66 HDP-18 without a copy the records of half-open connections do not count")
  void forgetsRecordsOfHalfOpenConnections() {
    script.run(ANSWERED);
    box.change(LogState.ALONE);
    script.run("at 0.1s\nat 300s\n");
    assertThat(box.engine().connections()).isZero();
    box.change(LogState.COMMITTING);
    script.run("at 301s\n");
    assertThat(replica().size()).isZero();
  }
}
