package dev.midstream.tables.entry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Address and port of one end of a connection.
 *
 * @param high the upper 64 bits of an IPv6 address, 0 for IPv4
 * @param low the lower 64 bits of an IPv6 address; an IPv4 address in the lower 32 bits
 * @param port 0 to 65,535
 */
public record Endpoint(boolean isIpv6, long high, long low, int port) {
  private static final int IPV6_BYTES = 16;
  private static final int MAX_PORT = 65_535;

  /** Checks the ranges. */
  public Endpoint {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port=" + port);
    }
    if (!isIpv6 && (high != 0 || low >>> Integer.SIZE != 0)) {
      throw new IllegalArgumentException("no IPv4 address: high=" + high + " low=" + low);
    }
  }

  /** An IPv4 address; its first octet is in the upper bits of {@code octets}. */
  public static Endpoint ofIpv4(int octets, int port) {
    return new Endpoint(false, 0, Integer.toUnsignedLong(octets), port);
  }

  /** An IPv6 address. */
  public static Endpoint ofIpv6(long high, long low, int port) {
    return new Endpoint(true, high, low, port);
  }

  @Override
  public String toString() {
    try {
      return isIpv6
          ? "[" + text(ByteBuffer.allocate(IPV6_BYTES).putLong(high).putLong(low)) + "]:" + port
          : text(ByteBuffer.allocate(Integer.BYTES).putInt((int) low)) + ":" + port;
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(ByteBuffer octets) throws UnknownHostException {
    byte[] address = new byte[octets.capacity()];
    octets.flip().get(address);
    return InetAddress.getByAddress(address).getHostAddress();
  }
}
