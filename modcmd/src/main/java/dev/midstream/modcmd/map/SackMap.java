package dev.midstream.modcmd.map;

/**
 * The mapping of SACK blocks (RFC 2018) and D-SACK blocks (RFC 2883) of one direction, edge by
 * edge.
 *
 * <p>A block remains if its mapped start lies below its mapped end. It becomes the largest original
 * range whose output it covers completely: it grows over deletions at its edges and loses edits
 * that it covers in part. Not thread-safe.
 */
public final class SackMap {
  /** The start of a block that is dropped; no end lies above it. */
  private static final long DROPPED = Long.MAX_VALUE;

  private final OffsetMap map;
  private final FinMap fin;

  /** Maps blocks of the stream of {@code map}, without a FIN. */
  public SackMap(OffsetMap map) {
    this(map, new FinMap(map));
  }

  /** Maps blocks of the stream of {@code map}, which may cover the FIN of {@code fin}. */
  public SackMap(OffsetMap map, FinMap fin) {
    this.map = map;
    this.fin = fin;
  }

  /**
   * The start of the new block that starts at {@code newLeft}. It is cut at {@code ack}, the
   * original acknowledgement advertised to the sender: a block below it would be a D-SACK.
   */
  public long start(long newLeft, long ack) {
    return Math.max(ack, map.firstCutFrom(newLeft));
  }

  /** As {@link #start} for a duplicate block. One that starts below the base is dropped. */
  public long duplicateStart(long newLeft) {
    long newBase = map.commands().basePosition() + map.commands().baseOffset();
    return newLeft >= newBase ? map.firstCutFrom(newLeft) : DROPPED;
  }

  /** The end of the new block, duplicate or not, that ends at {@code newRight}. */
  public long end(long newRight) {
    return fin.acknowledgement(newRight);
  }

  /**
   * Maps the start of a recorded block from the original stream to the new one, cut at {@code
   * released}. A block that starts below the base is dropped.
   */
  public long forwardStart(long orgLeft, long released) {
    return orgLeft >= map.commands().basePosition() ? forwardEnd(orgLeft, released) : DROPPED;
  }

  /** Maps the end of a recorded block to the new stream, cut at {@code released}. */
  public long forwardEnd(long orgRight, long released) {
    return Math.min(released, map.acknowledgementForward(orgRight));
  }
}
