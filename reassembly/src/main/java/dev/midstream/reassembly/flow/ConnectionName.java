package dev.midstream.reassembly.flow;

/** Writes the addresses and ports of a connection for people. */
final class ConnectionName {
  private static final int GROUPS = 8;

  private ConnectionName() {}

  /** Client first: {@code 10.0.0.1:40000 > 10.0.0.2:80}. */
  static String of(Connection connection) {
    ConnectionKey key = connection.key();
    boolean low = connection.isClientLow();
    return end(key, low) + " > " + end(key, !low);
  }

  private static String end(ConnectionKey key, boolean low) {
    return end(key.ipVersion(), key.addressHigh(low), key.addressLow(low), key.port(low));
  }

  private static String end(int ipVersion, long high, long low, int port) {
    return ipVersion == 4 ? ipv4(low) + ":" + port : "[" + ipv6(high, low) + "]:" + port;
  }

  private static String ipv4(long address) {
    return (address >> 24 & 0xff)
        + "."
        + (address >> 16 & 0xff)
        + "."
        + (address >> 8 & 0xff)
        + "."
        + (address & 0xff);
  }

  /** RFC 5952: the longest run of two or more zero groups is left out, the first of equals. */
  private static String ipv6(long high, long low) {
    int from = 0;
    int length = 1;
    for (int i = 0; i < GROUPS; i++) {
      int run = zeroRun(high, low, i);
      if (run > length) {
        from = i;
        length = run;
      }
    }
    StringBuilder text = new StringBuilder();
    int i = 0;
    while (i < GROUPS) {
      if (length > 1 && i == from) {
        text.append("::");
        i += length;
      } else {
        boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
        text.append(first ? "" : ":").append(Integer.toHexString(group(high, low, i++)));
      }
    }
    return text.toString();
  }

  private static int zeroRun(long high, long low, int start) {
    int end = start;
    while (end < GROUPS && group(high, low, end) == 0) {
      end++;
    }
    return end - start;
  }

  private static int group(long high, long low, int index) {
    long half = index < GROUPS / 2 ? high : low;
    return (int) (half >>> (16 * (3 - index % 4))) & 0xffff;
  }
}
