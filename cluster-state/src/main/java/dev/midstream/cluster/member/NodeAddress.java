package dev.midstream.cluster.member;

import java.nio.ByteBuffer;

/**
 * Address and port of a node on the cluster's network; the lower one wins a tie (LD-3).
 *
 * @param high the upper 64 bits of an IPv6 address, 0 for IPv4
 * @param low the lower 64 bits; an IPv4 address is mapped, ::ffff:a.b.c.d
 * @param port 1 to 65,535
 */
public record NodeAddress(long high, long low, int port) implements Comparable<NodeAddress> {
  private static final long MAPPED = 0xffff_0000_0000L;
  private static final int OCTET = 0xff;

  /** The IPv4 address whose four octets are {@code octets}, the first one in the upper bits. */
  public static NodeAddress ofIpv4(int octets, int port) {
    return new NodeAddress(0, MAPPED | Integer.toUnsignedLong(octets), port);
  }

  /**
   * The address with these octets.
   *
   * @param octets 4 or 16, in network order
   */
  public static NodeAddress of(byte[] octets, int port) {
    ByteBuffer in = ByteBuffer.wrap(octets);
    return octets.length == Integer.BYTES
        ? ofIpv4(in.getInt(), port)
        : new NodeAddress(in.getLong(), in.getLong(), port);
  }

  @Override
  public int compareTo(NodeAddress other) {
    int order = Long.compareUnsigned(high, other.high);
    order = order != 0 ? order : Long.compareUnsigned(low, other.low);
    return order != 0 ? order : Integer.compare(port, other.port);
  }

  @Override
  public String toString() {
    if (high == 0 && low >>> Integer.SIZE == MAPPED >>> Integer.SIZE) {
      int octets = (int) low;
      return (octets >>> 24 & OCTET)
          + ("." + (octets >>> 16 & OCTET))
          + ("." + (octets >>> 8 & OCTET))
          + ("." + (octets & OCTET))
          + (":" + port);
    }
    return "[" + Long.toHexString(high) + ":" + Long.toHexString(low) + "]:" + port;
  }
}
