package dev.midstream.reassembly.rule;

import java.util.List;

/**
 * The TCP connections of a rule. An empty list matches all; otherwise one entry must match. The
 * source is the client, which opens the connection.
 *
 * <p>An address is a version and two numbers: the upper and lower 64 bits for IPv6, 0 and the
 * 32-bit value for IPv4. Matching allocates nothing.
 */
public record Match(
    List<Prefix> sources,
    List<Prefix> destinations,
    List<PortRange> sourcePorts,
    List<PortRange> destinationPorts) {

  /** Matches every connection. */
  public static final Match ANY = new Match(List.of(), List.of(), List.of(), List.of());

  /** Copies the lists. */
  public Match {
    sources = List.copyOf(sources);
    destinations = List.copyOf(destinations);
    sourcePorts = List.copyOf(sourcePorts);
    destinationPorts = List.copyOf(destinationPorts);
  }

  /** Whether the rule covers a connection. */
  public boolean matches(
      int ipVersion,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int sourcePort,
      int destinationPort) {
    return containsPort(destinationPorts, destinationPort)
        && containsPort(sourcePorts, sourcePort)
        && matchesAddresses(ipVersion, sourceHigh, sourceLow, destinationHigh, destinationLow);
  }

  /** Whether the rule could cover a connection between these addresses, on some ports. */
  public boolean matchesAddresses(
      int ipVersion, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
    return containsAddress(sources, ipVersion, sourceHigh, sourceLow)
        && containsAddress(destinations, ipVersion, destinationHigh, destinationLow);
  }

  /** Whether the rule covers all ports. */
  public boolean anyPorts() {
    return sourcePorts.isEmpty() && destinationPorts.isEmpty();
  }

  private static boolean containsAddress(
      List<Prefix> prefixes, int ipVersion, long high, long low) {
    for (int i = 0; i < prefixes.size(); i++) {
      if (prefixes.get(i).contains(ipVersion, high, low)) {
        return true;
      }
    }
    return prefixes.isEmpty();
  }

  private static boolean containsPort(List<PortRange> ranges, int port) {
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.get(i).contains(port)) {
        return true;
      }
    }
    return ranges.isEmpty();
  }
}
