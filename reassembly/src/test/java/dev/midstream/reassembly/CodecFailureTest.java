package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.StateCodec;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.UnwrittenState;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.OnFailure;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Connections;
import dev.midstream.reassembly.script.MovedBox;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.agent.HoldingAgents;
import dev.midstream.testkit.agent.LambdaAgent;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Script;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connections that move, and whose agents cannot write or read their states. */
class CodecFailureTest {
  private static final String EDITED =
      """
      c> P. 1:6(5) ack 1 "Hello"
      >s P. 1:3(2) ack 1 "Hi"
      """;

  /** What a codec does that it should not. */
  enum Mistake {
    ENCODES_NOT("broken"),
    ENCODES_NULL("encode returned null"),
    ENCODES_TOO_MUCH("state is too long"),
    ENCODES_NO_VERSION("version"),
    DECODES_NOT("unknown version=1"),
    DECODES_WITH_AN_ERROR("broken"),
    DECODES_WITHOUT_END("StackOverflowError"),
    DECODES_NULL("decode returned null");

    private final String why;

    Mistake(String why) {
      this.why = why;
    }
  }

  /** A codec of numbers with this mistake. */
  private record Codec(Mistake mistake) implements StateCodec<Integer> {
    @Override
    public int version() {
      return mistake == Mistake.ENCODES_NO_VERSION ? 0 : 1;
    }

    @Override
    @SuppressWarnings("NullAway") // null is the mistake
    public byte[] encode(Integer state) {
      return switch (mistake) {
        case ENCODES_NOT -> throw new AssertionError("broken");
        case ENCODES_NULL -> null;
        case ENCODES_TOO_MUCH -> new byte[300_000];
        default -> new byte[] {state.byteValue()};
      };
    }

    @Override
    @SuppressWarnings("NullAway") // null is the mistake
    public Integer decode(int version, byte[] octets) {
      return switch (mistake) {
        case DECODES_NOT -> throw new IllegalArgumentException("unknown version=" + version);
        case DECODES_WITH_AN_ERROR -> throw new AssertionError("broken");
        case DECODES_WITHOUT_END -> decode(version, octets);
        case DECODES_NULL -> null;
        default -> (int) octets[0];
      };
    }
  }

  private static LambdaAgent greeting(Mistake mistake) {
    return SimpleAgents.replacing("Hello", "Hi").withCodec(new Codec(mistake));
  }

  /** A box whose connection moves after {@code before}, which then plays {@code after}. */
  private static MovedBox moved(TestEngine engines, String before, String after) {
    MovedBox box = new MovedBox(engines);
    Script script = new Script(box);
    script.run(TestEngine.OPEN + before);
    box.moveNext();
    script.run("at 0.1s\n" + after);
    return box;
  }

  private static void assertFailed(TestEngine engines, MovedBox box, Mistake mistake) {
    assertThat(engines.events()).containsExactly(Reason.AGENT_FAILED);
    assertThat(engines.eventTexts().getFirst()).contains("agent=test", "why=", mistake.why);
    assertThat(box.engine().counters().of(Reason.AGENT_FAILED)).isOne();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "DECODES_.*")
  @DisplayName(
      "HDP-17 C-20 C-75 a state that is not read: the rest passes, earlier edits stay mapped")
  void passesTheRest(Mistake mistake) {
    TestEngine engines = TestEngine.inline(greeting(mistake));
    MovedBox box =
        moved(
            engines,
            EDITED,
            """
            c> P. 6:11(5) ack 1 "Hello"
            >s P. 3:8(5) ack 1 "Hello"
            c> P. 1:6(5) ack 1 "Hello"
            >s P. 1:3(2) ack 1 "Hi"
            s> . 1:6(5) ack 3 "Hello"
            >c . 1:6(5) ack 6 "Hello"
            s> . 6:6(0) ack 8
            >c . 6:6(0) ack 11
            """);
    assertFailed(engines, box, mistake);
    assertThat(engines.eventTexts().getFirst())
        .matches(text -> mistake == Mistake.DECODES_NULL || text.contains("at=" + at()));
  }

  /** The place without its line: code that measures coverage has none where the stack ends. */
  private static String at() {
    return Codec.class.getName() + ".decode(CodecFailureTest.java";
  }

  @Test
  @DisplayName("HDP-17 C-20 C-75 a state that is not read: what is undecided passes at once")
  void passesUndecidedOctets() {
    TestEngine engines =
        TestEngine.inline(HoldingAgents.everything().withCodec(new Codec(Mistake.DECODES_NOT)));
    MovedBox box =
        moved(
            engines,
            """
            c> . 1:4(3) ack 1 "abc"
            c> . 11:14(3) ack 1 "xyz"
            >c . 1:1(0) ack 1 <sack 11:14>
            """,
            """
            >s . 1:4(3) ack 1 "abc"
            >s . 11:14(3) ack 1 "xyz"
            c> . 4:11(7) ack 1 "defghij"
            >s same
            """);
    assertFailed(engines, box, Mistake.DECODES_NOT);
  }

  @Test
  @DisplayName(
      "HDP-17 C-20 C-75 a state that is not read: by policy both ends are reset, and again")
  void resetsBothEnds() {
    TestEngine engines =
        TestEngine.inline(greeting(Mistake.DECODES_NOT)).onFailure(OnFailure.RESET, OnFailure.PASS);
    MovedBox box =
        moved(
            engines,
            EDITED + "s> . 1:4(3) ack 3 \"xyz\"\n>c . 1:4(3) ack 6 \"xyz\"\n",
            """
            >s R. 3:3(0) ack 1
            >c R. 1:1(0) ack 6
            >c R. 4:4(0) ack 6
            c> P. 6:11(5) ack 4 "Hello"
            >c R 4:4(0)
            """);
    assertThat(engines.events()).first().isEqualTo(Reason.AGENT_FAILED);
    assertThat(box.engine().budget().usedBytes()).isZero();
  }

  @ParameterizedTest
  @EnumSource(OnFailure.class)
  @DisplayName("HDP-17 C-20 C-75 a state that is not read: a monitored connection is let go")
  void letsAMonitoredConnectionGo(OnFailure policy) {
    TestEngine engines =
        TestEngine.inline(greeting(Mistake.DECODES_NOT))
            .mode(Mode.MONITOR)
            .onFailure(policy, OnFailure.PASS);
    MovedBox box =
        moved(
            engines,
            "c> P. 1:9(8) ack 1 \"HelloHel\"\n>s same\n",
            "c> P. 9:11(2) ack 1 \"lo\"\n>s same\n");
    assertFailed(engines, box, Mistake.DECODES_NOT);
    assertThat(Connections.only(box.engine()).handling()).isEqualTo(Handling.UNTOUCHED);
    assertThat(engines.edits()).hasSize(1);
  }

  @Test
  @DisplayName(
      "HDP-17 C-20 C-75 a state that is not read: the rest of a recording is written unedited")
  void passesTheRestOfARecording() {
    TestEngine engines = TestEngine.of(greeting(Mistake.DECODES_NOT));
    MovedBox box =
        moved(
            engines,
            EDITED + "c> P. 6:9(3) ack 1 \"Hel\"\n",
            """
            >s P. 3:6(3) ack 1 "Hel"
            c> P. 9:11(2) ack 1 "lo"
            >s P. 6:8(2) ack 1 "lo"
            """);
    assertFailed(engines, box, Mistake.DECODES_NOT);
  }

  @Test
  @DisplayName("HDP-17 C-20 C-75 a state that is not read: by policy a recording ends there")
  void endsARecording() {
    TestEngine engines =
        TestEngine.of(greeting(Mistake.DECODES_NOT)).onFailure(OnFailure.RESET, OnFailure.PASS);
    MovedBox box =
        moved(
            engines,
            EDITED,
            """
            >s R. 3:3(0) ack 1
            >c R. 1:1(0) ack 1
            c> P. 6:11(5) ack 1 "Hello"
            """);
    assertThat(engines.events()).first().isEqualTo(Reason.AGENT_FAILED);
    assertThat(Connections.only(box.engine()).handling()).isEqualTo(Handling.DROPPED);
  }

  @Test
  @DisplayName("HDP-17 C-75 the state of an agent that is not called again is not written")
  void writesNoStateThatNothingNeeds() {
    for (Mistake mistake : Mistake.values()) {
      LambdaAgent agent =
          LambdaAgent.by(
                  (direction, view, out) -> {
                    SimpleAgents.pass(view, out);
                    out.skipRest();
                  })
              .withCodec(new Codec(mistake));
      TestEngine engines = TestEngine.inline(agent).onFailure(OnFailure.RESET, OnFailure.PASS);
      moved(
          engines,
          """
          c> P. 1:6(5) ack 1 "Hello"
          >s same
          s> P. 1:6(5) ack 1 "Hello"
          >c same
          """,
          "c> P. 6:11(5) ack 6 \"Hello\"\n>s same\n");
      assertThat(engines.events()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = "ENCODES_.*")
  @DisplayName("HDP-17 C-75 a state that is not written: nothing is, and the connection goes on")
  void writesNothing(Mistake mistake) {
    TestEngine engines = TestEngine.inline(greeting(mistake));
    MovedBox box = new MovedBox(engines);
    Script script = new Script(box);
    script.run(TestEngine.OPEN + EDITED);
    StateWriter out = new StateWriter();
    out.octet(7);
    UnwrittenState unwritten = Objects.requireNonNull(write(box, out));
    assertThat(unwritten.agent()).isEqualTo("test");
    assertThat(unwritten.text()).contains("agent=test", "why=", mistake.why);
    assertThat(unwritten.failure().place())
        .matches(place -> place.isEmpty() == (mistake != Mistake.ENCODES_NOT));
    assertThat(out.toOctets()).containsExactly(7);
    assertThat(engines.events()).isEmpty();
    script.run(
        """
        c> P. 6:11(5) ack 1 "Hello"
        >s P. 3:5(2) ack 1 "Hi"
        s> . 1:1(0) ack 5
        >c . 1:1(0) ack 11
        """);
  }

  private static @Nullable UnwrittenState write(MovedBox box, StateWriter out) {
    return box.engine().moves().write(Connections.only(box.engine()), out, 0);
  }

  /** A codec of numbers that writes none for now. */
  private static final class HesitantCodec implements StateCodec<Integer> {
    private boolean fails = true;

    @Override
    public int version() {
      return 1;
    }

    @Override
    public byte[] encode(Integer state) {
      if (fails) {
        throw new IllegalStateException("not now");
      }
      return new byte[] {state.byteValue()};
    }

    @Override
    public Integer decode(int version, byte[] octets) {
      return (int) octets[0];
    }
  }

  @ParameterizedTest
  @EnumSource(Vantage.class)
  @DisplayName("HDP-17 C-75 a state that is not written does not keep an agent from going on")
  void goesOnAfterAFailure(Vantage vantage) {
    HesitantCodec codec = new HesitantCodec();
    LambdaAgent agent =
        LambdaAgent.withState(
                (calls, direction, view, out) -> {
                  SimpleAgents.pass(view, out);
                  return calls + view.length();
                })
            .withCodec(codec);
    TestEngine engines = TestEngine.of(agent).vantage(vantage);
    MovedBox box = new MovedBox(engines);
    Script script = new Script(box);
    script.run(TestEngine.OPEN + "c> . 1:6(5) ack 1 \"Hello\"\n>s same\n");
    assertThat(write(box, new StateWriter())).isNotNull();
    codec.fails = false;
    byte[] octets = box.snapshots().getFirst();
    box.move();
    script.run("c> . 6:11(5) ack 1 \"Hello\"\n>s same\n");
    assertThat(Connections.only(box.engine()).openPhase().agentState()).isEqualTo(10);
    Engine other = engines.engine();
    Connection earlier = other.moves().read(new StateReader(octets, 0, octets.length), 0);
    assertThat(earlier.openPhase().agentState()).isEqualTo(5);
    earlier.free();
  }

  @Test
  @DisplayName("HDP-17 C-75 a known connection is not replaced, and its agent has not failed")
  void keepsAKnownConnection() {
    TestEngine engines = TestEngine.inline(greeting(Mistake.DECODES_NOT));
    MovedBox box = new MovedBox(engines);
    new Script(box).run(TestEngine.OPEN + EDITED);
    byte[] octets = box.snapshots().getFirst();
    Connection moved =
        box.engine().moves().restore(new StateReader(octets, 0, octets.length), 0, packet -> {});
    assertThat(moved).isNull();
    assertThat(engines.events()).isEmpty();
  }

  @Test
  @DisplayName("HDP-17 a connection whose state is not written is not parked, and goes on")
  void doesNotParkWhatIsNotWritten() {
    Engine engine =
        TestEngine.inline(greeting(Mistake.ENCODES_NOT))
            .open(
                """
                c> P. 1:6(5) ack 1 "Hello"
                >s P. 1:3(2) ack 1 "Hi"
                s> . 1:1(0) ack 3
                >c . 1:1(0) ack 6
                at 10s
                c> P. 6:11(5) ack 1 "Hello"
                >s P. 3:5(2) ack 1 "Hi"
                """);
    assertThat(engine.counters().of(Reason.AGENT_FAILED)).isZero();
  }

  @Test
  @DisplayName("HDP-17 C-75 a parked connection whose state is not read: the rest passes")
  void passesTheRestOfAParkedConnection() {
    TestEngine engines = TestEngine.inline(greeting(Mistake.DECODES_NOT));
    engines.open(
        """
        c> P. 1:6(5) ack 1 "Hello"
        >s P. 1:3(2) ack 1 "Hi"
        s> . 1:1(0) ack 3
        >c . 1:1(0) ack 6
        at 10s
        c> P. 6:11(5) ack 1 "Hello"
        >s P. 3:8(5) ack 1 "Hello"
        """);
    assertThat(engines.events()).containsExactly(Reason.AGENT_FAILED);
  }
}
