package dev.midstream.reassembly.store;

import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Octets that edits took out of a stream, by their place in original space, until the receiver has
 * acknowledged what they became: a repeated segment is compared with them.
 *
 * <p>They serve to notice, not to send. So they never take room that others need: beyond {@link
 * #MOST_BYTES} the oldest give way, and nothing is kept while the ledger is full.
 */
public final class ReplacedOctets {
  /** Octets kept of one direction. */
  public static final int MOST_BYTES = 262_144;

  private static final long[] NONE = {};

  /*
   *  original space   [ run first ....)   [ next run .)    [ last run ...)
   *  places           p                   q                r             appended
   *  buffer           [ run first ....      next run .       last run ...)
   *
   * A place counts the octets that were ever kept before a run; runs [first, count) are alive.
   */
  private final OctetBuffer octets;
  private final MemoryBudget budget;
  private long[] starts = NONE;
  private long[] places = NONE;
  private int first;
  private int count;
  private long appended;

  /** An empty store. */
  public ReplacedOctets(ByteBufAllocator allocator, MemoryBudget budget) {
    octets = new OctetBuffer(allocator, budget);
    this.budget = budget;
  }

  /**
   * Keeps octets of {@code orgStart}, which must not lie below what is kept already.
   *
   * @return whether there was room for them without forgetting others
   */
  public boolean keep(long orgStart, MemorySegment memory, long offset, int length) {
    if (length == 0) {
      return true;
    }
    if (length > MOST_BYTES || !budget.hasRoomFor(length)) {
      return false;
    }
    if (!isEmpty() && orgStart < end(count - 1)) {
      throw new IllegalStateException("replaced twice: orgPosition=" + orgStart);
    }
    boolean room = octets.length() + length <= MOST_BYTES;
    while (octets.length() + length > MOST_BYTES) {
      dropFront(end(first) - starts[first]);
    }
    makeRoom();
    starts[count] = orgStart;
    places[count] = appended;
    count++;
    appended += length;
    octets.append(memory, offset, length);
    return room;
  }

  /** Whether nothing is kept. */
  public boolean isEmpty() {
    return first == count;
  }

  /** Forgets everything below {@code orgPosition}. */
  public void freeBelow(long orgPosition) {
    while (!isEmpty() && starts[first] < orgPosition) {
      dropFront(Math.min(orgPosition, end(first)) - starts[first]);
    }
  }

  /**
   * How many octets are kept from {@code orgPosition} on that one edit replaced; 0 if that octet is
   * not kept.
   */
  public int lengthAt(long orgPosition) {
    int run = runAtOrBelow(orgPosition);
    return run < first ? 0 : (int) Math.max(0, end(run) - orgPosition);
  }

  /** Where the first edit above {@code orgPosition} starts, or {@link Long#MAX_VALUE}. */
  public long nextStartAbove(long orgPosition) {
    int next = Math.max(first, runAtOrBelow(orgPosition) + 1);
    return next < count ? starts[next] : Long.MAX_VALUE;
  }

  /** The memory the octets lie in; valid until the next change. */
  public MemorySegment memory() {
    return octets.memory();
  }

  /** Where in {@link #memory()} the octet of {@code orgPosition} lies; it must be kept. */
  public long memoryOffsetOf(long orgPosition) {
    int run = runAtOrBelow(orgPosition);
    if (run < first || orgPosition >= end(run)) {
      throw new IllegalStateException("not kept: orgPosition=" + orgPosition);
    }
    long inBuffer = places[run] - places[first] + (orgPosition - starts[run]);
    return octets.memoryOffset() + inBuffer;
  }

  /** Octets kept. */
  public int length() {
    return octets.length();
  }

  /** Forgets everything. */
  public void free() {
    octets.free();
    starts = NONE;
    places = NONE;
    first = 0;
    count = 0;
  }

  private long end(int run) {
    long placeBehind = run + 1 < count ? places[run + 1] : appended;
    return starts[run] + (placeBehind - places[run]);
  }

  /** Forgets octets of the first run. */
  private void dropFront(long length) {
    boolean whole = starts[first] + length == end(first);
    octets.dropFront((int) length);
    if (whole) {
      first++;
    } else {
      starts[first] += length;
      places[first] += length;
    }
  }

  private void makeRoom() {
    if (count < starts.length) {
      return;
    }
    int alive = count - first;
    boolean mostlyAlive = 2 * alive >= starts.length;
    int capacity = mostlyAlive ? Math.max(4, 2 * starts.length) : starts.length;
    starts = moved(starts, alive, capacity);
    places = moved(places, alive, capacity);
    first = 0;
    count = alive;
  }

  private long[] moved(long[] from, int alive, int capacity) {
    long[] target = capacity == from.length ? from : new long[capacity];
    System.arraycopy(from, first, target, 0, alive);
    return target;
  }

  private int runAtOrBelow(long orgPosition) {
    int found = Arrays.binarySearch(starts, first, count, orgPosition);
    return found >= 0 ? found : -found - 2;
  }
}
