package dev.midstream.reassembly.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.Opening;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.InheritedOutput;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.box.FastPathBox;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.fastpath.FastPathModel;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The clauses of {@link SettledCheck} one by one: a connection is settled, and is not after one
 * thing of it has changed.
 */
class SettledClausesTest {
  private static final long SECOND_NANOS = 1_000_000_000L;

  private final Engine engine = engine(SimpleAgents.passing(), 100).run(SettledCheckTest.QUIET);
  private final Connection connection = Connections.only(engine);
  private final Stream client = Connections.client(engine);

  static TestEngine engine(LambdaAgent agent, int leastBytes) {
    return TestEngine.inline(agent).fastPath(new FastPathTerms(new FastPathModel(0), leastBytes));
  }

  static @Nullable Unsettled obstacle(Engine engine) {
    return engine.fastPath().settled().obstacle(Connections.only(engine));
  }

  @BeforeEach
  void isSettled() {
    assertThat(obstacle(engine)).isNull();
  }

  @AfterEach
  void free() {
    connection.free();
  }

  private void assertObstacle(Unsettled expected) {
    byte[] before = written();
    assertThat(engine.fastPath().settled().obstacle(connection)).isEqualTo(expected);
    assertThat(written()).as("the question changes nothing").isEqualTo(before);
  }

  /** All of the connection, as another engine would get it. */
  private byte[] written() {
    StateWriter out = new StateWriter();
    assertThat(engine.moves().write(connection, out, SECOND_NANOS)).isNull();
    return out.toOctets();
  }

  @Test
  @DisplayName("STATE: both directions must pass here")
  void requiresBothDirections() {
    connection.seen().setOnlyDirection(Direction.CLIENT_TO_SERVER);
    assertObstacle(Unsettled.STATE);
  }

  @Test
  @DisplayName("HANDLING: the engine must be inline")
  void requiresAnInlineEngine() {
    TestEngine recording = engine(SimpleAgents.passing(), 100).vantage(Vantage.RECORDING);
    assertThat(obstacle(recording.serverPort(81).run(SettledCheckTest.QUIET)))
        .isEqualTo(Unsettled.HANDLING);
  }

  @Test
  @DisplayName("OPENING: no conflicting SYN-ACK may wait for its answer")
  void requiresOneSynAck() {
    connection.handshakes().setAlternative(connection.createTwin());
    assertObstacle(Unsettled.OPENING);
  }

  @Test
  @DisplayName("ENDING: no reset may be wanted")
  void requiresNoReset() {
    connection.wantReset(Reason.AGENT_FAILED);
    assertObstacle(Unsettled.ENDING);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("ENDING: the engine may have ended neither stream")
  void requiresNoFinOfTheEngine(Direction direction) {
    connection.stream(direction).edits().finish();
    assertObstacle(Unsettled.ENDING);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("ENDING: neither end is to be reset alone")
  void requiresNoWantedAbort(Direction direction) {
    connection.openPhase().wantAbort(direction);
    assertObstacle(Unsettled.ENDING);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("ENDING: neither end may have been reset alone")
  void requiresNoAbort(Direction direction) {
    connection.openPhase().noteAborted(direction);
    assertObstacle(Unsettled.ENDING);
  }

  @Test
  @DisplayName("RECORDED: nothing may be kept back until a record of the past is committed")
  void requiresThatNothingIsHeld() {
    client.edits().holdFrom(client.newEnd(), true);
    assertObstacle(Unsettled.RECORDED);
  }

  @Test
  @DisplayName("INHERITED: it must be known how another engine decided what the receiver has")
  void requiresKnownDecisions() {
    InheritedOutput inherited = client.receiver().inherited();
    inherited.begin(1_000, CommitMode.BEFORE_ACK, true, 0);
    client.receiver().noteSentTo(client.newEnd(), 0);
    assertThat(obstacle(engine)).as("its receiver was heard").isNull();
    assertThat(client.receiver().noteSentTo(client.newEnd() + 5, 0)).isEqualTo(client.newEnd());
    assertThat(inherited.isWindowUnknown()).isFalse();
    assertObstacle(Unsettled.INHERITED);
  }

  @Test
  @DisplayName("INHERITED: octets that the records left out must have come again")
  void requiresOmittedOctets() {
    client.edits().map().decideTo(client.decided() + 5);
    client.receiver().releaseTo(client.newEnd());
    client.edits().omitted().noteMissing(0);
    assertObstacle(Unsettled.INHERITED);
  }

  @Test
  @DisplayName("GAP: no segment may wait behind others")
  void requiresThatNoneIsDelayed() {
    MemorySegment octets = MemorySegment.ofArray(new byte[5]);
    assertThat(client.sender().delayed().add(client.decided() + 5, octets, 0, 5, false)).isTrue();
    assertObstacle(Unsettled.GAP);
  }

  @Test
  @DisplayName("GAP: octets that were seen, but are not kept, must come again")
  void requiresThatAllIsHere() {
    client.sender().noteSeen(client.decided() + 5);
    assertObstacle(Unsettled.GAP);
  }

  @Test
  @DisplayName("SPAN: the agent must not be due at the end of a span")
  void requiresThatNoCallIsOwed() {
    client.edits().setSpanEndOwed(true);
    assertObstacle(Unsettled.SPAN);
  }

  @Test
  @DisplayName("SPAN: the last octet of a span never passes without the engine")
  void keepsTheLastOctet() {
    String script = TestEngine.OPEN + "c> . 1:6(5) ack 1\n>s same\ns> . 1:1(0) ack 6\n>c same\n";
    LambdaAgent one = LambdaAgent.onClient((view, out) -> out.skip(6));
    LambdaAgent two = LambdaAgent.onClient((view, out) -> out.skip(7));
    assertThat(obstacle(engine(one, 0).run(script))).isEqualTo(Unsettled.SPAN);
    assertThat(obstacle(engine(two, 0).run(script))).isNull();
  }

  @Test
  @DisplayName("PROBED: no answer to a segment of the engine may be expected")
  void requiresNoOwnProbe() {
    client.receiver().ownAnswers().expect(0, SECOND_NANOS);
    assertObstacle(Unsettled.PROBED);
  }

  @Test
  @DisplayName("PROBED: both ends must have answered the engine's probes")
  void requiresLivingEnds() {
    connection.seen().countProbe(SECOND_NANOS);
    assertObstacle(Unsettled.PROBED);
    connection.seen().touch(SECOND_NANOS);
    assertThat(obstacle(engine)).isNull();
  }

  @Test
  @DisplayName("WINDOW: an engine before may not have advertised more than the receiver does")
  void requiresThatNoMoreWasPromised() {
    InheritedOutput inherited = client.receiver().inherited();
    inherited.begin(65_535L << 6, CommitMode.STRICT, true, 0);
    client.receiver().noteSentTo(client.newEnd(), 0);
    assertThat(inherited.isWindowUnknown()).isFalse();
    assertObstacle(Unsettled.WINDOW);
  }

  @Test
  @DisplayName("WINDOW: no octet may have passed beyond a full window")
  void requiresThatTheWindowHoldsAll() {
    FastPathModel model = new FastPathModel(8);
    Engine other =
        TestEngine.inline(FastPathTest.editing()).fastPath(new FastPathTerms(model, 0)).engine();
    new Script(new FastPathBox(other, model)).run(FastPathTest.SETTLED + FastPathTest.PROBED);
    other.fastPath().recall(Connections.only(other), 4 * SECOND_NANOS);
    Stream stream = Connections.client(other);
    assertThat(stream.sender().window().edge())
        .isLessThanOrEqualTo(
            stream.sender().window().rightEdge(stream.receiver().sendWindow().rightEdge()));
    assertThat(obstacle(other)).isEqualTo(Unsettled.WINDOW);
  }

  @Test
  @DisplayName("TIMESTAMPS: the clock of a silent end must not have been estimated")
  void requiresKnownTimestamps() {
    String ticking =
        Opening.stamped(100, 500, 101)
            + """
            c> . 1:6(5) ack 1 <nop,nop,TS 102/500>
            >s same
            s> . 1:1(0) ack 6 <nop,nop,TS 501/102>
            >c same
            at 2s
            c> . 6:11(5) ack 1 <nop,nop,TS 2000102/501>
            >s same
            s> . 1:1(0) ack 11 <nop,nop,TS 502/2000102>
            >c same
            """;
    Engine other = engine(SimpleAgents.passing(), 100).run(ticking);
    assertThat(obstacle(other)).isNull();
    Connections.client(other).headers().advanceTimestamp(10 * SECOND_NANOS);
    assertThat(obstacle(other)).isEqualTo(Unsettled.TIMESTAMPS);
  }

  @Test
  @DisplayName("CONGESTION: no mark may be pending")
  void requiresThatMarksHaveLeft() {
    client.headers().ecn().onSegment(3);
    assertObstacle(Unsettled.CONGESTION);
  }

  @Test
  @DisplayName("DUTIES: memory must not be short")
  void requiresMemory() {
    long most = 1L << 40;
    engine.budget().charge(most);
    assertObstacle(Unsettled.DUTIES);
    engine.budget().charge(-most);
    assertThat(obstacle(engine)).isNull();
  }

  @Test
  @DisplayName("DUTIES: nothing may be left to acknowledge")
  void requiresThatAllIsAcknowledged() {
    client.headers().requireAck();
    assertObstacle(Unsettled.DUTIES);
  }
}
