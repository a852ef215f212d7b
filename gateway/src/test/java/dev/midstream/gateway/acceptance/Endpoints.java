package dev.midstream.gateway.acceptance;

import dev.midstream.agent.Octets;
import dev.midstream.wire.header.FrameView;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The two endpoints of a connection.
 *
 * @param one an endpoint
 * @param other its peer
 */
record Endpoints(Endpoint one, Endpoint other) {

  /** An address and a port. */
  record Endpoint(Octets address, int port) {
    /** Parses the notation of the truth files: a literal address, a colon, a port. */
    static Endpoint of(String text) {
      int colon = text.lastIndexOf(':');
      try {
        InetAddress address = InetAddress.ofLiteral(text.substring(0, colon));
        return new Endpoint(
            Octets.of(address.getAddress()), Integer.parseInt(text.substring(colon + 1)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("no end of a connection: " + text, e);
      }
    }

    private static Endpoint of(int ipVersion, long high, long low, int port) {
      byte[] octets =
          ipVersion == 4
              ? ByteBuffer.allocate(4).putInt((int) low).array()
              : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
      return new Endpoint(Octets.of(octets), port);
    }
  }

  /** The sender and the receiver of a segment. */
  static Endpoints of(FrameView view) {
    return new Endpoints(
        Endpoint.of(view.ipVersion(), view.sourceHigh(), view.sourceLow(), view.sourcePort()),
        Endpoint.of(
            view.ipVersion(),
            view.destinationHigh(),
            view.destinationLow(),
            view.destinationPort()));
  }

  /** The endpoints in the other order. */
  Endpoints reversed() {
    return new Endpoints(other, one);
  }

  /** Whether both name the same two endpoints, in any order. */
  boolean isSamePair(Endpoints that) {
    return equals(that) || equals(that.reversed());
  }
}
