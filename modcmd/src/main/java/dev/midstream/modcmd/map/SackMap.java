package dev.midstream.modcmd.map;

/**
 * The mapping of SACK blocks (RFC 2018) and D-SACK blocks (RFC 2883) of one direction.
 *
 * <p>Each method maps one block and says whether it survives; the result stays in {@link #start}
 * and {@link #end} until the next call. A block becomes the largest original range all of whose
 * output it covers: it grows over deletions at its edges and loses edits it covers in part. Not
 * thread-safe.
 */
public final class SackMap {
  private final OffsetMap map;
  private final FinMap fin;
  private long start;
  private long end;

  /** Blocks of the stream that {@code map} maps, whose end has not left. */
  public SackMap(OffsetMap map) {
    this(map, new FinMap(map));
  }

  /** Blocks of the stream that {@code map} maps, which may cover the FIN that {@code fin} maps. */
  public SackMap(OffsetMap map, FinMap fin) {
    this.map = map;
    this.fin = fin;
  }

  /**
   * Maps the new block [newLeft, newRight), of which nothing below {@code ack}, the original
   * acknowledgement shown to the sender, is claimed: it would read as a D-SACK.
   */
  public boolean sack(long newLeft, long newRight, long ack) {
    start = Math.max(ack, map.firstCutFrom(newLeft));
    end = fin.acknowledgement(newRight);
    return start < end;
  }

  /** Maps the duplicate block [newLeft, newRight); one that reaches below the base is lost. */
  public boolean dSack(long newLeft, long newRight) {
    long base = map.commands().basePosition();
    start = map.firstCutFrom(newLeft);
    end = fin.acknowledgement(newRight);
    return newLeft >= base + map.commands().baseOffset() && start < end;
  }

  /**
   * Maps the recorded block [orgLeft, orgRight) of the original stream to the new one, of which
   * nothing at or beyond {@code released} is claimed.
   */
  public boolean forward(long orgLeft, long orgRight, long released) {
    start = Math.min(released, map.acknowledgementForward(orgLeft));
    end = Math.min(released, map.acknowledgementForward(orgRight));
    return orgLeft >= map.commands().basePosition() && start < end;
  }

  /** First position of the block mapped last. */
  public long start() {
    return start;
  }

  /** The position behind the block mapped last. */
  public long end() {
    return end;
  }
}
