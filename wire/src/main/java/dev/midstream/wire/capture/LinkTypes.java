package dev.midstream.wire.capture;

import dev.midstream.wire.packet.LinkType;

/** The link-layer codes of capture files (the registry at tcpdump.org) that can be read. */
final class LinkTypes {
  private LinkTypes() {}

  /** What the code stands for; {@link LinkType#OTHER} if it cannot be read. */
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
