package dev.midstream.reassembly.flow;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Finds records by the hashes of their keys, which the records themselves hold. A record is named
 * by an int, such as its place. The index grows and shrinks by about a thousand records at a time,
 * so no call takes long. A look-up allocates nothing.
 *
 * <p>Hashes are not 0, and no record is named {@link #NONE}.
 */
public final class RecordIndex {
  /** No record. */
  public static final int NONE = -1;

  /** The place after the last one, see {@link #visit}. */
  public static final long END = 1L << Integer.SIZE;

  /*
   * Linear hashing (Litwin, 1980) over segments. The low bits of a hash choose the segment. Segments are
   * added and removed at the end, one for RECORDS_EACH records: a new one takes its part of the one whose
   * number differs in the highest bit.
   *
   * A segment is a table with open addressing and linear probing, at most three quarters full. Its slots
   * grow by a quarter. A slot holds the hash of a record in its upper half and the record's name in its
   * lower half, and is 0 if it is free. Removal shifts entries back.
   *
   * The lengths of the segments lie together, so that a look-up waits for one cache miss and not for two:
   * the length of an array lies before its slots.
   */
  /** The average number of records in a segment, at which one is added. */
  static final int RECORDS_EACH = 1_024;

  private static final int MIN_SLOTS = 16;

  /** A segment shrinks if at most one slot in so many is used. */
  private static final int MIN_USED_PART = 4;

  private static final int ARRAY_HEADER_BYTES = 16;
  private static final int REFERENCE_BYTES = 4;
  private static final long NAME_MASK = 0xffff_ffffL;
  private static final long[] NO_SLOTS = {};
  private static final Keys<Object> ANY_KEY = (record, key) -> true;

  private long[][] segments = {NO_SLOTS};
  private int[] lengths = new int[1];
  private int[] used = new int[1];
  private int count = 1;
  private int mask;
  private int size;
  private long slotBytes;

  /** Compares the key of a record with one that is looked up. */
  @FunctionalInterface
  public interface Keys<K> {
    boolean isSame(int record, K key);
  }

  /** An empty index. */
  public RecordIndex() {
    startSegment(0, 0);
  }

  /** Number of records. */
  public int size() {
    return size;
  }

  /** Octets of heap that all arrays take. */
  public long heapBytes() {
    long tableBytes = (long) (REFERENCE_BYTES + 2 * Integer.BYTES) * segments.length;
    return slotBytes + tableBytes + 3 * ARRAY_HEADER_BYTES;
  }

  /** The record with {@code key}, whose hash is {@code hash}; {@link #NONE} if there is none. */
  public <K> int find(int hash, K key, Keys<K> keys) {
    int segment = segmentOf(hash);
    long[] slots = segments[segment];
    int length = lengths[segment];
    int slot = homeOf(hash, length);
    for (long entry = slots[slot]; entry != 0; entry = slots[slot]) {
      if (hashOf(entry) == hash && keys.isSame((int) entry, key)) {
        return (int) entry;
      }
      slot = slot + 1 == length ? 0 : slot + 1;
    }
    return NONE;
  }

  /** The first record that was added with {@code hash}; {@link #NONE} if there is none. */
  public int findHash(int hash) {
    return find(hash, NO_SLOTS, ANY_KEY);
  }

  /** What lies in the first slot that {@link #find} reads. */
  public long firstSlot(int hash) {
    int segment = segmentOf(hash);
    return segments[segment][homeOf(hash, lengths[segment])];
  }

  /** Adds a record whose key is not known yet. */
  public void add(int record, int hash) {
    int segment = segmentOf(hash);
    int slots = segments[segment].length;
    if (4L * ++used[segment] > 3L * slots) {
      setLength(segment, slots + slots / 4);
    }
    put(segments[segment], entry(record, hash));
    size++;
    if (size > (long) RECORDS_EACH * count) {
      addSegment();
    }
  }

  /** Removes a record that was added with {@code hash}. */
  public void remove(int record, int hash) {
    int segment = segmentOf(hash);
    removeEntry(segments[segment], entry(record, hash));
    used[segment]--;
    size--;
    int slots = segments[segment].length;
    if (slots > MIN_SLOTS && used[segment] <= slots / MIN_USED_PART) {
      setLength(segment, slotsFor(used[segment]));
    }
    if (2L * size < (long) RECORDS_EACH * (count - 1)) {
      dropSegment();
    }
  }

  /** Names a record that was added with {@code hash} anew. */
  public void replace(int record, int name, int hash) {
    long[] slots = segments[segmentOf(hash)];
    slots[slotOf(entry(record, hash), slots)] = entry(name, hash);
  }

  /** Removes all records, and gives back their memory. */
  public void clear() {
    segments = new long[][] {NO_SLOTS};
    lengths = new int[1];
    used = new int[1];
    count = 1;
    mask = 0;
    size = 0;
    slotBytes = 0;
    startSegment(0, 0);
  }

  /**
   * Calls {@code visitor}, which must change nothing, for some two thousand records, in no
   * particular order. Records may be added and removed between calls: one that is there from the
   * first to the last call is visited once.
   *
   * @param place 0 at first
   * @return the place of the next call; {@link #END} after the last
   */
  public long visit(long place, IntConsumer visitor) {
    // Places are reversed hashes. Those of one segment lie together, however many segments there
    // are.
    int segment = segmentOf(Integer.reverse((int) place));
    for (long entry : segments[segment]) {
      if (entry != 0 && placeOf(hashOf(entry)) >= place) {
        visitor.accept((int) entry);
      }
    }
    int half = (mask + 1) >>> 1;
    int commonBits = (segment | half) < count ? mask : mask >>> 1;
    long placesEach = END >>> Integer.bitCount(commonBits);
    return (place & -placesEach) + placesEach;
  }

  /** The place of a record that was added with {@code hash}, see {@link #visit}. */
  public static long placeOf(int hash) {
    return Integer.toUnsignedLong(Integer.reverse(hash));
  }

  /** Adds a segment, which takes about half of the records of another one. */
  private void addSegment() {
    int added = count++;
    if (added == segments.length) {
      segments = Arrays.copyOf(segments, 2 * added);
      Arrays.fill(segments, added, 2 * added, NO_SLOTS);
      lengths = Arrays.copyOf(lengths, 2 * added);
      used = Arrays.copyOf(used, 2 * added);
    }
    mask = added > mask ? 2 * mask + 1 : mask;
    int source = added & (mask >>> 1);
    long[] entries = segments[source];
    int moving = 0;
    for (long entry : entries) {
      moving += entry != 0 && segmentOf(hashOf(entry)) == added ? 1 : 0;
    }
    startSegment(source, used[source] - moving);
    startSegment(added, moving);
    for (long entry : entries) {
      if (entry != 0) {
        put(segments[segmentOf(hashOf(entry))], entry);
      }
    }
  }

  /** Moves the records of the last segment to the one from which it took its first. */
  private void dropSegment() {
    int dropped = --count;
    int target = dropped & (mask >>> 1);
    mask = count - 1 > mask >>> 1 ? mask : mask >>> 1;
    long[] entries = segments[dropped];
    setLength(target, slotsFor(used[target] + used[dropped]));
    putAll(entries, segments[target]);
    used[target] += used[dropped];
    used[dropped] = 0;
    setSlots(dropped, NO_SLOTS);
    if (count <= segments.length / 4) {
      segments = Arrays.copyOf(segments, segments.length / 2);
      lengths = Arrays.copyOf(lengths, lengths.length / 2);
      used = Arrays.copyOf(used, used.length / 2);
    }
  }

  private void startSegment(int segment, int records) {
    setSlots(segment, new long[slotsFor(records)]);
    used[segment] = records;
  }

  private void setLength(int segment, int length) {
    long[] entries = segments[segment];
    setSlots(segment, new long[length]);
    putAll(entries, segments[segment]);
  }

  private void setSlots(int segment, long[] slots) {
    slotBytes += bytesOf(slots) - bytesOf(segments[segment]);
    segments[segment] = slots;
    lengths[segment] = slots.length;
  }

  private static long bytesOf(long[] slots) {
    return slots.length == 0 ? 0 : ARRAY_HEADER_BYTES + (long) Long.BYTES * slots.length;
  }

  /** So many slots that two thirds are used. */
  private static int slotsFor(int records) {
    return Math.max(MIN_SLOTS, records + records / 2 + 1);
  }

  private static void putAll(long[] entries, long[] slots) {
    for (long entry : entries) {
      if (entry != 0) {
        put(slots, entry);
      }
    }
  }

  private static void put(long[] slots, long entry) {
    int slot = homeOf(hashOf(entry), slots.length);
    while (slots[slot] != 0) {
      slot = after(slot, slots);
    }
    slots[slot] = entry;
  }

  private static void removeEntry(long[] slots, long entry) {
    int hole = slotOf(entry, slots);
    for (int slot = after(hole, slots); slots[slot] != 0; slot = after(slot, slots)) {
      int home = homeOf(hashOf(slots[slot]), slots.length);
      if (distance(home, slot, slots) >= distance(hole, slot, slots)) {
        slots[hole] = slots[slot];
        hole = slot;
      }
    }
    slots[hole] = 0;
  }

  /** The slot of an entry, which must be there. */
  private static int slotOf(long entry, long[] slots) {
    int slot = homeOf(hashOf(entry), slots.length);
    while (slots[slot] != entry) {
      slot = after(slot, slots);
    }
    return slot;
  }

  private int segmentOf(int hash) {
    int segment = hash & mask;
    return segment < count ? segment : segment & (mask >>> 1);
  }

  private static long entry(int record, int hash) {
    return (long) hash << Integer.SIZE | (record & NAME_MASK);
  }

  private static int hashOf(long entry) {
    return (int) (entry >>> Integer.SIZE);
  }

  /** The first slot of a hash: the hash as a part of 2^32, of all slots. */
  private static int homeOf(int hash, int slots) {
    return (int) ((Integer.toUnsignedLong(hash) * slots) >>> Integer.SIZE);
  }

  private static int after(int slot, long[] slots) {
    return slot + 1 == slots.length ? 0 : slot + 1;
  }

  /** How many slots lie from one to another one, round the end. */
  private static int distance(int from, int to, long[] slots) {
    return to >= from ? to - from : to - from + slots.length;
  }
}
