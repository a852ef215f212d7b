package dev.midstream.wire.header;

import dev.midstream.wire.checksum.NaiveChecksum;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;

/** Frames built octet by octet; lengths and checksums are computed the slow way. */
public final class TestFrames {
  public static final byte[] MACS = hex("020000000001 020000000002");
  public static final byte[] ETHERNET_IPV4 = join(MACS, hex("0800"));
  public static final byte[] ETHERNET_IPV6 = join(MACS, hex("86dd"));
  public static final byte[] SOURCE_4 = hex("c0a80102");
  public static final byte[] DESTINATION_4 = hex("cb007105");
  public static final byte[] SOURCE_6 = hex("20010db8000000000000000000000002");
  public static final byte[] DESTINATION_6 = hex("20010db80000ffff00000000000000fe");
  public static final byte[] NOTHING = new byte[0];
  public static final byte[] TIMESTAMPS = hex("0101080a 11121314 21222324");

  private static final int TCP = 6;

  private TestFrames() {}

  /** The octets of a hexadecimal text with spaces. */
  public static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  public static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }

  /** {@code length} octets 0, 1, 2 and so on. */
  public static byte[] counting(int length) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) i;
    }
    return octets;
  }

  /** {@code 40000 > 80: PSH ACK, seq 0x01020304 ack 0x05060708 win 0x1000}, without checksum. */
  public static byte[] tcp(byte[] options, byte[] payload) {
    if (options.length % 4 != 0) {
      throw new IllegalArgumentException("options are not padded: bytes=" + options.length);
    }
    byte[] header = hex("9c40 0050 01020304 05060708 5018 1000 0000 0000");
    header[12] = (byte) (((20 + options.length) / 4) << 4);
    return join(header, options, payload);
  }

  /** An IPv4 datagram with that TCP segment; both checksums are right. */
  public static byte[] ipv4(byte[] options, byte[] segment) {
    byte[] header = hex("4500 0000 1234 4000 4006 0000");
    byte[] datagram = join(header, SOURCE_4, DESTINATION_4, options, segment);
    int headerLength = 20 + options.length;
    datagram[0] = (byte) (0x40 | (headerLength / 4));
    putTwo(datagram, 2, datagram.length);
    putTwo(datagram, 10, NaiveChecksum.checksum(datagram, 0, headerLength));
    putTcpChecksum(datagram, headerLength, SOURCE_4, DESTINATION_4);
    return datagram;
  }

  public static byte[] ipv4(byte[] segment) {
    return ipv4(NOTHING, segment);
  }

  /** An IPv6 datagram whose first header is {@code next}; its TCP checksum is right. */
  public static byte[] ipv6(int next, byte[] extensions, byte[] segment) {
    byte[] header = hex("60012345 0000 0040");
    byte[] datagram = join(header, SOURCE_6, DESTINATION_6, extensions, segment);
    datagram[6] = (byte) next;
    putTwo(datagram, 4, datagram.length - 40);
    putTcpChecksum(datagram, 40 + extensions.length, SOURCE_6, DESTINATION_6);
    return datagram;
  }

  public static byte[] ipv6(byte[] segment) {
    return ipv6(TCP, NOTHING, segment);
  }

  /** Computes the checksum of the segment from {@code tcp} to the end of {@code octets}. */
  public static void putTcpChecksum(byte[] octets, int tcp, byte[] source, byte[] destination) {
    if (octets.length < tcp + 18) {
      return;
    }
    putTwo(octets, tcp + 16, 0);
    putTwo(octets, tcp + 16, 0xffff - tcpSum(octets, tcp, source, destination));
  }

  /** The folded sum of pseudo header and segment, including the checksum field. */
  public static int tcpSum(byte[] octets, int tcp, byte[] source, byte[] destination) {
    int length = octets.length - tcp;
    byte[] pseudo = join(source, destination, new byte[] {0, TCP}, new byte[4]);
    pseudo[pseudo.length - 4] = (byte) (length >>> 24);
    pseudo[pseudo.length - 3] = (byte) (length >>> 16);
    putTwo(pseudo, pseudo.length - 2, length);
    byte[] all = join(pseudo, Arrays.copyOfRange(octets, tcp, octets.length));
    return NaiveChecksum.sum(all, 0, all.length);
  }

  public static void putTwo(byte[] octets, int at, int value) {
    octets[at] = (byte) (value >>> 8);
    octets[at + 1] = (byte) value;
  }

  /** A packet of exactly {@code frame}, so that any read beyond it throws. */
  public static Packet packet(LinkType linkType, byte[] frame) {
    return new Packet()
        .at(MemorySegment.ofArray(frame), 0, frame.length)
        .from(linkType, Leg.INSIDE, 0, 0);
  }

  public static Packet ethernet4(byte[] datagram) {
    return packet(LinkType.ETHERNET, join(ETHERNET_IPV4, datagram));
  }

  public static Packet ethernet6(byte[] datagram) {
    return packet(LinkType.ETHERNET, join(ETHERNET_IPV6, datagram));
  }

  /** The octets of a packet. */
  public static byte[] octets(Packet packet) {
    return packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
  }
}
