package dev.midstream.reassembly.store;

import dev.midstream.modcmd.command.Octets;
import dev.midstream.wire.packet.MemoryOwner;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The first copies of decided octets, by their place in new space, until the receiver has
 * acknowledged them. Opaque octets are not kept and leave holes. Nothing is moved once it is kept.
 */
public final class ReleasedOctets {
  /*
   *  new space   freed | piece 0 ... | piece 1 . | opaque | piece 2 ..... |
   *
   * A piece lies in a packet's memory, if that may be retained and enough of it is kept, or in a
   * chunk. Chunks are as small as what is kept, up to LARGEST_BYTES: a window of megabytes takes
   * hundreds of them, a short answer two kilobytes. Copies go to one chunk until it is full. The last
   * one that became empty is kept, so that a steady stream of small segments allocates nothing.
   */
  private static final int SMALLEST_BYTES = 2_048;
  private static final int LARGEST_BYTES = 16_384;

  /**
   * Fewer are copied: a piece of a packet keeps all of its memory, and of a super-segment with many
   * edits there would be more pieces than can leave without being copied after all.
   */
  private static final int LEAST_REFERRED_BYTES = 8_192;

  private final ByteBufAllocator allocator;
  private final MemoryBudget budget;
  private @Nullable OctetPiece[] pieces = new OctetPiece[4];
  private int first;
  private int count;
  private @Nullable OctetChunk filling;
  private @Nullable OctetChunk spare;
  private int length;
  private long freedBelow;

  /** An empty store. */
  public ReleasedOctets(ByteBufAllocator allocator, MemoryBudget budget) {
    this.allocator = allocator;
    this.budget = budget;
  }

  /**
   * Keeps {@code length} octets from {@code from} of {@code place} on for {@code newStart}, which
   * must not lie below what is kept already: where they lie if that is possible, else a copy.
   */
  public void append(long newStart, OctetSlice place, int from, int length) {
    MemoryOwner owner = place.owner();
    if (owner == null || length < LEAST_REFERRED_BYTES) {
      append(newStart, place.memory(), place.offset() + from, length);
      return;
    }
    add(newStart, length, owner, place.memory(), place.offset() + from);
    owner.retain();
    grow(length);
  }

  /** Keeps a copy for {@code newStart}, which must not lie below what is kept already. */
  public void append(long newStart, MemorySegment memory, long offset, int length) {
    int done = 0;
    while (done < length) {
      OctetChunk chunk = chunkWithRoom(1, length - done);
      int part = Math.min(chunk.room(), length - done);
      add(newStart + done, part, chunk);
      chunk.append(memory, offset + done, part);
      done += part;
    }
  }

  /** Keeps a copy for {@code newStart}, which must not lie below what is kept already. */
  public void append(long newStart, Octets kept) {
    int done = 0;
    while (done < kept.length()) {
      OctetChunk chunk = chunkWithRoom(1, kept.length() - done);
      int part = Math.min(chunk.room(), kept.length() - done);
      add(newStart + done, part, chunk);
      chunk.append(kept, done, part);
      done += part;
    }
  }

  /** Forgets everything below {@code newPosition}. */
  public void freeBelow(long newPosition) {
    freedBelow = Math.max(freedBelow, newPosition);
    while (count > 0 && piece(0).newEnd() <= newPosition) {
      OctetPiece gone = piece(0);
      shrink(gone.newEnd() - gone.newStart());
      first = (first + 1) & (pieces.length - 1);
      count--;
      giveUp(gone.owner());
      gone.clear();
    }
    if (count > 0 && piece(0).newStart() < newPosition) {
      shrink(newPosition - piece(0).newStart());
      piece(0).dropBelow(newPosition);
      moveRemainder(piece(0));
    }
  }

  /** The position below which nothing is kept any more. */
  public long freedBelow() {
    return freedBelow;
  }

  /**
   * How many octets are kept in one piece of memory from {@code newPosition} on; more may follow
   * them in another. 0 if that one is not kept.
   */
  public int lengthAt(long newPosition) {
    int index = indexOf(newPosition);
    return index < 0 ? 0 : (int) Math.max(0, piece(index).newEnd() - newPosition);
  }

  /**
   * The first kept position above {@code newPosition}, which is not; {@link Long#MAX_VALUE} if
   * none.
   */
  public long nextStartAbove(long newPosition) {
    int next = indexOf(newPosition) + 1;
    return next < count ? piece(next).newStart() : Long.MAX_VALUE;
  }

  /** The memory the octet of {@code newPosition} lies in, which must be kept. */
  public MemorySegment memoryAt(long newPosition) {
    return holding(newPosition).memory();
  }

  /** Where in {@link #memoryAt} the octet of {@code newPosition} lies; it must be kept. */
  public long memoryOffsetOf(long newPosition) {
    return holding(newPosition).offsetOf(newPosition);
  }

  /**
   * In how many pieces of memory all of [newFrom, newTo) is kept; 0 if it is empty or some of it is
   * not kept.
   */
  public int piecesOf(long newFrom, long newTo) {
    int pieces = 0;
    for (long at = newFrom; at < newTo; at += lengthAt(at)) {
      if (lengthAt(at) == 0) {
        return 0;
      }
      pieces++;
    }
    return pieces;
  }

  /** Who owns {@link #memoryAt}, which stays as it is for whoever retains it. */
  public MemoryOwner ownerAt(long newPosition) {
    return holding(newPosition).owner();
  }

  /** Octets kept. */
  public int length() {
    return length;
  }

  /** Forgets everything. */
  public void free() {
    freeBelow(Long.MAX_VALUE);
    if (filling != null) {
      filling.release();
      filling = null;
    }
    dropSpare();
  }

  private void grow(int bytes) {
    length += bytes;
    budget.charge(bytes);
  }

  private void shrink(long bytes) {
    length -= (int) bytes;
    budget.refund(bytes);
  }

  /** What is left of a packet's octets lets go of its memory once that keeps too much for them. */
  private void moveRemainder(OctetPiece piece) {
    MemoryOwner owner = piece.owner();
    long start = piece.newStart();
    int left = (int) (piece.newEnd() - start);
    if (owner instanceof OctetChunk || left >= LEAST_REFERRED_BYTES) {
      return;
    }
    OctetChunk chunk = chunkWithRoom(left, left);
    int at = chunk.tail();
    chunk.append(piece.memory(), piece.offsetOf(start), left);
    chunk.addPiece();
    piece.set(start, left, chunk, chunk.memory(), at);
    owner.release();
  }

  /** The chunk that copies go to, which has room for {@code least} octets. */
  private OctetChunk chunkWithRoom(int least, int more) {
    if (filling != null) {
      if (filling.room() >= least) {
        return filling;
      }
      if (filling.isIdle()) {
        recycle(filling);
      }
    }
    OctetChunk chunk = spare != null && spare.room() >= least ? spare : null;
    if (chunk != null) {
      spare = null;
    } else {
      int wanted = Math.clamp((long) length + more, SMALLEST_BYTES, LARGEST_BYTES);
      chunk = new OctetChunk(allocator, Integer.highestOneBit(wanted - 1) << 1);
    }
    filling = chunk;
    return chunk;
  }

  /** Adds octets that will be appended to {@code chunk}. */
  private void add(long newStart, int length, OctetChunk chunk) {
    OctetPiece last = count > 0 ? piece(count - 1) : null;
    if (last != null && last.newEnd() == newStart && last.endsAt(chunk, chunk.tail())) {
      last.grow(length);
    } else {
      add(newStart, length, chunk, chunk.memory(), chunk.tail());
      chunk.addPiece();
    }
    grow(length);
  }

  private void add(
      long newStart, int length, MemoryOwner owner, MemorySegment memory, long offset) {
    if (count > 0 && newStart < piece(count - 1).newEnd()) {
      throw new IllegalStateException("released twice: newPosition=" + newStart);
    }
    if (count == pieces.length) {
      @Nullable OctetPiece[] more = Arrays.copyOfRange(pieces, first, first + 2 * count);
      System.arraycopy(pieces, 0, more, count - first, first);
      pieces = more;
      first = 0;
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

  /** Notes that a piece of {@code owner}'s memory is not kept any more. */
  private void giveUp(MemoryOwner owner) {
    if (!(owner instanceof OctetChunk chunk)) {
      owner.release();
    } else if (chunk.removePiece()) {
      if (chunk != filling) {
        recycle(chunk);
      } else if (!chunk.isRetained()) {
        chunk.empty();
      }
    }
    if (count == 0) {
      dropSpare(); // one chunk is enough for who is silent
    }
  }

  private void recycle(OctetChunk chunk) {
    boolean isLarger = spare == null || spare.capacity() < chunk.capacity();
    if (isLarger && !chunk.isRetained()) {
      dropSpare();
      chunk.empty();
      spare = chunk;
    } else {
      chunk.release();
    }
  }

  private void dropSpare() {
    if (spare != null) {
      spare.release();
      spare = null;
    }
  }

  private OctetPiece piece(int index) {
    OctetPiece piece = pieces[(first + index) & (pieces.length - 1)];
    if (piece == null) {
      throw new IllegalStateException("no such piece: index=" + index + " count=" + count);
    }
    return piece;
  }

  private OctetPiece holding(long newPosition) {
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
