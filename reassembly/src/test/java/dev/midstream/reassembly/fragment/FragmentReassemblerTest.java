package dev.midstream.reassembly.fragment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.fragment.FragmentReassembler.Outcome;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.FragmentLimits;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.testkit.notation.EmittedFrame;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.FrameFragments;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.segment.DatagramBuilder;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The reassembler alone. Connections to port 80 may be edited, others not. */
class FragmentReassemblerTest {
  private static final Ends PLAIN = Ends.IPV4.withPorts(40_000, 443);
  private static final int GROUP = GroupTable.GROUP_BYTES;
  private static final int FRAGMENT = GroupTable.FRAGMENT_BYTES;

  private final Counters counters = new Counters();
  private final MemoryBudget budget = new MemoryBudget(1 << 20, 0);
  private final List<Octets> left = new ArrayList<>();
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  private final FrameView view = new FrameView();
  private FragmentReassembler reassembler = reassembler(FragmentLimits.DEFAULTS, Vantage.INLINE);

  static List<Ends> ends() {
    return List.of(Ends.IPV4, Ends.IPV6);
  }

  @ParameterizedTest
  @MethodSource("ends")
  @DisplayName("HDP-12 the datagram equals the original except for its identification")
  void reassemblesADatagram(Ends ends) {
    byte[] frame = frame(ends, 1_400);
    byte[] expected = frame.clone();
    if (ends.ipVersion() == 4) {
      expected = FrameFragments.fragment(frame, 77, 0, 1_420, false);
    }
    List<byte[]> parts = FrameFragments.cut(frame, 77, 400, 1_200);
    assertThat(take(parts.get(1))).isEqualTo(Outcome.CONSUMED);
    assertThat(take(parts.get(2))).isEqualTo(Outcome.CONSUMED);
    assertThat(take(parts.get(0))).isEqualTo(Outcome.COMPLETE);
    assertThat(octets(reassembler.datagram())).isEqualTo(Octets.of(expected));
    assertThat(reassembler.largestPacketBytes()).isEqualTo(parts.get(1).length - 14);
    reassembler.sendFragments(this::left);
    assertThat(left)
        .containsExactly(Octets.of(parts.get(1)), Octets.of(parts.get(2)), Octets.of(parts.get(0)));
    reassembler.done();
    assertNothingKept();
  }

  @ParameterizedTest
  @MethodSource("ends")
  @DisplayName(
      "C-62 law 7 fragments of unedited connections leave unchanged, in the order of arrival")
  void releasesUneditedFragments(Ends ends) {
    byte[] frame = frame(ends.withPorts(40_000, 443), 600);
    List<byte[]> parts = FrameFragments.cut(frame, 3, 8, 200, 400);
    assertThat(take(parts.get(2))).isEqualTo(Outcome.CONSUMED);
    assertThat(take(parts.get(1))).isEqualTo(Outcome.CONSUMED);
    assertThat(take(parts.get(0))).isEqualTo(Outcome.PASSES);
    assertThat(left).containsExactly(Octets.of(parts.get(2)), Octets.of(parts.get(1)));
    assertThat(take(parts.get(0))).isEqualTo(Outcome.PASSES);
    assertThat(budget.usedBytes()).isEqualTo(GROUP + 3 * FRAGMENT);
    assertThat(take(parts.get(3))).isEqualTo(Outcome.PASSES);
    assertNothingKept();
    assertThat(counters.of(Reason.FRAGMENT)).isEqualTo(5);
  }

  @Test
  @DisplayName("RFC 1858 a datagram that passes cannot turn into one of an edited connection")
  void startsAgainWithAnotherFirstFragment() {
    List<byte[]> plain = FrameFragments.cut(frame(PLAIN, 600), 3, 200, 400);
    List<byte[]> edited = FrameFragments.cut(frame(Ends.IPV4, 600), 3, 200, 400);
    assertThat(take(plain.get(0))).isEqualTo(Outcome.PASSES);
    assertThat(take(plain.get(1))).isEqualTo(Outcome.PASSES);
    assertThat(take(edited.get(0))).isEqualTo(Outcome.CONSUMED);
    assertThat(take(edited.get(2))).isEqualTo(Outcome.CONSUMED);
    assertThat(take(edited.get(1))).isEqualTo(Outcome.COMPLETE);
    reassembler.done();
    assertNothingKept();
  }

  @Test
  @DisplayName("C-54 RFC 5722 after an overlap the rest of the datagram is dropped")
  void refusesTheRestAfterAnOverlap() {
    byte[] frame = frame(Ends.IPV4, 600);
    take(FrameFragments.fragment(frame, 3, 0, 200, true));
    byte[] other = FrameFragments.fragment(frame, 3, 0, 200, true);
    other[100] ^= 1;
    assertThat(take(other)).isEqualTo(Outcome.CONSUMED);
    assertThat(counters.of(Reason.FRAGMENT_OVERLAP)).isEqualTo(2);
    assertThat(take(FrameFragments.fragment(frame, 3, 200, 620, false)))
        .isEqualTo(Outcome.CONSUMED);
    assertThat(take(FrameFragments.fragment(frame, 3, 0, 200, true))).isEqualTo(Outcome.CONSUMED);
    assertThat(counters.of(Reason.FRAGMENT_OVERLAP)).isEqualTo(4);
    assertThat(left).isEmpty();
    assertThat(budget.usedBytes()).isEqualTo(GROUP);
    reassembler.onTimer(30_000_000_000L, this::left);
    assertNothingKept();
  }

  @Test
  @DisplayName("C-54 RFC 5722 a fragment that overlaps the next one drops the datagram")
  void refusesAnOverlapWithTheNextFragment() {
    byte[] frame = frame(Ends.IPV4, 600);
    take(FrameFragments.fragment(frame, 3, 200, 400, true));
    take(FrameFragments.fragment(frame, 3, 0, 208, true));
    assertThat(counters.of(Reason.FRAGMENT_OVERLAP)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("the limit of datagrams: beyond it the oldest is evicted")
  void limitsDatagrams(Vantage vantage) {
    reassembler = reassembler(new FragmentLimits(1 << 20, 2, 64, 1_000), vantage);
    byte[] frame = frame(Ends.IPV4, 600);
    take(FrameFragments.fragment(frame, 1, 0, 200, true));
    take(FrameFragments.fragment(frame, 2, 0, 200, true));
    assertThat(counters.of(Reason.FRAGMENT_LIMIT)).isZero();
    take(FrameFragments.fragment(frame, 3, 0, 200, true));
    assertThat(counters.of(Reason.FRAGMENT_LIMIT)).isOne();
    assertThat(budget.usedBytes()).isEqualTo(2 * (234 + GROUP + FRAGMENT));
    assertThat(left).hasSize(vantage == Vantage.RECORDING ? 1 : 0);
    assertThat(take(FrameFragments.fragment(frame, 3, 200, 620, false)))
        .isEqualTo(Outcome.COMPLETE);
    reassembler.done();
    reassembler.flush(5, this::left);
    assertNothingKept();
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("the limit of octets: beyond it the oldest datagram is evicted")
  void limitsOctets(Vantage vantage) {
    int charged = 234 + GROUP + FRAGMENT;
    reassembler = reassembler(new FragmentLimits(2L * charged, 64, 64, 1_000), vantage);
    byte[] frame = frame(Ends.IPV4, 600);
    take(FrameFragments.fragment(frame, 1, 0, 200, true));
    take(FrameFragments.fragment(frame, 2, 0, 200, true));
    assertThat(counters.of(Reason.FRAGMENT_LIMIT)).isZero();
    assertThat(budget.usedBytes()).isEqualTo(2L * charged);
    take(FrameFragments.fragment(frame, 2, 200, 208, true));
    assertThat(counters.of(Reason.FRAGMENT_LIMIT)).isOne();
    assertThat(budget.usedBytes()).isEqualTo(234 + 42 + GROUP + 2 * FRAGMENT);
    take(FrameFragments.fragment(frame, 2, 208, 216, true));
    assertThat(counters.of(Reason.FRAGMENT_LIMIT)).isOne();
    take(FrameFragments.fragment(frame, 2, 216, 620, false));
    assertThat(counters.of(Reason.FRAGMENT_LIMIT)).isEqualTo(5);
    assertThat(left).hasSize(vantage == Vantage.RECORDING ? 4 : 0);
    assertThat(budget.peakBytes()).isLessThanOrEqualTo(2L * charged);
    reassembler.flush(5, this::left);
    assertNothingKept();
  }

  @Test
  @DisplayName("the limit of fragments: at it the datagram completes, beyond it it is dropped")
  void limitsFragments() {
    reassembler = reassembler(new FragmentLimits(1 << 20, 64, 3, 1_000), Vantage.INLINE);
    byte[] frame = frame(Ends.IPV4, 600);
    List<byte[]> three = FrameFragments.cut(frame, 1, 200, 400);
    assertThat(take(three.get(0))).isEqualTo(Outcome.CONSUMED);
    assertThat(take(three.get(1))).isEqualTo(Outcome.CONSUMED);
    assertThat(take(three.get(2))).isEqualTo(Outcome.COMPLETE);
    reassembler.done();
    FrameFragments.cut(frame, 2, 200, 400, 504).forEach(this::take);
    assertThat(counters.of(Reason.FRAGMENT_LIMIT)).isEqualTo(4);
    reassembler.flush(5, this::left);
    assertThat(left).isEmpty();
    assertNothingKept();
  }

  @Test
  @DisplayName("RFC 3168 CE on one fragment marks the datagram, if it is ECT")
  void keepsCongestionMarks() {
    for (Ends ends : ends()) {
      byte[] frame = frame(ends, 600);
      int place = 15;
      int shift = ends.ipVersion() == 4 ? 0 : 4;
      frame[place] |= (byte) (2 << shift);
      List<byte[]> parts = FrameFragments.cut(frame, 9, 200);
      byte[] marked = FrameFragments.fragment(frame, 9, 200, 620, false);
      marked[place] |= (byte) (3 << shift);
      take(parts.get(0));
      assertThat(take(repaired(marked, ends))).isEqualTo(Outcome.COMPLETE);
      assertThat(octets(reassembler.datagram()).at(place) >> shift & 3).isEqualTo(3);
      reassembler.done();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName(
      "C-52 a fragment with a wrong header checksum is dropped inline, accepted in recordings")
  void checksTheHeaderChecksum(Vantage vantage) {
    reassembler = reassembler(FragmentLimits.DEFAULTS, vantage);
    List<byte[]> parts = FrameFragments.cut(frame(Ends.IPV4, 600), 9, 200);
    parts.get(1)[24] ^= 1;
    take(parts.get(0));
    assertThat(take(parts.get(1)))
        .isEqualTo(vantage == Vantage.RECORDING ? Outcome.COMPLETE : Outcome.CONSUMED);
    assertThat(counters.of(Reason.BAD_CHECKSUM)).isOne();
  }

  @Test
  @DisplayName(
      "RFC 8200 RFC 7112 extension headers may follow the fragment header in the first fragment")
  void reassemblesAfterExtensionHeaders() {
    byte[] plain = frame(Ends.IPV6, 600);
    byte[] octets = new byte[8 + 620];
    octets[0] = 6;
    octets[2] = 1;
    octets[3] = 4;
    System.arraycopy(plain, 54, octets, 8, 620);
    byte[] headers = Arrays.copyOf(plain, 54);
    headers[20] = 60;
    byte[] start = Arrays.copyOfRange(octets, 0, 200);
    byte[] rest = Arrays.copyOfRange(octets, 200, octets.length);
    assertThat(take(FrameFragments.make(headers, 4, 0, start, true))).isEqualTo(Outcome.CONSUMED);
    assertThat(take(FrameFragments.make(headers, 4, 200, rest, false))).isEqualTo(Outcome.COMPLETE);
    assertThat(view.read(reassembler.datagram())).isEqualTo(FrameKind.TCP);
    assertThat(view.payloadLength()).isEqualTo(600);
    assertThat(view.isTcpChecksumRight()).isTrue();
    reassembler.done();
    byte[] chain = Arrays.copyOf(octets, 24);
    take(FrameFragments.make(headers, 5, 0, chain, true));
    assertThat(counters.of(Reason.FRAGMENT_TINY)).isOne();
  }

  @Test
  @DisplayName("C-54 a first fragment whose headers leave no room for the rest is refused")
  void refusesATooLongDatagram() {
    byte[] plain = frame(Ends.IPV6, 600);
    byte[] headers = Arrays.copyOf(plain, 54 + 2_048);
    headers[20] = 60;
    headers[54] = 6;
    headers[55] = (byte) 255;
    byte[] start = FrameFragments.make(Arrays.copyOf(plain, 54), 4, 0, new byte[0], true);
    byte[] first = Arrays.copyOf(headers, headers.length + 8 + 32);
    System.arraycopy(start, 54, first, headers.length, 8);
    System.arraycopy(plain, 54, first, headers.length + 8, 32);
    first[54] = 44;
    first[19] = (byte) (first.length - 54);
    first[18] = (byte) ((first.length - 54) >> 8);
    assertThat(take(first)).isEqualTo(Outcome.CONSUMED);
    int at = 32;
    for (int end = 8_032; at < 64_032; at = end, end += 8_000) {
      take(FrameFragments.make(Arrays.copyOf(plain, 54), 4, at, new byte[end - at], true));
    }
    byte[] last = new byte[65_535 - at];
    assertThat(take(FrameFragments.make(Arrays.copyOf(plain, 54), 4, at, last, false)))
        .isEqualTo(Outcome.CONSUMED);
    assertThat(counters.of(Reason.MALFORMED)).isEqualTo(10);
  }

  @Test
  @DisplayName(
      "C-54 damaged fragments in any order stay within the limits, and all memory is freed")
  void survivesDamagedFragments() {
    SeededRounds.run(300, this::damaged);
  }

  private void damaged(RandomGenerator random) {
    FragmentLimits limits = new FragmentLimits(1 + random.nextInt(16_000), 3, 4, 100);
    reassembler = reassembler(limits, random.nextBoolean() ? Vantage.INLINE : Vantage.RECORDING);
    byte[] frame = frame(random.nextBoolean() ? Ends.IPV4 : Ends.IPV6, 600);
    for (int nowNanos = 0; nowNanos < 60; nowNanos++) {
      int start = 8 * random.nextInt(70);
      int end = Math.min(620, start + 1 + random.nextInt(300));
      byte[] made =
          FrameFragments.fragment(frame, random.nextInt(5), start, end, random.nextBoolean());
      for (int i = random.nextInt(3); i > 0; i--) {
        made[14 + random.nextInt(Math.min(60, made.length - 14))] = (byte) random.nextInt();
      }
      Packet packet = Frames.packet(made, Leg.INSIDE, nowNanos);
      if (view.read(packet) == FrameKind.FRAGMENT
          && reassembler.reassemble(view, nowNanos, this::left) == Outcome.COMPLETE) {
        reassembler.sendFragments(this::left);
        reassembler.done();
      }
      assertThat(budget.usedBytes()).isLessThanOrEqualTo(Math.max(limits.bytes(), GROUP));
      reassembler.onTimer(nowNanos, this::left);
    }
    reassembler.flush(60, this::left);
    assertNothingKept();
  }

  private FragmentReassembler reassembler(FragmentLimits limits, Vantage vantage) {
    return new FragmentReassembler(
        new EngineConfiguration(
            Mode.ENFORCE,
            new RuleTable(List.of(), Action.ALLOW, Mode.ENFORCE),
            Policies.DEFAULTS,
            EngineLimits.DEFAULTS,
            Timeouts.DEFAULTS,
            vantage),
        new KeyedHash(new HashSeed(1, 2)),
        segment -> segment.destinationPort() == 80,
        counters,
        allocator,
        budget,
        new FragmentPool(limits),
        new DatagramBuilder());
  }

  private Outcome take(byte[] frame) {
    Packet packet = Frames.packet(frame, Leg.INSIDE, 0);
    assertThat(view.read(packet)).isEqualTo(FrameKind.FRAGMENT);
    return reassembler.reassemble(view, 0, this::left);
  }

  private void left(Packet packet) {
    left.add(octets(packet));
  }

  private void assertNothingKept() {
    assertThat(budget.usedBytes()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  private static Octets octets(Packet packet) {
    return EmittedFrame.of(packet, Leg.OUTSIDE).frame();
  }

  private static byte[] frame(Ends ends, int payload) {
    byte[] octets = new byte[payload];
    for (int i = 0; i < payload; i++) {
      octets[i] = (byte) ((i * 31) >> 3);
    }
    byte[] frame =
        new FrameBuilder(ends, Direction.CLIENT_TO_SERVER).payload(Octets.of(octets)).build();
    if (ends.ipVersion() == 4) {
      frame[20] = 0;
    }
    return frame;
  }

  private static byte[] repaired(byte[] fragment, Ends ends) {
    if (ends.ipVersion() == 6) {
      return fragment;
    }
    byte[] headers = Arrays.copyOf(fragment, 34);
    byte[] octets = Arrays.copyOfRange(fragment, 34, fragment.length);
    return FrameFragments.make(headers, 9, 200, octets, false);
  }

  @Test
  @DisplayName("H-41 RFC 3168 the lowest hop limit and any CE of the fragments are the datagram's")
  void takesTheLowestHopLimit() {
    for (Ends ends : ends()) {
      boolean ipv4 = ends.ipVersion() == 4;
      int hopLimitAt = ipv4 ? 22 : 21;
      int shift = ipv4 ? 0 : 4;
      byte[] frame = frame(ends, 600);
      frame[15] |= (byte) (2 << shift);
      byte[] low = frame.clone();
      low[hopLimitAt] = 60;
      low[15] |= (byte) (3 << shift);
      take(FrameFragments.cut(frame, 9, 200, 400).get(0));
      take(FrameFragments.cut(low, 9, 200, 400).get(1));
      assertThat(take(FrameFragments.cut(frame, 9, 200, 400).get(2))).isEqualTo(Outcome.COMPLETE);
      Octets datagram = octets(reassembler.datagram());
      assertThat(datagram.at(hopLimitAt)).isEqualTo((byte) 60);
      assertThat(datagram.at(15) >> shift & 3).isEqualTo(3);
      reassembler.done();
    }
  }
}
