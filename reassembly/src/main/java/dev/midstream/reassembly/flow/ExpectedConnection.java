package dev.midstream.reassembly.flow;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Expectation;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.wire.header.FrameView;

/**
 * A connection that an agent expects, identified by both addresses and the destination port. The
 * opener may use any source port.
 *
 * @param ipVersion 4 or 6
 * @param vlanIds as in {@link FrameView#vlanIds}
 * @param openerHigh upper half of the opener's address
 * @param openerLow lower half of it
 * @param otherHigh upper half of the other address
 * @param otherLow lower half of it
 * @param openedByClient whether the opener is the client of the connection that announced it
 * @param port destination port
 * @param rule the rule that will decide it
 */
public record ExpectedConnection(
    int ipVersion,
    int vlanIds,
    long openerHigh,
    long openerLow,
    long otherHigh,
    long otherLow,
    boolean openedByClient,
    int port,
    Rule rule) {

  /**
   * The client of the connection that announced it, as one user of the table: an IPv4 address, or
   * the 64 bits of an IPv6 address that a network assigns (RFC 4291 section 2.5.4).
   */
  record Client(int vlanIds, long high, long low) {}

  /** The connection that {@code parent} expects between its own ends. */
  static ExpectedConnection of(Connection parent, Expectation expectation, Rule rule) {
    ConnectionKey key = parent.key();
    boolean openedByClient = expectation.opener() == Direction.CLIENT_TO_SERVER;
    boolean openedByLow = key.isSentByLow() == openedByClient;
    return new ExpectedConnection(
        key.ipVersion(),
        key.vlanIds(),
        key.addressHigh(openedByLow),
        key.addressLow(openedByLow),
        key.addressHigh(!openedByLow),
        key.addressLow(!openedByLow),
        openedByClient,
        expectation.port(),
        rule);
  }

  /**
   * What the first segment of a connection shows of it: addresses, their IP version and VLAN, and
   * the destination port.
   */
  record Opening(
      int ipVersion,
      int vlanIds,
      long openerHigh,
      long openerLow,
      long otherHigh,
      long otherLow,
      int port) {

    static Opening of(FrameView view) {
      return new Opening(
          view.ipVersion(),
          view.vlanIds(),
          view.sourceHigh(),
          view.sourceLow(),
          view.destinationHigh(),
          view.destinationLow(),
          view.destinationPort());
    }
  }

  /** What the first segment of the connection will show. */
  Opening opening() {
    return new Opening(ipVersion, vlanIds, openerHigh, openerLow, otherHigh, otherLow, port);
  }

  Client client() {
    return ipVersion == 4
        ? new Client(vlanIds, 0, openedByClient ? openerLow : otherLow)
        : new Client(vlanIds, openedByClient ? openerHigh : otherHigh, 0);
  }
}
