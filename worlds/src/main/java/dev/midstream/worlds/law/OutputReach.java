package dev.midstream.worlds.law;

import dev.midstream.modcmd.command.CommandList;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.reassembly.stream.Stream;

/**
 * What the output of a stream tells without its records, for observers of what waits for them. It
 * does not ask the engine's own map, which would share its errors.
 */
public final class OutputReach {
  private OutputReach() {}

  /** Whether octets that no sender can repeat begin at {@code from} or later, and have left. */
  public static boolean insertsWithin(Stream stream, long from, long left) {
    CommandList commands = stream.edits().commands();
    for (int i = 0; i < commands.size(); i++) {
      long begin = commands.newSeq(i);
      if (commands.orgLength(i) == 0 && begin >= from && begin < left) {
        return true;
      }
    }
    return false;
  }

  /**
   * What the receiver has acknowledged may be acknowledged to the sender, but no deleted octets
   * after it.
   */
  public static long receivedEnd(Stream stream) {
    FinMap fin = stream.edits().fin();
    if (!fin.isOwn() && fin.isAcknowledgedBy(stream.acknowledged()) && fin.isReached()) {
      return fin.orgFin() + 1;
    }
    CommandList commands = stream.edits().commands();
    long newPosition = Math.min(stream.acknowledged(), stream.edits().map().newEnd());
    long end = newPosition - commands.baseOffset();
    for (int i = 0; i < commands.size() && commands.newSeq(i) < newPosition; i++) {
      end = commands.orgEnd(i) + Math.max(0, newPosition - commands.newEnd(i));
    }
    return end;
  }
}
