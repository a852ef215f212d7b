package dev.midstream.reassembly.flow;

/**
 * Where the sender set PSH, in original space, for octets that have not been released. Bounded:
 * when full, the oldest mark gives way, whose octets leave with or before those of the next.
 */
public final class PushMarks {
  private static final int MARKS = 64;

  private final long[] orgEnds = new long[MARKS];
  private int first;
  private int count;

  /** Notes that the segment ending at {@code orgEnd} carried PSH; marks come in order. */
  public void add(long orgEnd) {
    if (count > 0 && orgEnds[(first + count - 1) % MARKS] >= orgEnd) {
      return;
    }
    if (count == MARKS) {
      first = (first + 1) % MARKS;
      count--;
    }
    orgEnds[(first + count) % MARKS] = orgEnd;
    count++;
  }

  /** Takes the marks at or below {@code orgEnd} away; whether there was one. */
  public boolean takeUpTo(long orgEnd) {
    boolean found = false;
    while (count > 0 && orgEnds[first] <= orgEnd) {
      first = (first + 1) % MARKS;
      count--;
      found = true;
    }
    return found;
  }
}
