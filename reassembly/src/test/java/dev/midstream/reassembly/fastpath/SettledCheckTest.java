package dev.midstream.reassembly.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.fastpath.FastPathModel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each reason why a connection is not settled, and what is settled although it looks busy. */
class SettledCheckTest {
  private static final int LEAST_BYTES = 100;
  private static final long POSITIONS_BYTES = (1L << 29) - (1L << 25);

  /** Both ends have sent octets, and all of them are acknowledged. */
  static final String QUIET =
      TestEngine.OPEN
          + """
          c> . 1:6(5) ack 1
          >s same
          s> . 1:6(5) ack 6
          >c same
          c> . 6:6(0) ack 6
          >s same
          """;

  private static TestEngine engine(LambdaAgent agent) {
    return TestEngine.inline(agent).fastPath(new FastPathTerms(new FastPathModel(0), LEAST_BYTES));
  }

  private static @Nullable Unsettled obstacle(LambdaAgent agent, String script) {
    return obstacle(engine(agent), script);
  }

  private static @Nullable Unsettled obstacle(TestEngine engine, String script) {
    return obstacle(engine.run(script));
  }

  private static @Nullable Unsettled obstacle(Engine engine) {
    return engine.fastPath().settled().obstacle(Connections.only(engine));
  }

  private static LambdaAgent passing() {
    return SimpleAgents.passing();
  }

  @Test
  @DisplayName("it is settled while its agent waits for the next octets of both directions")
  void waitsForOctets() {
    assertThat(obstacle(passing(), QUIET)).isNull();
  }

  @Test
  @DisplayName("it is settled while opaque octets are in flight")
  void hasOpaqueOctetsInFlight() {
    LambdaAgent skipping = LambdaAgent.onClient((view, out) -> out.skipRest());
    assertThat(obstacle(skipping, QUIET + "c> . 6:16(10) ack 6\n>s same\n")).isNull();
  }

  @Test
  @DisplayName("it is settled once its edits are folded")
  void hasFoldedEdits() {
    String edited =
        TestEngine.OPEN
            + """
            c> . 1:4(3) ack 1 "abc"
            >s . 1:6(5) ack 1 "ABCDE"
            s> . 1:1(0) ack 6
            >c . 1:1(0) ack 4
            """;
    TestEngine editing = engine(SimpleAgents.replacing("abc", "ABCDE")).parkAfter(Long.MAX_VALUE);
    assertThat(obstacle(editing, edited)).isEqualTo(Unsettled.COMMANDS);
    assertThat(obstacle(editing, edited + "at 5s\n")).isNull();
  }

  @Test
  @DisplayName("it must be established")
  void requiresAState() {
    Engine engine = engine(passing()).run(TestEngine.CLOSED);
    assertThat(obstacle(engine)).isEqualTo(Unsettled.STATE);
  }

  @Test
  @DisplayName("it must not be monitored")
  void requiresEditing() {
    TestEngine monitoring = engine(passing()).mode(Mode.MONITOR);
    assertThat(obstacle(monitoring, QUIET)).isEqualTo(Unsettled.HANDLING);
  }

  @Test
  @DisplayName("it must not be picked up")
  void requiresTheOpening() {
    TestEngine pickingUp = engine(passing()).midStream(MidStream.PICK_UP);
    String script =
        """
        c> . 1:6(5) ack 1
        >s same
        s> . 1:6(5) ack 6
        >c same
        """;
    assertThat(obstacle(pickingUp, script)).isEqualTo(Unsettled.HANDLING);
  }

  @Test
  @DisplayName("a SYN may compete: its answer takes the connection back")
  void allowsAnotherOpening() {
    String syn = "c> S 5000:5000(0) <mss 1460>\n>s same\n";
    Engine engine = engine(passing()).engine();
    new Script(engine).run(QUIET + syn);
    assertThat(obstacle(engine)).isNull();
  }

  @Test
  @DisplayName("neither end may have finished")
  void requiresBothEnds() {
    assertThat(obstacle(passing(), QUIET + "c> F. 6:6(0) ack 6\n>s same\n"))
        .isEqualTo(Unsettled.ENDING);
  }

  @Test
  @DisplayName("HDP-17 what is decided of it must be committed, if records are written")
  void requiresCommits() {
    LambdaAgent agent = SimpleAgents.replacing("xyz", "XYZ");
    Succession engines = new Succession(engine(agent), CommitMode.ON_CHANGE);
    Script script = new Script(engines);
    script.run(QUIET);
    engines.stopCommitting();
    script.run(
        """
        c> . 6:9(3) ack 6 "xyz"
        >s . 6:9(3) ack 6 "XYZ"
        s> . 6:6(0) ack 9
        >c same
        """);
    assertThat(obstacle(engines.engine())).isEqualTo(Unsettled.RECORDED);
    engines.goOnCommitting();
    script.run("c> . 9:9(0) ack 6\n>s same\n");
    assertThat(obstacle(engines.engine())).isNotEqualTo(Unsettled.RECORDED);
  }

  @Test
  @DisplayName("HDP-17 many octets must be left before a record of the position is due")
  void requiresFreshPositions() {
    Succession engines = new Succession(engine(FastPathTest.editing()), CommitMode.ON_CHANGE);
    new Script(engines).run(TestEngine.OPEN + "c> . 1:6(5) ack 1\n>s same\n");
    Stream client = Connections.client(engines.engine());
    long committed = client.edits().commit().committed().decided();
    client.edits().opaque().skipTo(committed + POSITIONS_BYTES);
    assertThat(obstacle(engines.engine())).isNotEqualTo(Unsettled.RECORDED);
    client.edits().opaque().skipTo(client.decided() + 1);
    assertThat(obstacle(engines.engine())).isEqualTo(Unsettled.RECORDED);
  }

  @Test
  @DisplayName("its octets must be decided")
  void requiresDecisions() {
    assertThat(obstacle(HoldingAgents.everything(), TestEngine.OPEN + "c> . 1:6(5) ack 1\n"))
        .isEqualTo(Unsettled.UNDECIDED);
  }

  @Test
  @DisplayName("no octets may be missing")
  void requiresNoGap() {
    String script = QUIET + "c> . 16:26(10) ack 6\n>c . 6:6(0) ack 6 <nop,nop,sack 16:26>\n";
    assertThat(obstacle(passing(), script)).isEqualTo(Unsettled.GAP);
  }

  @Test
  @DisplayName("no output may wait")
  void requiresThatAllHasLeft() {
    String script = Opening.window(3) + "c> . 1:4(3) ack 1 \"abc\"\n>s . 1:4(3) ack 1 \"ABC\"\n";
    assertThat(obstacle(engine(SimpleAgents.replacing("abc", "ABCDE")), script))
        .isEqualTo(Unsettled.UNSENT);
  }

  @Test
  @DisplayName("octets that were shown must be acknowledged")
  void requiresAcknowledgements() {
    assertThat(obstacle(passing(), TestEngine.OPEN + "c> . 1:6(5) ack 1\n>s same\n"))
        .isEqualTo(Unsettled.KEPT);
  }

  @Test
  @DisplayName("an opaque span must have some octets left")
  void requiresALongSpan() {
    String script = TestEngine.OPEN + "c> . 1:6(5) ack 1\n>s same\ns> . 1:1(0) ack 6\n>c same\n";
    LambdaAgent brief = LambdaAgent.onClient((view, out) -> out.skip(LEAST_BYTES + 5));
    LambdaAgent longer = LambdaAgent.onClient((view, out) -> out.skip(LEAST_BYTES + 6));
    assertThat(obstacle(brief, script)).isEqualTo(Unsettled.SPAN);
    assertThat(obstacle(longer, script)).isNull();
  }

  @Test
  @DisplayName("the next octets must not be deleted")
  void requiresThatOctetsPass() {
    LambdaAgent dropping =
        LambdaAgent.onClient((view, out) -> {
          out.pass(5);
          out.drop(1_000);
        });
    String script = TestEngine.OPEN + "c> . 1:6(5) ack 1\n>s same\ns> . 1:1(0) ack 6\n>c same\n";
    assertThat(obstacle(dropping, script)).isEqualTo(Unsettled.SPAN);
  }

  @Test
  @DisplayName("no keep-alive may await its answer")
  void requiresAnswers() {
    assertThat(obstacle(passing(), QUIET + "c> . 5:5(0) ack 6\n>s . 5:5(0) ack 6\n"))
        .isEqualTo(Unsettled.PROBED);
  }

  @Test
  @DisplayName("the receiver's window must not lie below the one that its sender was shown")
  void requiresTheWindow() {
    LambdaAgent skipping = LambdaAgent.onClient((view, out) -> out.skipRest());
    String script = QUIET + "s> . 6:6(0) ack 6 win 100\n";
    assertThat(obstacle(skipping, script)).isEqualTo(Unsettled.WINDOW);
  }

  @Test
  @DisplayName("no congestion may be echoed")
  void requiresNoCongestion() {
    assertThat(obstacle(passing(), QUIET + "s> E. 6:6(0) ack 6\n>c same\n"))
        .isEqualTo(Unsettled.CONGESTION);
  }

  @Test
  @DisplayName("congestion marks must not be counted")
  void requiresPlainEcn() {
    String script =
        """
        c> SEWA 0:0(0) <mss 1460>
        >s same
        s> SW. 0:0(0) ack 1 <mss 1460>
        >c same
        c> WA. 1:1(0) ack 1
        >s same
        s> . 1:1(0) ack 1
        >c same
        c> . 1:1(0) ack 1
        >s same
        """;
    Engine engine = engine(passing()).engine();
    new Script(engine).run(script);
    assertThat(obstacle(engine)).isEqualTo(Unsettled.CONGESTION);
  }

  @Test
  @DisplayName("its frames must have one VLAN tag at most")
  void requiresPlainFrames() {
    Engine engine = engine(passing()).engine();
    new Script(engine).between(Ends.IPV4.withVlans(7 << 12 | 9)).run(QUIET);
    assertThat(obstacle(engine)).isEqualTo(Unsettled.PLACE);
  }

  @Test
  @DisplayName("nothing may be reported by SACK")
  void requiresNoReports() {
    LambdaAgent skipping = LambdaAgent.onClient((view, out) -> out.skipRest());
    String script =
        QUIET
            + """
            c> . 6:16(10) ack 6
            >s same
            s> . 6:6(0) ack 6 <nop,nop,sack 11:16>
            >c same
            """;
    assertThat(obstacle(skipping, script)).isEqualTo(Unsettled.DUTIES);
  }

  @Test
  @DisplayName("another engine must not have known more")
  void requiresAllThatIsKnown() {
    Engine before = engine(passing()).run(QUIET);
    StateWriter out = new StateWriter();
    assertThat(before.moves().writeEssential(Connections.only(before), out, 0)).isNull();
    Engine after = engine(passing()).engine();
    StateReader in = new StateReader(out.memory(), 0, out.length());
    assertThat(after.moves().restore(in, 0, packet -> {})).isNotNull();
    assertThat(obstacle(after)).isEqualTo(Unsettled.INHERITED);
  }
}
