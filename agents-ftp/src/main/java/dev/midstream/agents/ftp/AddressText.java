package dev.midstream.agents.ftp;

import dev.midstream.agent.Octets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads addresses in text. No name service is asked. */
final class AddressText {
  private static final int IPV4_BYTES = 4;
  private static final int GROUPS = 8;
  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

  private AddressText() {}

  /** Four decimal numbers without leading zeros; null for anything else. */
  static @Nullable Octets ipv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != IPV4_BYTES) {
      return null;
    }
    byte[] octets = new byte[IPV4_BYTES];
    for (int i = 0; i < IPV4_BYTES; i++) {
      if (!parts[i].matches(OCTET)) {
        return null;
      }
      octets[i] = (byte) Integer.parseInt(parts[i]);
    }
    return Octets.of(octets);
  }

  /** An address as in RFC 4291 section 2.2, also with IPv4 at its end; null for anything else. */
  static @Nullable Octets ipv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      byte[] all = groups(text);
      return all == null || all.length != 2 * GROUPS ? null : Octets.of(all);
    }
    byte[] before = groups(text.substring(0, gap));
    byte[] after = groups(text.substring(gap + 2));
    if (before == null || after == null || before.length + after.length > 2 * (GROUPS - 1)) {
      return null;
    }
    byte[] all = new byte[2 * GROUPS];
    System.arraycopy(before, 0, all, 0, before.length);
    System.arraycopy(after, 0, all, all.length - after.length, after.length);
    return Octets.of(all);
  }

  private static byte @Nullable [] groups(String text) {
    if (text.isEmpty()) {
      return new byte[0];
    }
    String[] parts = text.split(":", -1);
    byte[] octets = new byte[2 * (parts.length + 1)];
    int length = 0;
    for (int i = 0; i < parts.length; i++) {
      Octets ipv4 = i == parts.length - 1 ? ipv4(parts[i]) : null;
      if (ipv4 != null) {
        System.arraycopy(ipv4.toArray(), 0, octets, length, IPV4_BYTES);
        length += IPV4_BYTES;
      } else if (parts[i].matches("[0-9A-Fa-f]{1,4}")) {
        int group = Integer.parseInt(parts[i], 16);
        octets[length++] = (byte) (group >> 8);
        octets[length++] = (byte) group;
      } else {
        return null;
      }
    }
    return Arrays.copyOf(octets, length);
  }
}
