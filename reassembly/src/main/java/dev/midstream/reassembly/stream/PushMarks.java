package dev.midstream.reassembly.stream;

/**
 * What PSH is to be set on of octets that have not been released: where the sender set it, in
 * original space, and the last octet of each reply, in new space. Bounded: when full, the oldest
 * mark gives way, whose octets leave with or before those of the next. Allocates only while it
 * grows.
 */
public final class PushMarks {
  private static final int MAX_MARKS = 64;
  private static final int MAX_REPLY_MARKS = 8;
  private static final int INITIAL_CAPACITY = 4;
  private static final long[] NONE = {};

  private final Ring orgEnds = new Ring(MAX_MARKS);
  private final Ring replyEnds = new Ring(MAX_REPLY_MARKS);

  /** Notes that the segment ending at {@code orgEnd} carried PSH; marks come in order. */
  public void add(long orgEnd) {
    orgEnds.add(orgEnd);
  }

  /** Notes that a reply ends at {@code newEnd}; replies come in order. */
  public void addReply(long newEnd) {
    replyEnds.add(newEnd);
  }

  /** Takes the marks up to a place away, which both positions name; whether there was one. */
  public boolean takeUpTo(long orgEnd, long newEnd) {
    boolean pushed = orgEnds.takeUpTo(orgEnd);
    return replyEnds.takeUpTo(newEnd) || pushed;
  }

  /** The last marks of one space, in order. */
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
