package dev.midstream.agents.smtp;

import dev.midstream.agent.Octets;
import org.jspecify.annotations.Nullable;

/** Reads addresses of IP in text. No name service is asked. */
final class AddressText {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final int MAX_DIGITS = 3;
  private static final int MAX_OCTET = 255;

  private AddressText() {}

  /** The address of either version; null for anything else. */
  static @Nullable Octets of(String text) {
    return text.indexOf(':') < 0 ? ipv4(text) : ipv6(text);
  }

  /** Four decimal numbers without leading zeros; null for anything else. */
  static @Nullable Octets ipv4(String text) {
    String[] parts = text.split("\\.", -1);
    byte[] octets = new byte[IPV4_BYTES];
    for (int i = 0; i < IPV4_BYTES; i++) {
      int value = parts.length == IPV4_BYTES ? octet(parts[i]) : -1;
      if (value < 0) {
        return null;
      }
      octets[i] = (byte) value;
    }
    return Octets.of(octets);
  }

  private static int octet(String digits) {
    boolean isShortest = digits.equals("0") || !digits.startsWith("0");
    if (digits.isEmpty() || digits.length() > MAX_DIGITS || !isShortest) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = 10 * value + digit;
    }
    return value <= MAX_OCTET ? value : -1;
  }

  /** An address as in RFC 4291 section 2.2, also with IPv4 at its end; null for anything else. */
  static @Nullable Octets ipv6(String text) {
    int gap = text.indexOf("::");
    Octets before = groups(gap < 0 ? text : text.substring(0, gap));
    Octets after = gap < 0 ? Octets.empty() : groups(text.substring(gap + 2));
    if (before == null || after == null) {
      return null;
    }
    int zeros = IPV6_BYTES - before.length() - after.length();
    boolean isWhole = gap < 0 ? zeros == 0 : zeros > 1;
    return isWhole ? Octets.join(before, Octets.of(new byte[zeros]), after) : null;
  }

  private static @Nullable Octets groups(String text) {
    if (text.isEmpty()) {
      return Octets.empty();
    }
    String[] parts = text.split(":", -1);
    Octets octets = Octets.empty();
    for (int i = 0; i < parts.length; i++) {
      boolean isIpv4 = i == parts.length - 1 && parts[i].indexOf('.') >= 0;
      Octets group = isIpv4 ? ipv4(parts[i]) : group(parts[i]);
      if (group == null) {
        return null;
      }
      octets = Octets.join(octets, group);
    }
    return octets.length() <= IPV6_BYTES ? octets : null;
  }

  private static @Nullable Octets group(String digits) {
    if (!digits.matches("[0-9A-Fa-f]{1,4}")) {
      return null;
    }
    int value = Integer.parseInt(digits, 16);
    return Octets.of((byte) (value >> Byte.SIZE), (byte) value);
  }
}
