package dev.midstream.reassembly.flow;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The memory of a {@link SynCache}: records of fixed fields and the headers of a SYN. A record
 * takes {@link #FIELD_BYTES} octets and the headers, rounded up to a multiple of 8.
 */
final class SynRecords {
  /** No record. */
  static final int NONE = -1;

  /** The longest headers of a record. */
  static final int MAX_HEADER_BYTES = 160;

  /*
   * Records of one length lie in pages; each page is an array. The number of a record consists of its
   * length, in units of 8 octets, and its place among the records of this length:
   *
   *   0         4     8           16     24         28    30         32
   *   previous  next  last nanos  nanos  following  rule  interface  header length
   *
   *   33    34     36        37   38
   *   link  flags  arrivals  log  headers
   *
   * "last nanos" and "nanos" are times of 8 octets. Free records of one length are linked by "next".
   */
  static final int PREVIOUS = 0;
  static final int NEXT = 4;
  static final int LAST_NANOS = 8;
  static final int NANOS = 16;
  static final int FOLLOWING = 24;
  static final int RULE = 28;
  static final int INTERFACE = 30;
  static final int HEADER_LENGTH = 32;
  static final int LINK = 33;
  static final int FLAGS = 34;
  static final int ARRIVALS = 36;
  static final int LOG = 37;
  static final int FIELD_BYTES = 38;

  private static final int UNIT_BYTES = 8;
  private static final int PAGE_BYTES = 1 << 16;

  /** The first page of a length grows from here, so that few records take little. */
  private static final int FIRST_PAGE_BYTES = 1 << 10;

  private static final MemorySegment[] NO_PAGES = {};
  private static final int PLACE_BITS = 26;
  private static final int PLACE_MASK = (1 << PLACE_BITS) - 1;
  private static final int MAX_UNITS = unitsOf(MAX_HEADER_BYTES);

  private final MemorySegment[][] pages = new MemorySegment[MAX_UNITS + 1][];
  private int pageCount;
  private long pageBytes;
  private long usedBytes;
  private final int[] places = new int[MAX_UNITS + 1];
  private final int[] firstFree = new int[MAX_UNITS + 1];

  SynRecords() {
    Arrays.fill(pages, NO_PAGES);
    Arrays.fill(firstFree, NONE);
  }

  /** Octets of heap that all pages take. */
  long heapBytes() {
    return pageBytes;
  }

  /** Octets of heap that the records take. */
  long usedBytes() {
    return usedBytes;
  }

  /** Whether more than half of the pages is unused. */
  boolean isSparse() {
    return pageCount > 2 * MAX_UNITS && usedBytes < heapBytes() / 2;
  }

  /** Adds a record with these headers, whose other fields are undefined. */
  int add(MemorySegment headers, long offset, int length) {
    int units = unitsOf(length);
    int record = firstFree[units];
    if (record == NONE) {
      record = grow(units);
    } else {
      firstFree[units] = intAt(record, NEXT);
    }
    usedBytes += (long) units * UNIT_BYTES;
    setByte(record, HEADER_LENGTH, length);
    setHeaders(record, headers, offset, length);
    return record;
  }

  /** Sets headers of the same length. */
  void setHeaders(int record, MemorySegment headers, long offset, int length) {
    MemorySegment.copy(headers, offset, page(record), headersAt(record), length);
  }

  /** Adds a copy of a record of {@code other}. */
  int addCopy(SynRecords other, int record) {
    int length = other.byteAt(record, HEADER_LENGTH);
    int copy = add(other.page(record), other.headersAt(record), length);
    MemorySegment.copy(other.page(record), other.at(record), page(copy), at(copy), FIELD_BYTES);
    return copy;
  }

  /** Removes a record, whose number may be used anew. */
  void remove(int record) {
    int units = record >>> PLACE_BITS;
    setInt(record, NEXT, firstFree[units]);
    firstFree[units] = record;
    usedBytes -= (long) units * UNIT_BYTES;
    setByte(record, HEADER_LENGTH, 0);
  }

  /** Whether a number is that of a record. */
  boolean isUsed(int record) {
    int units = record >>> PLACE_BITS;
    return (record & PLACE_MASK) < places[units] && byteAt(record, HEADER_LENGTH) > 0;
  }

  /** The page that holds a record. */
  MemorySegment page(int record) {
    int units = record >>> PLACE_BITS;
    return pages[units][(record & PLACE_MASK) / perPage(units)];
  }

  /** Where the headers of a record start in its page. */
  long headersAt(int record) {
    return at(record) + FIELD_BYTES;
  }

  int byteAt(int record, int field) {
    return page(record).get(ValueLayout.JAVA_BYTE, at(record) + field) & 0xff;
  }

  void setByte(int record, int field, int value) {
    page(record).set(ValueLayout.JAVA_BYTE, at(record) + field, (byte) value);
  }

  /** A field of two octets, not negative. */
  int shortAt(int record, int field) {
    return page(record).get(ValueLayout.JAVA_SHORT_UNALIGNED, at(record) + field) & 0xffff;
  }

  void setShort(int record, int field, int value) {
    page(record).set(ValueLayout.JAVA_SHORT_UNALIGNED, at(record) + field, (short) value);
  }

  int intAt(int record, int field) {
    return page(record).get(ValueLayout.JAVA_INT_UNALIGNED, at(record) + field);
  }

  void setInt(int record, int field, int value) {
    page(record).set(ValueLayout.JAVA_INT_UNALIGNED, at(record) + field, value);
  }

  long longAt(int record, int field) {
    return page(record).get(ValueLayout.JAVA_LONG_UNALIGNED, at(record) + field);
  }

  void setLong(int record, int field, long value) {
    page(record).set(ValueLayout.JAVA_LONG_UNALIGNED, at(record) + field, value);
  }

  private long at(int record) {
    int units = record >>> PLACE_BITS;
    return (long) ((record & PLACE_MASK) % perPage(units)) * units * UNIT_BYTES;
  }

  private int grow(int units) {
    int place = places[units];
    int count = pages[units].length;
    if (count == 0) {
      addPage(units, FIRST_PAGE_BYTES);
    } else if (count == 1 && place < perPage(units)) {
      growFirst(units, place + 1);
    } else if (place == count * perPage(units)) {
      addPage(units, PAGE_BYTES);
    }
    places[units] = place + 1;
    return units << PLACE_BITS | place;
  }

  private void addPage(int units, int bytes) {
    int count = pages[units].length;
    pages[units] = Arrays.copyOf(pages[units], count + 1);
    pages[units][count] = MemorySegment.ofArray(new byte[bytes]);
    pageCount++;
    pageBytes += bytes;
  }

  /** Makes the only page of a length large enough for {@code records}. */
  private void growFirst(int units, int records) {
    MemorySegment page = pages[units][0];
    if ((long) records * units * UNIT_BYTES > page.byteSize()) {
      MemorySegment larger = MemorySegment.ofArray(new byte[(int) (2 * page.byteSize())]);
      larger.copyFrom(page);
      pages[units][0] = larger;
      pageBytes += page.byteSize();
    }
  }

  private static int unitsOf(int headerLength) {
    return (FIELD_BYTES + headerLength + UNIT_BYTES - 1) / UNIT_BYTES;
  }

  private static int perPage(int units) {
    return PAGE_BYTES / (units * UNIT_BYTES);
  }
}
