package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What waits until it is committed, in each mode. Records are committed after 10 ms. */
class CommitTest {
  private static final long DELAY_NANOS = 10_000_000;

  private static LateCommitsBox run(Agent<?> agent, CommitMode mode, String script) {
    LateCommitsBox box = new LateCommitsBox(TestEngine.inline(agent), mode, DELAY_NANOS);
    new Script(box).run(Opening.recorded(mode) + script);
    return box;
  }

  private static LateCommitsBox strict(Agent<?> agent, String script) {
    return run(agent, CommitMode.STRICT, script);
  }

  @Test
  @DisplayName(
      "HDP-18 the SYN-ACK waits for the record of the opening, pure acknowledgements do not")
  void waitsForTheOpening() {
    LateCommitsBox box = strict(SimpleAgents.passing(), "s> . 1:1(0) ack 1\n>c same\n");
    // One of the opening, one because the handshake is complete.
    assertThat(box.log().appended()).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "HDP-18 octets that an agent passed or edited wait, and leave with the newest header")
  void waitsWithDecidedOctets() {
    LateCommitsBox box =
        strict(
            SimpleAgents.replacing("Hello", "Hi"),
            """
            c> P. 1:8(7) ack 1 "Hello, "
            s> P. 1:3(2) ack 1 "ok"
            at 0.02s
            >s P. 1:5(4) ack 1 "Hi, "
            >c P. 1:3(2) ack 1 "ok"
            s> . 3:3(0) ack 5
            >c . 3:3(0) ack 8
            """);
    // The SYN-ACK, and a segment of each end.
    assertThat(box.engine().counters().of(Reason.COMMIT_AWAITED)).isEqualTo(3);
  }

  @Test
  @DisplayName("HDP-18 a retransmission of octets that wait does not let them out")
  void keepsRetransmissionsBack() {
    strict(
        SimpleAgents.passing(),
        """
        c> P. 1:6(5) ack 1 "Hello"
        at 0.015s
        c> P. 1:6(5) ack 1 "Hello"
        at 0.02s
        >s P. 1:6(5) ack 1 "Hello"
        """);
  }

  @Test
  @DisplayName("HDP-18 H-18 the acknowledgement of deleted octets waits")
  void waitsWithTheAcknowledgementOfDeletedOctets() {
    for (CommitMode mode : CommitMode.values()) {
      String deleted = "c> P. 1:6(5) ack 1 \"Hello\"\n";
      String acknowledged = ">c . 1:1(0) ack 6\n";
      boolean waits = mode.writesRecords();
      String atIntervals = "at 0.049s\nat 0.05s\n";
      String whenCommitted =
          mode.writesAtIntervals() ? atIntervals : waits ? "at 0.029s\nat 0.03s\n" : "";
      run(
          SimpleAgents.replacing("Hello", ""),
          mode,
          "at 0.02s\n" + deleted + whenCommitted + acknowledged);
    }
  }

  @Test
  @DisplayName("HDP-18 a FIN waits for the record of what is decided before it, and of itself")
  void waitsWithTheFin() {
    strict(
        SimpleAgents.passing(),
        """
        c> F. 1:1(0) ack 1
        at 0.02s
        >s F. 1:1(0) ack 1
        s> F. 1:1(0) ack 2
        >c . 1:1(0) ack 2
        at 0.03s
        >c F. 1:1(0) ack 2
        c> . 2:2(0) ack 2
        >s . 2:2(0) ack 2
        """);
  }

  @Test
  @DisplayName("HDP-18 H-18 octets after the engine's FIN are acknowledged when that is committed")
  void waitsWithWhatFollowsTheEnginesFin() {
    strict(
        LambdaAgent.by((direction, view, out) -> {
          SimpleAgents.pass(view, out);
          out.finish(direction);
        }),
        """
        c> P. 1:6(5) ack 1 "Hello"
        at 0.02s
        >s FP. 1:6(5) ack 1 "Hello"
        s> . 1:1(0) ack 7
        >c . 1:1(0) ack 6
        c> P. 6:9(3) ack 1 "abc"
        at 0.03s
        >c . 1:1(0) ack 9
        """);
  }

  @Test
  @DisplayName("HDP-18 H-43 opaque octets wait until their skip is committed, later ones do not")
  void waitsOnceWithOpaqueOctets() {
    LateCommitsBox box =
        strict(
            SimpleAgents.skipping(),
            """
            c> P. 1:5(4) ack 1 "Send"
            c> P. 5:7(2) ack 1 "ab"
            at 0.02s
            >s P. 1:7(6) ack 1 "Sendab"
            c> P. 7:9(2) ack 1 "cd"
            >s same
            c> P. 9:11(2) ack 1 "ex"
            >s P. 9:10(1) ack 1 "e"
            at 0.03s
            >s P. 10:12(2) ack 1 "yy"
            """);
    assertThat(box.log().appended()).as("two of the opening, one of each decision").isEqualTo(4);
  }

  @Test
  @DisplayName("HDP-18 H-34 a reply waits, also where the octets of the other end do not")
  void waitsWithReplies() {
    for (CommitMode mode : CommitMode.values()) {
      boolean waits = mode.delaysInsertions();
      run(
          LineAgents.denying("STAT", "502 no\n"),
          mode,
          "c> P. 1:6(5) ack 1 \"STAT\\n\"\n"
              + (mode.writesAtIntervals() ? "at 0.03s\n" : waits ? "at 0.02s\n" : "")
              + ">c P. 1:8(7) ack 6 \"502 no\\n\"\n");
    }
  }

  @Test
  @DisplayName("HDP-18 before-ack: octets leave at once, and are acknowledged when committed")
  void waitsWithTheAcknowledgement() {
    run(
        SimpleAgents.replacing("Hello", "Hi"),
        CommitMode.BEFORE_ACK,
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s P. 1:3(2) ack 1 "Hi"
        s> . 1:1(0) ack 3
        at 0.02s
        >c . 1:1(0) ack 6
        """);
  }

  @Test
  @DisplayName("HDP-18 before-ack: octets wait if their agent may decide otherwise again")
  void waitsWithOctetsOfAnAgentThatIsNotExact() {
    run(
        LambdaAgent.by((direction, view, out) -> SimpleAgents.pass(view, out)),
        CommitMode.BEFORE_ACK,
        """
        c> P. 1:6(5) ack 1 "Hello"
        at 0.02s
        >s P. 1:6(5) ack 1 "Hello"
        """);
  }

  @Test
  @DisplayName("HDP-18 octets that were decided after a silence, or pass for good, wait")
  void waitsWithWhatIsNotDecidedAgain() {
    for (CommitMode mode : List.of(CommitMode.ON_CHANGE, CommitMode.BEFORE_ACK)) {
      run(
          SimpleAgents.replacing("Hello", "Hi"),
          mode,
          """
          at 0.1s
          c> P. 1:3(2) ack 1 "He"
          at 0.309s
          >c . 1:1(0) ack 3
          at 1.109s
          at 1.11s
          >s P. 1:3(2) ack 1 "He"
          """);
      run(
          LambdaAgent.by((direction, view, out) -> {}).exactly().withFlush(),
          mode,
          """
          at 0.1s
          c> P. 1:3(2) ack 1 "He"
          at 0.309s
          >c . 1:1(0) ack 3
          at 1.109s
          at 1.11s
          >s P. 1:3(2) ack 1 "He"
          """);
      run(
          LambdaAgent.by((direction, view, out) -> out.detach()).exactly(),
          mode,
          """
          at 0.1s
          c> P. 1:6(5) ack 1 "Hello"
          at 0.11s
          >s P. 1:6(5) ack 1 "Hello"
          """);
    }
  }

  @Test
  @DisplayName("HDP-18 before-ack: each FIN waits, and that of the receiver acknowledges the other")
  void acknowledgesAFinWithTheOther() {
    run(
        SimpleAgents.passing(),
        CommitMode.BEFORE_ACK,
        """
        at 0.1s
        c> FP. 1:6(5) ack 1 "Hello"
        >s P. 1:6(5) ack 1 "Hello"
        at 0.11s
        >s F. 6:6(0) ack 1
        s> F. 1:1(0) ack 7
        >c . 1:1(0) ack 7
        at 0.12s
        >c F. 1:1(0) ack 7
        c> . 7:7(0) ack 2
        >s same
        """);
  }

  @Test
  @DisplayName("HDP-18 before-ack: what waited is acknowledged also after the receiver's FIN")
  void acknowledgesAfterTheReceiversFin() {
    run(
        SimpleAgents.passing(),
        CommitMode.BEFORE_ACK,
        """
        at 0.1s
        s> F. 1:1(0) ack 1
        at 0.11s
        >c F. 1:1(0) ack 1
        c> . 1:1(0) ack 2
        >s . 1:1(0) ack 2
        at 0.2s
        c> P. 1:6(5) ack 2 "Hello"
        >s P. 1:6(5) ack 2 "Hello"
        s> . 2:2(0) ack 6
        at 0.21s
        >c . 2:2(0) ack 6
        """);
  }

  @Test
  @DisplayName("HDP-18 at intervals: one record of all that was decided within 20 ms")
  void writesAtIntervals() {
    LateCommitsBox box =
        run(
            SimpleAgents.replacing("Hello", "Hi"),
            CommitMode.INTERVAL,
            """
            at 0.1s
            c> P. 1:6(5) ack 1 "Hello"
            >s P. 1:3(2) ack 1 "Hi"
            s> P. 1:3(2) ack 3
            >c P. 1:3(2) ack 6
            """);
    long before = box.log().appended();
    new Script(box).run("at 0.119s\n");
    assertThat(box.log().appended()).isEqualTo(before);
    new Script(box).run("at 0.121s\n");
    assertThat(box.log().appended()).isEqualTo(before + 1);
  }

  @Test
  @DisplayName("HDP-18 C-33 what waits to be committed is no output that waits for the window")
  void callsTheAgentWhileMoreWaitsThanMayWaitForTheWindow() {
    TestEngine engines =
        TestEngine.inline(SimpleAgents.passing())
            .limits(EngineLimits.DEFAULTS.withWaitingBytes(150));
    LateCommitsBox late = new LateCommitsBox(engines, CommitMode.STRICT, 1_000_000_000);
    String octets = "x".repeat(100);
    Script script = new Script(late);
    script.run(
        Opening.SYNS
            + "at 1s\n>c S. 0:0(0) ack 1 win 65535 <mss 1460>\nc> . 1:1(0) ack 1\n>s same\nat 3s\n");
    for (int at = 1; at < 500; at += 100) {
      script.run("c> P. %d:%d(100) ack 1 \"%s\"\nnothing\n".formatted(at, at + 100, octets));
    }
    assertThat(Connections.client(late.engine()).decided()).isEqualTo(500);
    assertThat(late.engine().counters().of(Reason.WINDOW_FULL)).isZero();
    script.run(
        """
        at 4s
        >s P. 1:101(100) ack 1
        >s P. 101:201(100) ack 1
        >s P. 201:301(100) ack 1
        >s P. 301:401(100) ack 1
        >s P. 401:501(100) ack 1
        """);
  }
}
