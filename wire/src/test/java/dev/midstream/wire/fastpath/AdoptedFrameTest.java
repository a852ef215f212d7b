package dev.midstream.wire.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.header.TestFrames;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.segment.ResetReply;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the ends of an adopted connection get, over each kind of frame. */
class AdoptedFrameTest {
  private static final byte[] LINK = TestFrames.hex("020000000001 020000000002");
  private static final byte[] BACK = TestFrames.hex("020000000002 020000000001");
  private static final int SENT = Integer.MAX_VALUE;
  private static final int ACKNOWLEDGED = Integer.MIN_VALUE;

  private static final int TIMESTAMPS_BYTES = 12;

  private final FrameView view = new FrameView();
  private final ResetReply reply = new ResetReply();
  private final AdoptedFrame frame = new AdoptedFrame();
  private final FlowKey key = new FlowKey(Arena.ofAuto().allocate(FlowKey.BYTES, Long.BYTES));
  private final FlowEntry entry =
      new FlowEntry(Arena.ofAuto().allocate(FlowEntry.BYTES, Long.BYTES));

  @ParameterizedTest
  @CsvSource({"4, 0, 54", "6, 0, 74", "4, 5, 58", "6, 4095, 78"})
  @DisplayName("the RST for an end, and the question to it, have its link, addresses and numbers")
  void buildsReplies(int version, int vlan, int bytes) {
    int high = version == 4 ? 0 : 1;
    key.begin(version, vlan).source(high, 3, 1_024).destination(high, 4, 80);
    entry.begin(1).newest(SENT, 7, 1, 2, 3).link(LINK);
    read(frame.of(key, entry, ACKNOWLEDGED));
    assertThat(view.sourceLow()).isEqualTo(3);
    assertThat(view.sequence()).isEqualTo(SENT);
    Packet cause = view.packet();

    assertBack(reply.to(view), version, vlan, bytes);
    assertThat(view.flags()).isEqualTo(TcpFlags.RST);
    assertThat(view.sequence()).isEqualTo(ACKNOWLEDGED);

    read(cause);
    assertBack(reply.questionTo(view), version, vlan, bytes);
    assertAsks();
    assertThat(view.options().hasTimestamps()).isFalse();

    read(cause);
    assertBack(reply.timestampedQuestionTo(view), version, vlan, bytes + TIMESTAMPS_BYTES);
    assertAsks();
    assertThat(view.options().hasOnlyTimestamps()).isTrue();
    assertThat(view.options().timestampValue()).as("the newest that the end has seen").isEqualTo(3);
    assertThat(view.options().timestampEcho()).as("that of the end").isEqualTo(2);
  }

  private void assertAsks() {
    assertThat(view.flags()).isEqualTo(TcpFlags.ACK);
    assertThat(view.sequence()).isEqualTo(ACKNOWLEDGED - 1);
    assertThat(view.acknowledgement()).isEqualTo(SENT);
  }

  @Test
  @DisplayName("the frame of an end that sends no timestamps has none")
  void hasNoTimestamps() {
    key.begin(4, 0).source(0, 3, 1_024).destination(0, 4, 80);
    entry.begin(1).newest(SENT, 7, 1, 0, 0).link(LINK);
    read(frame.of(key, entry, ACKNOWLEDGED));
    assertThat(view.options().hasTimestamps()).isFalse();
  }

  private void assertBack(Packet packet, int version, int vlan, int bytes) {
    assertThat(Arrays.copyOf(TestFrames.octets(packet), BACK.length)).isEqualTo(BACK);
    assertThat(packet.length()).isEqualTo(bytes);
    read(packet);
    assertThat(view.ipVersion()).isEqualTo(version);
    assertThat(view.vlanIds()).isEqualTo(vlan);
    assertThat(view.sourceHigh()).isEqualTo(version == 4 ? 0 : 1);
    assertThat(view.sourceLow()).isEqualTo(4);
    assertThat(view.sourcePort()).isEqualTo(80);
    assertThat(view.destinationHigh()).isEqualTo(version == 4 ? 0 : 1);
    assertThat(view.destinationLow()).isEqualTo(3);
    assertThat(view.destinationPort()).isEqualTo(1_024);
    assertThat(view.hopLimit()).isEqualTo(64);
    assertThat(view.payloadLength()).isZero();
    assertThat(view.isTcpChecksumRight()).isTrue();
    assertThat(view.isIpv4HeaderChecksumRight()).isTrue();
  }

  private void read(Packet packet) {
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
  }

  @Test
  @DisplayName("the link is known as soon as a segment was seen")
  void knowsTheLink() {
    assertThat(AdoptedFrame.hasLink(entry.begin(1))).isFalse();
    assertThat(AdoptedFrame.hasLink(entry.link(LINK))).isTrue();
  }
}
