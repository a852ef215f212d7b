package dev.midstream.wire.fastpath;

import dev.midstream.wire.packet.Leg;

/**
 * The connections that are forwarded without their engine, each with one entry for each direction:
 * the kernel's table, or the model of it. Entries change at any time between two calls.
 */
public interface FastPathTable {
  /** A key to be set. */
  FlowKey newKey();

  /** An entry to be begun, or read into. */
  FlowEntry newEntry();

  /** The index of the interface of {@code leg}. */
  int interfaceOf(Leg leg);

  /** Adds or replaces an entry; false if the table is full. */
  boolean put(FlowKey key, FlowEntry entry);

  /** Reads the entry of {@code key}; false if there is none. */
  boolean read(FlowKey key, FlowEntry entry);

  /** Reads the entry of {@code key} and removes it in one step; false if there is none. */
  boolean take(FlowKey key, FlowEntry entry);
}
