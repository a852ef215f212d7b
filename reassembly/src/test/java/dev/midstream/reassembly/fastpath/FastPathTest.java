package dev.midstream.reassembly.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.status.EngineStatus;
import dev.midstream.reassembly.status.StatusQuery;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.box.FastPathBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.fastpath.FastPathModel;
import dev.midstream.wire.fastpath.RecallReason;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Connections are given away once they are settled, and taken back with what passed. */
class FastPathTest {
  private static final int ENTRIES = 8;

  /** The client's first three octets become five, and the rest of both streams is skipped. */
  static final String SETTLED =
      Opening.stamped(100, 500, 101)
          + """
          c> P. 1:4(3) ack 1 <nop,nop,TS 102/500> "abc"
          >s P. 1:6(5) ack 1 "ABCDE"
          s> P. 1:3(2) ack 6 <nop,nop,TS 502/102> "ok"
          >c P. 1:3(2) ack 4
          c> . 4:4(0) ack 3 <nop,nop,TS 103/502>
          >s . 6:6(0) ack 3
          at 3s
          c> . 4:9(5) ack 3 <nop,nop,TS 104/502>
          >s . 6:11(5) ack 3
          s> . 3:3(0) ack 11 <nop,nop,TS 503/104>
          >c . 3:3(0) ack 9
          """;

  /** What follows {@link #SETTLED}: the window becomes full, and its probe passes. */
  static final String PROBED =
      """
      c> . 9:40009(40000) ack 3 <nop,nop,TS 105/503>
      >s . 11:40011(40000) ack 3
      c> . 40009:65544(25535) ack 3 <nop,nop,TS 105/503>
      >s . 40011:65546(25535) ack 3
      s> . 3:3(0) ack 65546 win 0 <nop,nop,TS 504/105>
      >c . 3:3(0) ack 65544 win 0
      c> . 65544:65545(1) ack 3 <nop,nop,TS 106/504>
      >s . 65546:65547(1) ack 3
      """;

  private final FastPathModel model = new FastPathModel(ENTRIES);

  private Engine run(LambdaAgent agent, int leastBytes, String script) {
    Engine engine =
        TestEngine.inline(agent).fastPath(new FastPathTerms(model, leastBytes)).engine();
    new Script(new FastPathBox(engine, model), engine::finish).run(script);
    return engine;
  }

  @Test
  @DisplayName("where packets wait, a connection is given away when none does")
  void waitsForAnEmptyQueue() {
    FastPathTerms terms = new FastPathTerms(model, 0, true);
    Engine engine = TestEngine.inline(editing()).fastPath(terms).engine();
    new Script(new FastPathBox(engine, model), (_, _) -> {}).run(SETTLED);
    assertThat(engine.fastPath().isWaiting()).isTrue();
    assertThat(engine.fastPath().isOverdue(3_099_000_000L)).isFalse();
    assertThat(engine.fastPath().isOverdue(3_100_000_000L)).isTrue();
    assertThat(model.size()).isZero();
    engine.fastPath().giveWaiting();
    assertThat(engine.fastPath().isWaiting()).isFalse();
    assertThat(engine.fastPath().isOverdue(4_000_000_000L)).isFalse();
    assertThat(engine.fastPath().connections()).isEqualTo(1);
    assertThat(model.size()).isEqualTo(2);
    engine.pauseFastPath().finish(4_000_000_000L);
    assertThat(engine.fastPath().connections()).isZero();
    assertThat(model.size()).isZero();
    assertThat(engine.fastPath().isOn()).isFalse();
  }

  @Test
  @DisplayName("many connections are taken back in steps, while none is given away")
  void takesBackInSteps() {
    Engine engine = TestEngine.inline(editing()).fastPath(new FastPathTerms(model, 0)).engine();
    Script script = new Script(new FastPathBox(engine, model), (_, _) -> {});
    int quiet = SETTLED.indexOf("at 3s");
    for (String part : List.of(SETTLED.substring(0, quiet), SETTLED.substring(quiet))) {
      for (int port = 1; port <= 4; port++) {
        script.between(Ends.IPV4.withPorts(port, 80)).run(part);
      }
    }
    FastPathRecall recall = engine.pauseFastPath();
    int steps = 0;
    int before = engine.fastPath().connections();
    assertThat(before).isEqualTo(4);
    while (!recall.step(1, 4_000_000_000L)) {
      steps++;
      assertThat(engine.fastPath().connections()).isBetween(before - 2, before);
      before = engine.fastPath().connections();
    }
    assertThat(steps).isPositive();
    assertThat(engine.fastPath().connections()).isZero();
    assertThat(model.size()).isZero();
    assertThat(engine.fastPath().isOn()).isFalse();
  }

  @Test
  @DisplayName("where packets wait, a connection both ends of which are inspected stays")
  void keepsInspected() {
    FastPathTerms terms = new FastPathTerms(model, 0, true);
    LambdaAgent passing = LambdaAgent.by((_, view, out) -> out.pass(view.length()));
    Engine engine = TestEngine.inline(passing).fastPath(terms).engine();
    new Script(new FastPathBox(engine, model), (_, _) -> {})
        .run(
            Opening.stamped(100, 500, 101)
                + """
                c> P. 1:4(3) ack 1 <nop,nop,TS 102/500> "abc"
                >s same
                s> . 1:1(0) ack 4 <nop,nop,TS 501/102>
                >c same
                """);
    assertThat(engine.fastPath().settled().obstacle(Connections.only(engine))).isNull();
    assertThat(engine.fastPath().isWaiting()).isFalse();
  }

  @Test
  @DisplayName("a connection that ends, or is unsettled while it waits, is not given away")
  void isAskedAgain() {
    Engine ending =
        afterSettling("c> F. 9:9(0) ack 3 <nop,nop,TS 105/503>\n>s F. 11:11(0) ack 3\n");
    assertThat(ending.fastPath().isWaiting()).isFalse();
    Engine unsettled = afterSettling("");
    Connections.only(unsettled).seen().setOnlyDirection(Direction.CLIENT_TO_SERVER);
    assertThat(unsettled.fastPath().isWaiting()).isTrue();
    unsettled.fastPath().giveWaiting();
    assertThat(model.size()).isZero();
    assertThat(unsettled.fastPath().isWaiting()).isFalse();
  }

  private Engine afterSettling(String script) {
    FastPathTerms terms = new FastPathTerms(model, 0, true);
    Engine engine = TestEngine.inline(editing()).fastPath(terms).engine();
    new Script(new FastPathBox(engine, model), (_, _) -> {}).run(SETTLED + script);
    return engine;
  }

  @Test
  @DisplayName("the status of a connection on the fast path has its live counts")
  void showsLiveCounts() {
    FastPathTerms terms = new FastPathTerms(model, 0);
    Engine engine = TestEngine.inline(editing()).fastPath(terms).engine();
    String passing =
        """
        c> . 9:19(10) ack 3 <nop,nop,TS 105/503>
        >s . 11:21(10) ack 3
        s> . 3:13(10) ack 21 <nop,nop,TS 504/105>
        >c . 3:13(10) ack 19
        """;
    new Script(new FastPathBox(engine, model), (_, _) -> {}).run(SETTLED + passing);
    StatusQuery scan = engine.scanStatus(1);
    while (scan.step(4_000_000_000L)) {}
    EngineStatus status = scan.result();
    assertThat(status.fastPath().connections()).isEqualTo(1);
    FastTraffic fast = Objects.requireNonNull(status.recent().getFirst().fast());
    assertThat(fast).isEqualTo(new FastTraffic(1, 10, 2, 10));
    engine.pauseFastPath().finish(4_000_000_000L);
    scan = engine.scanStatus(1);
    while (scan.step(4_000_000_000L)) {}
    assertThat(scan.result().recent().getFirst().fast()).isNull();
    assertThat(scan.result().fastPath().recalls()).containsEntry(RecallReason.NONE, 1L);
  }

  @Test
  @DisplayName("the status tells how often the table had no room, and the engine goes on")
  void showsThatTheTableIsFull() {
    FastPathModel small = new FastPathModel(1);
    Engine engine = TestEngine.inline(editing()).fastPath(new FastPathTerms(small, 0)).engine();
    new Script(new FastPathBox(engine, small), engine::finish).run(SETTLED);
    StatusQuery scan = engine.scanStatus(1);
    while (scan.step(4_000_000_000L)) {}
    assertThat(scan.result().fastPath().full()).isEqualTo(engine.fastPath().tally().full());
    assertThat(scan.result().fastPath().full()).isPositive();
    assertThat(scan.result().fastPath().connections()).isZero();
    assertThat(small.size()).isZero();
  }

  @Test
  @DisplayName(
      "debug events tell the first entry and the first recall, also of a parked connection")
  void tellsEntryAndRecallOnce() {
    FastPathTerms terms = new FastPathTerms(model, 0);
    TestEngine test = TestEngine.inline(editing()).fastPath(terms).debugging();
    Engine engine = test.engine();
    new Script(new FastPathBox(engine, model), (_, _) -> {}).run(SETTLED);
    assertThat(model.size()).as("given away for the second time").isEqualTo(2);
    engine.pauseFastPath().finish(4_000_000_000L);
    assertThat(engine.fastPath().tally().recalls(RecallReason.BEYOND_EDGE)).isOne();
    assertThat(engine.fastPath().tally().recalls(RecallReason.NONE)).isOne();
    String connection = Connections.only(engine).name();
    assertThat(debugEvents(test))
        .containsExactly(
            "fast-path-entry: " + connection + ": given to the kernel",
            "fast-path-recall: " + connection + ": taken back reason=beyond-edge");
  }

  @Test
  @DisplayName("without debugging entry and recall are no events")
  void tellsNothing() {
    TestEngine test = TestEngine.inline(editing()).fastPath(new FastPathTerms(model, 0));
    new Script(new FastPathBox(test.engine(), model), (_, _) -> {}).run(SETTLED);
    assertThat(debugEvents(test)).isEmpty();
  }

  @Test
  @DisplayName("an acknowledgement beyond a FIN that was lost before the box stands for no octet")
  void forwardsAFinThatCameLate() {
    run(
        editing(),
        0,
        SETTLED
            + """
            s> P. 3:5(2) ack 11 <nop,nop,TS 504/104>
            >c P. 3:5(2) ack 9
            c> . 10:10(0) ack 5 <nop,nop,TS 105/504>
            >s . 12:12(0) ack 5
            c> F. 9:9(0) ack 5 <nop,nop,TS 106/504>
            >s F. 11:11(0) ack 5
            s> . 5:5(0) ack 12 <nop,nop,TS 505/106>
            >c . 5:5(0) ack 10
            """);
    assertThat(model.size()).isZero();
  }

  @Test
  @DisplayName("after half an hour of silence no timestamp is older, whatever was echoed (PAWS)")
  void outdatesTimestamps() {
    Engine engine =
        settled(
            """
            at 2400s
            c> . 9:19(10) ack 3 <nop,nop,TS 105/503>
            >s . 11:21(10) ack 3
            c> . 19:29(10) ack 3 <nop,nop,TS 105/503>
            >s . 21:31(10) ack 3
            s> . 3:3(0) ack 31 <nop,nop,TS 2397000503/105>
            >c . 3:3(0) ack 29 <TS 2397000503/105>
            s> F. 3:3(0) ack 31 <nop,nop,TS 2397000504/105>
            >c F. 3:3(0) ack 29 <TS 2397000504/105>
            """);
    assertThat(model.packets(RecallReason.NONE)).isEqualTo(3);
    assertThat(engine.fastPath().connections()).isZero();
  }

  private static List<String> debugEvents(TestEngine test) {
    return test.eventTexts().stream().filter(each -> each.startsWith("fast-path-")).toList();
  }

  static LambdaAgent editing() {
    return LambdaAgent.by((direction, view, out) -> {
      if (SimpleAgents.text(view).equals("abc")) {
        out.replace(3, Octets.ofText("ABCDE"));
      }
      out.skipRest();
    });
  }

  private Engine settled(String script) {
    return run(editing(), 0, SETTLED + script);
  }

  @Test
  @DisplayName("the segments of an edited connection are shifted without the engine")
  void forwardsShifted() {
    Engine engine =
        settled(
            """
            c> . 9:19(10) ack 3 <nop,nop,TS 105/503>
            >s . 11:21(10) ack 3
            s> . 3:13(10) ack 21 <nop,nop,TS 504/105>
            >c . 3:13(10) ack 19
            """);
    assertThat(model.packets(RecallReason.NONE)).isEqualTo(3);
    assertThat(engine.fastPath().connections()).isEqualTo(1);
    assertThat(model.size()).isEqualTo(2);
  }

  @Test
  @DisplayName("a FIN takes the connection back, which ends as any other")
  void endsAfterRecall() {
    Engine engine =
        settled(
            """
            c> . 9:19(10) ack 3 <nop,nop,TS 105/503>
            >s . 11:21(10) ack 3
            s> . 3:13(10) ack 21 <nop,nop,TS 504/105>
            >c . 3:13(10) ack 19
            c> F. 19:19(0) ack 13 <nop,nop,TS 106/504>
            >s F. 21:21(0) ack 13
            s> F. 13:13(0) ack 22 <nop,nop,TS 505/106>
            >c F. 13:13(0) ack 20
            c> . 20:20(0) ack 14 <nop,nop,TS 107/505>
            >s . 22:22(0) ack 14
            """);
    assertThat(engine.fastPath().tally().recalls(RecallReason.CONTROL_BITS)).isEqualTo(1);
    assertThat(engine.fastPath().tally().octets()).isEqualTo(20);
    assertThat(model.size()).isZero();
  }

  @Test
  @DisplayName("after a recall the engine knows windows, timestamps and acknowledgements")
  void learns() {
    Engine engine =
        settled(
            """
            c> . 9:19(10) ack 3 win 700 <nop,nop,TS 105/503>
            >s . 11:21(10) ack 3 win 700
            s> . 3:13(10) ack 21 win 900 <nop,nop,TS 504/105>
            >c . 3:13(10) ack 19 win 900
            """);
    engine.fastPath().recall(Connections.only(engine), 4_000_000_000L);
    assertThat(Connections.client(engine).decided()).isEqualTo(18);
    assertThat(Connections.client(engine).acknowledged()).isEqualTo(20);
    assertThat(Connections.client(engine).receiver().sendWindow().rightEdge()).isEqualTo(920);
    assertThat(Connections.client(engine).sender().advertised()).isEqualTo(18);
    assertThat(Connections.client(engine).headers().timestampValue()).isEqualTo(105);
    assertThat(Connections.client(engine).headers().acknowledgement()).isEqualTo(2);
    assertThat(Connections.only(engine).seen().lastNanos()).isEqualTo(3_000_000_000L);
  }

  @Test
  @DisplayName("H-41 law 3 what a far segment acknowledges, which is made up, is not believed")
  void believesNoFarSegment() {
    Engine engine =
        settled(
            """
            c> . 9:19(10) ack 3 <nop,nop,TS 105/503>
            >s . 11:21(10) ack 3
            s> . 99000003:99000003(0) ack 2021 <nop,nop,TS 504/105>
            """);
    engine.fastPath().recall(Connections.only(engine), 4_000_000_000L);
    assertThat(Connections.client(engine).decided()).isEqualTo(18);
    assertThat(Connections.client(engine).acknowledged()).isEqualTo(10);
    assertThat(Connections.client(engine).sender().advertised()).isEqualTo(8);
  }

  @Test
  @DisplayName("nothing is believed of a segment nearby that acknowledges far from what was sent")
  void believesNoFarAcknowledgement() {
    Engine engine =
        settled(
            """
            c> . 9:19(10) ack 3 <nop,nop,TS 105/503>
            >s . 11:21(10) ack 3
            s> . 1000003:1000003(0) ack 99000000 <nop,nop,TS 99999/105>
            """);
    engine.fastPath().recall(Connections.only(engine), 4_000_000_000L);
    assertThat(Connections.client(engine).acknowledged()).isEqualTo(10);
    assertThat(Connections.client(engine).sender().advertised()).isEqualTo(8);
    Stream server = Connections.only(engine).stream(Direction.SERVER_TO_CLIENT);
    assertThat(server.headers().timestampValue()).isEqualTo(503);
    assertThat(model.packets(RecallReason.BEFORE_START)).isOne();
  }

  @Test
  @DisplayName("H-8 law 10 the probe of a full window that was forwarded may be acknowledged later")
  void learnsOfAProbe() {
    String answered =
        """
        s> . 3:3(0) ack 65547 win 900 <nop,nop,TS 505/106>
        >c . 3:3(0) ack 65545 win 900
        """;
    LambdaAgent agent = editing();
    Engine engine = TestEngine.inline(agent).fastPath(new FastPathTerms(model, 0)).engine();
    Script script = new Script(new FastPathBox(engine, model), engine::finish);
    script.run(SETTLED + PROBED);
    engine.fastPath().recall(Connections.only(engine), 4_000_000_000L);
    script.run(answered);
    assertThat(engine.counters().of(Reason.ACK_BEYOND_SENT)).isZero();
  }
}
