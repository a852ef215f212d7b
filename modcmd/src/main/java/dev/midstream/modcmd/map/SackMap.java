package dev.midstream.modcmd.map;

/**
 * The mapping of SACK blocks (RFC 2018) and D-SACK blocks (RFC 2883) of one direction.
 *
 * <p>Each method maps one block and returns whether any of it remains. The result stays in {@link
 * #start} and {@link #end} until the next call. A block becomes the largest original range whose
 * output it covers completely: it grows over deletions at its edges and loses edits that it covers
 * in part. Not thread-safe.
 */
public final class SackMap {
  private final OffsetMap map;
  private final FinMap fin;
  private long start;
  private long end;

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
   * Maps the new block [newLeft, newRight). The result is cut at {@code ack}, the original
   * acknowledgement advertised to the sender: a block below it would be a D-SACK.
   */
  public boolean sack(long newLeft, long newRight, long ack) {
    start = Math.max(ack, map.firstCutFrom(newLeft));
    end = fin.acknowledgement(newRight);
    return start < end;
  }

  /**
   * Maps the duplicate block [newLeft, newRight). A block that reaches below the base is dropped.
   */
  public boolean dSack(long newLeft, long newRight) {
    long base = map.commands().basePosition();
    start = map.firstCutFrom(newLeft);
    end = fin.acknowledgement(newRight);
    return newLeft >= base + map.commands().baseOffset() && start < end;
  }

  /**
   * Maps the recorded block [orgLeft, orgRight) of the original stream to the new one, cut at
   * {@code released}.
   */
  public boolean forward(long orgLeft, long orgRight, long released) {
    start = Math.min(released, map.acknowledgementForward(orgLeft));
    end = Math.min(released, map.acknowledgementForward(orgRight));
    return orgLeft >= map.commands().basePosition() && start < end;
  }

  /** The start of the last mapped block. */
  public long start() {
    return start;
  }

  /** The end of the last mapped block. */
  public long end() {
    return end;
  }
}
