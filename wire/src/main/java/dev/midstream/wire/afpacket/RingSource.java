package dev.midstream.wire.afpacket;

import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.PacketRing;
import dev.midstream.wire.nativecall.VlanTag;
import dev.midstream.wire.port.LegCounter;
import dev.midstream.wire.port.LegCounters;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Frames of a receive ring, read in place. Their slots are released with the batch. */
final class RingSource implements FrameSource {
  private static final int BATCH = 64;
  private static final int BLOCKS = 16;

  private final Arena arena;
  private final PacketRing ring;
  private final LegCounters counters;
  private final long[] offsets = new long[BATCH];
  private final int[] lengths = new int[BATCH];
  private int next;
  private int unreleased;
  private int frames;
  private boolean isIdle = true;

  private RingSource(Arena arena, PacketRing ring, LegCounters counters) {
    this.arena = arena;
    this.ring = ring;
    this.counters = counters;
  }

  /**
   * Sets up a ring for {@code socket}, see {@link PacketRing#of}. The ring has its own arena,
   * because its mapping keeps a closed socket open.
   */
  static RingSource open(int socket, LegCounters counters) {
    Arena arena = Arena.ofShared(); // the port may pass to another thread
    try {
      return new RingSource(arena, PacketRing.of(new Linux(arena), socket, BLOCKS), counters);
    } catch (IllegalStateException e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public void close() {
    arena.close();
  }

  @Override
  public void onReadable() {
    // The slots have a status of their own.
  }

  @Override
  public int receive() {
    frames = 0;
    unreleased = 0;
    for (int slot = next; unreleased < BATCH && ring.isFilled(slot); slot = after(slot)) {
      unreleased++;
      addFrame(slot);
    }
    isIdle &= unreleased == 0;
    if (frames == 0) {
      release();
    }
    return frames;
  }

  @Override
  public boolean pollIdle() {
    boolean was = isIdle && !ring.isFilled(next);
    isIdle = true;
    return was;
  }

  @Override
  public MemorySegment memory(int index) {
    return ring.memory();
  }

  @Override
  public long frameOffset(int index) {
    return offsets[index];
  }

  @Override
  public int frameLength(int index) {
    return lengths[index];
  }

  @Override
  public void release() {
    while (unreleased > 0) {
      ring.release(next);
      next = after(next);
      unreleased--;
    }
  }

  private void addFrame(int slot) {
    if (ring.isTruncated(slot)) {
      counters.add(LegCounter.TOO_LONG_TO_RECEIVE, 1);
      return;
    }
    long offset = ring.frameOffset(slot);
    int length = ring.frameLength(slot);
    int tag = ring.vlanTag(slot);
    if (tag != VlanTag.NONE) {
      VlanTag.reinsert(ring.memory(), offset, tag);
      offset -= VlanTag.BYTES;
      length += VlanTag.BYTES;
    }
    offsets[frames] = offset;
    lengths[frames] = length;
    frames++;
  }

  private int after(int slot) {
    return slot + 1 == ring.slots() ? 0 : slot + 1;
  }
}
