package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.SegmentBuilder;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/** One endpoint of the connection: builds segments with arbitrary numbers and right checksums. */
final class ScriptedPeer {
  private static final HexFormat HEX = HexFormat.of();
  private static final String ETHERNET = "020000000001020000000002" + "0800";
  private static final String IPV4 = "4500000000004000400600000a000001" + "0a000002";
  private static final String IPV4_BACK = "4500000000004000400600000a000002" + "0a000001";
  private static final String PORTS = "9c401b58";
  private static final String PORTS_BACK = "1b589c40";
  private static final String SYN_OPTIONS =
      "020405b4" + "0402" + "080a0000000100000000" + "01030303";
  private static final String OPTIONS = "0101" + "080a0000000100000000";

  private final HeaderTemplate syn = new HeaderTemplate();
  private final HeaderTemplate segment = new HeaderTemplate();
  private final SegmentBuilder builder = new SegmentBuilder();
  private final int start;

  /** The client or the server; {@code start} is its initial sequence number. */
  ScriptedPeer(boolean client, int start) {
    this.start = start;
    capture(syn, client, SYN_OPTIONS);
    capture(segment, client, OPTIONS);
  }

  /** The sequence number of payload offset {@code offset}. */
  int sequenceOf(long offset) {
    return start + 1 + (int) offset;
  }

  SegmentBuilder syn() {
    return builder.from(syn).sequence(start);
  }

  SegmentBuilder segment(long offset) {
    return builder.from(segment).sequence(sequenceOf(offset));
  }

  private static void capture(HeaderTemplate template, boolean client, String options) {
    String ip = client ? IPV4 : IPV4_BACK;
    String ports = client ? PORTS : PORTS_BACK;
    int length = 20 + options.length() / 2;
    String tcp = ports + "00".repeat(8) + HEX.toHexDigits((byte) (length * 4)) + "00".repeat(7);
    byte[] frame = HEX.parseHex(ETHERNET + ip + tcp + options);
    frame[17] = (byte) (20 + length);
    Packet packet =
        new Packet()
            .at(MemorySegment.ofArray(frame), 0, frame.length)
            .from(LinkType.ETHERNET, client ? Leg.INSIDE : Leg.OUTSIDE, 0, 0)
            .offload(ChecksumState.COMPLETE, 0);
    FrameView view = new FrameView();
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    assertThat(template.capture(view)).isTrue();
  }
}
