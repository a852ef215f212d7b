package dev.midstream.reassembly.commit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.script.LateCommitsBox;
import dev.midstream.reassembly.script.Replicas;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.IcmpErrors;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An engine whose records are refused sends nothing, whatever comes. */
class FencedEngineTest {
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final int RULE_PORT = 80;
  private static final int TCP_OFFSET = 34;
  private static final int DATA_OFFSET = TCP_OFFSET + 12;

  private final TestEngine engines =
      TestEngine.inline("Hello", "Hi").serverPort(RULE_PORT).parkAfter(SECOND_NANOS);
  private final LateCommitsBox box = new LateCommitsBox(engines, CommitMode.ON_CHANGE, 0);
  private final List<Packet> left = new ArrayList<>();

  /** Ends of a connection that the rule gives to an agent, and of one that no rule matches. */
  static List<Ends> ends() {
    return List.of(Ends.IPV4.withPorts(40_000, RULE_PORT), Ends.IPV4.withPorts(40_000, 22));
  }

  /** Opens a connection whose client waits for the acknowledgement of 100 octets. */
  private void open(Ends ends) {
    String octets = "x".repeat(100);
    new Script(box)
        .between(ends)
        .run(TestEngine.OPEN + "at 0.001s\nc> P. 1:101(100) ack 1 \"" + octets + "\"\n>s same\n");
  }

  private void fence() {
    box.log().setState(LogState.REFUSED);
    box.engine().onLogChanged(0, left::add);
  }

  private static byte[] segment(Ends ends, Direction direction) {
    return new FrameBuilder(ends, direction)
        .numbers(1, 1)
        .payload(Octets.ofText("x".repeat(100)))
        .build();
  }

  private Disposition receive(byte[] frame, Leg leg) {
    return box.engine().onPacket(Frames.packet(frame, leg, 0), 0, left::add);
  }

  private void assertSilent(byte[] frame, Leg leg) {
    long before = box.engine().counters().of(Reason.FENCED);
    assertThat(receive(frame, leg)).isEqualTo(Disposition.TAKEN);
    assertThat(left).isEmpty();
    assertThat(box.engine().counters().of(Reason.FENCED)).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @MethodSource("ends")
  @DisplayName("C-72 a fenced engine drops segments, also those that no rule matches")
  void dropsSegments(Ends ends) {
    open(ends);
    fence();
    assertSilent(segment(ends, Direction.CLIENT_TO_SERVER), Leg.INSIDE);
    assertSilent(segment(ends, Direction.SERVER_TO_CLIENT), Leg.OUTSIDE);
  }

  @ParameterizedTest
  @MethodSource("ends")
  @DisplayName("C-72 C-44 a fenced engine drops ICMP errors about connections")
  void dropsIcmpErrors(Ends ends) {
    open(ends);
    byte[] sent = segment(ends, Direction.CLIENT_TO_SERVER);
    assertThat(receive(IcmpErrors.unreachable(sent), Leg.OUTSIDE)).isEqualTo(Disposition.FORWARD);
    fence();
    assertSilent(IcmpErrors.unreachable(sent), Leg.OUTSIDE);
    assertSilent(IcmpErrors.tooBig(sent, 600), Leg.OUTSIDE);
  }

  @ParameterizedTest
  @MethodSource("ends")
  @DisplayName("C-72 a fenced engine drops malformed segments, also those that end in their ports")
  void dropsMalformedSegments(Ends ends) {
    byte[] wrong = segment(ends, Direction.CLIENT_TO_SERVER);
    wrong[DATA_OFFSET] = 1 << 4;
    byte[] shortened = segment(ends, Direction.CLIENT_TO_SERVER);
    open(ends);
    fence();
    assertSilent(wrong, Leg.INSIDE);
    for (int length = TCP_OFFSET; length < TCP_OFFSET + 20; length++) {
      assertSilent(Arrays.copyOf(shortened, length), Leg.INSIDE);
    }
  }

  @ParameterizedTest
  @MethodSource("ends")
  @DisplayName("C-72 HDP-12 a fenced engine sends no fragment, in whatever order they come")
  void sendsNoFragments(Ends ends) {
    open(ends);
    byte[] whole = segment(ends, Direction.CLIENT_TO_SERVER);
    List<byte[]> before = FrameFragments.cut(whole, 1, 40, 80);
    receive(before.get(1), Leg.INSIDE);
    left.clear();
    fence();
    for (byte[] each : before) {
      assertThat(receive(each, Leg.INSIDE)).isEqualTo(Disposition.TAKEN);
    }
    List<byte[]> after = FrameFragments.cut(whole, 2, 40, 80);
    for (byte[] each : after.reversed()) {
      assertThat(receive(each, Leg.INSIDE)).isEqualTo(Disposition.TAKEN);
    }
    receive(FrameFragments.cut(whole, 3, 40, 80).getLast(), Leg.INSIDE);
    runTimers();
    assertThat(left).isEmpty();
    assertThat(box.engine().budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("C-72 no timer of a fenced engine sends: not of held, owed, parked or kept octets")
  void sendsNothingByTimers() {
    open(Ends.IPV4.withPorts(40_001, RULE_PORT));
    new Script(box)
        .between(Ends.IPV4.withPorts(40_001, RULE_PORT))
        .run("at 10s\nc> P. 101:104(3) ack 1 \"Hel\"\nat 10.3s\n>c . 1:1(0) ack 104\n");
    Replica replica = Replicas.of(box.log());
    open(Ends.IPV4.withPorts(40_002, RULE_PORT));
    new Script(box)
        .between(Ends.IPV4.withPorts(40_003, RULE_PORT))
        .run("c> S 0:0(0) win 65535 <mss 1460>\n>s same\n");
    box.engine().inherit(replica, 0);
    fence();
    runTimers();
    box.engine().onCommitted(0, left::add);
    assertThat(left).isEmpty();
    assertThat(box.engine().connections()).isZero();
    box.engine().leave(0, left::add);
    assertThat(left).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("ends")
  @DisplayName("C-72 an engine that begins with a log which refuses records is fenced")
  void beginsFenced(Ends ends) {
    MemoryLog refusing = new MemoryLog(CommitMode.ON_CHANGE);
    refusing.setState(LogState.REFUSED);
    Engine engine = TestEngine.inline("Hello", "Hi").serverPort(RULE_PORT).log(refusing).engine();
    byte[] syn = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER).flags(TcpFlags.SYN).build();
    assertThat(engine.onPacket(Frames.packet(syn, Leg.INSIDE, 0), 0, left::add))
        .isEqualTo(Disposition.TAKEN);
    engine.onLogChanged(0, left::add);
    assertThat(engine.onPacket(Frames.packet(syn, Leg.INSIDE, 0), 0, left::add))
        .isEqualTo(Disposition.TAKEN);
    assertThat(engine.counters().of(Reason.FENCED)).isEqualTo(2);
    assertThat(engine.connections()).isZero();
    refusing.setState(LogState.COMMITTING);
    engine.onLogChanged(0, left::add);
    assertThat(engine.onPacket(Frames.packet(syn, Leg.INSIDE, 0), 0, left::add))
        .isEqualTo(Disposition.FORWARD);
    assertThat(left).isEmpty();
  }

  @Test
  @DisplayName("C-72 a fenced engine goes on with no connection of another one")
  void inheritsNothing() {
    Ends ends = Ends.IPV4.withPorts(40_001, RULE_PORT);
    new Script(box)
        .between(ends)
        .run(
            TestEngine.OPEN
                + "at 0.001s\nc> P. 1:6(5) ack 1 \"Hello\"\n>s P. 1:3(2) ack 1 \"Hi\"\n");
    Replica replica = Replicas.of(box.log());
    assertThat(replica.size()).isOne();
    fence();
    box.engine().inherit(replica, 0);
    runTimers();
    assertThat(left).isEmpty();
    assertThat(replica.size()).isZero();
    assertThat(box.engine().inheritedConnections()).isZero();
    assertThat(box.engine().connections()).isZero();
  }

  private void runTimers() {
    long due = box.engine().nextDeadlineNanos();
    for (int i = 0; i < 1_000 && due < Long.MAX_VALUE; i++) {
      box.engine().onTimer(due, left::add);
      due = box.engine().nextDeadlineNanos();
    }
    assertThat(due).isEqualTo(Long.MAX_VALUE);
  }
}
