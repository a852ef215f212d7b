package dev.midstream.jgroups.gate;

import dev.midstream.cluster.member.NodeAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Addresses of nodes as the platform's. */
public final class Addresses {
  private static final int IPV6_BYTES = 16;

  private Addresses() {}

  /** The address without the port. An IPv4-mapped one becomes an IPv4 address. */
  public static InetAddress inetAddress(NodeAddress address) {
    ByteBuffer octets = ByteBuffer.allocate(IPV6_BYTES);
    octets.putLong(address.high()).putLong(address.low());
    try {
      return InetAddress.getByAddress(octets.array());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Address and port. */
  public static InetSocketAddress socketAddress(NodeAddress address) {
    return new InetSocketAddress(inetAddress(address), address.port());
  }
}
