package dev.midstream.reassembly.store;

import dev.midstream.wire.packet.MemoryOwner;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** The place of octets in memory, and the owner to retain for a use beyond the call. Reusable. */
public final class OctetSlice {
  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private @Nullable MemoryOwner owner;

  /** Points at {@code offset} in {@code memory}; valid only during the call. */
  public OctetSlice at(MemorySegment memory, long offset) {
    return at(memory, offset, null);
  }

  /** Points at {@code offset} in {@code memory}; valid as long as {@code owner} is retained. */
  public OctetSlice at(MemorySegment memory, long offset, @Nullable MemoryOwner owner) {
    this.memory = memory;
    this.offset = offset;
    this.owner = owner;
    return this;
  }

  /** Refers to no memory any more, which could otherwise not be freed until the next use. */
  public void clear() {
    at(MemorySegment.NULL, 0);
  }

  /** The memory of the octets. */
  public MemorySegment memory() {
    return memory;
  }

  /** Offset of the first octet in {@link #memory}. */
  public long offset() {
    return offset;
  }

  /** The owner to retain for a use beyond the call; null if the octets must be copied. */
  public @Nullable MemoryOwner owner() {
    return owner;
  }
}
