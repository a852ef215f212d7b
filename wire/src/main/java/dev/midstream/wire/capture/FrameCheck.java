package dev.midstream.wire.capture;

import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import java.util.zip.CRC32;

/**
 * The frame check sequence that a capture can have after each frame: for Ethernet, four octets of
 * CRC-32, the least significant first (IEEE 802.3 section 3.2.9). Others are read as a part of the
 * frame.
 */
final class FrameCheck {
  private static final int BYTES = Integer.BYTES;

  private FrameCheck() {}

  /** Octets of the sequence if it can be computed for {@code linkType}, else 0. */
  static int supported(LinkType linkType, int claimedBytes) {
    return linkType == LinkType.ETHERNET && claimedBytes == BYTES ? BYTES : 0;
  }

  /**
   * Octets of the sequence that a record of {@code packet} ends with; 0 if the packet is cut off.
   */
  static int presentBytes(Packet packet, int frameCheckBytes) {
    return packet.missingBytes() == 0 ? frameCheckBytes : 0;
  }

  /** The sequence of {@code packet}, to be written with the least significant octet first. */
  static int of(Packet packet) {
    CRC32 crc = new CRC32();
    crc.update(packet.memory().asSlice(packet.offset(), packet.length()).asByteBuffer());
    return (int) crc.getValue();
  }
}
