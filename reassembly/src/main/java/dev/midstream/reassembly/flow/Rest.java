package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.WaitTimes;

/**
 * Whether a connection is at rest: what its packets brought has left with them as it came, both
 * windows are shown as far as they are open, and the engine owes neither end anything. It stays so
 * as long as segments pass as they are, which most do.
 */
public final class Rest {
  private boolean atRest;

  /** Whether it was found to be at rest, and nothing has ended that since. */
  public boolean isAtRest() {
    return atRest;
  }

  /** Says how it was found. */
  public void found(boolean atRest) {
    this.atRest = atRest;
  }

  /** The same as {@link #isAtRest}, and ends it: something is about to happen. */
  public boolean take() {
    boolean taken = atRest;
    atRest = false;
    return taken;
  }

  /** Whether neither stream waits for anything, nor a reset for being sent. */
  public static boolean isQuiet(Connection connection) {
    return connection.resetReason() == null
        && connection.stream(Direction.CLIENT_TO_SERVER).isQuiet()
        && connection.stream(Direction.SERVER_TO_CLIENT).isQuiet();
  }

  /** Whether neither stream waits for anything nor has commands: nothing of it counts anew. */
  public static boolean isPlain(Connection connection) {
    return connection.stream(Direction.CLIENT_TO_SERVER).edits().commands().isEmpty()
        && connection.stream(Direction.SERVER_TO_CLIENT).edits().commands().isEmpty()
        && isQuiet(connection);
  }

  /** Whether the engine owes neither end octets nor answers, now or after a time. */
  public static boolean isSettled(Connection connection) {
    return isSettled(connection.stream(Direction.CLIENT_TO_SERVER))
        && isSettled(connection.stream(Direction.SERVER_TO_CLIENT));
  }

  private static boolean isSettled(Stream stream) {
    return stream.sender().waitTimes().filledSinceNanos() == WaitTimes.NEVER
        && !stream.receiver().pacer().isOn()
        && !stream.receiver().retransmit().isWaiting()
        && !stream.sender().pendingAcks().isAnything()
        && !stream.headers().isUnsaid()
        && stream.receiver().scoreboard().sacked().isEmpty()
        && !stream.sender().custody().isFilling()
        && !stream.isOwing();
  }
}
