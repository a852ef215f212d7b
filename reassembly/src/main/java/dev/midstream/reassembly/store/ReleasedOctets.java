package dev.midstream.reassembly.store;

import dev.midstream.agent.Octets;
import dev.midstream.wire.packet.MemoryOwner;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The first copies of decided octets, by position in new space, until the receiver acknowledges
 * them. Opaque octets are not kept and leave holes. Essential state.
 */
public final class ReleasedOctets {
  /*
   *  new space   freed | piece 0 ... | piece 1 . | opaque | piece 2 ..... |
   *
   * A piece lies in a packet's memory, if that can be retained and the piece is large enough, or else in
   * a chunk. The size of a chunk follows the octets kept, up to MAX_CHUNK_BYTES: a window of megabytes
   * takes hundreds of chunks, a short answer takes one of two kilobytes. Copies go to one chunk until it
   * is full. One empty chunk is kept, so that a steady stream of small segments allocates nothing.
   */
  private static final int MIN_CHUNK_BYTES = 2_048;
  private static final int MAX_CHUNK_BYTES = 16_384;

  /** A piece and the reference to it. */
  private static final int SLOT_BYTES = 56;

  private static final OctetPiece[] NONE = {};

  /**
   * Smallest piece that stays in its packet; smaller ones are copied. A piece retains the whole
   * memory of its packet. A super-segment with many edits would also give more pieces than one
   * packet can leave with uncopied.
   */
  private static final int MIN_REFERENCED_BYTES = 8_192;

  private final ByteBufAllocator allocator;
  private final MemoryAccount account;
  private @Nullable OctetPiece[] pieces = NONE;
  private int first;
  private int count;
  private @Nullable OctetChunk filling;
  private @Nullable OctetChunk spare;
  private int length;
  private int packetBytes;
  private int chunkBytes;
  private long chargedBytes;
  private long spareBytes;
  private long freedBelow;

  /** Creates an empty store. */
  public ReleasedOctets(ByteBufAllocator allocator, MemoryAccount account) {
    this.allocator = allocator;
    this.account = account;
  }

  /**
   * Keeps {@code length} octets of {@code place}, from {@code from}, without a copy if possible.
   * {@code newStart} must not be below the end of the kept octets.
   */
  public void append(long newStart, OctetSlice place, int from, int length) {
    MemoryOwner owner = place.owner();
    if (owner == null || length < MIN_REFERENCED_BYTES) {
      append(newStart, place.memory(), place.offset() + from, length);
      return;
    }
    add(newStart, length, owner, place.memory(), place.offset() + from);
    owner.retain();
    this.length += length;
    packetBytes += length;
    updateCharge();
  }

  /** Keeps a copy. {@code newStart} must not be below the end of the kept octets. */
  public void append(long newStart, MemorySegment memory, long offset, int length) {
    int done = 0;
    while (done < length) {
      OctetChunk chunk = obtainChunk(1, length - done);
      int part = Math.min(chunk.room(), length - done);
      add(newStart + done, part, chunk);
      chunk.append(memory, offset + done, part);
      done += part;
    }
    updateCharge();
  }

  /** Keeps a copy. {@code newStart} must not be below the end of the kept octets. */
  public void append(long newStart, Octets kept) {
    int done = 0;
    while (done < kept.length()) {
      OctetChunk chunk = obtainChunk(1, kept.length() - done);
      int part = Math.min(chunk.room(), kept.length() - done);
      add(newStart + done, part, chunk);
      chunk.append(kept, done, part);
      done += part;
    }
    updateCharge();
  }

  /** Frees the octets below {@code newPosition}. */
  public void freeBelow(long newPosition) {
    freedBelow = Math.max(freedBelow, newPosition);
    while (count > 0 && piece(0).newEnd() <= newPosition) {
      OctetPiece gone = piece(0);
      noteFreed(gone, gone.newEnd() - gone.newStart());
      first = (first + 1) & (pieces.length - 1);
      count--;
      releasePiece(gone.owner());
      gone.clear();
    }
    if (count > 0 && piece(0).newStart() < newPosition) {
      noteFreed(piece(0), newPosition - piece(0).newStart());
      piece(0).dropBelow(newPosition);
      copyRemainder(piece(0));
    }
    resize(Capacity.shrunk(pieces.length, count));
    updateCharge();
  }

  private void noteFreed(OctetPiece piece, long bytes) {
    length -= (int) bytes;
    packetBytes -= piece.owner() instanceof OctetChunk ? 0 : (int) bytes;
  }

  /** The position below which all octets were freed. */
  public long freedBelow() {
    return freedBelow;
  }

  /**
   * Number of octets kept from {@code newPosition} to the end of its piece; 0 if that octet is not
   * kept. The next piece may follow without a gap.
   */
  public int lengthAt(long newPosition) {
    int index = indexOf(newPosition);
    return index < 0 ? 0 : (int) Math.max(0, piece(index).newEnd() - newPosition);
  }

  /** Start of the first piece above {@code newPosition}; {@link Long#MAX_VALUE} if none is. */
  public long nextStartAbove(long newPosition) {
    int next = indexOf(newPosition) + 1;
    return next < count ? piece(next).newStart() : Long.MAX_VALUE;
  }

  /** The memory of the octet at {@code newPosition}, which must be kept. */
  public MemorySegment memoryAt(long newPosition) {
    return pieceHolding(newPosition).memory();
  }

  /** Offset in {@link #memoryAt} of the octet at {@code newPosition}, which must be kept. */
  public long memoryOffsetOf(long newPosition) {
    return pieceHolding(newPosition).offsetOf(newPosition);
  }

  /**
   * Whether all octets of [newStart, newEnd) that are kept have the same value as in {@code other},
   * where the first lies at {@code offset}. It takes one search for all pieces.
   */
  public boolean agreesWith(long newStart, long newEnd, MemorySegment other, long offset) {
    int index = Math.max(0, indexOf(newStart));
    for (; index < count && piece(index).newStart() < newEnd; index++) {
      OctetPiece piece = piece(index);
      long from = Math.max(newStart, piece.newStart());
      long length = Math.min(newEnd, piece.newEnd()) - from;
      long otherAt = offset + (from - newStart);
      if (length > 0
          && !OctetComparison.isSame(
              piece.memory(), piece.offsetOf(from), other, otherAt, length)) {
        return false;
      }
    }
    return true;
  }

  /** Number of pieces that hold [newFrom, newTo); 0 if it is empty or not all of it is kept. */
  public int pieceCount(long newFrom, long newTo) {
    int pieces = 0;
    for (long at = newFrom; at < newTo; at += lengthAt(at)) {
      if (lengthAt(at) == 0) {
        return 0;
      }
      pieces++;
    }
    return pieces;
  }

  /** Owner of {@link #memoryAt}. The memory does not change as long as the owner is retained. */
  public MemoryOwner ownerAt(long newPosition) {
    return pieceHolding(newPosition).owner();
  }

  /** Octets kept. */
  public int length() {
    return length;
  }

  /** What is charged beside the octets: memory that is allocated for more of them, and pieces. */
  public long overheadBytes() {
    return chargedBytes - length + spareBytes;
  }

  /** Releases memory that the octets do not need. */
  public void trim() {
    resize(Capacity.trimmed(pieces.length, count));
    if (count == 0) {
      releaseFilling();
    }
    dropSpare();
    updateCharge();
  }

  /** Frees all octets. */
  public void free() {
    freeBelow(Long.MAX_VALUE);
    trim();
  }

  /** Charges the octets and pieces, and the memory beyond the octets and the smallest chunk. */
  private void updateCharge() {
    long bytes = length + (long) SLOT_BYTES * Math.max(0, pieces.length - Capacity.FIRST);
    if (bytes != chargedBytes) {
      account.charge(bytes - chargedBytes);
      chargedBytes = bytes;
    }
    long spare = Math.max(0, packetBytes + (long) chunkBytes - MIN_CHUNK_BYTES - length);
    if (spare != spareBytes) {
      account.chargeSpare(spare - spareBytes);
      spareBytes = spare;
    }
  }

  /** Moves the pieces to the front of an array of {@code capacity}, unless that is its room. */
  private void resize(int capacity) {
    if (capacity == pieces.length) {
      return;
    }
    @Nullable OctetPiece[] other = capacity == 0 ? NONE : new OctetPiece[capacity];
    for (int i = 0; i < count; i++) {
      other[i] = piece(i);
    }
    pieces = other;
    first = 0;
  }

  /** Copies the remainder of a packet's piece if it is too small to retain the packet. */
  private void copyRemainder(OctetPiece piece) {
    MemoryOwner owner = piece.owner();
    long start = piece.newStart();
    int left = (int) (piece.newEnd() - start);
    if (owner instanceof OctetChunk || left >= MIN_REFERENCED_BYTES) {
      return;
    }
    OctetChunk chunk = obtainChunk(left, left);
    int at = chunk.tail();
    chunk.append(piece.memory(), piece.offsetOf(start), left);
    chunk.addPiece();
    piece.set(start, left, chunk, chunk.memory(), at);
    packetBytes -= left;
    owner.release();
  }

  /** Returns a chunk with room for {@code minRoom} octets, and fills it from now on. */
  private OctetChunk obtainChunk(int minRoom, int more) {
    if (filling != null) {
      if (filling.room() >= minRoom) {
        return filling;
      }
      if (filling.isIdle()) {
        recycle(filling);
      }
    }
    OctetChunk chunk = spare != null && spare.room() >= minRoom ? spare : null;
    if (chunk != null) {
      spare = null;
    } else {
      int wanted = Math.clamp((long) length + more, MIN_CHUNK_BYTES, MAX_CHUNK_BYTES);
      chunk = new OctetChunk(allocator, Integer.highestOneBit(wanted - 1) << 1);
      chunkBytes += chunk.capacity();
    }
    filling = chunk;
    return chunk;
  }

  /** Records octets that the caller appends to {@code chunk}. */
  private void add(long newStart, int length, OctetChunk chunk) {
    OctetPiece last = count > 0 ? piece(count - 1) : null;
    if (last != null && last.newEnd() == newStart && last.endsAt(chunk, chunk.tail())) {
      last.grow(length);
    } else {
      add(newStart, length, chunk, chunk.memory(), chunk.tail());
      chunk.addPiece();
    }
    this.length += length;
  }

  private void add(
      long newStart, int length, MemoryOwner owner, MemorySegment memory, long offset) {
    if (count > 0 && newStart < piece(count - 1).newEnd()) {
      throw new IllegalStateException("released twice: newPosition=" + newStart);
    }
    if (count == pieces.length) {
      resize(Capacity.grown(count));
    }
    int index = (first + count) & (pieces.length - 1);
    OctetPiece piece = pieces[index];
    if (piece == null) {
      piece = new OctetPiece();
      pieces[index] = piece;
    }
    piece.set(newStart, length, owner, memory, offset);
    count++;
  }

  private void releasePiece(MemoryOwner owner) {
    if (!(owner instanceof OctetChunk chunk)) {
      owner.release();
    } else if (chunk.removePiece()) {
      if (chunk != filling) {
        recycle(chunk);
      } else if (!chunk.isRetained()) {
        chunk.reset();
      }
    }
    if (count == 0) {
      dropSpare(); // one chunk is enough for a silent sender
    }
  }

  private void recycle(OctetChunk chunk) {
    boolean isLarger = spare == null || spare.capacity() < chunk.capacity();
    if (isLarger && !chunk.isRetained()) {
      dropSpare();
      chunk.reset();
      spare = chunk;
    } else {
      release(chunk);
    }
  }

  private void dropSpare() {
    if (spare != null) {
      release(spare);
      spare = null;
    }
  }

  private void releaseFilling() {
    if (filling != null) {
      release(filling);
      filling = null;
    }
  }

  private void release(OctetChunk chunk) {
    chunkBytes -= chunk.capacity();
    chunk.release();
  }

  private OctetPiece piece(int index) {
    OctetPiece piece = pieces[(first + index) & (pieces.length - 1)];
    if (piece == null) {
      throw new IllegalStateException("no such piece: index=" + index + " count=" + count);
    }
    return piece;
  }

  private OctetPiece pieceHolding(long newPosition) {
    int index = indexOf(newPosition);
    if (index < 0 || piece(index).newEnd() <= newPosition) {
      throw new IllegalStateException("not kept: newPosition=" + newPosition);
    }
    return piece(index);
  }

  /** The last piece that starts at or below {@code newPosition}; -1 if none does. */
  private int indexOf(long newPosition) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (piece(middle).newStart() <= newPosition) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}
