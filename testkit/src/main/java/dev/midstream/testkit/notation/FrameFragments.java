package dev.midstream.testkit.notation;

import dev.midstream.wire.checksum.InternetChecksum;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts Ethernet frames without tags into IP fragments, as a router or a sender does. */
public final class FrameFragments {
  private static final int LINK_BYTES = 14;
  private static final int FRAGMENT_PROTOCOL = 44;

  private FrameFragments() {}

  /** The offset of the fragmentable part of a frame. */
  public static int payloadOffset(byte[] frame) {
    return isIpv4(frame) ? LINK_BYTES + (frame[LINK_BYTES] & 0xf) * 4 : LINK_BYTES + 40;
  }

  /** Whether a frame is a fragment; one that is no IP packet is none. */
  public static boolean isFragment(byte[] frame) {
    int version = frame.length > LINK_BYTES + 20 ? (frame[LINK_BYTES] & 0xf0) >> 4 : 0;
    return switch (version) {
      case 4 -> (ByteBuffer.wrap(frame).getShort(LINK_BYTES + 6) & 0x3fff) != 0;
      case 6 -> frame[LINK_BYTES + 6] == FRAGMENT_PROTOCOL;
      default -> false;
    };
  }

  /** Where the octets of a fragment begin. */
  public static int fragmentOffset(byte[] fragment) {
    return payloadOffset(fragment) + (isIpv4(fragment) ? 0 : 8);
  }

  /** Where the octets of a fragment belong in the fragmentable part. */
  public static int start(byte[] fragment) {
    ByteBuffer at = ByteBuffer.wrap(fragment);
    return isIpv4(fragment)
        ? (at.getShort(LINK_BYTES + 6) & 0x1fff) * 8
        : at.getShort(payloadOffset(fragment) + 2) & 0xfff8;
  }

  /**
   * Cuts the frame into fragments that end at {@code cuts}, which are multiples of 8, and at its
   * end.
   */
  public static List<byte[]> cut(byte[] frame, int id, int... cuts) {
    int length = frame.length - payloadOffset(frame);
    List<byte[]> fragments = new ArrayList<>();
    int start = 0;
    for (int end : cuts) {
      fragments.add(fragment(frame, id, start, end, true));
      start = end;
    }
    fragments.add(fragment(frame, id, start, length, false));
    return fragments;
  }

  /** A fragment with the octets [start, end) of the fragmentable part. */
  public static byte[] fragment(byte[] frame, int id, int start, int end, boolean more) {
    int at = payloadOffset(frame);
    byte[] octets = Arrays.copyOfRange(frame, at + start, at + end);
    return make(Arrays.copyOf(frame, at), id, start, octets, more);
  }

  /** A fragment with {@code headers} and arbitrary octets. */
  public static byte[] make(byte[] headers, int id, int start, byte[] octets, boolean more) {
    return isIpv4(headers)
        ? makeIpv4(headers, id, start, octets, more)
        : makeIpv6(headers, id, start, octets, more);
  }

  private static byte[] makeIpv4(byte[] headers, int id, int start, byte[] octets, boolean more) {
    byte[] made = Arrays.copyOf(headers, headers.length + octets.length);
    System.arraycopy(octets, 0, made, headers.length, octets.length);
    ByteBuffer at = ByteBuffer.wrap(made);
    at.putShort(LINK_BYTES + 2, (short) (made.length - LINK_BYTES));
    at.putShort(LINK_BYTES + 4, (short) id);
    at.putShort(LINK_BYTES + 6, (short) ((more ? 0x2000 : 0) | start / 8));
    at.putShort(LINK_BYTES + 10, (short) 0);
    int headerLength = headers.length - LINK_BYTES;
    long sum = InternetChecksum.sum(MemorySegment.ofArray(made), LINK_BYTES, headerLength);
    at.putShort(LINK_BYTES + 10, (short) InternetChecksum.checksum(sum));
    return made;
  }

  private static byte[] makeIpv6(byte[] headers, int id, int start, byte[] octets, boolean more) {
    byte[] made = Arrays.copyOf(headers, headers.length + 8 + octets.length);
    System.arraycopy(octets, 0, made, headers.length + 8, octets.length);
    ByteBuffer at = ByteBuffer.wrap(made);
    at.putShort(LINK_BYTES + 4, (short) (made.length - LINK_BYTES - 40));
    at.put(headers.length, made[LINK_BYTES + 6]);
    at.put(LINK_BYTES + 6, (byte) FRAGMENT_PROTOCOL);
    at.putShort(headers.length + 2, (short) (start | (more ? 1 : 0)));
    at.putInt(headers.length + 4, id);
    return made;
  }

  private static boolean isIpv4(byte[] frame) {
    return (frame[LINK_BYTES] & 0xf0) == 0x40;
  }
}
