package dev.midstream.wire.header;

import static dev.midstream.wire.header.TestFrames.NOTHING;
import static dev.midstream.wire.header.TestFrames.TIMESTAMPS;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.packet;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Reads invalid and random frames. */
class FrameViewRandomTest {
  private static final int ROUNDS = 200_000;
  private static final int MARGIN = 300;
  private static final LinkType[] LINK_TYPES = LinkType.values();
  private static final List<byte[]> SEEDS =
      List.of(
          ipv4(tcp(TIMESTAMPS, counting(20))),
          ipv4(hex("83070400 00000001"), tcp(TIMESTAMPS, counting(5))),
          ipv6(tcp(NOTHING, counting(9))),
          ipv6(0, hex("06 00 c204 00010000"), tcp(NOTHING, counting(9))),
          ipv6(44, hex("3c 00 0001 12345678 06 00 0104 00000000"), tcp(NOTHING, NOTHING)),
          ipv6(43, join(hex("3c02000100000000"), counting(16), hex("0600010400000000")), NOTHING));

  private final FrameView view = new FrameView();
  private final FrameView twin = new FrameView();

  @Test
  @DisplayName("C-56 arbitrary octets are read without an exception and within the packet")
  void readsArbitraryOctetsWithinPacket() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Map<FrameKind, Integer> kinds = new EnumMap<>(FrameKind.class);
    for (int round = 0; round < ROUNDS; round++) {
      LinkType linkType = LINK_TYPES[random.nextInt(LINK_TYPES.length)];
      byte[] frame = mutated(random, join(linkHeader(linkType, random), anyDatagram(random)));
      int missing = random.nextInt(4) == 0 ? random.nextInt(200) : 0;
      String where =
          "new Random(%dL), round %d, %s: %s"
              .formatted(seed, round, linkType, Arrays.toString(frame));
      Packet exact = packet(linkType, frame).missing(missing);
      FrameKind kind = view.read(exact);
      kinds.merge(kind, 1, Integer::sum);
      assertThat(twin.read(surrounded(linkType, frame, random).missing(missing)))
          .as(where)
          .isEqualTo(kind);
      if (kind == FrameKind.TCP) {
        checkPlaces(where);
        assertThat(summary(twin)).as(where).isEqualTo(summary(view));
      }
    }
    for (FrameKind kind : FrameKind.values()) {
      assertThat(kinds.get(kind)).as("new Random(%dL): %s", seed, kind).isGreaterThan(100);
    }
  }

  private void checkPlaces(String where) {
    Packet packet = view.packet();
    assertThat(view.ipOffset()).as(where).isGreaterThanOrEqualTo(0);
    assertThat(view.tcpOffset()).as(where).isGreaterThanOrEqualTo(view.ipOffset() + 20);
    assertThat(view.tcpHeaderLength()).as(where).isBetween(20, 60);
    assertThat(view.tcpOffset() + 20).as(where).isLessThanOrEqualTo(packet.length());
    assertThat(view.presentPayloadLength()).as(where).isBetween(0, view.payloadLength());
    int present = packet.length() - view.payloadOffset();
    assertThat(view.presentPayloadLength()).as(where).isLessThanOrEqualTo(Math.max(0, present));
    assertThat(view.frameLength())
        .as(where)
        .isLessThanOrEqualTo(packet.length() + packet.missingBytes());
  }

  /** Everything that the view reports, to compare two views. */
  private static List<Object> summary(FrameView view) {
    TcpOptionsView options = view.options();
    List<Object> addresses =
        List.of(view.sourceHigh(), view.sourceLow(), view.destinationHigh(), view.destinationLow());
    List<Object> numbers =
        List.of(
            view.sequence(),
            view.acknowledgement(),
            view.flags(),
            view.windowField(),
            view.urgentPointer(),
            view.hopLimit(),
            view.ipv4Id(),
            view.sourcePort(),
            view.destinationPort(),
            view.vlanIds());
    List<Object> places =
        List.of(
            view.tcpOffset(),
            view.payloadOffset(),
            view.payloadLength(),
            view.frameLength(),
            view.presentPayloadLength(),
            view.jumboOffset());
    List<Object> optionFields =
        List.of(
            options.isDamaged(),
            options.timestampsOffset(),
            options.sackOffset(),
            options.sackBlocks(),
            options.windowScale(),
            options.maximumSegmentLength());
    List<Object> checks =
        List.of(
            view.isTcpChecksumRight(), view.isIpv4HeaderChecksumRight(), view.ipv4DontFragment());
    return List.of(addresses, numbers, places, optionFields, checks);
  }

  private static byte[] anyDatagram(Random random) {
    if (random.nextInt(10) == 0) {
      byte[] noise = new byte[random.nextInt(120)];
      random.nextBytes(noise);
      return noise;
    }
    return SEEDS.get(random.nextInt(SEEDS.size()));
  }

  private static byte[] mutated(Random random, byte[] original) {
    byte[] frame = Arrays.copyOf(original, Math.max(0, original.length + cut(random)));
    for (int changes = random.nextInt(4); changes > 0 && frame.length > 0; changes--) {
      frame[random.nextInt(frame.length)] = (byte) random.nextInt();
    }
    return frame;
  }

  private static int cut(Random random) {
    return random.nextInt(3) == 0 ? random.nextInt(12) - random.nextInt(70) : 0;
  }

  private static byte[] linkHeader(LinkType linkType, Random random) {
    String type = random.nextBoolean() ? "0800" : "86dd";
    return switch (linkType) {
      case ETHERNET -> hex("000000000000000000000000" + tags(random) + type);
      case LINUX_COOKED -> hex("0000000000000000000000000000" + type);
      case LINUX_COOKED_2 -> hex(type + "000000000000000000000000000000000000");
      case NULL_LOOPBACK, LOOPBACK -> hex(random.nextBoolean() ? "00000002" : "00000018");
      case RAW_IP, OTHER -> NOTHING;
    };
  }

  private static String tags(Random random) {
    return "81000064".repeat(Math.max(0, random.nextInt(6) - 2));
  }

  private static Packet surrounded(LinkType linkType, byte[] frame, Random random) {
    byte[] memory = new byte[MARGIN + frame.length + MARGIN];
    random.nextBytes(memory);
    System.arraycopy(frame, 0, memory, MARGIN, frame.length);
    Packet packet = new Packet().at(MemorySegment.ofArray(memory), MARGIN, frame.length);
    return packet.from(linkType, packet.leg(), 0, 0);
  }
}
