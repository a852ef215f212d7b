package dev.midstream.reassembly.flow;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds connections that are parked. */
public interface ParkedLookup {
  /**
   * Goes on with the parked connection of {@code key}; null if there is none, or no room for it in
   * the heap.
   */
  @Nullable Connection restore(ConnectionKey key, long nowNanos);

  /** Shows a copy of the parked connection of {@code key} to {@code observer}, if there is one. */
  void show(ConnectionKey key, Consumer<Connection> observer);
}
