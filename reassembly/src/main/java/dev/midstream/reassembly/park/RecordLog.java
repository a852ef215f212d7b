package dev.midstream.reassembly.park;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Records of octets. A record has a number, which stays the same until the record is removed and
 * then may be used anew, and a place, which changes when other records are added and removed. A
 * record takes 10 octets beside its own, rounded up to a multiple of 4.
 *
 * <p>Memory is taken and given back in chunks. Where records were removed, at most a quarter of a
 * chunk stays unused.
 */
public final class RecordLog {
  /** The longest record. */
  public static final int MAX_BYTES = 1 << 15;

  /** No place. */
  public static final int NONE = -1;

  /*
   * One chunk is filled, record after record. A chunk of which a quarter was removed is emptied: the other
   * records move to the chunk that is filled, at most three octets for each that was removed. So chunks
   * that are full have no free lists, and records that are added together lie together. While there is one
   * chunk only, it grows as it is filled: an engine with few connections takes little.
   *
   *   0       4       6
   *   number  length  octets, up to a multiple of 4
   *
   * The number of a removed record is NONE. The place of a record is the number of its chunk and the
   * offset in the chunk, in units of 4 octets. So who knows the place reads the octets at once, without
   * the table of the numbers, which is another cache miss. The table of chunks only grows, by 12 octets
   * for each.
   */
  private static final int LENGTH = 4;
  private static final int OCTETS = 6;
  private static final int UNIT_BITS = 2;
  private static final int UNIT_BYTES = 1 << UNIT_BITS;
  private static final int CHUNK_BITS = 16;
  private static final int CHUNK_BYTES = 1 << CHUNK_BITS;
  private static final int OFFSET_BITS = CHUNK_BITS - UNIT_BITS;
  private static final int OFFSET_MASK = (1 << OFFSET_BITS) - 1;
  private static final int FIRST_BYTES = 1 << 10;
  private static final int MAX_CHUNKS = 1 << (Integer.SIZE - OFFSET_BITS);

  /** A chunk is emptied if at least one octet in so many was removed. */
  private static final int REMOVED_PART = 4;

  /** As many empty chunks are kept as one in so many others, and one more. */
  private static final int SPARE_PART = 16;

  /** A cache line of nearly all processors. */
  private static final int LINE_BYTES = 64;

  private static final int ARRAY_HEADER_BYTES = 16;
  private static final int REFERENCE_BYTES = 4;
  private static final byte[] NO_CHUNK = {};
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private final RecordNumbers numbers = new RecordNumbers();
  private final Moves moves;
  private BitSet taken = new BitSet();
  private byte[][] chunks = {};
  private int[] ends = {};
  private int[] removed = {};
  private int filling = NONE;
  private int count;
  private long chunkBytes;
  private byte[][] spares = {};
  private int spareCount;

  /** Learns the new places of records. */
  @FunctionalInterface
  public interface Moves {
    /**
     * Notes that a record has moved, and can be read at its new place. The log must not be changed
     * meanwhile.
     */
    void move(int from, int to);
  }

  /** An empty log that tells {@code moves} which records it moves. */
  public RecordLog(Moves moves) {
    this.moves = moves;
  }

  /** Whether a record may have {@code length} octets. */
  public static boolean fits(int length) {
    return length <= MAX_BYTES;
  }

  /** Number of records. */
  public int size() {
    return numbers.size();
  }

  /** Octets of heap that all arrays take. */
  public long heapBytes() {
    long spareChunkBytes = (long) spareCount * (CHUNK_BYTES + ARRAY_HEADER_BYTES);
    long entryBytes = (long) (REFERENCE_BYTES + 2 * Integer.BYTES) * chunks.length;
    long spareBytes = (long) REFERENCE_BYTES * spares.length;
    long tableBytes = entryBytes + spareBytes + taken.size() / Byte.SIZE + 5 * ARRAY_HEADER_BYTES;
    return chunkBytes + spareChunkBytes + tableBytes + numbers.heapBytes();
  }

  /** The number of the record at a place. */
  public int number(int place) {
    return (int) INT.get(chunk(place), offsetIn(place));
  }

  /** The place of the record with a number. */
  public int place(int number) {
    return numbers.place(number);
  }

  /** The array that holds a record; valid until a record is added or removed. */
  public byte[] chunk(int place) {
    return chunks[place >>> OFFSET_BITS];
  }

  /** Where the octets of a record start in its {@link #chunk}. */
  public int offset(int place) {
    return offsetIn(place) + OCTETS;
  }

  /** How many octets a record has. */
  public int length(int place) {
    return lengthAt(chunk(place), offsetIn(place));
  }

  /** Reads an octet of each cache line of a record; returns a number that depends on all. */
  public int readLines(int place) {
    byte[] chunk = chunk(place);
    int at = offsetIn(place);
    int end = at + bytesFor(lengthAt(chunk, at));
    int sum = chunk[end - 1];
    for (; at < end; at += LINE_BYTES) {
      sum += chunk[at];
    }
    return sum;
  }

  /** Copies a record to the start of {@code target}. */
  public void copyTo(int place, byte[] target) {
    System.arraycopy(chunk(place), offset(place), target, 0, length(place));
  }

  /**
   * Adds a record, whose length {@link #fits}.
   *
   * @return its place, which is not {@link #NONE}
   */
  public int add(byte[] octets, int offset, int length) {
    int place = reserve(bytesFor(length));
    byte[] chunk = chunks[filling];
    int at = offsetIn(place);
    INT.set(chunk, at, numbers.add(place));
    SHORT.set(chunk, at + LENGTH, (short) length);
    System.arraycopy(octets, offset, chunk, at + OCTETS, length);
    return place;
  }

  /** Removes the record at a place. */
  public void remove(int place) {
    numbers.remove(number(place));
    int index = place >>> OFFSET_BITS;
    int at = offsetIn(place);
    INT.set(chunks[index], at, NONE);
    removed[index] += bytesFor(lengthAt(chunks[index], at));
    if (index != filling) {
      emptyIfSparse(index);
    }
  }

  /** Removes all records, and gives back their memory. */
  public void clear() {
    numbers.clear();
    taken = new BitSet();
    chunks = new byte[0][];
    ends = new int[0];
    removed = new int[0];
    filling = NONE;
    count = 0;
    chunkBytes = 0;
    spares = new byte[0][];
    spareCount = 0;
  }

  /** Takes the next octets of a chunk; returns their place. */
  private int reserve(int bytes) {
    while (filling == NONE || ends[filling] + bytes > chunks[filling].length) {
      if (filling == NONE || chunks[filling].length == CHUNK_BYTES || isEmptied(filling)) {
        startChunk();
      } else {
        growFirst();
      }
    }
    int at = ends[filling];
    ends[filling] += bytes;
    return filling << OFFSET_BITS | at >>> UNIT_BITS;
  }

  private void growFirst() {
    int length = chunks[filling].length;
    chunks[filling] = Arrays.copyOf(chunks[filling], 2 * length);
    chunkBytes += length;
  }

  private void startChunk() {
    int full = filling;
    int length = full == NONE ? FIRST_BYTES : chunks[full].length;
    int index = taken.nextClearBit(0);
    if (index == MAX_CHUNKS) {
      throw new IllegalStateException("record log is full: chunks=" + MAX_CHUNKS);
    }
    filling = index;
    if (filling == chunks.length) {
      int entries = Math.max(1, 2 * filling);
      chunks = Arrays.copyOf(chunks, entries);
      Arrays.fill(chunks, filling, entries, NO_CHUNK);
      ends = Arrays.copyOf(ends, entries);
      removed = Arrays.copyOf(removed, entries);
    }
    taken.set(filling);
    count++;
    chunks[filling] = length == CHUNK_BYTES ? takeSpare() : new byte[length];
    chunkBytes += length + ARRAY_HEADER_BYTES;
    if (full != NONE) {
      // This may fill the new chunk, of which nothing was removed.
      emptyIfSparse(full);
    }
  }

  private void emptyIfSparse(int index) {
    if (!isSparse(index)) {
      return;
    }
    byte[] chunk = chunks[index];
    int bytes;
    for (int at = 0; at < ends[index]; at += bytes) {
      bytes = bytesFor(lengthAt(chunk, at));
      int number = (int) INT.get(chunk, at);
      if (number != NONE) {
        int place = reserve(bytes);
        System.arraycopy(chunk, at, chunks[filling], offsetIn(place), bytes);
        numbers.setPlace(number, place);
        moves.move(index << OFFSET_BITS | at >>> UNIT_BITS, place);
      }
    }
    dropChunk(index);
  }

  private boolean isEmptied(int index) {
    return removed[index] > 0 && isSparse(index);
  }

  private boolean isSparse(int index) {
    return REMOVED_PART * removed[index] >= ends[index];
  }

  private void dropChunk(int index) {
    count--;
    chunkBytes -= chunks[index].length + ARRAY_HEADER_BYTES;
    if (chunks[index].length == CHUNK_BYTES) {
      keepSpare(chunks[index]);
    }
    chunks[index] = NO_CHUNK;
    ends[index] = 0;
    removed[index] = 0;
    taken.clear(index);
  }

  private byte[] takeSpare() {
    if (spareCount == 0) {
      return new byte[CHUNK_BYTES];
    }
    byte[] chunk = spares[--spareCount];
    spares[spareCount] = NO_CHUNK;
    return chunk;
  }

  private void keepSpare(byte[] chunk) {
    int limit = 1 + count / SPARE_PART;
    while (spareCount >= limit) {
      spares[--spareCount] = NO_CHUNK;
    }
    if (spareCount == spares.length) {
      spares = Arrays.copyOf(spares, 1 + 2 * spareCount);
    }
    spares[spareCount++] = chunk;
  }

  private static int offsetIn(int place) {
    return (place & OFFSET_MASK) << UNIT_BITS;
  }

  private static int lengthAt(byte[] chunk, int at) {
    return (short) SHORT.get(chunk, at + LENGTH) & 0xffff;
  }

  /** What a record of {@code length} octets takes in a chunk. */
  private static int bytesFor(int length) {
    return (OCTETS + length + UNIT_BYTES - 1) & -UNIT_BYTES;
  }
}
