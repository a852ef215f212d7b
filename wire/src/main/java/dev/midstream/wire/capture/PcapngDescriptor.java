package dev.midstream.wire.capture;

/** Layout of a pcapng file: blocks of type, length, body and the length again, in 32-bit words. */
final class PcapngDescriptor {
  static final int TYPE_OFFSET = 0;
  static final int LENGTH_OFFSET = 4;
  static final int BODY_OFFSET = 8;
  static final int MIN_BLOCK_BYTES = 12;
  static final int TRAILER_BYTES = 4;

  static final int SECTION_BLOCK = 0x0a0d0d0a;
  static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
  static final int SECTION_VERSION_OFFSET = 12;
  static final int SECTION_LENGTH_OFFSET = 16;
  static final int MIN_SECTION_BYTES = 28;

  static final int INTERFACE_BLOCK = 1;
  static final int INTERFACE_LINK_TYPE_OFFSET = 8;
  static final int INTERFACE_SNAP_LENGTH_OFFSET = 12;
  static final int INTERFACE_OPTIONS_OFFSET = 16;
  static final int MIN_INTERFACE_BYTES = 20;

  /** A custom block that must not be copied to an edited capture. */
  static final int CUSTOM_BLOCK_NOT_COPIED = 0x40000bad;

  static final int OBSOLETE_PACKET_BLOCK = 2;
  static final int SIMPLE_PACKET_BLOCK = 3;
  static final int SIMPLE_ORIGINAL_OFFSET = 8;
  static final int SIMPLE_PACKET_OFFSET = 12;
  static final int MIN_SIMPLE_BYTES = 16;

  static final int ENHANCED_PACKET_BLOCK = 6;
  static final int PACKET_INTERFACE_OFFSET = 8;
  static final int PACKET_TIME_HIGH_OFFSET = 12;
  static final int PACKET_TIME_LOW_OFFSET = 16;
  static final int PACKET_CAPTURED_OFFSET = 20;
  static final int PACKET_ORIGINAL_OFFSET = 24;
  static final int PACKET_OFFSET = 28;
  static final int MIN_PACKET_BYTES = 32;

  static final int OPTION_HEADER_BYTES = 4;
  static final int OPTION_END = 0;
  static final int OPTION_COMMENT = 1;
  static final int OPTION_PACKET_FLAGS = 2;
  static final int OPTION_INTERFACE_NAME = 2;
  static final int OPTION_INTERFACE_DESCRIPTION = 3;
  static final int OPTION_TIME_RESOLUTION = 9;
  static final int OPTION_FRAME_CHECK = 13;
  static final int OPTION_TIME_OFFSET = 14;

  /** In the flags of a packet: octets of its frame check sequence; 0 if unknown. */
  static final int FLAGS_FRAME_CHECK_SHIFT = 5;

  static final int FLAGS_FRAME_CHECK_MASK = 0xf;

  private PcapngDescriptor() {}

  /** A length rounded up to a multiple of 4. */
  static int padded(int length) {
    return length + 3 & ~3;
  }
}
