package dev.midstream.reassembly.flow;

import dev.midstream.wire.packet.PacketOutput;

/** Finds connections of another engine of which the records are not read yet. */
@FunctionalInterface
public interface InheritedLookup {
  /** Goes on with the connection of {@code key}; false if it does not wait for that. */
  boolean goOn(ConnectionKey key, long nowNanos, PacketOutput out);
}
