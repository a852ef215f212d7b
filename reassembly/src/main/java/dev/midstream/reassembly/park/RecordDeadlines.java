package dev.midstream.reassembly.park;

import dev.midstream.reassembly.flow.DueHeap;
import dev.midstream.reassembly.flow.IntPages;
import java.util.Arrays;

/**
 * The deadlines of records, 16 octets each. Memory for numbers is taken and given back page by
 * page, so a page with few numbers costs the same as a full one.
 */
public final class RecordDeadlines extends DueHeap {
  /** No record. */
  public static final int NONE = -1;

  private static final int ARRAY_HEADER_BYTES = 16;

  /** The record at each place of the heap. */
  private final IntPages records = new IntPages();

  /** The place of each record. */
  private final IntPages places = new IntPages();

  /** How many records of a page of {@link #places} have a deadline. */
  private int[] used = {};

  /** The page of {@link #places} that was emptied last; it is kept. */
  private int lastEmptied;

  /** Octets of heap that all arrays take. */
  public long heapBytes() {
    long usedBytes = ARRAY_HEADER_BYTES + (long) Integer.BYTES * used.length;
    return dueBytes() + records.heapBytes() + places.heapBytes() + usedBytes;
  }

  /** The deadline of a record; {@link Long#MAX_VALUE} if it has none. */
  public long dueNanos(int record) {
    int place = placeOf(record);
    return place == NO_PLACE ? Long.MAX_VALUE : dueNanosAt(place);
  }

  /** Sets the deadline of a record, whatever it was; {@link Long#MAX_VALUE} for none. */
  public void set(int record, long dueNanos) {
    int place = placeOf(record);
    if (dueNanos == Long.MAX_VALUE) {
      remove(record);
    } else if (place != NO_PLACE) {
      update(place, dueNanos);
    } else {
      use(IntPages.pageOf(record));
      int added = add(dueNanos);
      put(added, record);
      lift(added);
    }
  }

  /** The record with the earliest deadline; there must be one. */
  public int first() {
    return records.get(FIRST);
  }

  /** Removes and returns the first record due at {@code nowNanos}; {@link #NONE} if none is. */
  public int poll(long nowNanos) {
    if (!isDue(nowNanos)) {
      return NONE;
    }
    int first = records.get(FIRST);
    removeAt(FIRST);
    return first;
  }

  /** Removes the deadline of a record, if it has one. */
  public void remove(int record) {
    int place = placeOf(record);
    if (place != NO_PLACE) {
      removeAt(place);
    }
  }

  /** Removes all deadlines, and gives back their memory. */
  public void clear() {
    clearDue();
    records.clear();
    places.clear();
    used = new int[0];
    lastEmptied = 0;
  }

  @Override
  protected void swap(int place, int other) {
    int moved = records.get(place);
    put(place, records.get(other));
    put(other, moved);
  }

  @Override
  protected void drop(int place) {
    int record = records.get(place);
    places.set(record, NO_PLACE);
    int page = IntPages.pageOf(record);
    if (--used[page] == 0) {
      if (lastEmptied != page && used[lastEmptied] == 0 && places.hasPage(lastEmptied)) {
        places.dropPage(lastEmptied);
      }
      lastEmptied = page;
    }
  }

  @Override
  protected void addPage(int page) {
    records.addPage(page);
  }

  @Override
  protected void dropPage(int page) {
    records.dropPage(page);
  }

  private int placeOf(int record) {
    return places.hasPage(IntPages.pageOf(record)) ? places.get(record) : NO_PLACE;
  }

  private void put(int place, int record) {
    records.set(place, record);
    places.set(record, place);
  }

  /** Notes that one more record of a page has a deadline. */
  private void use(int page) {
    if (page >= used.length) {
      used = Arrays.copyOf(used, Math.max(page + 1, 2 * used.length));
    }
    if (!places.hasPage(page)) {
      places.addPage(page);
    }
    used[page]++;
  }
}
