package dev.midstream.reassembly.store;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Original octets that edits replaced, by position in original space, until the receiver
 * acknowledges the new ones. Retransmitted octets are compared with them.
 *
 * <p>They are only compared, never sent. So they never take room from other octets: beyond {@link
 * #MAX_BYTES} the oldest are evicted, and nothing is kept while the memory budget is used up.
 */
public final class ReplacedOctets {
  /** Octets kept of one direction, at most. */
  public static final int MAX_BYTES = 262_144;

  private static final long[] NONE = {};

  /*
   *  original space   [ run first ....)   [ next run .)    [ last run ...)
   *  places           p                   q                r             appended
   *  buffer           [ run first ....      next run .       last run ...)
   *
   * A place is the number of octets ever kept before a run. The live runs are [first, count). Edits
   * next to each other are one run.
   */
  private final OctetBuffer octets;
  private final MemoryAccount account;
  private long[] starts = NONE;
  private long[] places = NONE;
  private int first;
  private int count;
  private long appended;

  /** Creates an empty store. */
  public ReplacedOctets(ByteBufAllocator allocator, MemoryAccount account) {
    octets = new OctetBuffer(allocator, account);
    this.account = account;
  }

  /**
   * Keeps octets. {@code orgStart} must not be below the end of the kept ones.
   *
   * @return whether there was room for them without an eviction
   */
  public boolean keep(long orgStart, MemorySegment memory, long offset, int length) {
    if (length == 0) {
      return true;
    }
    if (length > MAX_BYTES || !account.hasRoomFor(length)) {
      return false;
    }
    if (orgStart < end()) {
      throw new IllegalStateException("replaced twice: orgPosition=" + orgStart);
    }
    boolean room = octets.length() + length <= MAX_BYTES;
    while (octets.length() + length > MAX_BYTES) {
      int excess = octets.length() + length - MAX_BYTES;
      dropFront(Math.min(excess, end(first) - starts[first]));
    }
    if (orgStart > end()) {
      ensureCapacity();
      starts[count] = orgStart;
      places[count] = appended;
      count++;
    }
    appended += length;
    octets.append(memory, offset, length);
    return room;
  }

  /** Writes each run with its length and place. */
  public void write(StateWriter out) {
    long before = 0;
    for (int run = first; run < count; run++) {
      int length = (int) (end(run) - starts[run]);
      out.number(length);
      out.number(starts[run] - before);
      out.octets(octets.memory(), memoryOffsetOf(run, starts[run]), length);
      before = end(run);
    }
    out.number(0);
  }

  /** Reads what {@link #write} wrote into this store, which must be empty. */
  public void read(StateReader in) {
    MemorySegment memory = MemorySegment.ofArray(in.memory());
    long before = 0;
    for (int length = in.count(in.remaining()); length > 0; length = in.count(in.remaining())) {
      long start = in.positionAfter(before);
      keep(start, memory, in.skip(length), length);
      before = start + length;
    }
  }

  /** The end of the last octet kept; {@link Long#MIN_VALUE} if none is. */
  public long end() {
    return isEmpty() ? Long.MIN_VALUE : end(count - 1);
  }

  /** Whether no octet is kept. */
  public boolean isEmpty() {
    return first == count;
  }

  /** Number of octets kept. */
  public int length() {
    return octets.length();
  }

  /** Frees the octets below {@code orgPosition}. */
  public void freeBelow(long orgPosition) {
    while (!isEmpty() && starts[first] < orgPosition) {
      dropFront(Math.min(orgPosition, end(first)) - starts[first]);
    }
  }

  /** Number of octets kept from {@code orgPosition} on without a gap; 0 if it is not kept. */
  public int lengthAt(long orgPosition) {
    int run = runAtOrBelow(orgPosition);
    return run < first ? 0 : (int) Math.max(0, end(run) - orgPosition);
  }

  /** Start of the first run above {@code orgPosition}; {@link Long#MAX_VALUE} if there is none. */
  public long nextStartAbove(long orgPosition) {
    int next = Math.max(first, runAtOrBelow(orgPosition) + 1);
    return next < count ? starts[next] : Long.MAX_VALUE;
  }

  /** The memory of the octets; valid until the next change. */
  public MemorySegment memory() {
    return octets.memory();
  }

  /** Offset in {@link #memory} of the octet at {@code orgPosition}, which must be kept. */
  public long memoryOffsetOf(long orgPosition) {
    int run = runAtOrBelow(orgPosition);
    if (run < first || orgPosition >= end(run)) {
      throw new IllegalStateException("not kept: orgPosition=" + orgPosition);
    }
    return memoryOffsetOf(run, orgPosition);
  }

  private long memoryOffsetOf(int run, long orgPosition) {
    long inBuffer = places[run] - places[first] + (orgPosition - starts[run]);
    return octets.memoryOffset() + inBuffer;
  }

  /** What is charged beside the octets: memory that is allocated for more of them. */
  public int overheadBytes() {
    return octets.overheadBytes();
  }

  /**
   * Whether all octets of [orgStart, orgEnd) that are kept have the same value as in {@code other},
   * where the first lies at {@code offset}. It takes one search for all runs.
   */
  public boolean agreesWith(long orgStart, long orgEnd, MemorySegment other, long offset) {
    MemorySegment kept = octets.memory();
    int run = Math.max(first, runAtOrBelow(orgStart));
    for (; run < count && starts[run] < orgEnd; run++) {
      long from = Math.max(orgStart, starts[run]);
      long length = Math.min(orgEnd, end(run)) - from;
      long otherAt = offset + (from - orgStart);
      if (length > 0
          && !OctetComparison.isSame(kept, memoryOffsetOf(run, from), other, otherAt, length)) {
        return false;
      }
    }
    return true;
  }

  /** Releases memory that the octets do not need. */
  public void trim() {
    octets.trim();
    resize(Capacity.trimmed(starts.length, count - first));
  }

  /** The memory of the places on the heap; the octets lie elsewhere. */
  public int heapBytes() {
    return 2 * Long.BYTES * starts.length;
  }

  /** Frees all octets. */
  public void free() {
    octets.free();
    first = 0;
    count = 0;
    resize(0);
  }

  private long end(int run) {
    long nextPlace = run + 1 < count ? places[run + 1] : appended;
    return starts[run] + (nextPlace - places[run]);
  }

  private void dropFront(long length) {
    boolean whole = starts[first] + length == end(first);
    octets.dropFront((int) length);
    if (whole) {
      first++;
      resize(Capacity.shrunk(starts.length, count - first));
    } else {
      starts[first] += length;
      places[first] += length;
    }
  }

  private void ensureCapacity() {
    if (count == starts.length) {
      boolean mostlyAlive = 2 * (count - first) >= starts.length;
      compact(mostlyAlive ? Capacity.grown(starts.length) : starts.length);
    }
  }

  private void resize(int capacity) {
    if (capacity != starts.length) {
      compact(capacity);
    }
  }

  /** Moves the live runs to the front of arrays of {@code capacity}. */
  private void compact(int capacity) {
    int alive = count - first;
    starts = compacted(starts, alive, capacity);
    places = compacted(places, alive, capacity);
    first = 0;
    count = alive;
  }

  private long[] compacted(long[] from, int alive, int capacity) {
    long[] target = capacity == from.length ? from : capacity == 0 ? NONE : new long[capacity];
    System.arraycopy(from, first, target, 0, alive);
    return target;
  }

  private int runAtOrBelow(long orgPosition) {
    int found = Arrays.binarySearch(starts, first, count, orgPosition);
    return found >= 0 ? found : -found - 2;
  }
}
