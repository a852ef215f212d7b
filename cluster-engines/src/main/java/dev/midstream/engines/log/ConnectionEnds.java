package dev.midstream.engines.log;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.NamedConnections;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.wire.header.FrameView;
import java.util.Comparator;

/**
 * The two ends of a connection, whichever of them sends, in a fixed order, and its VLAN ids. An
 * IPv4 address is in the low half. They have an order, so that ends with equal hashes, which
 * clients may choose, are found in a set as fast as others.
 *
 * @param network the VLAN ids and the version of IP ({@link ConnectionKey#network})
 * @param ports the port of the first end, then that of the other one
 */
public record ConnectionEnds(
    int network, long firstHigh, long firstLow, long otherHigh, long otherLow, int ports)
    implements Comparable<ConnectionEnds> {
  private static final Comparator<ConnectionEnds> ORDER =
      Comparator.comparingInt(ConnectionEnds::ports)
          .thenComparingLong(ConnectionEnds::firstLow)
          .thenComparingLong(ConnectionEnds::otherLow)
          .thenComparingLong(ConnectionEnds::firstHigh)
          .thenComparingLong(ConnectionEnds::otherHigh)
          .thenComparingInt(ConnectionEnds::network);

  /**
   * What a connection in a list takes of the heap: its ends, its place in the set, and a record
   * that is on its way.
   */
  public static final int HEAP_BYTES = 144;

  /** The octets of a connection in a record. */
  static final int BYTES = 4 * Long.BYTES + 2 * Integer.BYTES;

  /** The ends of a segment. */
  public static ConnectionEnds of(
      int network,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int sourcePort,
      int destinationPort) {
    boolean isInOrder =
        sourceLow != destinationLow
            ? sourceLow < destinationLow
            : sourceHigh != destinationHigh
                ? sourceHigh < destinationHigh
                : sourcePort <= destinationPort;
    return isInOrder
        ? new ConnectionEnds(
            network,
            sourceHigh,
            sourceLow,
            destinationHigh,
            destinationLow,
            sourcePort << 16 | destinationPort)
        : new ConnectionEnds(
            network,
            destinationHigh,
            destinationLow,
            sourceHigh,
            sourceLow,
            destinationPort << 16 | sourcePort);
  }

  /** The ends of a segment that was read. */
  public static ConnectionEnds of(FrameView segment) {
    return of(
        ConnectionKey.network(segment),
        segment.sourceHigh(),
        segment.sourceLow(),
        segment.destinationHigh(),
        segment.destinationLow(),
        segment.sourcePort(),
        segment.destinationPort());
  }

  /** The key of the connection, as {@code named} has it; valid until the next one. */
  public ConnectionKey key(NamedConnections named) {
    return named.key(network, firstHigh, firstLow, otherHigh, otherLow, ports);
  }

  /** The ends of the connection of {@code key}. */
  public static ConnectionEnds of(ConnectionKey key) {
    return of(
        key.network(),
        key.addressHigh(true),
        key.addressLow(true),
        key.addressHigh(false),
        key.addressLow(false),
        key.port(true),
        key.port(false));
  }

  @Override
  public int compareTo(ConnectionEnds other) {
    return ORDER.compare(this, other);
  }

  void write(StateWriter out) {
    out.int32(network);
    out.int64(firstHigh);
    out.int64(firstLow);
    out.int64(otherHigh);
    out.int64(otherLow);
    out.int32(ports);
  }

  static ConnectionEnds read(StateReader in) {
    return new ConnectionEnds(
        in.int32(), in.int64(), in.int64(), in.int64(), in.int64(), in.int32());
  }
}
