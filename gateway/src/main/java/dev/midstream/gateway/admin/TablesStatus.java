package dev.midstream.gateway.admin;

import org.jspecify.annotations.Nullable;

/**
 * What a node knows of the common tables.
 *
 * @param state whether they can be read
 * @param problem why they could not be opened; null if they could, or were not tried
 * @param listed connections of this node that are, or will be, in the table
 * @param written how often connections were written
 * @param removed keys that were removed
 * @param failed entries that could not be written or removed; most are repeated
 * @param dropped changes for which there was no room
 * @param untracked connections that were left out because the node has too many
 */
public record TablesStatus(
    State state,
    @Nullable String problem,
    long listed,
    long written,
    long removed,
    long failed,
    long dropped,
    long untracked) {

  /** Whether the tables can be read. */
  public enum State {
    /** They are being opened, or will be. */
    STARTING,
    /** They can be read. */
    READY,
    /** They are closed, and stay so. */
    CLOSED
  }

  /** Tables that are not open. */
  public static TablesStatus closed(State state, @Nullable String problem) {
    return new TablesStatus(state, problem, 0, 0, 0, 0, 0, 0);
  }
}
