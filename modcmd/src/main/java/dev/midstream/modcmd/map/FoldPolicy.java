package dev.midstream.modcmd.map;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * Decides when the commands of one direction are folded: once the acknowledgement has passed them
 * by the largest window, or two to four retransmission timeouts after it has passed them, whichever
 * comes first. A timer is needed for the latter: {@link #dueNanos}.
 *
 * <p>The delay serves late acknowledgements and D-SACK blocks, because their edges cannot be mapped
 * by a folded command. If the list reaches its maximum, commands are folded without delay. A
 * command is never folded before it is acknowledged. Not thread-safe.
 */
public final class FoldPolicy {
  private static final int TIMEOUTS = 2;

  private final CommandList commands;
  private final int ceiling;
  private boolean marked;
  private long markNew;
  private long markNanos;

  /** The policy for {@code commands}, of which at most {@code ceiling} should be kept. */
  public FoldPolicy(CommandList commands, int ceiling) {
    this.commands = commands;
    this.ceiling = ceiling;
  }

  /**
   * Folds what is due after the receiver has acknowledged everything below {@code newAcked}.
   *
   * @param windowBytes the largest window advertised to the sender so far
   * @param timeoutNanos the retransmission timeout
   */
  public void fold(long newAcked, long windowBytes, long timeoutNanos, long nowNanos) {
    commands.foldTo(newAcked - windowBytes);
    if (marked && nowNanos - markNanos >= TIMEOUTS * timeoutNanos) {
      commands.foldTo(markNew);
      marked = false;
    }
    makeRoom(newAcked);
    updateMark(newAcked, nowNanos);
  }

  /**
   * Folds every command below {@code newAcked} if the list is at its maximum. A deletion has no
   * output and waits for no acknowledgement.
   */
  public void makeRoom(long newAcked) {
    if (isAtCeiling()) {
      commands.foldTo(newAcked);
    }
  }

  /**
   * When {@link #fold} is due if no packet comes; {@link Long#MAX_VALUE} while every command waits
   * for its acknowledgement.
   */
  public long dueNanos(long timeoutNanos) {
    return marked ? markNanos + TIMEOUTS * timeoutNanos : Long.MAX_VALUE;
  }

  /**
   * Whether no further command should be decided until more is acknowledged than {@code newAcked}:
   * the list stays at its maximum although every command below is folded.
   */
  public boolean isFull(long newAcked) {
    return isAtCeiling() && commands.size() - commands.countOutputEndingAt(newAcked) >= ceiling;
  }

  /** Whether the list is at its maximum, acknowledged commands included. */
  public boolean isAtCeiling() {
    return commands.size() >= ceiling;
  }

  /** Whether commands wait for a time at which they are folded. */
  public boolean isMarked() {
    return marked;
  }

  /** The acknowledgement that is folded to when {@link #dueNanos} has come. */
  public long markNew() {
    return markNew;
  }

  /** Writes the mark, which must be set. */
  public void write(StateWriter out, long nowNanos) {
    out.number(markNew);
    out.number(Math.max(0, nowNanos - markNanos));
  }

  /** Reads what {@link #write} wrote. */
  public void read(StateReader in, long nowNanos) {
    marked = true;
    markNew = in.position();
    markNanos = nowNanos - in.position();
  }

  /**
   * Keeps a mark at an earlier acknowledgement while acknowledged commands are kept. It moves every
   * two timeouts, so the commands that it passed are two to four timeouts old.
   */
  private void updateMark(long newAcked, long nowNanos) {
    if (commands.isEmpty() || commands.newEnd(0) > newAcked) {
      marked = false;
    } else if (!marked) {
      marked = true;
      markNew = newAcked;
      markNanos = nowNanos;
    }
  }
}
