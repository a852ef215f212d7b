package dev.midstream.wire.fastpath;

import org.jspecify.annotations.Nullable;

/** A map of directions of connections. Its entries come and go at any time between two calls. */
interface FlowMap {
  /**
   * Sets {@code next} to the key after {@code key}; to the first one if that is not in the map, or
   * null. Returns false if there is none.
   */
  boolean next(@Nullable FlowKey key, FlowKey next);

  /** Reads the entry of {@code key}; false if there is none. */
  boolean find(FlowKey key, FlowEntry entry);

  /** Changes the entry of {@code key}; false if there is none. */
  boolean replace(FlowKey key, FlowEntry entry);
}
