package dev.midstream.reassembly;

import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.park.ParkedConnections;

/**
 * The ends of the connections of an engine that another one may know: all but half-open ones that
 * are in no record. Nothing is read of connections but their ends.
 */
public final class NamedConnections {
  private final ConnectionRegistry registry;

  NamedConnections(ConnectionRegistry registry) {
    this.registry = registry;
  }

  /** How many there are, but for some that are counted twice. */
  public int size() {
    return registry.flows.size()
        + registry.parked.size()
        + registry.halfOpen.recorded()
        + registry.waiting.size();
  }

  /** The ends of a segment; {@code ports} are that of its sender, then the other one. */
  public ConnectionKey key(
      int network,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int ports) {
    return registry.flows.key(
        network, sourceHigh, sourceLow, destinationHigh, destinationLow, ports);
  }

  /** Whether the connection of {@code key} is known, and neither half-open nor not read yet. */
  public boolean findsOpen(ConnectionKey key) {
    return registry.flows.find(key) != null || registry.parked.find(key) != ParkedConnections.NONE;
  }

  /** Whether the connection of {@code key} is half-open, or is not read yet. */
  public boolean findsOpening(ConnectionKey key) {
    return registry.halfOpen.isKnown(key) || findsWaiting(key);
  }

  /** Whether a {@link #sweep} shows the connection of {@code key}. */
  public boolean finds(ConnectionKey key) {
    return findsOpen(key) || registry.halfOpen.isRecorded(key) || findsWaiting(key);
  }

  private boolean findsWaiting(ConnectionKey key) {
    return registry.waiting.size() > 0 && registry.waiting.find(key) != null;
  }

  /** Begins to show all of them. */
  public EndsSweep sweep() {
    return new EndsSweep(registry);
  }
}
