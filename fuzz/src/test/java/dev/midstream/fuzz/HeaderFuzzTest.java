package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.wire.header.FragmentView;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.HeaderEditor;
import dev.midstream.wire.header.IcmpView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.header.TcpOptionsView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.segment.DatagramBuilder;
import dev.midstream.wire.segment.HeaderTemplate;
import dev.midstream.wire.segment.ResetReply;
import dev.midstream.wire.segment.SegmentBuilder;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.DisplayName;

/** Arbitrary octets as a frame. The memory ends with the frame, so a read beyond it throws. */
class HeaderFuzzTest {
  private static final LinkType[] LINK_TYPES = LinkType.values();

  private final FrameView view = new FrameView();
  private final FragmentView fragment = new FragmentView();
  private final IcmpView error = new IcmpView();
  private final HeaderEditor editor = new HeaderEditor();
  private final HeaderTemplate template = new HeaderTemplate();
  private final SegmentBuilder builder = new SegmentBuilder();

  @FuzzTest
  @DisplayName("C-56 any frame is read, edited and used as a template without access beyond it")
  void staysInsideAnyFrame(byte[] input) {
    OctetScript script = new OctetScript(input);
    LinkType linkType = script.nextOf(LINK_TYPES);
    int missing = Math.max(0, script.nextSigned());
    int change = script.nextNumber() << 16 | script.nextNumber();
    byte[] frame = script.nextRest();
    Packet packet = packetOf(linkType, frame).missing(missing);
    FrameKind kind = view.read(packet);
    if (kind == FrameKind.FRAGMENT && fragment.read(view)) {
      checkFragment(packet);
    }
    if (error.read(packet)) {
      changeQuote(change);
    }
    if (kind == FrameKind.TCP) {
      checkPlaces(packet);
      checkOptions(view.options());
      boolean right = view.isTcpChecksumRight();
      edit(change);
      assertThat(view.flags()).isEqualTo(change & TcpFlags.ALL);
      assertThat(view.isTcpChecksumRight()).isEqualTo(right);
      assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
      build(change);
      new ResetReply().to(view);
      assertThat(editor.edit(view).completeChecksum()).isEqualTo(view.isTcpChecksumRight());
    }
  }

  private void checkFragment(Packet packet) {
    assertThat(fragment.end()).isBetween(fragment.start() + 1, 65_535);
    assertThat(fragment.headersEnd()).isBetween(0, packet.length());
    assertThat(fragment.isLast() || fragment.payloadLength() % 8 == 0).isTrue();
    if (fragment.isPresent()) {
      Packet start =
          new DatagramBuilder()
              .begin(fragment)
              .octets(packet.memory(), fragment.payloadOffset(), 0, fragment.payloadLength())
              .build(fragment.payloadLength());
      assertThat(new FrameView().read(start)).isNotNull();
    }
  }

  private void changeQuote(int change) {
    boolean right = error.isChecksumRight();
    error.sequence(change);
    assertThat(error.sequence()).isEqualTo(change);
    if (error.hasAcknowledgement()) {
      error.acknowledgement(~change);
    }
    assertThat(error.isChecksumRight()).isEqualTo(right);
  }

  private void checkPlaces(Packet packet) {
    assertThat(view.tcpHeaderLength()).isBetween(20, 60);
    assertThat(view.tcpOffset() + 20).isLessThanOrEqualTo(packet.length());
    assertThat(view.presentPayloadLength()).isBetween(0, view.payloadLength());
    int present = packet.length() - view.payloadOffset();
    assertThat(view.presentPayloadLength()).isLessThanOrEqualTo(Math.max(0, present));
    List<Object> fields =
        List.of(
            view.ipVersion(),
            view.vlanIds(),
            view.sourceHigh(),
            view.sourceLow(),
            view.destinationHigh(),
            view.destinationLow(),
            view.sourcePort(),
            view.destinationPort(),
            view.urgentPointer(),
            view.hopLimit(),
            view.ipv4Id(),
            view.ipv4DontFragment(),
            view.isIpv4HeaderChecksumRight());
    assertThat(fields).doesNotContainNull();
  }

  private void checkOptions(TcpOptionsView options) {
    int start = view.tcpOffset() + 20;
    assertThat(options.windowScale()).isBetween(-1, 14);
    assertThat(options.maximumSegmentLength()).isBetween(-1, 65_535);
    if (options.hasTimestamps()) {
      assertThat(options.timestampsOffset()).isBetween(start + 2, view.payloadOffset() - 8);
    }
    assertThat(options.sackBlocks()).isBetween(0, 4);
    if (options.sackBlocks() > 0) {
      int longest = 8 * options.sackBlocks();
      assertThat(options.sackOffset()).isBetween(start + 2, view.payloadOffset() - longest);
    }
  }

  private void edit(int change) {
    TcpOptionsView options = view.options();
    editor.edit(view).sequence(change).acknowledgement(~change).flags(change).window(change);
    editor.urgentPointer(change >>> 16).hopLimit(change & 0xff);
    if (options.hasTimestamps()) {
      editor.timestamps(change, ~change);
    }
    int blocks = options.sackBlocks();
    for (int i = 0; i < blocks; i++) {
      editor.sackBlock(i, change, change + i);
    }
    if (blocks > 0) {
      editor.keepSackBlocks(change & 1);
    }
    if (options.hasMultipath()) {
      editor.eraseOption(options.multipathOffset(), options.multipathLength());
    }
    editor.done();
  }

  private void build(int change) {
    if (!template.capture(view)) {
      return;
    }
    builder.from(template).sequence(change).acknowledgement(change).timestamps(change, change);
    if ((change & 1) == 0) {
      builder.withoutSynOptions();
    }
    int[] edges = {1, 2, 3, 4, 5, 6, 7, 8};
    builder.sackBlocks(edges, change >>> 1 & 3).payload(MemorySegment.ofArray(edges), 0, 5);
    assertThat(new FrameView().read(builder.build(0))).isEqualTo(FrameKind.TCP);
  }

  private static Packet packetOf(LinkType linkType, byte[] frame) {
    Packet packet = new Packet().at(MemorySegment.ofArray(frame), 0, frame.length);
    return packet.from(linkType, Leg.INSIDE, 0, 0);
  }
}
