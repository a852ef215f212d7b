package dev.midstream.wire.header;

import static dev.midstream.wire.header.TestFrames.NOTHING;
import static dev.midstream.wire.header.TestFrames.TIMESTAMPS;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.ethernet4;
import static dev.midstream.wire.header.TestFrames.ethernet6;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.ipv6;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FlowHashViewTest {
  private static final byte[] SEGMENT = tcp(TIMESTAMPS, counting(20));
  private static final String PORTS_4 = "c0a80102:40000 cb007105:80";
  private static final String ADDRESSES_4 = "c0a80102:0 cb007105:0";

  private final FlowHashView flow = new FlowHashView();

  @Test
  void hashesAddressesAndPortsOfTcpAndUdp() {
    assertThat(of(ethernet4(ipv4(SEGMENT)))).isEqualTo(PORTS_4);
    assertThat(of(ethernet4(as(17, ipv4(SEGMENT))))).isEqualTo(PORTS_4);
    assertThat(of(ethernet6(ipv6(SEGMENT)))).endsWith("40000 20010db80000ffff:fe:80");
    assertThat(of(ethernet6(ipv6(0, hex("0600 0104 00000000"), SEGMENT))))
        .isEqualTo(of(ethernet6(ipv6(SEGMENT))));
  }

  @Test
  @DisplayName("the last address of a source route is the destination")
  void readsFinalDestinationOfSourceRoute() {
    assertThat(of(ethernet4(ipv4(hex("83070400 00000001"), SEGMENT)))).doesNotContain("cb007105");
  }

  @Test
  void hashesAddressesOfFragmentsAndTunnels() {
    byte[] first = ipv4(SEGMENT);
    first[6] = 0x20;
    assertThat(of(ethernet4(first))).isEqualTo(ADDRESSES_4);
    byte[] later = as(17, ipv4(SEGMENT));
    later[6] = 0;
    later[7] = 9;
    assertThat(of(ethernet4(later))).isEqualTo(ADDRESSES_4);
    for (int tunnel : new int[] {47, 50, 51, 115}) {
      assertThat(of(ethernet4(as(tunnel, ipv4(SEGMENT))))).isEqualTo(ADDRESSES_4);
    }
    assertThat(of(ethernet4(as(17, ipv4(hex("01f4 1000 0008 0000")))))).isEqualTo(ADDRESSES_4);
    assertThat(of(ethernet4(as(17, ipv4(hex("1000 1194 0008 0000")))))).isEqualTo(ADDRESSES_4);
    assertThat(of(ethernet6(ipv6(44, hex("1100 0001 12345678"), counting(8)))))
        .contains(":0 ")
        .endsWith(":0");
    assertThat(of(ethernet6(ipv6(44, hex("0600 0000 12345678"), SEGMENT))))
        .as("an atomic fragment is a whole datagram")
        .isEqualTo(of(ethernet6(ipv6(SEGMENT))));
  }

  @Test
  @DisplayName("an ICMP error has the fields of the quoted packet, an echo its identifier")
  void hashesQuotedPacketOfIcmpErrorAndIdentifierOfEcho() {
    byte[] quote = Arrays.copyOf(ipv4(SEGMENT), 28);
    assertThat(of(ethernet4(icmp(join(hex("0304 0000 00000400"), quote))))).isEqualTo(PORTS_4);
    byte[] quote6 = Arrays.copyOf(ipv6(SEGMENT), 48);
    assertThat(of(ethernet6(icmp6(join(hex("0200 0000 00000500"), quote6)))))
        .isEqualTo(of(ethernet6(ipv6(SEGMENT))));
    assertThat(of(ethernet4(icmp(hex("0000 0000 1234 0001"))))).contains(":4660 ");
    byte[] echo = icmp(hex("0800 0000 1234 0001"));
    assertThat(of(ethernet4(icmp(join(hex("0b00 0000 00000000"), echo)))))
        .isEqualTo(of(ethernet4(echo)));
  }

  @Test
  void rejectsOtherPackets() {
    assertThat(of(ethernet4(as(132, ipv4(SEGMENT))))).isEqualTo("none");
    assertThat(of(ethernet4(icmp(hex("0900 0000 00000000"))))).isEqualTo("none");
    assertThat(of(ethernet4(icmp(join(hex("0300 0000 00000000"), hex("45")))))).isEqualTo("none");
    byte[] error = icmp(join(hex("0300 0000 00000000"), ipv4(SEGMENT)));
    assertThat(of(ethernet4(icmp(join(hex("0300 0000 00000000"), error)))))
        .as("an error about an error")
        .isEqualTo("none");
    assertThat(of(ethernet4(Arrays.copyOf(ipv4(SEGMENT), 23)))).isEqualTo("none");
    assertThat(of(ethernet4(NOTHING))).isEqualTo("none");
  }

  @Test
  @DisplayName("C-56 arbitrary octets are read without an exception and within the packet")
  void readsArbitraryOctets() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] error = icmp(join(hex("0304 0000 00000400"), ipv4(SEGMENT)));
    byte[] error6 = icmp6(join(hex("0200 0000 00000500"), ipv6(SEGMENT)));
    byte[][] seeds = {error, error6, ipv6(0, hex("2c00 0104 00000000"), SEGMENT)};
    int read = 0;
    for (int round = 0; round < 200_000; round++) {
      byte[] octets = seeds[random.nextInt(seeds.length)].clone();
      for (int change = random.nextInt(8); change > 0; change--) {
        octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
      }
      octets = Arrays.copyOf(octets, random.nextInt(octets.length + 1));
      try {
        read += flow.read(TestFrames.packet(LinkType.RAW_IP, octets)) ? 1 : 0;
      } catch (RuntimeException e) {
        throw new AssertionError(
            "new Random(%dL), round %d: %s".formatted(seed, round, Arrays.toString(octets)), e);
      }
    }
    assertThat(read).as("new Random(%dL)", seed).isGreaterThan(1_000);
  }

  private String of(Packet packet) {
    if (!flow.read(packet)) {
      return "none";
    }
    return end(flow.sourceHigh(), flow.sourceLow(), flow.sourcePort())
        + " "
        + end(flow.destinationHigh(), flow.destinationLow(), flow.destinationPort());
  }

  private static String end(long high, long low, int port) {
    String prefix = high == 0 ? "" : Long.toHexString(high) + ":";
    return prefix + Long.toHexString(low) + ":" + port;
  }

  private static byte[] icmp(byte[] message) {
    return as(1, join(ipv4(NOTHING), message));
  }

  private static byte[] icmp6(byte[] message) {
    return join(ipv6(58, NOTHING, NOTHING), message);
  }

  private static byte[] as(int protocol, byte[] datagram) {
    byte[] other = datagram.clone();
    other[9] = (byte) protocol;
    return other;
  }
}
