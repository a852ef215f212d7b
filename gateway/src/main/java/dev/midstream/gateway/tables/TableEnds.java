package dev.midstream.gateway.tables;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.tables.entry.Endpoint;
import dev.midstream.tables.entry.TableKey;

/** The ends of connections as the common tables have them. */
final class TableEnds {
  private TableEnds() {}

  /** The key of a connection of {@code bucket}; {@code key} is that of a segment of its client. */
  static TableKey.ConnectionKey keyOf(int bucket, ConnectionKey key) {
    boolean isClientLow = key.isSentByLow();
    return new TableKey.ConnectionKey(
        bucket, key.vlanIds(), of(key.endpoint(isClientLow)), of(key.endpoint(!isClientLow)));
  }

  /** An end. */
  static Endpoint of(dev.midstream.agent.Endpoint end) {
    Octets address = end.address();
    int half = Math.max(0, address.length() - Long.BYTES);
    long high = number(address, 0, half);
    long low = number(address, half, address.length());
    return new Endpoint(end.ipVersion() != 4, high, low, end.port());
  }

  private static long number(Octets octets, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      number = number << Byte.SIZE | (octets.at(i) & 0xff);
    }
    return number;
  }
}
