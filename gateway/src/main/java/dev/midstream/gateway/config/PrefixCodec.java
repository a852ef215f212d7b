package dev.midstream.gateway.config;

import dev.midstream.agent.settings.Quantity;
import dev.midstream.reassembly.rule.Prefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The notation of address prefixes. Never resolves names. */
final class PrefixCodec {
  private static final int IPV4_BYTES = 4;
  private static final int IPV6_BYTES = 16;
  private static final long MAPPED_IPV4 = 0xFFFF_0000_0000L;

  private PrefixCodec() {}

  /**
   * Parses {@code address} or {@code address/length}; bits after the length are ignored. Null if
   * the address is neither IPv4 with four decimal numbers nor IPv6.
   */
  static @Nullable Prefix decode(String text) {
    int slash = text.indexOf('/');
    Prefix host = host(slash < 0 ? text : text.substring(0, slash));
    if (host == null || slash < 0) {
      return host;
    }
    OptionalLong length = Quantity.COUNT.parse(text.substring(slash + 1));
    return length.isEmpty() || length.getAsLong() > host.length()
        ? null
        : new Prefix(host.ipVersion(), host.high(), host.low(), (int) length.getAsLong());
  }

  /** Whether the text is a single address. */
  static boolean isAddress(String text) {
    return host(text) != null;
  }

  /** The text of a prefix; a single address has no length. */
  static String encode(Prefix prefix) {
    ByteBuffer octets =
        prefix.ipVersion() == 4
            ? ByteBuffer.allocate(IPV4_BYTES).putInt((int) prefix.low())
            : ByteBuffer.allocate(IPV6_BYTES).putLong(prefix.high()).putLong(prefix.low());
    String address = addressText(octets.array());
    return prefix.length() == Prefix.maxLength(prefix.ipVersion())
        ? address
        : address + "/" + prefix.length();
  }

  private static @Nullable Prefix host(String text) {
    return text.indexOf(':') < 0 ? ipv4(text) : ipv6(text);
  }

  private static @Nullable Prefix ipv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != IPV4_BYTES) {
      return null;
    }
    long address = 0;
    for (String part : parts) {
      OptionalLong octet = Quantity.COUNT.parse(part);
      if (octet.isEmpty() || octet.getAsLong() > 255) {
        return null;
      }
      address = (address << 8) | octet.getAsLong();
    }
    return new Prefix(4, 0, address, 32);
  }

  private static @Nullable Prefix ipv6(String text) {
    boolean literal =
        text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.');
    if (!literal) {
      return null;
    }
    try {
      byte[] octets = InetAddress.ofLiteral(text).getAddress();
      ByteBuffer numbers = ByteBuffer.wrap(octets);
      // The library turns ::ffff:a.b.c.d into IPv4; on the wire it is an IPv6 address.
      return octets.length == IPV4_BYTES
          ? new Prefix(6, 0, MAPPED_IPV4 | (numbers.getInt() & 0xFFFF_FFFFL), 128)
          : new Prefix(6, numbers.getLong(), numbers.getLong(), 128);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static String addressText(byte[] octets) {
    try {
      String text = InetAddress.getByAddress(octets).getHostAddress();
      boolean mapped = octets.length == IPV6_BYTES && text.indexOf(':') < 0;
      return mapped ? "::ffff:" + text : text;
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 octets, length=" + octets.length, e);
    }
  }
}
