package dev.midstream.reassembly.store;

import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;

/**
 * Octets that came in order and are not decided yet. They are never released as they are. Essential
 * state below the custody edge; the sender can retransmit the rest.
 */
public final class UndecidedOctets {
  private final OctetBuffer octets;
  private final MemoryBudget budget;
  private boolean reserved = true;

  /** Creates an empty store and reserves its share of the budget until {@link #free}. */
  public UndecidedOctets(ByteBufAllocator allocator, MemoryBudget budget) {
    octets = new OctetBuffer(allocator, budget);
    this.budget = budget;
    budget.reserve();
  }

  /** Appends octets. */
  public void append(MemorySegment memory, long offset, int length) {
    octets.append(memory, offset, length);
  }

  /** Removes the first {@code length} octets, which are decided now. */
  public void dropFront(int length) {
    octets.dropFront(length);
  }

  /** Octets kept. */
  public int length() {
    return octets.length();
  }

  /** The memory of the octets; valid until the next change. */
  public MemorySegment memory() {
    return octets.memory();
  }

  /** Offset of the octets in {@link #memory}. */
  public long memoryOffset() {
    return octets.memoryOffset();
  }

  /** Frees all octets and the share of the budget. */
  public void free() {
    octets.free();
    if (reserved) {
      reserved = false;
      budget.unreserve();
    }
  }
}
