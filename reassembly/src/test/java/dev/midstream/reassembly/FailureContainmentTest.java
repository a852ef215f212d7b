package dev.midstream.reassembly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.box.FragmentingBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FailureContainmentTest {
  private static final String RESETS =
      """
      >s R. 1:1(0) ack 1
      >s R. 101:101(0) ack 1
      >c R. 1:1(0) ack 1
      """;

  private final TestEngine test =
      TestEngine.inline("Hello", "Hi").failing(Reason.INCONSISTENT_RETRANSMISSION);

  @Test
  @DisplayName("OWN-3 an engine failure on an edited connection resets that connection only")
  void resetsTheFailedConnectionOnly() {
    Engine engine = test.engine();
    new Script(new Containing(engine))
        .between(Ends.IPV6)
        .run(TestEngine.OPEN)
        .between(Ends.IPV4)
        .run(TestEngine.OPEN)
        .run(
            """
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            c> . 6:9(3) ack 1 "abc"
            >s . 3:6(3) ack 1 "abc"
            c> . 6:9(3) ack 1 "xyz"
            >s R. 1:1(0) ack 1
            >s R. 6:6(0) ack 1
            >c R. 1:1(0) ack 1
            c> . 9:12(3) ack 1 "def"
            >c R 1:1(0)
            """)
        .between(Ends.IPV6)
        .run(
            """
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            """);
    assertThat(engine.counters().of(Reason.ENGINE_FAILED)).isOne();
    assertThat(test.eventTexts()).anyMatch(text -> text.contains("failure of the test"));
  }

  @Test
  @DisplayName("OWN-3 C-62 after an engine failure a monitored connection passes untouched")
  void leavesMonitoredConnectionUntouchedAfterAFailure() {
    Engine engine = test.mode(Mode.MONITOR).engine();
    new Script(new Containing(engine))
        .run(TestEngine.OPEN)
        .run(
            """
            c> . 1:3(2) ack 1 "He"
            >s same
            c> . 1:3(2) ack 1 "Ha"
            >s same
            c> . 3:6(3) ack 1 "llo"
            >s same
            """);
    assertThat(engine.counters().of(Reason.ENGINE_FAILED)).isOne();
    assertThat(engine.counters().edits()).isZero();
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("OWN-3 an engine failure in a timer resets the connection of the timer")
  void resetsConnectionWhoseTimerFailed() {
    Engine engine = test.failing(Reason.IDLE_EXPIRED).engine();
    new Script(new Containing(engine))
        .run(TestEngine.OPEN)
        .run(
            """
            c> . 1:6(5) ack 1 "Hello"
            >s . 1:3(2) ack 1 "Hi"
            at 200000s
            """
                + """
                >s . 0:0(0) ack 1
                >c . 0:0(0) ack 1
                """
                    .repeat(8)
                + """
                >s R. 1:1(0) ack 1
                >s R. 3:3(0) ack 1
                >c R. 1:1(0) ack 1
                """);
    assertThat(engine.counters().of(Reason.ENGINE_FAILED)).isOne();
  }

  @Test
  @DisplayName("OWN-3 C-62 a monitored connection whose timer failed is forgotten in time")
  void forgetsMonitoredConnectionWhoseTimerFailed() {
    Engine engine = test.failing(Reason.GAP).mode(Mode.MONITOR).engine();
    new Script(new Containing(engine))
        .run(TestEngine.OPEN)
        .run(
            """
            c> . 5:8(3) ack 1
            >s same
            s> . 1:1(0) ack 8
            >c same
            at 100s
            """);
    assertThat(engine.counters().of(Reason.ENGINE_FAILED)).isOne();
    assertThat(engine.connections()).isOne();

    engine.onTimer(engine.nextDeadlineNanos(), packet -> {});
    assertThat(engine.connections()).isZero();
  }

  @Test
  @DisplayName("OWN-3 C-53 an engine failure on a fragmented segment frees its fragments")
  void freesFragmentsAfterAFailure() {
    Engine engine = test.engine();
    FragmentingBox.Fragmentation large =
        (frame, id) -> frame.length < 120 ? List.of(frame) : FrameFragments.cut(frame, id, 64);
    new Script(new FragmentingBox(new Containing(engine), large))
        .run(TestEngine.OPEN)
        .run(
            """
            c> . 1:101(100) ack 1
            >s . 1:45(44) ack 1
            >s . 45:89(44) ack 1
            >s . 89:101(12) ack 1
            """)
        .run("c> . 1:101(100) ack 1 \"" + "x".repeat(100) + "\"\n" + RESETS);
    assertThat(engine.counters().of(Reason.ENGINE_FAILED)).isOne();
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("OWN-3 an engine failure during an opening leaves that connection denied")
  void deniesConnectionThatFailedWhileOpening() {
    Engine engine = test.midStream(MidStream.DROP).failing(Reason.MID_STREAM).engine();
    new Script(new Containing(engine))
        .run(
            """
            c> . 1:6(5) ack 1 "Hello"
            nothing
            c> . 1:6(5) ack 1 "Hello"
            nothing
            """);
    assertThat(engine.connections()).isOne();
    assertThat(engine.counters().of(Reason.ENGINE_FAILED)).isOne();
  }

  @Test
  @DisplayName("OWN-3 at the end all connections are left, although one of them fails")
  void leavesAllConnectionsDespiteAFailure() {
    Engine engine = test.failing(Reason.BOX_ENDS).engine();
    List<Packet> left = new ArrayList<>();
    Script script = new Script(new Containing(engine));
    for (Ends ends : List.of(Ends.IPV4, Ends.IPV6)) {
      script
          .between(ends)
          .run(TestEngine.OPEN)
          .run(
              """
              c> . 1:6(5) ack 1 "Hello"
              >s . 1:3(2) ack 1 "Hi"
              """);
    }
    assertThatThrownBy(() -> engine.leave(1_000_000_000L, left::add))
        .hasMessage("failure of the test");
    assertThat(left).as("three resets for each connection").hasSize(6);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("OWN-3 the next failure is not attributed to a connection already given up")
  void containsAFailureOnce() {
    Engine engine = test.engine();
    new Script(new Containing(engine))
        .run(TestEngine.OPEN)
        .run(
            """
            c> . 1:101(100) ack 1
            >s same
            """)
        .run("c> . 1:101(100) ack 1 \"" + "x".repeat(100) + "\"\n" + RESETS);
    assertThat(engine.giveUp("why", 0, packet -> {})).isNull();
    assertThat(engine.counters().of(Reason.ENGINE_FAILED)).isOne();
  }

  @Test
  @DisplayName("OWN-3 without a current connection nothing is given up")
  void containsNothingWithoutACurrentConnection() {
    assertThat(test.engine().giveUp("why", 0, packet -> {})).isNull();
  }

  @Test
  @DisplayName(
      "OWN-3 a failure of the whole engine resets all edited connections, and it begins anew")
  void givesUpAllConnections() {
    Engine engine = test.engine();
    List<Packet> resets = new ArrayList<>();
    Script script = Scripts.of(engine);
    for (Ends ends : List.of(Ends.IPV4, Ends.IPV6)) {
      script.between(ends).run(TestEngine.OPEN + "c> . 1:4(3) ack 1 \"Hel\"\nnothing\n");
    }
    engine.giveUpAll("memory is exhausted", script.nowNanos(), resets::add);

    assertThat(resets).as("one reset for each end").hasSize(4);
    assertThat(engine.connections()).isZero();
    assertThat(engine.budget().usedBytes()).isZero();
    assertThat(engine.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    assertThat(engine.counters().of(Reason.ENGINE_FAILED)).isOne();
    assertThat(test.eventTexts()).contains("memory is exhausted");
    script
        .between(Ends.IPV4)
        .run("s> . 1:1(0) ack 1\n>s R 1:1(0)\n")
        .between(Ends.IPV6)
        .run(TestEngine.OPEN + "c> . 1:6(5) ack 1 \"Hello\"\n>s . 1:3(2) ack 1 \"Hi\"\n");
  }

  @Test
  @DisplayName("OWN-3 C-53 a failure of the whole engine frees kept fragments too")
  void givesUpFragments() {
    Engine engine = test.engine();
    FragmentingBox.Fragmentation half =
        (frame, id) ->
            frame.length < 120 ? List.of(frame) : FrameFragments.cut(frame, id, 64).subList(0, 1);
    Script script = new Script(new FragmentingBox(Scripts.box(engine), half)).run(TestEngine.OPEN);
    script.run("c> . 1:101(100) ack 1\nnothing\n");
    assertThat(engine.budget().usedBytes()).isPositive();

    engine.giveUpAll("why", script.nowNanos(), packet -> {});

    assertThat(engine.budget().usedBytes()).isZero();
    assertThat(engine.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
  }

  /** Contains failures of an engine, as the program does. */
  private record Containing(Engine engine) implements Box {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      try {
        return Scripts.box(engine).onPacket(packet, nowNanos, out);
      } catch (IllegalStateException e) {
        return Objects.requireNonNull(engine.giveUp(e.toString(), nowNanos, out));
      }
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      try {
        Scripts.box(engine).onTimer(nowNanos, out);
      } catch (IllegalStateException e) {
        Objects.requireNonNull(engine.giveUp(e.toString(), nowNanos, out));
      }
    }

    @Override
    public long nextDeadlineNanos() {
      return engine.nextDeadlineNanos();
    }
  }
}
