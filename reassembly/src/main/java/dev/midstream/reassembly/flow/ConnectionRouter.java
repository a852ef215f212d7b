package dev.midstream.reassembly.flow;

import dev.midstream.wire.packet.Packet;

/**
 * Who handles which connection, where an engine is one of several. Each connection has one owner;
 * what an engine gets of another one's it hands over.
 */
public interface ConnectionRouter {
  /** The engine itself. */
  int SELF = -1;

  /** An engine that has no others beside it. */
  ConnectionRouter ALONE = new Alone();

  /** The owner of the connection of a packet; {@link #SELF} or a number of 0 or more. */
  int ownerOf(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int sourcePort,
      int destinationPort);

  /**
   * Hands a packet over, as it came: its leg is the one it came from. The octets are copied.
   *
   * @return false if there is no room for it
   */
  boolean hand(int owner, Packet packet);

  /**
   * Tells all others of a connection that is expected, before anything that leaves can reveal it.
   *
   * @return false if one of them has no room for it
   */
  boolean expect(ExpectedConnection expected);

  /** Tells all others that a connection which was expected has been opened. */
  void fulfilled(ExpectedConnection expected);

  /** Nobody else. */
  final class Alone implements ConnectionRouter {
    private Alone() {}

    @Override
    public int ownerOf(
        long sourceHigh,
        long sourceLow,
        long destinationHigh,
        long destinationLow,
        int sourcePort,
        int destinationPort) {
      return SELF;
    }

    @Override
    public boolean hand(int owner, Packet packet) {
      throw new IllegalStateException("no other engine: owner=" + owner);
    }

    @Override
    public boolean expect(ExpectedConnection expected) {
      return true;
    }

    @Override
    public void fulfilled(ExpectedConnection expected) {
      // Nobody else waits for it.
    }
  }
}
