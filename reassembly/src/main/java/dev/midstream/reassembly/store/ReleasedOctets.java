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
   *  new space   freed | chunk 0 ... | chunk 1 . | opaque | chunk 2 ..... |
   *
   * Chunks are as small as what is kept, up to LARGEST_BYTES: a window of megabytes takes hundreds of
   * them, a short answer two kilobytes. The last chunk that became empty is kept, so that a steady
   * stream of small segments allocates nothing.
   */
  private static final int SMALLEST_BYTES = 2_048;
  private static final int LARGEST_BYTES = 16_384;

  private final ByteBufAllocator allocator;
  private final Ledger ledger;
  private @Nullable OctetChunk[] chunks = new OctetChunk[4];
  private int first;
  private int count;
  private @Nullable OctetChunk spare;
  private int length;
  private long freedBelow;

  /** An empty store. */
  public ReleasedOctets(ByteBufAllocator allocator, Ledger ledger) {
    this.allocator = allocator;
    this.ledger = ledger;
  }

  /** Keeps octets for {@code newStart}, which must not lie below what is kept already. */
  public void append(long newStart, MemorySegment memory, long offset, int length) {
    int done = 0;
    while (done < length) {
      OctetChunk chunk = chunkFor(newStart + done, length - done);
      int part = Math.min(chunk.room(), length - done);
      chunk.append(memory, offset + done, part);
      done += part;
      grow(part);
    }
  }

  /** Keeps octets for {@code newStart}, which must not lie below what is kept already. */
  public void append(long newStart, Octets kept) {
    int done = 0;
    while (done < kept.length()) {
      OctetChunk chunk = chunkFor(newStart + done, kept.length() - done);
      int part = Math.min(chunk.room(), kept.length() - done);
      chunk.append(kept, done, part);
      done += part;
      grow(part);
    }
  }

  /** Forgets everything below {@code newPosition}. */
  public void freeBelow(long newPosition) {
    freedBelow = Math.max(freedBelow, newPosition);
    while (count > 0 && chunk(0).newEnd() <= newPosition) {
      OctetChunk gone = chunk(0);
      shrink(gone.newEnd() - gone.newStart());
      chunks[first] = null;
      first = (first + 1) & (chunks.length - 1);
      count--;
      recycle(gone);
    }
    if (count > 0 && chunk(0).newStart() < newPosition) {
      shrink(newPosition - chunk(0).newStart());
      chunk(0).dropBelow(newPosition);
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
    return index < 0 ? 0 : (int) Math.max(0, chunk(index).newEnd() - newPosition);
  }

  /**
   * The first kept position above {@code newPosition}, which is not; {@link Long#MAX_VALUE} if
   * none.
   */
  public long nextStartAbove(long newPosition) {
    int next = indexOf(newPosition) + 1;
    return next < count ? chunk(next).newStart() : Long.MAX_VALUE;
  }

  /** The memory the octet of {@code newPosition} lies in, which must be kept. */
  public MemorySegment memoryAt(long newPosition) {
    return holding(newPosition).memory();
  }

  /** Where in {@link #memoryAt} the octet of {@code newPosition} lies; it must be kept. */
  public long memoryOffsetOf(long newPosition) {
    return holding(newPosition).memoryOffsetOf(newPosition);
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
    return holding(newPosition);
  }

  /** Octets kept. */
  public int length() {
    return length;
  }

  /** Forgets everything. */
  public void free() {
    freeBelow(Long.MAX_VALUE);
    if (spare != null) {
      spare.release();
      spare = null;
    }
  }

  private void grow(int bytes) {
    length += bytes;
    ledger.charge(bytes);
  }

  private void shrink(long bytes) {
    length -= (int) bytes;
    ledger.refund(bytes);
  }

  /** A chunk with room that goes on at {@code newPosition}. */
  private OctetChunk chunkFor(long newPosition, int more) {
    if (count > 0) {
      OctetChunk last = chunk(count - 1);
      if (newPosition < last.newEnd()) {
        throw new IllegalStateException("released twice: newPosition=" + newPosition);
      }
      if (last.newEnd() == newPosition && last.room() > 0) {
        return last;
      }
    }
    OctetChunk chunk = spare;
    spare = null;
    if (chunk == null) {
      int wanted = Math.clamp((long) length + more, SMALLEST_BYTES, LARGEST_BYTES);
      chunk = new OctetChunk(allocator, Integer.highestOneBit(wanted - 1) << 1);
    }
    add(chunk.beginAt(newPosition));
    return chunk;
  }

  private void add(OctetChunk chunk) {
    if (count == chunks.length) {
      @Nullable OctetChunk[] more = Arrays.copyOfRange(chunks, first, first + 2 * count);
      System.arraycopy(chunks, 0, more, count - first, first);
      chunks = more;
      first = 0;
    }
    chunks[(first + count) & (chunks.length - 1)] = chunk;
    count++;
  }

  private void recycle(OctetChunk chunk) {
    boolean isLarger = spare == null || spare.capacity() < chunk.capacity();
    if (isLarger && !chunk.isRetained()) {
      OctetChunk smaller = spare;
      spare = chunk;
      if (smaller != null) {
        smaller.release();
      }
    } else {
      chunk.release();
    }
  }

  private OctetChunk chunk(int index) {
    OctetChunk chunk = chunks[(first + index) & (chunks.length - 1)];
    if (chunk == null) {
      throw new IllegalStateException("no such chunk: index=" + index + " count=" + count);
    }
    return chunk;
  }

  private OctetChunk holding(long newPosition) {
    int index = indexOf(newPosition);
    if (index < 0 || chunk(index).newEnd() <= newPosition) {
      throw new IllegalStateException("not kept: newPosition=" + newPosition);
    }
    return chunk(index);
  }

  /** The last chunk that starts at or below {@code newPosition}; -1 if none does. */
  private int indexOf(long newPosition) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (chunk(middle).newStart() <= newPosition) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}
