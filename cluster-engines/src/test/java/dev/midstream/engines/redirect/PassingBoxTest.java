package dev.midstream.engines.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassingBoxTest {
  private static final String LINK = "020000000001" + "020000000002";
  private static final String ADDRESSES = "0a0000010a000002";
  private static final String SEGMENT =
      "9c400050" + "00000001" + "00000000" + "50020100" + "00000000";
  private static final String ARP =
      "0806" + "0001080006040001" + "0000000000000000000000000000000000000000";
  private static final String UDP =
      "0800" + "4500001c000000004011" + "0000" + ADDRESSES + "00350035" + "00080000";
  private static final String TCP = "0800" + "45000028000000004006" + "0000" + ADDRESSES + SEGMENT;
  private static final String FRAGMENT =
      "0800" + "4500001c000020004006" + "0000" + ADDRESSES + "9c40005000000001";
  private static final String ECHO =
      "0800" + "4500001c000000004001" + "0000" + ADDRESSES + "0800000000010001";
  private static final String TOO_BIG =
      "0800"
          + "45000044000000004001"
          + "0000"
          + ADDRESSES
          + "0304000000000578"
          + "45000028000000004006"
          + "0000"
          + ADDRESSES
          + SEGMENT;

  private int seen;

  private Disposition pass(String frame) {
    byte[] octets = HexFormat.of().parseHex(LINK + frame);
    PassingBox box = new PassingBox(new Seeing());
    return box.onPacket(
        new Packet()
            .at(MemorySegment.ofArray(octets), 0, octets.length)
            .from(LinkType.ETHERNET, Leg.INSIDE, 1, 0),
        0,
        packet -> {});
  }

  @ParameterizedTest(name = "PDP-9 {0} is forwarded by the dispatcher itself: {2}")
  @CsvSource({
    "ARP, " + ARP + ", true",
    "UDP, " + UDP + ", true",
    "an echo, " + ECHO + ", true",
    "a segment, " + TCP + ", false",
    "a fragment, " + FRAGMENT + ", false",
    "an error that quotes a segment, " + TOO_BIG + ", false",
  })
  @DisplayName("PDP-9 a dispatcher forwards itself what no engine looks at")
  void forwardsTheRest(String what, String frame, boolean isForwarded) {
    assertThat(pass(frame)).isEqualTo(isForwarded ? Disposition.FORWARD : Disposition.TAKEN);
    assertThat(seen).isEqualTo(isForwarded ? 0 : 1);
  }

  /** Counts what it gets. */
  private final class Seeing implements Box {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      seen++;
      return Disposition.TAKEN;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {}

    @Override
    public long nextDeadlineNanos() {
      return Long.MAX_VALUE;
    }
  }
}
