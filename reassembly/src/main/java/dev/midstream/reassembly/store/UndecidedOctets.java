package dev.midstream.reassembly.store;

import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;

/** Octets that came in order and that the agent has not decided yet; they are never released. */
public final class UndecidedOctets {
  private final OctetBuffer octets;
  private final MemoryBudget budget;
  private boolean reserves = true;

  /** An empty store, for which the ledger sets a segment aside until it is freed. */
  public UndecidedOctets(ByteBufAllocator allocator, MemoryBudget budget) {
    octets = new OctetBuffer(allocator, budget);
    this.budget = budget;
    budget.reserve();
  }

  /** Keeps octets behind those that are here. */
  public void append(MemorySegment memory, long offset, int length) {
    octets.append(memory, offset, length);
  }

  /** Forgets the first {@code length} octets, which have been decided. */
  public void dropFront(int length) {
    octets.dropFront(length);
  }

  /** Octets kept. */
  public int length() {
    return octets.length();
  }

  /** The memory they lie in; valid until the next change. */
  public MemorySegment memory() {
    return octets.memory();
  }

  /** Where in the memory they start. */
  public long memoryOffset() {
    return octets.memoryOffset();
  }

  /** Forgets everything. */
  public void free() {
    octets.free();
    if (reserves) {
      reserves = false;
      budget.unreserve();
    }
  }
}
