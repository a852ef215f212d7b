package dev.midstream.reassembly.park;

import dev.midstream.reassembly.flow.IntPages;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Numbers of records, and the place of each. A free number of the lowest page is used first, so
 * that the pages of high numbers become empty and are given back.
 */
final class RecordNumbers {
  private static final int PAGE_PLACES = IntPages.PAGE_PLACES;
  private static final int ARRAY_HEADER_BYTES = 16;
  private static final int NONE = -1;

  /** The place of each used number; for a free one, the next free number of its page. */
  private final IntPages places = new IntPages();

  /** The pages that have free numbers. */
  private BitSet open = new BitSet();

  private int[] firstFree = {};
  private int[] used = {};

  /** No page below it is missing. */
  private int firstGap;

  private int capacity;
  private int size;

  /** How many numbers are used. */
  int size() {
    return size;
  }

  /** Octets of heap that all arrays take. */
  long heapBytes() {
    long pageBytes = 2L * Integer.BYTES * used.length + open.size() / Byte.SIZE;
    return places.heapBytes() + pageBytes + 3 * ARRAY_HEADER_BYTES;
  }

  int place(int number) {
    return places.get(number);
  }

  void setPlace(int number, int place) {
    places.set(number, place);
  }

  /** Takes a free number for the record at {@code place}. */
  int add(int place) {
    int page = open.nextSetBit(0);
    if (page < 0) {
      page = addPage();
    }
    int number = firstFree[page];
    firstFree[page] = places.get(number);
    if (firstFree[page] == NONE) {
      open.clear(page);
    }
    used[page]++;
    size++;
    places.set(number, place);
    return number;
  }

  /** Frees a number, which may be used anew. */
  void remove(int number) {
    int page = IntPages.pageOf(number);
    places.set(number, firstFree[page]);
    firstFree[page] = number;
    open.set(page);
    used[page]--;
    size--;
    if (used[page] == 0 && capacity - size > 2 * PAGE_PLACES) {
      places.dropPage(page);
      open.clear(page);
      firstGap = Math.min(firstGap, page);
      capacity -= PAGE_PLACES;
    }
  }

  void clear() {
    places.clear();
    open = new BitSet();
    firstGap = 0;
    capacity = 0;
    size = 0;
    firstFree = new int[0];
    used = new int[0];
  }

  private int addPage() {
    int page = firstGap;
    while (places.hasPage(page)) {
      page++;
    }
    firstGap = page + 1;
    if (page == used.length) {
      used = Arrays.copyOf(used, Math.max(1, 2 * page));
      firstFree = Arrays.copyOf(firstFree, used.length);
    }
    places.addPage(page);
    int first = page * PAGE_PLACES;
    for (int place = 0; place < PAGE_PLACES; place++) {
      places.set(first + place, place + 1 == PAGE_PLACES ? NONE : first + place + 1);
    }
    firstFree[page] = first;
    open.set(page);
    capacity += PAGE_PLACES;
    return page;
  }
}
