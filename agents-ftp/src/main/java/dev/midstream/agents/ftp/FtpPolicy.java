package dev.midstream.agents.ftp;

import dev.midstream.agent.Handler;
import java.util.Set;

/**
 * The settings of one rule.
 *
 * @param deniedCommands commands that are denied, in upper case
 * @param users who may log in
 * @param paths which paths may be named
 * @param masks what is said in place of the server
 * @param foreign what becomes of an address that is not that of its sender
 * @param allowsLowPorts whether ports below 1,024 may be announced
 * @param tls what becomes of AUTH TLS
 * @param announces whether data connections are announced to the engine
 * @param handler what becomes of them
 * @param passivePorts where the server may listen
 * @param limits octets and replies that are kept
 */
record FtpPolicy(
    Set<String> deniedCommands,
    Users users,
    PathRules paths,
    Masks masks,
    Foreign foreign,
    boolean allowsLowPorts,
    Tls tls,
    boolean announces,
    Handler handler,
    Ports passivePorts,
    Limits limits) {
  static final int FIRST_PORT = 1_024;

  FtpPolicy {
    deniedCommands = Set.copyOf(deniedCommands);
  }

  /** What becomes of a foreign address. */
  enum Foreign {
    DENY,
    REWRITE
  }

  /** What becomes of AUTH TLS. */
  enum Tls {
    PASS,
    DENY
  }

  /** A range of ports. */
  record Ports(int first, int last) {
    static final Ports ALL = new Ports(1, 65_535);

    boolean contains(int port) {
      return port >= first && port <= last;
    }
  }

  boolean denies(String verb) {
    return deniedCommands.contains(verb);
  }

  boolean allowsPort(int port) {
    return allowsLowPorts || port >= FIRST_PORT;
  }
}
