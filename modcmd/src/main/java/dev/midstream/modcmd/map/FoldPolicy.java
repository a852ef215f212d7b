package dev.midstream.modcmd.map;

import dev.midstream.modcmd.command.CommandList;

/**
 * When the commands of one direction are folded: once the acknowledgement has passed them by one
 * largest window, or two retransmission timeouts ago, whichever comes first.
 *
 * <p>The lag serves late acknowledgements and D-SACK blocks, whose edges a folded command cannot
 * map. At the ceiling it is given up; a command not yet acknowledged is never folded. Not
 * thread-safe.
 */
public final class FoldPolicy {
  private static final int TIMEOUTS = 2;

  private final OffsetMap map;
  private final CommandList commands;
  private final int ceiling;
  private boolean marked;
  private long markNew;
  private long markNanos;

  /** The folding of {@code map}'s commands, of which at most {@code ceiling} should be kept. */
  public FoldPolicy(OffsetMap map, int ceiling) {
    this.map = map;
    this.ceiling = ceiling;
    commands = map.commands();
  }

  /**
   * The receiver has acknowledged everything below {@code newAcked}.
   *
   * @param windowBytes the largest window shown to the sender so far
   * @param timeoutNanos the retransmission timeout
   */
  public void onAcknowledged(long newAcked, long windowBytes, long timeoutNanos, long nowNanos) {
    long passed = Math.max(newAcked - windowBytes, agedMark(newAcked, timeoutNanos, nowNanos));
    commands.foldTo(map.acknowledgement(passed));
    makeRoom(newAcked);
  }

  /**
   * At the ceiling, folds every command below {@code newAcked}; what was deleted waits for none.
   */
  public void makeRoom(long newAcked) {
    if (isFull()) {
      commands.foldTo(map.acknowledgement(newAcked));
    }
  }

  /** Whether no further command should be decided until acknowledgements come. */
  public boolean isFull() {
    return commands.size() >= ceiling;
  }

  /** One mark moves on every two timeouts, so what it passed is two to four timeouts old. */
  private long agedMark(long newAcked, long timeoutNanos, long nowNanos) {
    boolean aged = marked && nowNanos - markNanos >= TIMEOUTS * timeoutNanos;
    long passed = aged ? markNew : Long.MIN_VALUE;
    if (aged || !marked) {
      marked = true;
      markNew = newAcked;
      markNanos = nowNanos;
    }
    return passed;
  }
}
