package dev.midstream.reassembly.store;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Octets that came in a way nobody should trust before they come again, by their place in original
 * space; of two copies the later one is kept. When there are too many the farthest give way, so
 * that what is next in order always finds room.
 */
public final class UnconfirmedOctets {
  /** Octets kept of one direction. */
  public static final int MOST_BYTES = 65_536;

  /** Pieces kept of one direction. */
  public static final int MOST_PIECES = 64;

  /** What one piece is charged beyond its octets. */
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

  /** An empty store. */
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
   * Keeps octets of [orgStart, orgStart + length) in place of older ones.
   *
   * @param next whether they are next in order, and so are kept however full the ledger is
   * @return whether there was room for them without forgetting others
   */
  public boolean keep(long orgStart, MemorySegment memory, long offset, int length, boolean next) {
    forget(orgStart, orgStart + length);
    if (length == 0) {
      return true;
    }
    boolean room = next || budget.hasRoomFor(length + (long) OVERHEAD_BYTES);
    if (length > MOST_BYTES || !room) {
      return false;
    }
    put(orgStart, memory, offset, length);
    boolean fits = bytes <= MOST_BYTES && pieces.size() <= MOST_PIECES;
    while (bytes > MOST_BYTES || pieces.size() > MOST_PIECES) {
      release(pieces.pollLastEntry().getValue());
    }
    return fits;
  }

  /** Keeps the place of a FIN. */
  public void keepFin(long orgPosition) {
    orgFin = orgPosition;
  }

  /** Whether a FIN at this place is kept. */
  public boolean isFinAt(long orgPosition) {
    return orgFin == orgPosition;
  }

  /** How far octets are kept without a hole from {@code orgStart} on, at most to {@code orgEnd}. */
  public long keptTo(long orgStart, long orgEnd) {
    long at = orgStart;
    Piece piece = endingAbove(at);
    while (at < orgEnd && piece != null && piece.orgStart() <= at) {
      at = piece.orgEnd();
      piece = endingAbove(at);
    }
    return Math.min(at, orgEnd);
  }

  /** Whether every octet kept of [orgStart, orgStart + length) is as it lies in {@code memory}. */
  public boolean isSame(long orgStart, MemorySegment memory, long offset, int length) {
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

  /** Forgets the octets of [orgStart, orgEnd). */
  public void forget(long orgStart, long orgEnd) {
    Piece piece = endingAbove(orgStart);
    while (piece != null && piece.orgStart() < orgEnd) {
      pieces.remove(piece.orgStart());
      keepPart(piece, piece.orgStart(), orgStart);
      keepPart(piece, orgEnd, piece.orgEnd());
      release(piece);
      piece = endingAbove(orgStart);
    }
  }

  /** Forgets what lies below {@code orgPosition}. */
  public void forgetBelow(long orgPosition) {
    if (!pieces.isEmpty()) {
      forget(Long.MIN_VALUE, orgPosition);
    }
    if (orgFin < orgPosition) {
      orgFin = NOWHERE;
    }
  }

  /** Forgets everything. */
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
    Map.Entry<Long, Piece> before = pieces.floorEntry(orgPosition);
    if (before != null && before.getValue().orgEnd() > orgPosition) {
      return before.getValue();
    }
    Map.Entry<Long, Piece> behind = pieces.higherEntry(orgPosition);
    return behind == null ? null : behind.getValue();
  }
}
