package dev.midstream.reassembly.store;

/**
 * What one direction of a connection keeps, within the {@link MemoryBudget} of all. While it is
 * open, its share of the reserve finds room for the next octets in order.
 */
public final class MemoryAccount {
  private final MemoryBudget budget;
  private long usedBytes;
  private boolean open = true;

  /** Opens an account of {@code budget}. */
  MemoryAccount(MemoryBudget budget) {
    this.budget = budget;
    budget.reserve();
  }

  /** Whether {@code bytes} more may be kept that are not next in order. */
  public boolean hasRoomFor(long bytes) {
    return budget.hasRoomFor(bytes);
  }

  /** Charges octets, even beyond the limit if they are next in order; negative for a refund. */
  public void charge(long bytes) {
    usedBytes += bytes;
    budget.charge(bytes);
  }

  /** Octets charged now. */
  public long usedBytes() {
    return usedBytes;
  }

  /** Cancels the reserve, when the connection is over; what is charged stays charged. */
  public void close() {
    if (open) {
      open = false;
      budget.unreserve();
    }
  }
}
