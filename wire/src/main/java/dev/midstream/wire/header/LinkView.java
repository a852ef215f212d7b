package dev.midstream.wire.header;

import static dev.midstream.wire.header.NetworkOrder.fourOctets;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.packet.Packet;

/** The link header: where it ends, which IP version it announces, its VLAN IDs. */
final class LinkView {
  private static final int ETHERNET_BYTES = 14;
  private static final int COOKED_BYTES = 16;
  private static final int COOKED_2_BYTES = 20;
  private static final int FAMILY_BYTES = 4;
  private static final int TAG_BYTES = 4;
  private static final int MAX_TAGS = 2;
  private static final int VLAN_ID_BITS = 12;

  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_IPV6 = 0x86dd;

  private int ipOffset;
  private int ipVersion;
  private int vlanIds;

  /** Reads the link header; {@link FrameKind#TCP} means that an IP header should follow. */
  FrameKind read(Packet packet) {
    vlanIds = 0;
    return switch (packet.linkType()) {
      case ETHERNET -> typed(packet, ETHERNET_BYTES - 2, ETHERNET_BYTES);
      case LINUX_COOKED -> typed(packet, COOKED_BYTES - 2, COOKED_BYTES);
      case LINUX_COOKED_2 -> typed(packet, 0, COOKED_2_BYTES);
      case NULL_LOOPBACK -> family(packet, true);
      case LOOPBACK -> family(packet, false);
      case RAW_IP -> ip(0, 0);
      case OTHER -> FrameKind.NOT_OURS;
    };
  }

  /** Where the IP header starts. */
  int ipOffset() {
    return ipOffset;
  }

  /** The IP version announced: 4, 6, or 0 if only the IP header tells it. */
  int ipVersion() {
    return ipVersion;
  }

  /** The VLAN IDs, see {@link FrameView#vlanIds}. */
  int vlanIds() {
    return vlanIds;
  }

  private FrameKind typed(Packet packet, int typeOffset, int headerLength) {
    if (packet.length() < headerLength) {
      return FrameKind.MALFORMED;
    }
    int type = twoOctets(packet.memory(), packet.offset() + typeOffset);
    int next = headerLength;
    for (int tags = 0; VlanType.isTag(type); tags++, next += TAG_BYTES) {
      if (tags == MAX_TAGS) {
        return FrameKind.NOT_OURS;
      }
      if (next + TAG_BYTES > packet.length()) {
        return FrameKind.MALFORMED;
      }
      int vlanId = twoOctets(packet.memory(), packet.offset() + next) & 0xfff;
      vlanIds = (vlanIds << VLAN_ID_BITS) | vlanId;
      type = twoOctets(packet.memory(), packet.offset() + next + 2);
    }
    return switch (type) {
      case TYPE_IPV4 -> ip(next, 4);
      case TYPE_IPV6 -> ip(next, 6);
      default -> FrameKind.NOT_OURS;
    };
  }

  private FrameKind family(Packet packet, boolean anyOrder) {
    if (packet.length() < FAMILY_BYTES) {
      return FrameKind.MALFORMED;
    }
    int family = fourOctets(packet.memory(), packet.offset());
    int version = versionOf(family);
    if (version == 0 && anyOrder) {
      version = versionOf(Integer.reverseBytes(family));
    }
    return version == 0 ? FrameKind.NOT_OURS : ip(FAMILY_BYTES, version);
  }

  /** Linux, BSD, FreeBSD and Darwin each use a different number for IPv6. */
  private static int versionOf(int family) {
    return switch (family) {
      case 2 -> 4;
      case 10, 24, 28, 30 -> 6;
      default -> 0;
    };
  }

  private FrameKind ip(int offset, int version) {
    ipOffset = offset;
    ipVersion = version;
    return FrameKind.TCP;
  }
}
