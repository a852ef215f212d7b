package dev.midstream.wire.capture;

import dev.midstream.wire.packet.LinkType;

/** The supported link types of capture files and their codes (the registry at tcpdump.org). */
final class LinkTypes {
  private LinkTypes() {}

  /** The code of a supported link type. */
  static int codeOf(LinkType linkType) {
    return switch (linkType) {
      case ETHERNET -> 1;
      case RAW_IP -> 101;
      case NULL_LOOPBACK -> 0;
      case LOOPBACK -> 108;
      case LINUX_COOKED -> 113;
      case LINUX_COOKED_2 -> 276;
      case OTHER -> throw new IllegalArgumentException("link type without a code");
    };
  }

  /** The link type of a code; {@link LinkType#OTHER} if it is not supported. */
  static LinkType of(int code) {
    return switch (code) {
      case 0 -> LinkType.NULL_LOOPBACK;
      case 1 -> LinkType.ETHERNET;
      case 12, 14, 101, 228, 229 -> LinkType.RAW_IP;
      case 108 -> LinkType.LOOPBACK;
      case 113 -> LinkType.LINUX_COOKED;
      case 276 -> LinkType.LINUX_COOKED_2;
      default -> LinkType.OTHER;
    };
  }
}
