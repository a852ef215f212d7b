package dev.midstream.agent;

import java.util.StringJoiner;

/**
 * One end of a connection. Its text is {@code 192.0.2.1:80} or {@code [2001:db8::1]:80} (RFC 5952).
 *
 * @param address in network order: 4 octets for IPv4, 16 for IPv6
 * @param port 0 to 65,535
 */
public record Endpoint(Octets address, int port) {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final int IPV6_GROUPS = 8;

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException if the address has another length, or the port is out of range
   */
  public Endpoint {
    if (address.length() != IPV4_BYTES && address.length() != IPV6_BYTES) {
      throw new IllegalArgumentException("address is not IPv4 or IPv6: bytes=" + address.length());
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port out of range: port=" + port);
    }
  }

  /** The version of IP that the address belongs to: 4 or 6. */
  public int ipVersion() {
    return address.length() == IPV4_BYTES ? 4 : 6;
  }

  @Override
  public String toString() {
    return (ipVersion() == 4 ? ipv4() : "[" + ipv6() + "]") + ":" + port;
  }

  private String ipv4() {
    StringJoiner text = new StringJoiner(".");
    for (int i = 0; i < IPV4_BYTES; i++) {
      text.add(Integer.toString(address.at(i) & 0xff));
    }
    return text.toString();
  }

  /** The longest run of two or more zero groups is omitted; of equal runs, the first. */
  private String ipv6() {
    int from = 0;
    int length = 1;
    for (int i = 0; i < IPV6_GROUPS; i++) {
      int run = zeroRun(i);
      if (run > length) {
        from = i;
        length = run;
      }
    }
    return length == 1
        ? groups(0, IPV6_GROUPS)
        : groups(0, from) + "::" + groups(from + length, IPV6_GROUPS);
  }

  private String groups(int start, int end) {
    StringJoiner text = new StringJoiner(":");
    for (int i = start; i < end; i++) {
      text.add(Integer.toHexString(group(i)));
    }
    return text.toString();
  }

  private int zeroRun(int start) {
    int end = start;
    while (end < IPV6_GROUPS && group(end) == 0) {
      end++;
    }
    return end - start;
  }

  private int group(int index) {
    return (address.at(2 * index) & 0xff) << 8 | (address.at(2 * index + 1) & 0xff);
  }
}
