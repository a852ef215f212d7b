package dev.midstream.reassembly.store;

import dev.midstream.wire.packet.MemoryOwner;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Where octets lie as long as a call lasts, and who owns the memory if they may stay there for
 * longer. Reusable; not thread-safe.
 */
public final class OctetSlice {
  private MemorySegment memory = MemorySegment.NULL;
  private long offset;
  private @Nullable MemoryOwner owner;

  /** Points to {@code offset} of {@code memory}, which is nobody's behind the call. */
  public OctetSlice at(MemorySegment memory, long offset) {
    return at(memory, offset, null);
  }

  /** Points to {@code offset} of {@code memory}, which is there for who retains {@code owner}. */
  public OctetSlice at(MemorySegment memory, long offset, @Nullable MemoryOwner owner) {
    this.memory = memory;
    this.offset = offset;
    this.owner = owner;
    return this;
  }

  /** The memory the octets lie in. */
  public MemorySegment memory() {
    return memory;
  }

  /** Where in {@link #memory} the first of them lies. */
  public long offset() {
    return offset;
  }

  /** Whom to retain to have them for longer than the call; null if they must be copied. */
  public @Nullable MemoryOwner owner() {
    return owner;
  }
}
