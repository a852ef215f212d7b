package dev.midstream.gateway.acceptance;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.wire.header.FrameView;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The two ends of a connection.
 *
 * @param one an end
 * @param other the end it talks to
 */
record Ends(End one, End other) {

  /** An address and a port. */
  record End(Octets address, int port) {
    /** An end as the truth files write it: a literal address, a colon, a port. */
    static End of(String text) {
      int colon = text.lastIndexOf(':');
      try {
        InetAddress address = InetAddress.ofLiteral(text.substring(0, colon));
        return new End(
            Octets.of(address.getAddress()), Integer.parseInt(text.substring(colon + 1)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("no end of a connection: " + text, e);
      }
    }

    private static End of(int ipVersion, long high, long low, int port) {
      byte[] octets =
          ipVersion == 4
              ? ByteBuffer.allocate(4).putInt((int) low).array()
              : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
      return new End(Octets.of(octets), port);
    }
  }

  /** The sender and the receiver of a segment. */
  static Ends of(FrameView view) {
    return new Ends(
        End.of(view.ipVersion(), view.sourceHigh(), view.sourceLow(), view.sourcePort()),
        End.of(
            view.ipVersion(),
            view.destinationHigh(),
            view.destinationLow(),
            view.destinationPort()));
  }

  /** The same the other way. */
  Ends reversed() {
    return new Ends(other, one);
  }

  /** Whether both name the same two ends, whichever comes first. */
  boolean isSamePair(Ends that) {
    return equals(that) || equals(that.reversed());
  }
}
