package dev.midstream.engines.node;

/**
 * Until when a node may send, for all its workers: so none of them sends after the end of the
 * lease, whatever keeps the one that renews it. Thread-safe.
 */
public final class NodeLease {
  private volatile long endNanos = Long.MIN_VALUE;

  /** The node may send until {@code nanos}, in the time of its workers. */
  void set(long nanos) {
    endNanos = nanos;
  }

  /** Whether the node may send at {@code nowNanos}. */
  public boolean isHeld(long nowNanos) {
    return nowNanos < endNanos;
  }
}
