package dev.midstream.gateway.config;

import java.net.InetAddress;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A host and port to listen on.
 *
 * @param host a name or an address; an IPv6 address without brackets
 * @param port 0 to 65,535; 0 takes a free one
 */
public record ListenAddress(String host, int port) {
  private static final int MAX_HOST_LENGTH = 253;

  /** Parses {@code host:port} or {@code [ipv6]:port}; null if the text is neither. */
  public static @Nullable ListenAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      return null;
    }
    OptionalInt port = PortRangeCodec.port(text.substring(colon + 1));
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
      return port.isPresent() && host.indexOf(':') >= 0 && PrefixCodec.isAddress(host)
          ? new ListenAddress(host, port.getAsInt())
          : null;
    }
    return port.isPresent() && isHostName(host) ? new ListenAddress(host, port.getAsInt()) : null;
  }

  /**
   * Whether only this host can reach it. A name that would need a lookup is not, except localhost.
   */
  public boolean isLoopback() {
    if (host.equals("localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  private static boolean isHostName(String host) {
    return host.length() <= MAX_HOST_LENGTH
        && host.chars().allMatch(ListenAddress::isHostCharacter);
  }

  private static boolean isHostCharacter(int c) {
    return (c < 128 && Character.isLetterOrDigit(c)) || c == '-' || c == '.';
  }
}
