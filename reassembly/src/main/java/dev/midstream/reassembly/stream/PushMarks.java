package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * Where PSH must be set on octets that are not released: where the sender set it, in original
 * space, and on the last octet of each reply, in new space. Bounded: when full, the oldest mark is
 * dropped; its octets leave no later than those of the next mark. Allocates only while it grows.
 * Derived state.
 */
public final class PushMarks {
  private static final int MAX_MARKS = 64;
  private static final int MAX_REPLY_MARKS = 8;
  private static final int INITIAL_CAPACITY = 4;
  private static final long[] NONE = {};

  private final Ring orgEnds = new Ring(MAX_MARKS);
  private final Ring replyEnds = new Ring(MAX_REPLY_MARKS);

  /** Notes that a segment that ends at {@code orgEnd} carried PSH. Marks arrive in order. */
  public void add(long orgEnd) {
    orgEnds.add(orgEnd);
  }

  /**
   * Notes the segments that end in (orgStart, orgEnd], of which {@code pushed} has the last octets.
   */
  public void addAll(RangeSet pushed, long orgStart, long orgEnd) {
    long first = orgEnd;
    for (int i = 0; i < MAX_MARKS && pushed.highestBelow(first) >= orgStart; i++) {
      first = pushed.highestBelow(first);
    }
    for (long at = first; at < orgEnd; at = pushed.firstInside(at + 1)) {
      add(at + 1);
    }
  }

  /** Notes that a reply ends at {@code newEnd}. Replies arrive in order. */
  public void addReply(long newEnd) {
    replyEnds.add(newEnd);
  }

  /** Removes the marks up to a place that both positions name; returns whether there was one. */
  public boolean takeUpTo(long orgEnd, long newEnd) {
    boolean pushed = orgEnds.takeUpTo(orgEnd);
    return replyEnds.takeUpTo(newEnd) || pushed;
  }

  void write(StateWriter out) {
    orgEnds.write(out);
    replyEnds.write(out);
  }

  void read(StateReader in) {
    orgEnds.read(in);
    replyEnds.read(in);
  }

  /** Releases the memory of the marks, where there are none. */
  void trim() {
    orgEnds.trim();
    replyEnds.trim();
  }

  /** The memory of the marks on the heap. */
  int heapBytes() {
    return Long.BYTES * (orgEnds.ends.length + replyEnds.ends.length);
  }

  /** The newest marks of one space, in order. */
  private static final class Ring {
    private final int capacity;
    private long[] ends = NONE;
    private int first;
    private int count;

    Ring(int capacity) {
      this.capacity = capacity;
    }

    void add(long end) {
      if (count > 0 && ends[(first + count - 1) % ends.length] >= end) {
        return;
      }
      if (count == capacity) {
        first = (first + 1) % capacity;
        count--;
      } else if (count == ends.length) {
        grow();
      }
      ends[(first + count) % ends.length] = end;
      count++;
    }

    boolean takeUpTo(long end) {
      boolean found = false;
      while (count > 0 && ends[first] <= end) {
        first = (first + 1) % ends.length;
        count--;
        found = true;
      }
      return found;
    }

    void write(StateWriter out) {
      out.number(count);
      long before = 0;
      for (int i = 0; i < count; i++) {
        long end = ends[(first + i) % ends.length];
        out.number(end - before);
        before = end;
      }
    }

    void read(StateReader in) {
      long end = 0;
      for (int i = in.count(capacity); i > 0; i--) {
        end = in.positionAfter(end);
        add(end);
      }
    }

    void trim() {
      if (count == 0) {
        ends = NONE;
        first = 0;
      }
    }

    private void grow() {
      long[] larger = new long[Math.clamp(2L * count, INITIAL_CAPACITY, capacity)];
      for (int i = 0; i < count; i++) {
        larger[i] = ends[(first + i) % count];
      }
      ends = larger;
      first = 0;
    }
  }
}
