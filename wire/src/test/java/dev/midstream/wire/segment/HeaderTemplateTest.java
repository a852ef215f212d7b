package dev.midstream.wire.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known of captured headers. */
class HeaderTemplateTest {
  private static final String SEGMENT =
      "4500002800004000400600000a0000010a000002" + "9c4000500000000100000001501003e800000000";

  @ParameterizedTest
  @CsvSource({
    "0800, true",
    "810000070800, true",
    "810060000800, true",
    "88a800070800, false",
    "910000070800, false",
    "81006000810000070800, false",
    "81000007810000080800, false",
  })
  @DisplayName("a link header is plain without a tag, or with one of a customer")
  void tellsPlainLinks(String types, boolean isPlain) {
    String link = "020000000002020000000001" + types;
    assertThat(capture(LinkType.ETHERNET, link).hasPlainLink()).isEqualTo(isPlain);
  }

  private static HeaderTemplate capture(LinkType type, String link) {
    byte[] frame = HexFormat.of().parseHex(link + SEGMENT);
    Packet packet =
        new Packet().at(MemorySegment.ofArray(frame), 0, frame.length).from(type, Leg.INSIDE, 0, 0);
    FrameView view = new FrameView();
    assertThat(view.read(packet)).isEqualTo(FrameKind.TCP);
    HeaderTemplate template = new HeaderTemplate();
    assertThat(template.capture(view)).isTrue();
    return template;
  }
}
