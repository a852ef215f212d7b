package dev.midstream.agents.http;

import dev.midstream.agent.Octets;
import java.util.Set;

/** Names of fields, in lower case. */
final class Names {
  static final Octets CONTENT_LENGTH = Octets.ofLatin1("content-length");
  static final Octets TRANSFER_ENCODING = Octets.ofLatin1("transfer-encoding");
  static final Octets HOST = Octets.ofLatin1("host");
  static final Octets UPGRADE = Octets.ofLatin1("upgrade");
  static final Octets HTTP2_SETTINGS = Octets.ofLatin1("http2-settings");
  static final Octets EXPECT = Octets.ofLatin1("expect");
  static final Octets CONNECTION = Octets.ofLatin1("connection");

  private static final Set<String> OPTIONS =
      Set.of("content-length", "transfer-encoding", "host", "expect", "cookie", "authorization");

  /** Framing, routing, request control, authentication and content format (RFC 9110 6.5.1). */
  private static final Set<String> NO_TRAILERS =
      Set.of(
          "transfer-encoding",
          "content-length",
          "content-encoding",
          "content-type",
          "content-range",
          "host",
          "trailer",
          "te",
          "connection",
          "upgrade",
          "expect",
          "authorization",
          "proxy-authorization",
          "cookie",
          "set-cookie",
          "location",
          "max-forwards",
          "cache-control",
          "range",
          "keep-alive");

  private Names() {}

  /** Whether Connection must not name a field: the next hop would delete it. */
  static boolean isForbiddenOption(String option) {
    return OPTIONS.contains(option);
  }

  /** Whether a field must not be a trailer. */
  static boolean isForbiddenTrailer(String name) {
    return NO_TRAILERS.contains(name);
  }
}
