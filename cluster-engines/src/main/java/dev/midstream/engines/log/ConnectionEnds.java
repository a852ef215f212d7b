package dev.midstream.engines.log;

import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.wire.header.FrameView;
import java.util.Comparator;

/**
 * The two ends of a connection, whichever of them sends, in a fixed order. An IPv4 address is in
 * the low half. They have an order, so that ends with equal hashes, which clients may choose, are
 * found in a set as fast as others.
 *
 * @param ports the port of the first end, then that of the other one
 */
public record ConnectionEnds(
    long firstHigh, long firstLow, long otherHigh, long otherLow, int ports)
    implements Comparable<ConnectionEnds> {
  private static final Comparator<ConnectionEnds> ORDER =
      Comparator.comparingInt(ConnectionEnds::ports)
          .thenComparingLong(ConnectionEnds::firstLow)
          .thenComparingLong(ConnectionEnds::otherLow)
          .thenComparingLong(ConnectionEnds::firstHigh)
          .thenComparingLong(ConnectionEnds::otherHigh);

  /** The octets of a connection in a record. */
  static final int BYTES = 4 * Long.BYTES + Integer.BYTES;

  /** The ends of a segment. */
  public static ConnectionEnds of(
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
            sourceHigh,
            sourceLow,
            destinationHigh,
            destinationLow,
            sourcePort << 16 | destinationPort)
        : new ConnectionEnds(
            destinationHigh,
            destinationLow,
            sourceHigh,
            sourceLow,
            destinationPort << 16 | sourcePort);
  }

  /** The ends of a segment that was read. */
  public static ConnectionEnds of(FrameView segment) {
    return of(
        segment.sourceHigh(),
        segment.sourceLow(),
        segment.destinationHigh(),
        segment.destinationLow(),
        segment.sourcePort(),
        segment.destinationPort());
  }

  /** The ends of the connection of {@code key}. */
  public static ConnectionEnds of(ConnectionKey key) {
    Endpoint low = key.endpoint(true);
    Endpoint high = key.endpoint(false);
    Octets one = low.address();
    Octets two = high.address();
    return of(
        number(one, 0, one.length() - Long.BYTES),
        number(one, Math.max(0, one.length() - Long.BYTES), one.length()),
        number(two, 0, two.length() - Long.BYTES),
        number(two, Math.max(0, two.length() - Long.BYTES), two.length()),
        low.port(),
        high.port());
  }

  private static long number(Octets octets, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      number = number << Byte.SIZE | Byte.toUnsignedLong(octets.at(i));
    }
    return number;
  }

  @Override
  public int compareTo(ConnectionEnds other) {
    return ORDER.compare(this, other);
  }

  void write(StateWriter out) {
    out.int64(firstHigh);
    out.int64(firstLow);
    out.int64(otherHigh);
    out.int64(otherLow);
    out.int32(ports);
  }

  static ConnectionEnds read(StateReader in) {
    return new ConnectionEnds(in.int64(), in.int64(), in.int64(), in.int64(), in.int32());
  }
}
