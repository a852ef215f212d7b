package dev.midstream.reassembly.store;

import io.netty.buffer.ByteBufAllocator;

/** What is kept of one direction for no other purpose than to judge octets that come again. */
public final class SecondCopies {
  private final ReplacedOctets replaced;
  private final UnconfirmedOctets unconfirmed;

  /** Nothing kept. */
  public SecondCopies(ByteBufAllocator allocator, MemoryBudget budget) {
    replaced = new ReplacedOctets(allocator, budget);
    unconfirmed = new UnconfirmedOctets(allocator, budget);
  }

  /** What edits took out and is not acknowledged. */
  public ReplacedOctets replaced() {
    return replaced;
  }

  /** What came with too low a hop limit to count before it comes again. */
  public UnconfirmedOctets unconfirmed() {
    return unconfirmed;
  }

  /** Forgets everything. */
  public void free() {
    replaced.free();
    unconfirmed.free();
  }
}
