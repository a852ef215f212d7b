package dev.midstream.wire.nativecall;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * The struct virtio_net_hdr (linux/virtio_net.h; PACKET_VNET_HDR of packet(7), IFF_VNET_HDR of TUN)
 * in front of a frame: the checksum and segmentation offload that the frame still needs. Offsets
 * count from the start of the frame.
 *
 * <pre>
 *   flags u8 | gso_type u8 | hdr_len u16 | gso_size u16 | csum_start u16 | csum_offset u16
 * </pre>
 */
public final class VirtioHeader {
  /** Octets of the header. */
  public static final int BYTES = 10;

  /** No segmentation (VIRTIO_NET_HDR_GSO_NONE). */
  public static final int GSO_NONE = 0;

  public static final int GSO_TCP_IPV4 = 1;
  public static final int GSO_TCP_IPV6 = 4;

  /** Added to the type if only the first segment carries CWR. */
  public static final int GSO_ECN = 0x80;

  private static final int NEEDS_CHECKSUM = 1;
  private static final int GSO_TYPE = 1;
  private static final int HEADER_LENGTH = 2;
  private static final int GSO_BYTES = 4;
  private static final int CHECKSUM_START = 6;
  private static final int CHECKSUM_OFFSET = 8;

  private VirtioHeader() {}

  /** Writes a header that requests no offload. */
  public static void clear(MemorySegment memory, long at) {
    memory.set(JAVA_LONG_UNALIGNED, at, 0);
    memory.set(JAVA_SHORT_UNALIGNED, at + CHECKSUM_OFFSET, (short) 0);
  }

  /** Whether the checksum is partial (VIRTIO_NET_HDR_F_NEEDS_CSUM). */
  public static boolean needsChecksum(MemorySegment memory, long at) {
    return (memory.get(JAVA_BYTE, at) & NEEDS_CHECKSUM) != 0;
  }

  /** Marks the checksum as complete. */
  public static void setChecksumComplete(MemorySegment memory, long at) {
    memory.set(JAVA_BYTE, at, (byte) 0);
    memory.set(JAVA_SHORT_UNALIGNED, at + CHECKSUM_START, (short) 0);
    memory.set(JAVA_SHORT_UNALIGNED, at + CHECKSUM_OFFSET, (short) 0);
  }

  /**
   * Marks the checksum as partial.
   *
   * @param start where the octets start that it covers
   * @param field the offset of the checksum field from there
   */
  public static void setChecksumPartial(MemorySegment memory, long at, int start, int field) {
    memory.set(JAVA_BYTE, at, (byte) NEEDS_CHECKSUM);
    memory.set(JAVA_SHORT_UNALIGNED, at + CHECKSUM_START, (short) start);
    memory.set(JAVA_SHORT_UNALIGNED, at + CHECKSUM_OFFSET, (short) field);
  }

  /** Where the octets start that a partial checksum covers. */
  public static int checksumStart(MemorySegment memory, long at) {
    return memory.get(JAVA_SHORT_UNALIGNED, at + CHECKSUM_START) & 0xffff;
  }

  /** Whether this is a TCP super-segment. */
  public static boolean isTcpSegmentation(MemorySegment memory, long at) {
    int type = memory.get(JAVA_BYTE, at + GSO_TYPE) & 0xff & ~GSO_ECN;
    return type == GSO_TCP_IPV4 || type == GSO_TCP_IPV6;
  }

  /** Octets of payload of each segment of a super-segment (gso_size). */
  public static int gsoBytes(MemorySegment memory, long at) {
    return memory.get(JAVA_SHORT_UNALIGNED, at + GSO_BYTES) & 0xffff;
  }

  /** Sets the octets of payload of each segment. */
  public static void gsoBytes(MemorySegment memory, long at, int bytes) {
    memory.set(JAVA_SHORT_UNALIGNED, at + GSO_BYTES, (short) bytes);
  }

  /** Sets how a super-segment is cut, and the length of its headers. */
  public static void setSegmentation(
      MemorySegment memory, long at, int type, int bytes, int headerLength) {
    memory.set(JAVA_BYTE, at + GSO_TYPE, (byte) type);
    memory.set(JAVA_SHORT_UNALIGNED, at + HEADER_LENGTH, (short) headerLength);
    gsoBytes(memory, at, bytes);
  }

  /** Moves all offsets by {@code bytes} octets inserted at the front of the frame. */
  static void shift(MemorySegment memory, long at, int bytes) {
    if (needsChecksum(memory, at)) {
      grow(memory, at + CHECKSUM_START, bytes);
    }
    if (memory.get(JAVA_SHORT_UNALIGNED, at + HEADER_LENGTH) != 0) {
      grow(memory, at + HEADER_LENGTH, bytes);
    }
  }

  private static void grow(MemorySegment memory, long at, int bytes) {
    int value = memory.get(JAVA_SHORT_UNALIGNED, at) & 0xffff;
    memory.set(JAVA_SHORT_UNALIGNED, at, (short) (value + bytes));
  }
}
