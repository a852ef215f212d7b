package dev.midstream.wire.header;

import static dev.midstream.wire.header.TestFrames.NOTHING;
import static dev.midstream.wire.header.TestFrames.TIMESTAMPS;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.ethernet4;
import static dev.midstream.wire.header.TestFrames.ethernet6;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.octets;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HeaderEditorTest {
  private static final byte[] SACKS =
      hex("0101 051a 00000001 00000002 00000003 00000004 00000005 00000006");
  private static final int OPTIONS_AT = 54;

  private final FrameView view = new FrameView();
  private final HeaderEditor editor = new HeaderEditor();

  private void read(Packet packet) {
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
  }

  @Test
  void editsEveryFieldAndKeepsChecksumRight() {
    read(ethernet4(ipv4(tcp(TIMESTAMPS, counting(11)))));
    editor
        .edit(view)
        .sequence(-1)
        .acknowledgement(0)
        .window(0xffff)
        .flags(TcpFlags.ACK | TcpFlags.AE)
        .urgentPointer(7)
        .timestamps(-2, 0x80000000)
        .hopLimit(255)
        .done();
    assertThat(view.sequence()).isEqualTo(-1);
    assertThat(view.acknowledgement()).isZero();
    assertThat(view.windowField()).isEqualTo(0xffff);
    assertThat(view.flags()).isEqualTo(TcpFlags.ACK | TcpFlags.AE);
    assertThat(view.tcpHeaderLength()).isEqualTo(32);
    assertThat(view.urgentPointer()).isEqualTo(7);
    assertThat(view.options().timestampValue()).isEqualTo(-2);
    assertThat(view.options().timestampEcho()).isEqualTo(0x80000000);
    assertThat(view.hopLimit()).isEqualTo(255);
    assertThat(view.isTcpChecksumRight()).isTrue();
    assertThat(view.isIpv4HeaderChecksumRight()).isTrue();
  }

  @Test
  @DisplayName("H-46 the ECN field changes alone, DSCP and flow label stay")
  void editsEcnFieldOnly() {
    for (byte[] frame : List.of(ipv4(tcp(NOTHING, NOTHING)), ipv6(tcp(NOTHING, NOTHING)))) {
      boolean over4 = frame[0] == 0x45;
      Packet packet = over4 ? ethernet4(frame) : ethernet6(frame);
      read(packet);
      int others = frame[1] & 0xff;
      for (int bits = 0; bits < 4; bits++) {
        editor.edit(view).ecn(bits).done();
        assertThat(view.ecn()).isEqualTo(bits);
        int expected = others | (over4 ? bits : bits << 4);
        assertThat(octets(packet)[15] & 0xff).isEqualTo(expected);
        assertThat(octets(packet)[14]).isEqualTo(frame[0]);
        assertThat(view.isIpv4HeaderChecksumRight()).isTrue();
        assertThat(view.isTcpChecksumRight()).isTrue();
      }
    }
  }

  @Test
  void preservesReservedBits() {
    byte[] segment = tcp(NOTHING, NOTHING);
    segment[12] |= 0x0e;
    Packet packet = ethernet4(ipv4(segment));
    read(packet);
    editor.edit(view).flags(-1).done();
    assertThat(octets(packet)[46]).isEqualTo((byte) 0x5f);
    editor.edit(view).flags(0).done();
    assertThat(octets(packet)[46]).isEqualTo((byte) 0x5e);
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @Test
  void leavesFrameUnchangedWhenValuesAreEqual() {
    Packet packet = ethernet4(ipv4(tcp(TIMESTAMPS, counting(3))));
    read(packet);
    byte[] before = octets(packet);
    before[50] = (byte) 0x12; // a wrong checksum must stay wrong
    packet = ethernet4(Arrays.copyOfRange(before, 14, before.length));
    read(packet);
    editor
        .edit(view)
        .sequence(view.sequence())
        .acknowledgement(view.acknowledgement())
        .window(view.windowField())
        .flags(view.flags())
        .urgentPointer(0)
        .timestamps(view.options().timestampValue(), view.options().timestampEcho())
        .hopLimit(64)
        .done();
    assertThat(octets(packet)).isEqualTo(before);
  }

  @Test
  @DisplayName("C-52 a wrong checksum stays wrong by the same amount")
  void keepsWrongChecksumWrong() {
    Packet packet = ethernet4(ipv4(tcp(NOTHING, counting(3))));
    packet.memory().set(ValueLayout.JAVA_BYTE, 56, (byte) 77);
    read(packet);
    editor.edit(view).sequence(1).done();
    assertThat(view.isTcpChecksumRight()).isFalse();
    packet.memory().set(ValueLayout.JAVA_BYTE, 56, (byte) 2);
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @Test
  @DisplayName("C-45 a partial checksum covers none of the fields and is not updated")
  void leavesPartialChecksumUnchanged() {
    Packet packet = ethernet4(ipv4(tcp(TIMESTAMPS, counting(30))));
    packet.offload(ChecksumState.PARTIAL, 10);
    read(packet);
    int field = view.checksumField();
    editor.edit(view).sequence(99).timestamps(1, 2).hopLimit(3).done();
    assertThat(view.checksumField()).isEqualTo(field);
    assertThat(view.sequence()).isEqualTo(99);
    assertThat(view.isIpv4HeaderChecksumRight()).isTrue();
  }

  @Test
  @DisplayName("C-45 a partial checksum can be completed")
  void completesPartialChecksum() {
    Packet packet = ethernet6(ipv6(tcp(TIMESTAMPS, counting(31))));
    packet.offload(ChecksumState.PARTIAL, 10);
    read(packet);
    assertThat(editor.edit(view).sequence(99).completeChecksum()).isTrue();
    assertThat(view.isTcpChecksumRight()).isTrue();
    assertThat(packet.checksumState()).isEqualTo(ChecksumState.COMPLETE);
    assertThat(packet.gsoBytes()).isEqualTo(10);
    editor.done();
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @Test
  void refusesToCompleteTruncatedSegment() {
    byte[] datagram = ipv4(tcp(NOTHING, counting(30)));
    Packet packet = ethernet4(Arrays.copyOf(datagram, 50)).missing(20);
    read(packet);
    packet.offload(ChecksumState.PARTIAL, 0);
    byte[] before = octets(packet);
    assertThat(editor.edit(view).completeChecksum()).isFalse();
    assertThat(octets(packet)).isEqualTo(before);
    assertThat(packet.checksumState()).isEqualTo(ChecksumState.PARTIAL);
  }

  @Test
  void updatesChecksumOfTruncatedSegment() {
    byte[] datagram = ipv4(tcp(NOTHING, counting(30)));
    Packet packet = ethernet4(Arrays.copyOf(datagram, 50)).missing(20);
    read(packet);
    editor.edit(view).acknowledgement(0x12345678).done();
    byte[] whole = datagram.clone();
    System.arraycopy(octets(packet), 14, whole, 0, 50);
    read(ethernet4(whole));
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @Test
  void ignoresTimestampsOfSegmentWithoutOption() {
    Packet packet = ethernet4(ipv4(tcp(NOTHING, counting(3))));
    read(packet);
    byte[] before = octets(packet);
    editor.edit(view).timestamps(1, 2).done();
    assertThat(octets(packet)).isEqualTo(before);
  }

  @Test
  @DisplayName("C-28 the edges of a SACK block are edited")
  void editsSackBlocks() {
    read(ethernet4(ipv4(tcp(SACKS, NOTHING))));
    editor.edit(view).sackBlock(1, 0x30000000, 0x40000000).done();
    assertThat(view.options().sackLeft(1)).isEqualTo(0x30000000);
    assertThat(view.options().sackRight(1)).isEqualTo(0x40000000);
    assertThat(view.options().sackRight(0)).isEqualTo(2);
    assertThat(view.options().sackLeft(2)).isEqualTo(5);
    assertThat(view.isTcpChecksumRight()).isTrue();
    assertThatThrownBy(() -> editor.edit(view).sackBlock(3, 1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  @DisplayName("C-28 dropped SACK blocks leave a shorter option and NOPs")
  void dropsTrailingSackBlocks() {
    Packet packet = ethernet4(ipv4(tcp(SACKS, NOTHING)));
    read(packet);
    editor.edit(view).keepSackBlocks(3).done();
    assertThat(octets(packet)).endsWith(SACKS);
    editor.edit(view).keepSackBlocks(1).done();
    assertThat(view.options().sackBlocks()).isEqualTo(1);
    assertThat(octets(packet))
        .endsWith(hex("0101 050a 00000001 00000002 01010101 01010101 01010101 01010101"));
    assertThat(view.isTcpChecksumRight()).isTrue();
    editor.edit(view).keepSackBlocks(0).done();
    assertThat(view.options().sackBlocks()).isZero();
    assertThat(octets(packet)).endsWith(hex("01".repeat(28)));
    assertThat(view.isTcpChecksumRight()).isTrue();
    editor.edit(view).keepSackBlocks(0).done();
    assertThatThrownBy(() -> editor.edit(view).keepSackBlocks(1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  @DisplayName("C-48 Multipath options are stripped one after the other")
  void erasesEveryMultipathOption() {
    Packet packet = ethernet4(ipv4(tcp(hex("020405b4 1e05 000081 1e03 00 01010101"), counting(2))));
    read(packet);
    TcpOptionsView options = view.options();
    editor.edit(view);
    while (options.hasMultipath()) {
      editor.eraseOption(options.multipathOffset(), options.multipathLength());
    }
    editor.done();
    assertThat(octets(packet)).endsWith(hex("020405b4 0101010101010101 01010101 0001"));
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @Test
  void refusesToEraseOutsideOptions() {
    read(ethernet4(ipv4(tcp(SACKS, counting(8)))));
    editor.edit(view);
    assertThatThrownBy(() -> editor.eraseOption(OPTIONS_AT - 1, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> editor.eraseOption(OPTIONS_AT + 20, 9))
        .isInstanceOf(IndexOutOfBoundsException.class);
    editor.eraseOption(OPTIONS_AT, 28).done();
    assertThat(view.isTcpChecksumRight()).isTrue();
  }

  @Test
  void editsIpv6HopLimitWithoutChecksum() {
    Packet packet = ethernet6(ipv6(tcp(NOTHING, NOTHING)));
    read(packet);
    byte[] expected = octets(packet);
    expected[14 + 7] = 9;
    editor.edit(view).hopLimit(9).done();
    assertThat(view.hopLimit()).isEqualTo(9);
    assertThat(octets(packet)).isEqualTo(expected);
  }
}
