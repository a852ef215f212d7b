package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.agent.Expectation;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.wire.header.FrameView;

/**
 * A connection that an agent waits for: its ends by their addresses, of which the opener may use
 * any port of its own.
 *
 * @param ipVersion 4 or 6
 * @param vlanIds as {@link FrameView#vlanIds} gives them
 * @param openerHigh the upper half of the address of who opens it
 * @param openerLow the lower half
 * @param otherHigh the upper half of the other address
 * @param otherLow the lower half
 * @param port the port it is opened to
 * @param rule what decides it
 */
public record ExpectedConnection(
    int ipVersion,
    int vlanIds,
    long openerHigh,
    long openerLow,
    long otherHigh,
    long otherLow,
    int port,
    Rule rule) {

  /** What {@code parent} expects, as a connection between its own ends. */
  static ExpectedConnection of(Connection parent, Expectation expectation, Rule rule) {
    ConnectionKey key = parent.key();
    boolean openedByLow =
        parent.isClientLow() == (expectation.opener() == Direction.CLIENT_TO_SERVER);
    return new ExpectedConnection(
        key.ipVersion(),
        key.vlanIds(),
        key.addressHigh(openedByLow),
        key.addressLow(openedByLow),
        key.addressHigh(!openedByLow),
        key.addressLow(!openedByLow),
        expectation.port(),
        rule);
  }

  boolean isOpenedBy(FrameView view) {
    return view.destinationPort() == port
        && view.ipVersion() == ipVersion
        && view.vlanIds() == vlanIds
        && view.sourceHigh() == openerHigh
        && view.sourceLow() == openerLow
        && view.destinationHigh() == otherHigh
        && view.destinationLow() == otherLow;
  }
}
