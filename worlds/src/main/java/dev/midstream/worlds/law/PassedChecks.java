package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.worlds.plan.WholeStream;
import java.util.Arrays;
import java.util.Map;

/**
 * The checks at the end of a connection that found no room in a full table: it is edited in both
 * directions, or in none.
 */
final class PassedChecks {
  private final Map<Direction, WholeStream> streams;
  private final Conversation talk;

  PassedChecks(Map<Direction, WholeStream> streams, Conversation talk) {
    this.streams = streams;
    this.talk = talk;
  }

  void run() {
    boolean unchanged = true;
    boolean edited = true;
    for (Map.Entry<Direction, WholeStream> each : streams.entrySet()) {
      byte[] got = talk.receiver(each.getKey()).received();
      unchanged &= isPrefix(each.getValue().octets(), got);
      edited &= isPrefix(each.getValue().edited(), got);
    }
    LawBroken.unless(
        unchanged || edited, Law.FIDELITY, () -> "neither edited nor unchanged\n" + talk);
  }

  /** Whether {@code whole} begins with {@code got}. */
  private static boolean isPrefix(byte[] whole, byte[] got) {
    return got.length <= whole.length && Arrays.equals(whole, 0, got.length, got, 0, got.length);
  }
}
