package dev.midstream.wire.capture;

/** Layout of a pcap file: a file header, then records of a header and a packet each. */
final class PcapDescriptor {
  static final int MAGIC_MICROSECONDS = 0xa1b2c3d4;
  static final int MAGIC_NANOSECONDS = 0xa1b23c4d;

  /** Written by an old patched libpcap; its record header is longer. */
  static final int MAGIC_MODIFIED = 0xa1b2cd34;

  static final int VERSION_MAJOR_OFFSET = 4;
  static final int SNAP_LENGTH_OFFSET = 16;
  static final int LINK_TYPE_OFFSET = 20;
  static final int FILE_HEADER_BYTES = 24;

  /** The bits above describe frame check sequences. */
  static final int LINK_TYPE_MASK = 0x03ff_ffff;

  /** Says that the highest four bits are the length of the frame check sequence. */
  static final int FRAME_CHECK_KNOWN = 0x0400_0000;

  /** What that length counts. */
  static final int FRAME_CHECK_UNIT_BYTES = 2;

  static final int SECONDS_OFFSET = 0;
  static final int FRACTION_OFFSET = 4;
  static final int CAPTURED_OFFSET = 8;
  static final int ORIGINAL_OFFSET = 12;
  static final int RECORD_HEADER_BYTES = 16;

  /** Snap lengths are raised to this value, the largest that capture libraries accept. */
  static final int MAX_SNAP_LENGTH = 262_144;

  private PcapDescriptor() {}
}
