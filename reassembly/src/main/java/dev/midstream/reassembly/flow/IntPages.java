package dev.midstream.reassembly.flow;

import java.util.Arrays;

/**
 * Ints at places of pages, which are added and dropped one by one, so that no call copies more than
 * a page.
 */
public final class IntPages {
  public static final int PAGE_BITS = 8;

  /** Places of one page. */
  public static final int PAGE_PLACES = 1 << PAGE_BITS;

  private static final int PLACE_MASK = PAGE_PLACES - 1;
  private static final int ARRAY_HEADER_BYTES = 16;
  private static final int REFERENCE_BYTES = 4;
  private static final int[] NO_PAGE = {};

  private int[][] pages = {};
  private int count;

  /** The number of the page of a place. */
  public static int pageOf(int place) {
    return place >>> PAGE_BITS;
  }

  /** Octets of heap that all arrays take. */
  public long heapBytes() {
    long pageBytes = ARRAY_HEADER_BYTES + (long) Integer.BYTES * PAGE_PLACES;
    return count * pageBytes + ARRAY_HEADER_BYTES + (long) REFERENCE_BYTES * pages.length;
  }

  /** The int at a place of a page that was added. */
  public int get(int place) {
    return pages[place >>> PAGE_BITS][place & PLACE_MASK];
  }

  public void set(int place, int value) {
    pages[place >>> PAGE_BITS][place & PLACE_MASK] = value;
  }

  public boolean hasPage(int page) {
    return page < pages.length && pages[page].length > 0;
  }

  /** Adds a page of zeros. */
  public void addPage(int page) {
    if (page >= pages.length) {
      int known = pages.length;
      pages = Arrays.copyOf(pages, Math.max(page + 1, 2 * known));
      Arrays.fill(pages, known, pages.length, NO_PAGE);
    }
    pages[page] = new int[PAGE_PLACES];
    count++;
  }

  /** Gives back the memory of a page. */
  public void dropPage(int page) {
    pages[page] = NO_PAGE;
    count--;
  }

  /** Drops all pages. */
  public void clear() {
    pages = new int[0][];
    count = 0;
  }
}
