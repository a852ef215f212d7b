package dev.midstream.wire.header;

import static dev.midstream.wire.header.NetworkOrder.octet;
import static dev.midstream.wire.header.NetworkOrder.twoOctets;

import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;

/**
 * The chain of IPv6 extension headers (RFC 8200 section 4): its end, fragmentation, the jumbo
 * payload length, and the addresses of the endpoints.
 */
final class ExtensionHeadersView {
  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int DESTINATION_OPTIONS = 60;

  private static final int UNIT_BYTES = 8;
  private static final int ADDRESS_BYTES = 16;
  private static final int FRAGMENT_BITS = 0xfff9;
  private static final int ROUTING_SOURCE = 0;
  private static final int ROUTING_MOBILITY = 2;
  private static final int ROUTING_SEGMENTS = 4;
  private static final int OPTION_PAD_ONE = 0;
  private static final int OPTION_JUMBO = 0xc2;
  private static final int OPTION_HOME_ADDRESS = 0xc9;

  /** A longer chain is an attack on its parser (RFC 8504 section 5.3). */
  private static final int MAX_HEADERS = 16;

  private MemorySegment memory = MemorySegment.NULL;
  private long base;
  private int end;
  private int nextHeaderOffset;
  private int jumboOffset;
  private int sourceOffset;
  private int destinationOffset;

  /**
   * Parses the chain of the IPv6 header at {@code ipOffset}, reading nothing at or beyond {@code
   * limit}. {@link FrameKind#TCP} means that TCP follows, {@link FrameKind#FRAGMENT} that it may
   * follow.
   */
  FrameKind read(Packet packet, int ipOffset, int limit) {
    memory = packet.memory();
    base = packet.offset();
    end = ipOffset + IpView.IPV6_BYTES;
    nextHeaderOffset = ipOffset + 6;
    jumboOffset = -1;
    sourceOffset = ipOffset + 8;
    destinationOffset = ipOffset + 24;
    int protocol = octet(memory, base + nextHeaderOffset);
    for (int headers = 0; protocol != IpView.PROTOCOL_TCP; headers++) {
      if (!isExtension(protocol)) {
        return FrameKind.NOT_OURS;
      }
      int length = lengthOfNext(protocol, limit);
      boolean late = protocol == HOP_BY_HOP && headers > 0;
      if (length == 0 || late || headers == MAX_HEADERS) {
        return FrameKind.MALFORMED;
      }
      FrameKind kind = parse(protocol, length);
      if (kind != FrameKind.TCP) {
        return kind;
      }
      protocol = octet(memory, base + end);
      nextHeaderOffset = end;
      end += length;
    }
    return FrameKind.TCP;
  }

  /** Where the header after the chain starts. */
  int end() {
    return end;
  }

  /** Offset of the field that identifies the header after the chain. */
  int nextHeaderOffset() {
    return nextHeaderOffset;
  }

  /** Offset of the jumbo payload option; -1 if absent. */
  int jumboOffset() {
    return jumboOffset;
  }

  /** Offset of the address of the sending endpoint. */
  int sourceOffset() {
    return sourceOffset;
  }

  /** Offset of the address of the final destination. */
  int destinationOffset() {
    return destinationOffset;
  }

  private static boolean isExtension(int protocol) {
    return protocol == HOP_BY_HOP
        || protocol == ROUTING
        || protocol == FRAGMENT
        || protocol == DESTINATION_OPTIONS;
  }

  private int lengthOfNext(int protocol, int limit) {
    if (end + UNIT_BYTES > limit) {
      return 0;
    }
    int units = protocol == FRAGMENT ? 0 : octet(memory, base + end + 1);
    int length = (units + 1) * UNIT_BYTES;
    return end + length > limit ? 0 : length;
  }

  private FrameKind parse(int protocol, int length) {
    return switch (protocol) {
      case HOP_BY_HOP -> parseHopByHop(length);
      case ROUTING -> parseRouting(length);
      case FRAGMENT -> parseFragment();
      default -> parseDestinationOptions(length);
    };
  }

  private FrameKind parseHopByHop(int length) {
    jumboOffset = findOption(OPTION_JUMBO, 4, length);
    return FrameKind.TCP;
  }

  /** RFC 6275 section 6.3: the sender's home address replaces the source address. */
  private FrameKind parseDestinationOptions(int length) {
    int option = findOption(OPTION_HOME_ADDRESS, ADDRESS_BYTES, length);
    if (option >= 0) {
      sourceOffset = option + 2;
    }
    return FrameKind.TCP;
  }

  /** RFC 8200 section 4.4, RFC 6275 section 6.4, RFC 8754 section 2. */
  private FrameKind parseRouting(int length) {
    int segmentsLeft = octet(memory, base + end + 3);
    if (segmentsLeft == 0) {
      return FrameKind.TCP;
    }
    if (length < UNIT_BYTES + ADDRESS_BYTES) {
      return FrameKind.MALFORMED;
    }
    switch (octet(memory, base + end + 2)) {
      case ROUTING_SOURCE -> destinationOffset = end + length - ADDRESS_BYTES;
      case ROUTING_MOBILITY, ROUTING_SEGMENTS -> destinationOffset = end + UNIT_BYTES;
      default -> {
        return FrameKind.NOT_OURS;
      }
    }
    return FrameKind.TCP;
  }

  /**
   * An atomic fragment (RFC 6946) is a whole datagram; of any other only the first header is known.
   */
  private FrameKind parseFragment() {
    if ((twoOctets(memory, base + end + 2) & FRAGMENT_BITS) == 0) {
      return FrameKind.TCP;
    }
    int protocol = octet(memory, base + end);
    boolean mayBeTcp = protocol == IpView.PROTOCOL_TCP || isExtension(protocol);
    return mayBeTcp ? FrameKind.FRAGMENT : FrameKind.NOT_OURS;
  }

  /** Offset of the first option of this type and length in the header at {@code end}, or -1. */
  private int findOption(int type, int dataLength, int headerLength) {
    int at = end + 2;
    int headerEnd = end + headerLength;
    while (at + 2 <= headerEnd) {
      int here = octet(memory, base + at);
      if (here == OPTION_PAD_ONE) {
        at++;
        continue;
      }
      int length = octet(memory, base + at + 1);
      if (at + 2 + length > headerEnd) {
        return -1;
      }
      if (here == type && length == dataLength) {
        return at;
      }
      at += 2 + length;
    }
    return -1;
  }
}
