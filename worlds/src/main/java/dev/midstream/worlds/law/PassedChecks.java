package dev.midstream.worlds.law;

import dev.midstream.modcmd.agent.Direction;
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
  private final boolean done;

  PassedChecks(Map<Direction, WholeStream> streams, Conversation talk, boolean done) {
    this.streams = streams;
    this.talk = talk;
    this.done = done;
  }

  void run() {
    boolean unchanged = true;
    boolean edited = true;
    for (Map.Entry<Direction, WholeStream> each : streams.entrySet()) {
      byte[] got = received(each.getKey());
      unchanged &= fits(each.getValue().octets(), got);
      edited &= fits(each.getValue().edited(), got);
    }
    LawBroken.unless(
        unchanged || edited, Law.FIDELITY, () -> "neither edited nor unchanged\n" + talk);
  }

  private byte[] received(Direction direction) {
    return direction == Direction.CLIENT_TO_SERVER
        ? talk.server().received()
        : talk.client().received();
  }

  private boolean fits(byte[] expected, byte[] got) {
    int common = Math.min(expected.length, got.length);
    boolean prefix = Arrays.mismatch(expected, 0, common, got, 0, common) < 0;
    return prefix && got.length <= expected.length && (!done || got.length == expected.length);
  }
}
