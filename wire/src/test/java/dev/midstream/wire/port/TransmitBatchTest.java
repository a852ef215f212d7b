package dev.midstream.wire.port;

import static dev.midstream.wire.header.TestFrames.ETHERNET_IPV4;
import static dev.midstream.wire.header.TestFrames.ETHERNET_IPV6;
import static dev.midstream.wire.header.TestFrames.MACS;
import static dev.midstream.wire.header.TestFrames.TIMESTAMPS;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.putTwo;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.header.TestFrames;
import dev.midstream.wire.nativecall.VirtioHeader;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.MemoryOwner;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PayloadParts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Virtio headers are written as on the wire: flags, type, then little-endian numbers. */
final class TransmitBatchTest {
  private static final byte[] CLEAR = new byte[VirtioHeader.BYTES];
  private static final byte[] SEGMENT = tcp(TIMESTAMPS, counting(4_000));
  private static final byte[] FRAME_4 = join(ETHERNET_IPV4, ipv4(SEGMENT));
  private static final byte[] FRAME_6 = join(ETHERNET_IPV6, ipv6(SEGMENT));
  private static final int TCP_CHECKSUM_4 = 14 + 20 + 16;

  private final RecordingLeg inside = new RecordingLeg(9_000);
  private final RecordingLeg outside = new RecordingLeg(1_500);
  private final TransmitBatch batch = new TransmitBatch(Arena.ofAuto(), inside, outside);

  @Test
  void forwardsFrameUnchanged() {
    byte[] came = join(hex("02 00 0000 0000 0000 0000"), FRAME_4);
    forward(received(came), Leg.INSIDE);
    assertThat(inside.sent()).containsExactly(came);
    assertThat(outside.sent()).isEmpty();
  }

  @Test
  @DisplayName("what may not leave any more is dropped and counted, with what is in its queue")
  void dropsBehindTheFence() {
    AtomicBoolean maySend = new AtomicBoolean(true);
    batch.setFence(maySend::get);
    byte[] came = join(hex("02 00 0000 0000 0000 0000"), FRAME_4);
    forward(received(came), Leg.INSIDE);
    maySend.set(false);
    forward(received(came), Leg.INSIDE);
    assertThat(inside.sent()).containsExactly(came);
    assertThat(inside.counters().get(LegCounter.FENCED)).isEqualTo(1);
    maySend.set(true);
    forward(received(came), Leg.INSIDE);
    assertThat(inside.sent()).containsExactly(came, came);
  }

  @Test
  void forwardsPartialSuperSegmentUnchanged() {
    byte[] came = join(hex("01 01 4200 a805 2200 1000"), FRAME_4);
    Packet packet = received(came);
    assertThat(packet.checksumState()).isEqualTo(ChecksumState.PARTIAL);
    assertThat(packet.gsoBytes()).isEqualTo(1_448);
    forward(packet, Leg.OUTSIDE);
    assertThat(outside.sent()).containsExactly(came);
  }

  @Test
  void clearsOffloadOfCompletedChecksum() {
    Packet packet = received(join(hex("01 00 0000 0000 2200 1000"), FRAME_4));
    packet.offload(ChecksumState.COMPLETE, 0);
    forward(packet, Leg.OUTSIDE);
    assertThat(outside.sent()).containsExactly(join(CLEAR, FRAME_4));
  }

  @Test
  void restoresPseudoHeaderSumOfCompletedSuperSegment() {
    byte[] came = join(hex("01 01 4200 a805 2200 1000"), FRAME_4);
    Packet packet = received(came);
    packet.offload(ChecksumState.COMPLETE, packet.gsoBytes());
    forward(packet, Leg.OUTSIDE);
    byte[] expected = came.clone();
    putTwo(expected, VirtioHeader.BYTES + TCP_CHECKSUM_4, pseudoHeaderSum());
    assertThat(outside.sent()).containsExactly(expected);
  }

  @Test
  void makesLroSuperSegmentPartial() {
    byte[] wrong = FRAME_4.clone();
    putTwo(wrong, TCP_CHECKSUM_4, 0x1234);
    Packet packet = received(join(hex("02 01 4200 a805 0000 0000"), wrong));
    assertThat(packet.checksumState()).isEqualTo(ChecksumState.PARTIAL);
    assertThat(packet.gsoBytes()).isEqualTo(1_448);
    forward(packet, Leg.OUTSIDE);
    byte[] expected = join(hex("01 01 4200 a805 2200 1000"), FRAME_4);
    putTwo(expected, VirtioHeader.BYTES + TCP_CHECKSUM_4, pseudoHeaderSum());
    assertThat(outside.sent()).containsExactly(expected);
  }

  @Test
  void lowersGsoSizeToOutgoingMtu() {
    byte[] came = join(hex("01 01 4200 e422 2200 1000"), FRAME_4);
    forward(received(came), Leg.INSIDE);
    assertThat(inside.sent()).containsExactly(came);
    forward(received(came), Leg.OUTSIDE);
    assertThat(outside.sent()).containsExactly(join(hex("01 01 4200 a805 2200 1000"), FRAME_4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"88a80009", "91000009"})
  void excludesVlanTagsFromMtu(String serviceTag) {
    byte[] frame = join(MACS, hex(serviceTag + " 81000008 0800"), ipv4(SEGMENT));
    forward(received(join(hex("01 01 4a00 e422 2a00 1000"), frame)), Leg.OUTSIDE);
    assertThat(outside.sent()).containsExactly(join(hex("01 01 4a00 a805 2a00 1000"), frame));
  }

  @Test
  void forwardsSuperSegmentOfOtherProtocolUnchanged() {
    byte[] came = join(hex("01 05 2a00 e422 2200 0600"), FRAME_4);
    Packet packet = received(came);
    assertThat(packet.gsoBytes()).isZero();
    forward(packet, Leg.OUTSIDE);
    assertThat(outside.sent()).containsExactly(came);
  }

  @Test
  void emitsCompleteChecksumWithoutOffload() {
    emit(FRAME_4, ChecksumState.COMPLETE, 0);
    assertThat(outside.sent()).containsExactly(join(CLEAR, FRAME_4));
  }

  @Test
  void leavesPartialChecksumOfEmittedPacketToKernel() {
    emit(FRAME_4, ChecksumState.PARTIAL, 0);
    emit(FRAME_6, ChecksumState.PARTIAL, 0);
    assertThat(outside.sent())
        .containsExactly(
            join(hex("01 00 0000 0000 2200 1000"), FRAME_4),
            join(hex("01 00 0000 0000 3600 1000"), FRAME_6));
  }

  @Test
  void leavesSegmentationOfEmittedSuperSegmentToKernel() {
    emit(FRAME_4, ChecksumState.PARTIAL, 1_000);
    emit(FRAME_6, ChecksumState.PARTIAL, 1_000);
    assertThat(outside.sent())
        .containsExactly(
            join(hex("01 01 4200 e803 2200 1000"), FRAME_4),
            join(hex("01 04 5600 e803 3600 1000"), FRAME_6));
  }

  @Test
  void marksCwrForFirstSegmentOnly() {
    byte[] segment = SEGMENT.clone();
    segment[13] |= (byte) 0x80;
    byte[] frame = join(ETHERNET_IPV4, ipv4(segment));
    emit(frame, ChecksumState.PARTIAL, 1_000);
    assertThat(outside.sent()).containsExactly(join(hex("01 81 4200 e803 2200 1000"), frame));
  }

  @Test
  void requestsNoSegmentationForSingleSegment() {
    emit(FRAME_4, ChecksumState.PARTIAL, 4_000);
    assertThat(outside.sent()).containsExactly(join(hex("01 00 0000 0000 2200 1000"), FRAME_4));
  }

  @Test
  void emitsNonTcpWithoutOffload() {
    byte[] frame = join(MACS, hex("88b5"), counting(100));
    emit(frame, ChecksumState.PARTIAL, 1_000);
    assertThat(outside.sent()).containsExactly(join(CLEAR, frame));
  }

  @Test
  void transmitsManyPacketsInOrder() {
    byte[] came = join(CLEAR, FRAME_6);
    int rounds = 1_000;
    for (int i = 0; i < rounds; i++) {
      batch.forward(received(came), Leg.OUTSIDE);
      emitOnly(numbered(i), ChecksumState.COMPLETE, 0);
    }
    batch.flush();
    assertThat(outside.sent()).hasSize(2 * rounds);
    for (int i = 0; i < rounds; i++) {
      assertThat(outside.sent().get(2 * i)).isEqualTo(came);
      assertThat(outside.sent().get(2 * i + 1)).isEqualTo(join(CLEAR, numbered(i)));
    }
  }

  @Test
  void transmitsOwnedPayloadWithoutCopy() {
    int headers = FRAME_4.length - 4_000;
    MemorySegment octets = MemorySegment.ofArray(FRAME_4.clone());
    CountingOwner owner = new CountingOwner();
    PayloadParts parts = new PayloadParts();
    parts.add(owner, octets, headers, 1_000);
    parts.add(owner, octets, headers + 1_000, 3_000);
    batch.emit(
        new Packet()
            .at(MemorySegment.ofArray(FRAME_4.clone()), 0, headers)
            .parts(parts)
            .from(LinkType.ETHERNET, Leg.OUTSIDE, 0, 0)
            .offload(ChecksumState.PARTIAL, 1_000));
    parts.clear();
    assertThat(owner.retained).isEqualTo(2);

    batch.flush();
    assertThat(outside.sent()).containsExactly(join(hex("01 01 4200 e803 2200 1000"), FRAME_4));
    assertThat(owner.retained).isZero();
  }

  @Test
  void dropsAndCountsPacketLongerThanBuffer() {
    emit(new byte[1 << 20], ChecksumState.COMPLETE, 0);
    assertThat(outside.sent()).isEmpty();
    assertThat(outside.counters().get(LegCounter.TOO_LONG_TO_SEND)).isOne();
  }

  private static byte[] numbered(int number) {
    byte[] frame = FRAME_4.clone();
    putTwo(frame, frame.length - 2, number);
    return frame;
  }

  private static Packet received(byte[] headerAndFrame) {
    Packet packet =
        new Packet()
            .at(
                MemorySegment.ofArray(headerAndFrame.clone()),
                VirtioHeader.BYTES,
                headerAndFrame.length - VirtioHeader.BYTES)
            .from(LinkType.ETHERNET, Leg.INSIDE, 0, 0);
    new OffloadHeader().read(packet);
    return packet;
  }

  private void forward(Packet packet, Leg leg) {
    batch.forward(packet, leg);
    batch.flush();
  }

  private void emit(byte[] frame, ChecksumState checksumState, int gsoBytes) {
    emitOnly(frame, checksumState, gsoBytes);
    batch.flush();
  }

  private void emitOnly(byte[] frame, ChecksumState checksumState, int gsoBytes) {
    batch.emit(
        new Packet()
            .at(MemorySegment.ofArray(frame), 0, frame.length)
            .from(LinkType.ETHERNET, Leg.OUTSIDE, 0, 0)
            .offload(checksumState, gsoBytes));
  }

  /** The checksum field of {@link #FRAME_4} before the checksum is completed. */
  private static int pseudoHeaderSum() {
    byte[] onlyLength = new byte[SEGMENT.length];
    return TestFrames.tcpSum(onlyLength, 0, TestFrames.SOURCE_4, TestFrames.DESTINATION_4);
  }

  private static final class CountingOwner implements MemoryOwner {
    private int retained;

    @Override
    public void retain() {
      retained++;
    }

    @Override
    public void release() {
      retained--;
    }
  }
}
