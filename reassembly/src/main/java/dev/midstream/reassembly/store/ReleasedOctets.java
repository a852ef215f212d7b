package dev.midstream.reassembly.store;

import dev.midstream.agent.Octets;
import dev.midstream.wire.packet.MemoryOwner;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The first copies of decided octets, by position in new space, until they are acknowledged. Opaque
 * octets leave holes, and so do those that a record left out. Essential state.
 */
public final class ReleasedOctets {
  /*
   *  new space   freed | piece 0 ... | piece 1 . | opaque | piece 2 ..... |
   *
   * A piece lies in a packet's memory, if that can be retained and the piece is large enough, or else in
   * a chunk. The size of a chunk follows the octets kept, up to MAX_CHUNK_BYTES. Copies go to one chunk
   * until it is full. One empty chunk is kept, so that a steady stream of small segments allocates none.
   */
  private static final int MIN_CHUNK_BYTES = 2_048;
  private static final int MAX_CHUNK_BYTES = 16_384;

  /** Pieces that a sender may cause by repeating octets one by one. */
  private static final int MOST_FILLED_PIECES = 4_096;

  /** A piece and the reference to it. */
  private static final int SLOT_BYTES = 56;

  /** Smallest piece that stays in its packet, and retains its memory; others are copied. */
  private static final int MIN_REFERENCED_BYTES = 8_192;

  private final ByteBufAllocator allocator;
  private final MemoryAccount account;
  private final OctetPieces pieces = new OctetPieces();
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
    requireEnd(newStart);
    add(pieces.count(), newStart, length, owner, place.memory(), place.offset() + from);
    owner.retain();
    this.length += length;
    packetBytes += length;
    updateCharge();
  }

  /** Keeps a copy. {@code newStart} must not be below the end of the kept octets. */
  public void append(long newStart, MemorySegment memory, long offset, int length) {
    requireEnd(newStart);
    copy(newStart, memory, offset, length);
    updateCharge();
  }

  /** Keeps a copy of those octets of [newStart, newStart + length) that are not kept. */
  public void fill(long newStart, MemorySegment memory, long offset, int length) {
    long end = newStart + length;
    for (long at = newStart; at < end; at += lengthAt(at)) {
      if (lengthAt(at) == 0) {
        int missing = (int) (Math.min(end, nextStartAbove(at)) - at);
        copy(at, memory, offset + (at - newStart), missing);
      }
    }
    updateCharge();
  }

  private void copy(long newStart, MemorySegment memory, long offset, int length) {
    int done = 0;
    while (done < length) {
      OctetChunk chunk = obtainChunk(1, length - done);
      int part = Math.min(chunk.room(), length - done);
      add(newStart + done, part, chunk);
      chunk.append(memory, offset + done, part);
      done += part;
    }
  }

  /** Keeps a copy. {@code newStart} must not be below the end of the kept octets. */
  public void append(long newStart, Octets kept) {
    requireEnd(newStart);
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

  /** Frees the octets below {@code newPosition}, which the receiver has acknowledged. */
  public void freeBelow(long newPosition) {
    freedBelow = Math.max(freedBelow, newPosition);
    dropBelow(newPosition);
  }

  /** Frees the octets below {@code newPosition}: there is no room for them. */
  public void dropBelow(long newPosition) {
    while (pieces.count() > 0 && pieces.get(0).newEnd() <= newPosition) {
      OctetPiece gone = pieces.removeFirst();
      noteFreed(gone, gone.newEnd() - gone.newStart());
      releasePiece(gone.owner());
      gone.clear();
    }
    dropFront(newPosition);
    pieces.resize(Capacity.shrunk(pieces.capacity(), pieces.count()));
    updateCharge();
  }

  private void dropFront(long newPosition) {
    if (pieces.count() > 0 && pieces.get(0).newStart() < newPosition) {
      noteFreed(pieces.get(0), newPosition - pieces.get(0).newStart());
      pieces.get(0).dropBelow(newPosition);
      copyRemainder(pieces.get(0));
    }
  }

  private void noteFreed(OctetPiece piece, long bytes) {
    length -= (int) bytes;
    packetBytes -= piece.owner() instanceof OctetChunk ? 0 : (int) bytes;
  }

  /** The position below which all octets were acknowledged, and freed. */
  public long freedBelow() {
    return freedBelow;
  }

  /**
   * Number of octets kept from {@code newPosition} to the end of its piece; 0 if that octet is not
   * kept. The next piece may follow without a gap.
   */
  public int lengthAt(long newPosition) {
    int index = pieces.indexOf(newPosition);
    return index < 0 ? 0 : (int) Math.max(0, pieces.get(index).newEnd() - newPosition);
  }

  /** Start of the first piece above {@code newPosition}; {@link Long#MAX_VALUE} if none is. */
  public long nextStartAbove(long newPosition) {
    int next = pieces.indexOf(newPosition) + 1;
    return next < pieces.count() ? pieces.get(next).newStart() : Long.MAX_VALUE;
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
    int index = Math.max(0, pieces.indexOf(newStart));
    for (; index < pieces.count() && pieces.get(index).newStart() < newEnd; index++) {
      OctetPiece piece = pieces.get(index);
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

  /** Whether there are so many places that no more octets should be kept between others. */
  public boolean isCrowded() {
    return pieces.count() >= MOST_FILLED_PIECES;
  }

  /** The end of the octets that are kept without a hole from {@code newPosition} on. */
  public long keptEnd(long newPosition) {
    long end = newPosition;
    int next = pieces.indexOf(newPosition);
    if (next >= 0 && pieces.get(next).newEnd() <= newPosition) {
      return newPosition;
    }
    for (; next >= 0 && next < pieces.count() && pieces.get(next).newStart() <= end; next++) {
      end = pieces.get(next).newEnd();
    }
    return end;
  }

  /**
   * The end of the last octets of [newFrom, newTo) that are not kept; {@code newFrom} if all are.
   */
  public long lastMissingEnd(long newFrom, long newTo) {
    long at = newTo;
    int index = pieces.indexOf(newTo - 1);
    for (; at > newFrom && index >= 0 && pieces.get(index).newEnd() >= at; index--) {
      at = pieces.get(index).newStart();
    }
    return Math.max(at, newFrom);
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
    pieces.resize(Capacity.trimmed(pieces.capacity(), pieces.count()));
    if (pieces.count() == 0) {
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
    long bytes = length + (long) SLOT_BYTES * Math.max(0, pieces.capacity() - Capacity.FIRST);
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

  private void requireEnd(long newStart) {
    int last = pieces.count() - 1;
    if (last >= 0 && newStart < pieces.get(last).newEnd()) {
      throw new IllegalStateException("released twice: newPosition=" + newStart);
    }
  }

  /** Records octets that the caller appends to {@code chunk}, and that are not kept. */
  private void add(long newStart, int length, OctetChunk chunk) {
    int last = pieces.count() - 1;
    boolean ends = last < 0 || pieces.get(last).newStart() < newStart;
    int before = ends ? last : pieces.indexOf(newStart);
    OctetPiece piece = before < 0 ? null : pieces.get(before);
    if (piece != null && piece.newEnd() == newStart && piece.endsAt(chunk, chunk.tail())) {
      piece.grow(length);
    } else {
      add(before + 1, newStart, length, chunk, chunk.memory(), chunk.tail());
      chunk.addPiece();
    }
    this.length += length;
  }

  private void add(
      int index, long newStart, int length, MemoryOwner owner, MemorySegment memory, long offset) {
    pieces.insert(index).set(newStart, length, owner, memory, offset);
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
    if (pieces.count() == 0) {
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

  private OctetPiece pieceHolding(long newPosition) {
    int index = pieces.indexOf(newPosition);
    if (index < 0 || pieces.get(index).newEnd() <= newPosition) {
      throw new IllegalStateException("not kept: newPosition=" + newPosition);
    }
    return pieces.get(index);
  }
}
