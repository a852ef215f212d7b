package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Direction;
import org.jspecify.annotations.Nullable;

/**
 * The SYNs of a connection: one for each direction, a later SYN that waits for its answer, and the
 * connection that a conflicting SYN-ACK would open. A connection that was picked up has none.
 */
public final class Handshakes {
  private @Nullable Handshake client;
  private @Nullable Handshake server;
  private @Nullable CompetingSyn competing;
  private @Nullable Connection alternative;

  Handshakes() {}

  /** The SYN or SYN-ACK of {@code direction}; null before it was seen. */
  public @Nullable Handshake of(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER ? client : server;
  }

  /** Sets the SYN or SYN-ACK of {@code direction}. */
  public void set(Direction direction, Handshake handshake) {
    if (direction == Direction.CLIENT_TO_SERVER) {
      client = handshake;
    } else {
      server = handshake;
    }
  }

  /** Whether both SYNs were seen. */
  public boolean isWhole() {
    return client != null && server != null;
  }

  /** Whether both ends permit selective acknowledgements (RFC 2018). */
  public boolean isSackAgreed() {
    return client != null && server != null && client.sackPermitted() && server.sackPermitted();
  }

  /** A later SYN with another number that waits for its answer; mostly null. */
  public @Nullable CompetingSyn competing() {
    return competing;
  }

  /** Sets the later SYN, in place of the one before. */
  public void competing(@Nullable CompetingSyn syn) {
    competing = syn;
  }

  /** What the connection becomes if the client acknowledges a conflicting SYN-ACK; mostly null. */
  public @Nullable Connection alternative() {
    return alternative;
  }

  /** Sets what a conflicting SYN-ACK would make of the connection; null for nothing. */
  public void alternative(@Nullable Connection other) {
    alternative = other;
  }
}
