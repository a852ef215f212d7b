package dev.midstream.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.PlainEngine;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkLocalFilterTest {
  private final Engine engine = PlainEngine.make();
  private final LinkLocalFilter filter = new LinkLocalFilter(engine, engine.counters());

  @ParameterizedTest
  @CsvSource({
    "0180c200000e, TAKEN",
    "0180c2000000, TAKEN",
    "0180c200000f, TAKEN",
    "0180c2000010, FORWARD",
    "0180c3000000, FORWARD",
    "ffffffffffff, FORWARD"
  })
  @DisplayName("OWN-3 LLDP by choice: link-local frames are dropped")
  void dropsLinkLocalFrames(String destination, Disposition expected) {
    byte[] frame = HexFormat.of().parseHex(destination + "020000000001" + "88cc" + "00".repeat(46));
    assertThat(pass(frame, LinkType.ETHERNET)).isEqualTo(expected);
    long dropped = expected == Disposition.TAKEN ? 1 : 0;
    assertThat(engine.counters().of(Reason.LINK_LOCAL)).isEqualTo(dropped);
  }

  @ParameterizedTest
  @CsvSource({"ETHERNET, 0180c20000", "RAW_IP, 0180c2000000", "ETHERNET, ''"})
  @DisplayName("all other frames pass")
  void passesAllOtherFrames(LinkType linkType, String octets) {
    assertThat(pass(HexFormat.of().parseHex(octets), linkType)).isEqualTo(Disposition.FORWARD);
  }

  private Disposition pass(byte[] frame, LinkType linkType) {
    Packet packet =
        new Packet()
            .at(MemorySegment.ofArray(frame), 0, frame.length)
            .from(linkType, Leg.INSIDE, 0, 0);
    return filter.onPacket(packet, 0, made -> {});
  }
}
