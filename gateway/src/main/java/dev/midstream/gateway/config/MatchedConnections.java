package dev.midstream.gateway.config;

import dev.midstream.gateway.config.NumberSet.Range;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Prefix;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * A set of connections of one IP version: all combinations of a source, a destination, and their
 * ports. Immutable.
 */
record MatchedConnections(
    int ipVersion,
    NumberSet sources,
    NumberSet destinations,
    NumberSet sourcePorts,
    NumberSet destinationPorts) {
  private static final int PORTS = 1 << 16;

  /**
   * The connections that a rule matches, those of each IP version by themselves; none are empty.
   */
  static List<MatchedConnections> of(Match match) {
    List<MatchedConnections> all = new ArrayList<>();
    for (int version : new int[] {4, 6}) {
      MatchedConnections some =
          new MatchedConnections(
              version,
              addresses(match.sources(), version),
              addresses(match.destinations(), version),
              ports(match.sourcePorts()),
              ports(match.destinationPorts()));
      if (!some.isEmpty()) {
        all.add(some);
      }
    }
    return all;
  }

  /** The connections of this set that are not in the other one, as sets without a common one. */
  List<MatchedConnections> minus(MatchedConnections other) {
    if (!meets(other)) {
      return List.of(this);
    }
    /*
     * What differs in the first property, then what is equal in it and differs in the second, and so
     * on.
     */
    NumberSet from = sources.and(other.sources);
    NumberSet to = destinations.and(other.destinations);
    NumberSet fromPorts = sourcePorts.and(other.sourcePorts);
    return List.of(
            with(sources.minus(other.sources), destinations, sourcePorts, destinationPorts),
            with(from, destinations.minus(other.destinations), sourcePorts, destinationPorts),
            with(from, to, sourcePorts.minus(other.sourcePorts), destinationPorts),
            with(from, to, fromPorts, destinationPorts.minus(other.destinationPorts)))
        .stream()
        .filter(rest -> !rest.isEmpty())
        .toList();
  }

  boolean isEmpty() {
    return sources.isEmpty()
        || destinations.isEmpty()
        || sourcePorts.isEmpty()
        || destinationPorts.isEmpty();
  }

  /** Whether a connection is in both sets. */
  boolean meets(MatchedConnections other) {
    return ipVersion == other.ipVersion
        && !destinationPorts.and(other.destinationPorts).isEmpty()
        && !destinations.and(other.destinations).isEmpty()
        && !sources.and(other.sources).isEmpty()
        && !sourcePorts.and(other.sourcePorts).isEmpty();
  }

  private MatchedConnections with(
      NumberSet from, NumberSet to, NumberSet fromPorts, NumberSet toPorts) {
    return new MatchedConnections(ipVersion, from, to, fromPorts, toPorts);
  }

  /** No prefix means all addresses. */
  private static NumberSet addresses(List<Prefix> prefixes, int ipVersion) {
    Prefix all = new Prefix(ipVersion, 0, 0, 0);
    return NumberSet.of(
        (prefixes.isEmpty() ? List.of(all) : prefixes)
            .stream()
                .filter(prefix -> prefix.ipVersion() == ipVersion)
                .map(MatchedConnections::addresses)
                .toList());
  }

  private static Range addresses(Prefix prefix) {
    BigInteger high = new BigInteger(Long.toUnsignedString(prefix.high()));
    BigInteger low = new BigInteger(Long.toUnsignedString(prefix.low()));
    BigInteger first = high.shiftLeft(Long.SIZE).add(low);
    int freeBits = Prefix.maxLength(prefix.ipVersion()) - prefix.length();
    return new Range(first, first.add(BigInteger.TWO.pow(freeBits)).subtract(BigInteger.ONE));
  }

  /** No range means all ports. */
  private static NumberSet ports(List<PortRange> ranges) {
    return NumberSet.of(
        (ranges.isEmpty() ? List.of(new PortRange(0, PORTS)) : ranges)
            .stream().map(range -> Range.of(range.start(), range.end() - 1)).toList());
  }
}
