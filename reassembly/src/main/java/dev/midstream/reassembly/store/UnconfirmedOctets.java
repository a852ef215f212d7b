package dev.midstream.reassembly.store;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import io.netty.buffer.ByteBufAllocator;
import java.lang.foreign.MemorySegment;

/**
 * Octets that their receiver may not get, by position in original space: inline those of segments
 * with a suspiciously low TTL, in a recording those of damaged segments. They count only after a
 * retransmission or an acknowledgement confirms them. Of two copies the later one is kept. At the
 * limit the farthest octets are evicted, so that the next octets in order always find room.
 */
public final class UnconfirmedOctets {
  /** Octets kept of one direction, at most. */
  public static final int MAX_BYTES = 65_536;

  /** Pieces kept of one direction, at most. */
  public static final int MAX_PIECES = 64;

  private static final long NOWHERE = Long.MIN_VALUE;

  private final DelayedSegments pieces;
  private final MemoryAccount account;
  private long orgFin = NOWHERE;

  /** Creates an empty store. */
  public UnconfirmedOctets(ByteBufAllocator allocator, MemoryAccount account) {
    pieces = new DelayedSegments(allocator, account, false);
    this.account = account;
  }

  /** Writes the octets and the FIN. */
  public void write(StateWriter out) {
    pieces.write(out);
    out.number(orgFin < 0 ? 0 : orgFin + 1);
  }

  /** Reads what {@link #write} wrote into this store, which must be empty. */
  public void read(StateReader in) {
    pieces.read(in);
    long written = in.position();
    orgFin = written == 0 ? NOWHERE : written - 1;
  }

  /** Whether no octet and no FIN is kept. */
  public boolean isEmpty() {
    return pieces.isEmpty() && orgFin == NOWHERE;
  }

  /** Octets kept. */
  public int length() {
    return pieces.length();
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
    boolean room = next || account.hasShareFor(pieces.neededBytes(orgStart, length));
    if (length > MAX_BYTES || !room) {
      return false;
    }
    pieces.add(orgStart, memory, offset, length, false);
    boolean fits = isWithinLimits();
    while (!isWithinLimits()) {
      pieces.removeLast();
    }
    return fits;
  }

  private boolean isWithinLimits() {
    return length() <= MAX_BYTES && pieces.size() <= MAX_PIECES;
  }

  /** Keeps the position of a FIN. */
  public void keepFin(long orgPosition) {
    orgFin = orgPosition;
  }

  /** Whether a FIN below {@code orgPosition} is kept. */
  public boolean isFinBelow(long orgPosition) {
    return orgFin != NOWHERE && orgFin < orgPosition;
  }

  /** The position of the kept FIN; {@link Long#MIN_VALUE} if there is none. */
  public long orgFin() {
    return orgFin;
  }

  /** Whether a FIN at {@code orgPosition} is kept. */
  public boolean isFinAt(long orgPosition) {
    return orgFin == orgPosition;
  }

  /** End of the octets kept without a gap from {@code orgStart}, at most {@code orgEnd}. */
  public long contiguousEnd(long orgStart, long orgEnd) {
    return Math.min(pieces.contiguousEnd(orgStart), orgEnd);
  }

  /** Whether all kept octets of [orgStart, orgStart + length) have the same value. */
  public boolean agreesWith(long orgStart, MemorySegment memory, long offset, int length) {
    return pieces.agreesWith(orgStart, memory, offset, length);
  }

  /** Moves the octets below {@code orgEnd} to {@code delayed}, where older copies stay. */
  public void moveTo(DelayedSegments delayed, long orgEnd) {
    while (!pieces.isEmpty() && pieces.firstStart() < orgEnd) {
      long end = Math.min(pieces.firstEnd(), orgEnd);
      for (long at = pieces.firstStart(); at < end; at += pieces.lengthAt(at, end)) {
        long offset = pieces.memoryOffsetOf(at);
        delayed.add(at, pieces.memoryAt(at), offset, pieces.lengthAt(at, end), false);
      }
      pieces.remove(pieces.firstStart(), end);
    }
  }

  /** Removes the octets of [orgStart, orgEnd). */
  public void remove(long orgStart, long orgEnd) {
    pieces.remove(orgStart, orgEnd);
  }

  /** Frees octets and FIN below {@code orgPosition}. */
  public void freeBelow(long orgPosition) {
    if (!pieces.isEmpty()) {
      pieces.remove(Long.MIN_VALUE, orgPosition);
    }
    if (orgFin < orgPosition) {
      orgFin = NOWHERE;
    }
  }

  /** Releases the arrays that nothing needs. */
  public void trim() {
    pieces.trim();
  }

  /** Frees all octets and the FIN. */
  public void free() {
    pieces.free();
    orgFin = NOWHERE;
  }
}
