package dev.midstream.reassembly.flow;

import java.util.Arrays;

/**
 * A heap of deadlines. A subclass stores which item lies at which place, and for each item its
 * place. Memory is taken and given back page by page, so no call copies much.
 */
public abstract class DueHeap {
  /*
   * A heap in which each place has four children, which lie together: 4 * place - 8 and the next three. The
   * root is FIRST, so no item has place 0. An item with a late deadline is not moved when it is added.
   */
  /** The place of an item without a deadline. */
  protected static final int NO_PLACE = 0;

  /** The place of the item with the earliest deadline. */
  protected static final int FIRST = 3;

  /** Places of one page. */
  protected static final int PAGE_PLACES = IntPages.PAGE_PLACES;

  private static final int CHILDREN = 4;
  private static final int PAGE_BITS = IntPages.PAGE_BITS;
  private static final int PLACE_MASK = PAGE_PLACES - 1;
  private static final int ARRAY_HEADER_BYTES = 16;
  private static final int REFERENCE_BYTES = 4;
  private static final long[] NO_PAGE = {};

  private long[][] due = {};
  private int pages;
  private int size;

  /** Swaps the items at two places, and tells each its new place. */
  protected abstract void swap(int place, int other);

  /** Removes the item at the last place, which has no deadline any more. */
  protected abstract void drop(int place);

  /** Makes memory for the items of another page; pages are numbered from 0. */
  protected abstract void addPage(int page);

  /** Gives back the memory of the last page, which has no items. */
  protected abstract void dropPage(int page);

  /** Number of deadlines. */
  public final int size() {
    return size;
  }

  /** The earliest deadline; {@link Long#MAX_VALUE} if there is none. */
  public final long nextNanos() {
    return size == 0 ? Long.MAX_VALUE : dueNanosAt(FIRST);
  }

  /** Octets of heap that the arrays of deadlines take. */
  protected final long dueBytes() {
    long pageBytes = ARRAY_HEADER_BYTES + (long) Long.BYTES * PAGE_PLACES;
    return pages * pageBytes + ARRAY_HEADER_BYTES + (long) REFERENCE_BYTES * due.length;
  }

  /** Whether the first item is due at {@code nowNanos}. */
  protected final boolean isDue(long nowNanos) {
    return size > 0 && dueNanosAt(FIRST) <= nowNanos;
  }

  /** The deadline of the item at {@code place}. */
  protected final long dueNanosAt(int place) {
    return due[place >>> PAGE_BITS][place & PLACE_MASK];
  }

  /**
   * Adds a deadline.
   *
   * @return the place where the caller must store its item, and then {@link #lift} it
   */
  protected final int add(long dueNanos) {
    int place = FIRST + size++;
    if (place >>> PAGE_BITS == pages) {
      if (pages == due.length) {
        due = Arrays.copyOf(due, Math.max(1, 2 * pages));
      }
      due[pages] = new long[PAGE_PLACES];
      addPage(pages++);
    }
    setDue(place, dueNanos);
    return place;
  }

  /**
   * Moves the item at {@code place} to where its deadline belongs, if it is earlier than before.
   */
  protected final void lift(int place) {
    int at = place;
    while (at > FIRST && dueNanosAt(at) < dueNanosAt(parentOf(at))) {
      exchange(at, parentOf(at));
      at = parentOf(at);
    }
  }

  /** Changes the deadline of the item at {@code place}. */
  protected final void update(int place, long dueNanos) {
    long before = dueNanosAt(place);
    setDue(place, dueNanos);
    if (dueNanos < before) {
      lift(place);
    } else {
      lower(place);
    }
  }

  /** Removes the item at {@code place}. */
  protected final void removeAt(int place) {
    int last = FIRST + size - 1;
    long dueNanos = dueNanosAt(last);
    if (place != last) {
      long before = dueNanosAt(place);
      exchange(place, last);
      removeLast(last);
      setDue(place, before);
      update(place, dueNanos);
    } else {
      removeLast(last);
    }
  }

  /** Removes all deadlines, and gives back their memory. The items are not told. */
  protected final void clearDue() {
    due = new long[0][];
    pages = 0;
    size = 0;
  }

  private void removeLast(int place) {
    drop(place);
    size--;
    // An empty page is kept until the one before is empty, too.
    if ((place & PLACE_MASK) == 0 && pages > (place >>> PAGE_BITS) + 1) {
      pages--;
      dropPage(pages);
      due[pages] = NO_PAGE;
    }
  }

  private void lower(int place) {
    int at = place;
    int end = FIRST + size;
    for (int child = childOf(at); child < end; child = childOf(at)) {
      int earliest = earliest(child, Math.min(child + CHILDREN, end));
      if (dueNanosAt(earliest) >= dueNanosAt(at)) {
        return;
      }
      exchange(at, earliest);
      at = earliest;
    }
  }

  /** The place in [start, end) with the earliest deadline. */
  private int earliest(int start, int end) {
    int found = start;
    for (int place = start + 1; place < end; place++) {
      found = dueNanosAt(place) < dueNanosAt(found) ? place : found;
    }
    return found;
  }

  private void exchange(int place, int other) {
    long dueNanos = dueNanosAt(place);
    setDue(place, dueNanosAt(other));
    setDue(other, dueNanos);
    swap(place, other);
  }

  private void setDue(int place, long dueNanos) {
    due[place >>> PAGE_BITS][place & PLACE_MASK] = dueNanos;
  }

  private static int parentOf(int place) {
    return place / CHILDREN + 2;
  }

  private static int childOf(int place) {
    return CHILDREN * (place - 2);
  }
}
