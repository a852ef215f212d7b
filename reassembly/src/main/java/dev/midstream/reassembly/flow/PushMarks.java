package dev.midstream.reassembly.flow;

/**
 * What PSH is to be set on of octets that have not been released: where the sender set it, in
 * original space, and the last octet of each reply, in new space. Bounded: when full, the oldest
 * mark gives way, whose octets leave with or before those of the next.
 */
public final class PushMarks {
  private static final int MARKS = 64;
  private static final int REPLY_MARKS = 8;

  private final Ring orgEnds = new Ring(MARKS);
  private final Ring replyEnds = new Ring(REPLY_MARKS);

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
    private final long[] ends;
    private int first;
    private int count;

    Ring(int most) {
      ends = new long[most];
    }

    void add(long end) {
      if (count > 0 && ends[(first + count - 1) % ends.length] >= end) {
        return;
      }
      if (count == ends.length) {
        first = (first + 1) % ends.length;
        count--;
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
  }
}
