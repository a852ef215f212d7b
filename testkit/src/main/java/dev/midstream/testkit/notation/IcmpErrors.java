package dev.midstream.testkit.notation;

import dev.midstream.wire.checksum.InternetChecksum;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Makes the ICMP errors that a router sends for an Ethernet frame it cannot forward. */
public final class IcmpErrors {
  private static final int QUOTED_BYTES = 128;
  private static final int ADDRESSES_4 = 12;
  private static final int ADDRESSES_6 = 8;

  private IcmpErrors() {}

  /** Packet too big, for a link with an MTU of {@code linkBytes}. */
  public static byte[] tooBig(byte[] frame, int linkBytes) {
    return isIpv4(frame) ? make(frame, 3, 4, linkBytes) : make(frame, 2, 0, linkBytes);
  }

  /** Host or address unreachable. */
  public static byte[] unreachable(byte[] frame) {
    return isIpv4(frame) ? make(frame, 3, 1, 0) : make(frame, 1, 3, 0);
  }

  private static byte[] make(byte[] frame, int type, int code, int word) {
    int ip = ipOffset(frame);
    boolean ipv4 = isIpv4(frame);
    int headerBytes = ipv4 ? 20 : 40;
    byte[] quote = Arrays.copyOfRange(frame, ip, Math.min(frame.length, ip + QUOTED_BYTES));
    byte[] made = new byte[ip + headerBytes + 8 + quote.length];
    System.arraycopy(frame, 0, made, 0, ip);
    System.arraycopy(frame, 6, made, 0, 6);
    System.arraycopy(frame, 0, made, 6, 6);
    ByteBuffer at = ByteBuffer.wrap(made).position(ip);
    int length = 8 + quote.length;
    if (ipv4) {
      at.putShort((short) 0x4500).putShort((short) (20 + length)).putInt(0).putInt(0x4001_0000);
    } else {
      at.putInt(0x6000_0000).putShort((short) length).putShort((short) 0x3a40);
    }
    putAddresses(at, frame, ip, ipv4);
    at.put((byte) type).put((byte) code).putShort((short) 0).putInt(word).put(quote);
    putChecksums(made, ip, headerBytes, length);
    return made;
  }

  /** Swaps the addresses: the router answers with the destination's address. */
  private static void putAddresses(ByteBuffer at, byte[] frame, int ip, boolean ipv4) {
    int length = ipv4 ? 4 : 16;
    int source = ip + (ipv4 ? ADDRESSES_4 : ADDRESSES_6);
    at.put(frame, source + length, length).put(frame, source, length);
  }

  private static void putChecksums(byte[] made, int ip, int headerBytes, int length) {
    MemorySegment memory = MemorySegment.ofArray(made);
    ByteBuffer at = ByteBuffer.wrap(made);
    long sum = InternetChecksum.sum(memory, ip + headerBytes, length);
    if (headerBytes == 20) {
      int header = InternetChecksum.checksum(InternetChecksum.sum(memory, ip, headerBytes));
      at.putShort(ip + 10, (short) header);
    } else {
      sum += InternetChecksum.sum(memory, ip + ADDRESSES_6, 32) + length + 58;
    }
    at.putShort(ip + headerBytes + 2, (short) InternetChecksum.checksum(sum));
  }

  private static int ipOffset(byte[] frame) {
    int at = 12;
    while (frame[at] != 0x08 && frame[at] != (byte) 0x86) {
      at += 4;
    }
    return at + 2;
  }

  private static boolean isIpv4(byte[] frame) {
    return (frame[ipOffset(frame)] & 0xf0) == 0x40;
  }
}
