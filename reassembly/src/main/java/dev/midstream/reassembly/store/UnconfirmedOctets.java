package dev.midstream.reassembly.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Octets of segments with a suspiciously low TTL, by position in original space. They count only
 * after a retransmission confirms them. Of two copies the later one is kept. At the limit the
 * farthest octets are evicted, so that the next octets in order always find room.
 */
public final class UnconfirmedOctets {
  /** Octets kept of one direction, at most. */
  public static final int MAX_BYTES = 65_536;

  /** Pieces kept of one direction, at most. */
  public static final int MAX_PIECES = 64;

  /** Charge for each piece, in addition to its octets. */
  public static final int OVERHEAD_BYTES = 64;

  private static final long NOWHERE = Long.MIN_VALUE;

  private record Piece(long orgStart, long orgEnd, ByteBuf octets) {
    int length() {
      return (int) (orgEnd - orgStart);
    }

    MemorySegment memory() {
      return MemorySegment.ofBuffer(octets.internalNioBuffer(0, length()));
    }
  }

  private final ByteBufAllocator allocator;
  private final MemoryBudget budget;
  private final NavigableMap<Long, Piece> pieces = new TreeMap<>();
  private int bytes;
  private long orgFin = NOWHERE;

  /** Creates an empty store. */
  public UnconfirmedOctets(ByteBufAllocator allocator, MemoryBudget budget) {
    this.allocator = allocator;
    this.budget = budget;
  }

  /** Whether no octet and no FIN is kept. */
  public boolean isEmpty() {
    return bytes == 0 && orgFin == NOWHERE;
  }

  /** Octets kept. */
  public int length() {
    return bytes;
  }

  /**
   * Keeps the octets of [orgStart, orgStart + length), in place of older copies.
   *
   * @param next whether they are next in order, and so are kept even beyond the memory budget
   * @return whether there was room for them without an eviction
   */
  public boolean keep(long orgStart, MemorySegment memory, long offset, int length, boolean next) {
    remove(orgStart, orgStart + length);
    if (length == 0) {
      return true;
    }
    boolean room = next || budget.hasRoomFor(length + (long) OVERHEAD_BYTES);
    if (length > MAX_BYTES || !room) {
      return false;
    }
    put(orgStart, memory, offset, length);
    boolean fits = bytes <= MAX_BYTES && pieces.size() <= MAX_PIECES;
    while (bytes > MAX_BYTES || pieces.size() > MAX_PIECES) {
      release(pieces.pollLastEntry().getValue());
    }
    return fits;
  }

  /** Keeps the position of a FIN. */
  public void keepFin(long orgPosition) {
    orgFin = orgPosition;
  }

  /** Whether a FIN at {@code orgPosition} is kept. */
  public boolean isFinAt(long orgPosition) {
    return orgFin == orgPosition;
  }

  /** End of the octets kept without a gap from {@code orgStart}, at most {@code orgEnd}. */
  public long contiguousEnd(long orgStart, long orgEnd) {
    long at = orgStart;
    Piece piece = endingAbove(at);
    while (at < orgEnd && piece != null && piece.orgStart() <= at) {
      at = piece.orgEnd();
      piece = endingAbove(at);
    }
    return Math.min(at, orgEnd);
  }

  /** Whether all kept octets of [orgStart, orgStart + length) have the same value. */
  public boolean agreesWith(long orgStart, MemorySegment memory, long offset, int length) {
    long orgEnd = orgStart + length;
    long at = orgStart;
    Piece piece = endingAbove(at);
    while (at < orgEnd && piece != null && piece.orgStart() < orgEnd) {
      long from = Math.max(at, piece.orgStart());
      long to = Math.min(orgEnd, piece.orgEnd());
      long there = offset + (from - orgStart);
      if (MemorySegment.mismatch(
              piece.memory(),
              from - piece.orgStart(),
              to - piece.orgStart(),
              memory,
              there,
              there + (to - from))
          >= 0) {
        return false;
      }
      at = to;
      piece = endingAbove(at);
    }
    return true;
  }

  /** Removes the octets of [orgStart, orgEnd). */
  public void remove(long orgStart, long orgEnd) {
    Piece piece = endingAbove(orgStart);
    while (piece != null && piece.orgStart() < orgEnd) {
      pieces.remove(piece.orgStart());
      keepPart(piece, piece.orgStart(), orgStart);
      keepPart(piece, orgEnd, piece.orgEnd());
      release(piece);
      piece = endingAbove(orgStart);
    }
  }

  /** Frees octets and FIN below {@code orgPosition}. */
  public void freeBelow(long orgPosition) {
    if (!pieces.isEmpty()) {
      remove(Long.MIN_VALUE, orgPosition);
    }
    if (orgFin < orgPosition) {
      orgFin = NOWHERE;
    }
  }

  /** Frees all octets and the FIN. */
  public void free() {
    pieces.values().forEach(this::release);
    pieces.clear();
    orgFin = NOWHERE;
  }

  private void keepPart(Piece piece, long orgFrom, long orgTo) {
    if (orgFrom < orgTo && orgFrom >= piece.orgStart() && orgTo <= piece.orgEnd()) {
      put(orgFrom, piece.memory(), orgFrom - piece.orgStart(), (int) (orgTo - orgFrom));
    }
  }

  private void put(long orgStart, MemorySegment memory, long offset, int length) {
    Piece piece = new Piece(orgStart, orgStart + length, allocator.directBuffer(length, length));
    MemorySegment.copy(memory, offset, piece.memory(), 0, length);
    pieces.put(orgStart, piece);
    bytes += length;
    budget.charge(length + OVERHEAD_BYTES);
  }

  private void release(Piece piece) {
    bytes -= piece.length();
    budget.refund(piece.length() + OVERHEAD_BYTES);
    piece.octets().release();
  }

  /** The first piece that ends above {@code orgPosition}; null if none does. */
  private @Nullable Piece endingAbove(long orgPosition) {
    Map.Entry<Long, Piece> previous = pieces.floorEntry(orgPosition);
    if (previous != null && previous.getValue().orgEnd() > orgPosition) {
      return previous.getValue();
    }
    Map.Entry<Long, Piece> following = pieces.higherEntry(orgPosition);
    return following == null ? null : following.getValue();
  }
}
