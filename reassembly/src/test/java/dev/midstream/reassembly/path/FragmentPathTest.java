package dev.midstream.reassembly.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.script.Scripts;
import dev.midstream.reassembly.script.TestEngine;
import dev.midstream.testkit.box.FragmentingBox;
import dev.midstream.testkit.notation.EmittedFrame;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Segments that arrive in IP fragments. */
class FragmentPathTest {
  private static final long SECOND = 1_000_000_000L;

  private final List<EmittedFrame> left = new ArrayList<>();
  private long nowNanos;

  static List<Ends> ends() {
    return List.of(Ends.IPV4, Ends.IPV6);
  }

  private static FragmentingBox.Fragmentation large(int... cuts) {
    return (frame, id) -> frame.length < 120 ? List.of(frame) : FrameFragments.cut(frame, id, cuts);
  }

  @ParameterizedTest
  @MethodSource("ends")
  @DisplayName("HDP-12 C-53 a fragmented segment is edited and leaves in whole segments")
  void editsAFragmentedSegment(Ends ends) {
    Engine engine = TestEngine.of("Hello", "Hi").engine();
    String text = "x".repeat(40) + "Hello" + "y".repeat(55);
    new Script(new FragmentingBox(Scripts.box(engine), large(64, 72)), engine::finish)
        .between(ends)
        .run(
            TestEngine.OPEN
                + "c> P. 1:101(100) ack 1 \""
                + text
                + "\"\n"
                + (ends.ipVersion() == 4
                    ? """
                    >s . 1:45(44) ack 1
                    >s . 45:89(44) ack 1
                    >s P. 89:98(9) ack 1 "yyyyyyyyy"
                    """
                    : ">s P. 1:98(97) ack 1\n")
                + """
                s> . 1:1(0) ack 101
                >c . 1:1(0) ack 98
                """);
    assertThat(engine.counters().of(Reason.FRAGMENT_WAITING)).isEqualTo(3);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName(
      "C-53 C-65 law 11 a retransmission in fragments passes although the memory is used up")
  void reassemblesWithoutMemory() {
    EngineLimits small = EngineLimits.DEFAULTS.withTotalBytes(100);
    Engine engine = TestEngine.inline("Hello", "Hi").limits(small).engine();
    String text = "Hello" + "y".repeat(95);
    new Script(new FragmentingBox(Scripts.box(engine), large(40, 80)), engine::finish)
        .between(Ends.IPV6)
        .run(
            TestEngine.OPEN
                + "c> P. 1:101(100) ack 1 \""
                + text
                + "\"\n"
                + ">s P. 1:98(97) ack 1\n"
                + "c> P. 1:101(100) ack 1 \""
                + text
                + "\"\n"
                + ">s P. 1:98(97) ack 1\n");
    assertThat(engine.counters().of(Reason.FRAGMENT_LIMIT)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-53 fragments may arrive in any order and as identical duplicates")
  void reassemblesInAnyOrder(Vantage vantage) {
    Engine engine = TestEngine.of("Hello", "Hi").vantage(vantage).engine();
    FragmentingBox.Fragmentation backwards =
        (frame, id) -> {
          if (frame.length < 120) {
            return List.of(frame);
          }
          List<byte[]> all = new ArrayList<>(FrameFragments.cut(frame, id, 40, 80));
          Collections.reverse(all);
          all.add(1, all.get(0));
          return all;
        };
    new Script(new FragmentingBox(Scripts.box(engine), backwards), engine::finish)
        .run(
            TestEngine.OPEN
                + "c> P. 1:101(100) ack 1 \"Hello"
                + "y".repeat(95)
                + "\"\n"
                + """
                >s . 1:29(28) ack 1
                >s . 29:57(28) ack 1
                >s . 57:85(28) ack 1
                >s P. 85:98(13) ack 1 "yyyyyyyyyyyyy"
                """);
    assertThat(engine.counters().of(Reason.ABSORBED)).isOne();
  }

  @Test
  @DisplayName("C-53 a reassembled datagram that fits leaves in one segment")
  void sendsSmallDatagramsInOneSegment() {
    Engine engine = TestEngine.of("Hello", "Hi").engine();
    FragmentingBox.Fragmentation small =
        (frame, id) ->
            frame.length < 56 || (frame[47] & TcpFlags.SYN) != 0
                ? List.of(frame)
                : FrameFragments.cut(frame, id, 24);
    new Script(new FragmentingBox(Scripts.box(engine), small), engine::finish)
        .run(
            TestEngine.OPEN
                + """
                c> P. 1:6(5) ack 1 "Hello"
                >s P. 1:3(2) ack 1 "Hi"
                c> F. 6:11(5) ack 1 "abcde"
                >s F. 3:8(5) ack 1 "abcde"
                """);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-54 RFC 5722 overlapping fragments are dropped with their datagram")
  void dropsOverlappingFragments(Vantage vantage) {
    Engine engine = TestEngine.of("Hello", "Hi").vantage(vantage).engine();
    byte[] frame = open(engine, Ends.IPV6, 100);
    play(engine, FrameFragments.fragment(frame, 7, 0, 40, true));
    play(engine, FrameFragments.fragment(frame, 7, 32, 80, true));
    play(engine, FrameFragments.fragment(frame, 7, 40, 120, false));
    assertThat(left).isEmpty();
    assertThat(engine.counters().of(Reason.FRAGMENT_OVERLAP)).isEqualTo(3);
    FrameFragments.cut(frame, 8, 40).forEach(fragment -> play(engine, fragment));
    assertThat(left).hasSize(1);
  }

  @Test
  @DisplayName("C-54 RFC 1858 a first fragment without the whole TCP header is dropped")
  void dropsTinyFragments() {
    Engine engine = TestEngine.of("Hello", "Hi").engine();
    byte[] frame = open(engine, Ends.IPV4, 100);
    FrameFragments.cut(frame, 9, 16, 80).forEach(fragment -> play(engine, fragment));
    assertThat(left).isEmpty();
    assertThat(engine.counters().of(Reason.FRAGMENT_TINY)).isEqualTo(3);
    play(engine, FrameFragments.fragment(frame, 10, 0, 80, true));
    play(engine, FrameFragments.fragment(frame, 10, 8, 16, true));
    play(engine, FrameFragments.fragment(frame, 10, 80, 120, false));
    assertThat(left).isEmpty();
    assertThat(engine.counters().of(Reason.FRAGMENT_TINY)).isEqualTo(6);
  }

  @Test
  @DisplayName("C-54 an incomplete datagram is dropped inline, and leaves in a recording")
  void dropsAnIncompleteDatagramAfterTheTimeout() {
    Engine inline = TestEngine.inline("Hello", "Hi").engine();
    byte[] part = FrameFragments.cut(open(inline, Ends.IPV4, 100), 5, 80).get(1);
    play(inline, part);
    assertThat(inline.budget().usedBytes()).isPositive();
    nowNanos += 30 * SECOND - 1;
    inline.onTimer(nowNanos, this::take);
    assertThat(inline.counters().of(Reason.FRAGMENT_TIMEOUT)).isZero();
    assertThat(inline.nextDeadlineNanos()).isEqualTo(nowNanos + 1);
    inline.onTimer(nowNanos + 1, this::take);
    assertThat(inline.counters().of(Reason.FRAGMENT_TIMEOUT)).isOne();
    assertThat(inline.budget().usedBytes()).isZero();
    assertThat(left).isEmpty();

    Engine recorded = TestEngine.of("Hello", "Hi").engine();
    open(recorded, Ends.IPV4, 100);
    play(recorded, part);
    recorded.onTimer(nowNanos + 31 * SECOND, this::take);
    assertThat(left).extracting(EmittedFrame::frame).containsExactly(Octets.of(part));
  }

  @Test
  @DisplayName(
      "C-53 at the end of the input waiting fragments leave unchanged, in the order of arrival")
  void releasesFragmentsAtTheEndOfInput() {
    Engine engine = TestEngine.of("Hello", "Hi").engine();
    List<byte[]> parts = FrameFragments.cut(open(engine, Ends.IPV6, 100), 5, 40, 80);
    play(engine, parts.get(2));
    play(engine, parts.get(0));
    assertThat(left).isEmpty();
    engine.finish(nowNanos, this::take);
    assertThat(left)
        .extracting(EmittedFrame::frame)
        .containsExactly(Octets.of(parts.get(2)), Octets.of(parts.get(0)));
    assertThat(engine.counters().of(Reason.END_OF_INPUT)).isEqualTo(2);
    assertThat(engine.budget().usedBytes()).isZero();
  }

  @Test
  @DisplayName("C-62 law 7 monitored fragments pass at once, complete or not, overlapping or not")
  void forwardsMonitoredFragments() {
    Engine engine = TestEngine.of("Hello", "Hi").mode(Mode.MONITOR).engine();
    byte[] frame = open(engine, Ends.IPV4, 100);
    List<byte[]> parts = new ArrayList<>(FrameFragments.cut(frame, 5, 8, 80));
    Collections.reverse(parts);
    parts.add(FrameFragments.fragment(frame, 5, 16, 64, true));
    for (byte[] part : parts) {
      play(engine, part);
      assertThat(left).extracting(EmittedFrame::frame).containsExactly(Octets.of(part));
      left.clear();
    }
    assertThat(engine.counters().of(Reason.FRAGMENT)).isEqualTo(4);
  }

  @Test
  @DisplayName("RFC 6946 an atomic fragment is a whole datagram")
  void acceptsAtomicFragments() {
    Engine engine = TestEngine.of("Hello", "Hi").engine();
    byte[] frame = open(engine, Ends.IPV6, 100);
    play(engine, FrameFragments.cut(frame, 5).getFirst());
    assertThat(left).hasSize(1);
    assertThat(engine.counters().of(Reason.FRAGMENT_WAITING)).isZero();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("C-54 fragments with a wrong length or beyond 65,535 octets are refused")
  void refusesMalformedFragments(Vantage vantage) {
    Engine engine = TestEngine.of("Hello", "Hi").vantage(vantage).engine();
    byte[] frame = open(engine, Ends.IPV4, 100);
    byte[] headers = Arrays.copyOf(frame, 34);
    play(engine, FrameFragments.make(headers, 1, 0, new byte[39], true));
    play(engine, FrameFragments.make(headers, 1, 65_512, new byte[24], false));
    play(engine, FrameFragments.make(headers, 1, 8, new byte[0], false));
    boolean recorded = vantage == Vantage.RECORDING;
    assertThat(left).hasSize(recorded ? 3 : 0);
    assertThat(engine.counters().of(Reason.MALFORMED)).isEqualTo(3);
    play(engine, FrameFragments.make(headers, 2, 40, new byte[40], false));
    play(engine, FrameFragments.make(headers, 2, 80, new byte[40], false));
    assertThat(engine.counters().of(Reason.MALFORMED)).isEqualTo(5);
  }

  private byte[] open(Engine engine, Ends ends, int payload) {
    Scripts.of(engine).between(ends).run(TestEngine.OPEN);
    return new FrameBuilder(ends, Direction.CLIENT_TO_SERVER)
        .flags(TcpFlags.ACK)
        .numbers(1, 1)
        .payload(Octets.ofText("z".repeat(payload)))
        .build();
  }

  private void play(Engine engine, byte[] frame) {
    Packet packet =
        Frames.packet(frame.clone(), Ends.legOfSender(Direction.CLIENT_TO_SERVER), nowNanos);
    if (engine.onPacket(packet, nowNanos, this::take) == Disposition.FORWARD) {
      left.add(EmittedFrame.of(packet, packet.leg().opposite()));
    }
  }

  private void take(Packet packet) {
    left.add(EmittedFrame.of(packet, packet.leg()));
  }
}
