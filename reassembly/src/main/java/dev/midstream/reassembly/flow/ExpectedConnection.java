package dev.midstream.reassembly.flow;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Expectation;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.wire.header.FrameView;

/**
 * Connections that an agent expects, identified by the connection that announces them, their opener
 * and the end that it connects to. All engines share the object.
 *
 * @param parent the ends of the connection that announces them, its client as the sender
 * @param expectation what its agent said
 * @param rule the rule that will decide them
 */
public record ExpectedConnection(ConnectionKey parent, Expectation expectation, Rule rule) {

  /**
   * The client of the connection that announces them, as one user of the table: an IPv4 address, or
   * the 64 bits of an IPv6 address that a network assigns (RFC 4291 section 2.5.4).
   */
  record Client(int vlanIds, long high, long low) {}

  /**
   * What the first segment of a connection shows of it: addresses, their IP version and VLAN, and
   * the destination port.
   */
  record FirstSegment(
      int ipVersion,
      int vlanIds,
      long openerHigh,
      long openerLow,
      long toHigh,
      long toLow,
      int port) {

    static FirstSegment of(FrameView view) {
      return new FirstSegment(
          view.ipVersion(),
          view.vlanIds(),
          view.sourceHigh(),
          view.sourceLow(),
          view.destinationHigh(),
          view.destinationLow(),
          view.destinationPort());
    }

    /** What the first segment of a connection showed that the one in {@code view} answers. */
    static FirstSegment answeredBy(FrameView view) {
      return new FirstSegment(
          view.ipVersion(),
          view.vlanIds(),
          view.destinationHigh(),
          view.destinationLow(),
          view.sourceHigh(),
          view.sourceLow(),
          view.sourcePort());
    }
  }

  /** What {@code parent} expects. */
  public static ExpectedConnection of(Connection parent, Expectation expectation, Rule rule) {
    return new ExpectedConnection(parent.key(), expectation, rule);
  }

  /** Whether {@code other} has the same parent, opener and end. */
  boolean isSamePlace(ExpectedConnection other) {
    return parent.isSame(other.parent) && expectation.isSamePlace(other.expectation);
  }

  /** Whether both ends have addresses of one IP version. */
  public boolean isPossible() {
    return expectation.to().ipVersion() == parent.ipVersion();
  }

  /**
   * Whether the rules may change packets between the two addresses, as far as fragments show them.
   */
  public boolean mayBeChanged(RuleTable rules) {
    FirstSegment first = firstSegment();
    return rules.mayChange(
        first.ipVersion, first.openerHigh, first.openerLow, first.toHigh, first.toLow);
  }

  /** What the first segment of each connection will show. */
  FirstSegment firstSegment() {
    boolean byClient = expectation.opener() == Direction.CLIENT_TO_SERVER;
    boolean byLow = parent.isSentByLow() == byClient;
    Endpoint to = expectation.to();
    boolean isIpv4 = to.ipVersion() == 4;
    return new FirstSegment(
        parent.ipVersion(),
        parent.vlanIds(),
        parent.addressHigh(byLow),
        parent.addressLow(byLow),
        isIpv4 ? 0 : number(to.address(), 0, Long.BYTES),
        isIpv4
            ? number(to.address(), 0, Integer.BYTES)
            : number(to.address(), Long.BYTES, Long.BYTES),
        to.port());
  }

  private static long number(Octets octets, int from, int length) {
    long number = 0;
    for (int i = from; i < from + length; i++) {
      number = number << Byte.SIZE | (octets.at(i) & 0xff);
    }
    return number;
  }

  Client client() {
    boolean isLow = parent.isSentByLow();
    return parent.ipVersion() == 4
        ? new Client(parent.vlanIds(), 0, parent.addressLow(isLow))
        : new Client(parent.vlanIds(), parent.addressHigh(isLow), 0);
  }
}
