package dev.midstream.reassembly.flow;

import dev.midstream.wire.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * Assigns connections to engines, where several engines run. Each connection has one owner, and an
 * engine hands packets of other owners off.
 */
public interface ConnectionRouter {
  /** Number of the calling engine. */
  int SELF = -1;

  /** The router of a single engine. */
  ConnectionRouter ALONE =
      new ConnectionRouter() {
        @Override
        public int ownerOf(
            int network,
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow,
            int sourcePort,
            int destinationPort) {
          return SELF;
        }

        @Override
        public boolean handOff(int owner, Packet packet) {
          throw new IllegalStateException("no other engine: owner=" + owner);
        }

        @Override
        public boolean expect(ExpectedConnection expected) {
          return true;
        }

        @Override
        public void opened(ExpectedConnection expected, @Nullable ConnectionKey ends) {
          // no other engine expects it
        }

        @Override
        public void recorded(ExpectedConnection expected, ConnectionKey ends) {
          // no other engine expects it
        }

        @Override
        public void withdraw(ExpectedConnection expected) {
          // no other engine expects it
        }
      };

  /**
   * The owner of a packet's connection: {@link #SELF} or a number of 0 or more.
   *
   * @param network its VLAN ids and version of IP ({@link ConnectionKey#network})
   */
  int ownerOf(
      int network,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int sourcePort,
      int destinationPort);

  /**
   * Hands a packet off to its owner unchanged, with the leg on which it arrived. The octets are
   * copied.
   *
   * @return false if the owner has no room for it
   */
  boolean handOff(int owner, Packet packet);

  /**
   * Announces an expected connection to all other engines, before anything that reveals it leaves.
   *
   * @return false if one of them has no room for it
   */
  boolean expect(ExpectedConnection expected);

  /**
   * Announces an expected connection with which this engine goes on, of which so many were opened.
   *
   * @return false if one of the others has no room for it
   */
  default boolean expect(ExpectedConnection expected, int opened) {
    boolean isAccepted = expect(expected);
    for (int i = 0; i < opened; i++) {
      opened(expected, null);
    }
    return isAccepted;
  }

  /**
   * Announces to all other engines that an expected connection was opened.
   *
   * @param ends its ends, if an engine that goes on with it must know them until its record is
   *     {@linkplain #recorded announced}; null if not
   */
  void opened(ExpectedConnection expected, @Nullable ConnectionKey ends);

  /** Announces to all other engines that the connection between {@code ends} is in a record. */
  void recorded(ExpectedConnection expected, ConnectionKey ends);

  /** Announces to all other engines that a connection is not expected any more. */
  void withdraw(ExpectedConnection expected);

  /**
   * Notes that another engine, which shares its limits with the calling one, has made that forget
   * or end connections: its next deadline may be earlier, and records may be in its log.
   */
  default void noteChanged() {
    // an engine that shares its limits with none
  }
}
