package dev.midstream.gateway.config;

import dev.midstream.agent.settings.SettingsReader;
import org.jspecify.annotations.Nullable;

/**
 * The address of the admin server.
 *
 * @param listen a loopback address; null for no server
 * @param named whether the file names it; the program does not run without a named server
 */
public record AdminSettings(@Nullable ListenAddress listen, boolean named) {
  private static final String NOWHERE = "none";

  /** The default: 127.0.0.1:9400. */
  public static final AdminSettings DEFAULT =
      new AdminSettings(new ListenAddress("127.0.0.1", 9400), false);

  static AdminSettings read(SettingsReader section) {
    var scalar = section.scalar("listen");
    section.refuseUnknownKeys();
    if (scalar == null) {
      return DEFAULT;
    }
    if (scalar.text().equals(NOWHERE)) {
      return new AdminSettings(null, true);
    }
    ListenAddress address = ListenAddress.parse(scalar.text());
    if (address == null) {
      section.refuse(scalar, "listen", "must be host:port, [ipv6]:port or none");
    } else if (!address.isLoopback()) {
      section.refuse(scalar, "listen", "must be an address of this host alone, 127.0.0.1 or [::1]");
    } else if (address.port() == 0) {
      section.refuse(scalar, "listen", "must have a port from 1 to 65535");
    }
    return new AdminSettings(address, true);
  }
}
