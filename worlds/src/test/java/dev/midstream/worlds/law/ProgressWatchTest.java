package dev.midstream.worlds.law;

import static dev.midstream.worlds.law.BrokenWorlds.assertBroken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.midstream.testkit.box.TamperingBox;
import dev.midstream.testkit.box.TamperingBox.Tampering;
import dev.midstream.worlds.plan.WorldText;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The watch for octets that do not move sees a box that lets none pass although engines die. */
class ProgressWatchTest {
  private static final String DYING =
      "seed=7 client.bytes=5000 server.bytes=5000 client.parts=3 server.parts=3"
          + " client.pauseNanos=30000000 server.pauseNanos=30000000 engine.commits.takeOverOneIn=4 ";

  private static void assertSeen(String world) {
    Tampering stalling = (view, frame) -> view.payloadLength() == 0;
    WorldRun run = new WorldRun(WorldText.read(world), box -> new TamperingBox(box, stalling));
    LawBroken broken = catchThrowableOfType(LawBroken.class, run::run);
    assertBroken(broken, Law.PROGRESS, "nothing moves");
    assertThat(run.takeovers()).isPositive();
  }

  @Test
  @DisplayName("law 11: octets that do not move although their sender repeats them to new engines")
  void seesStallsAfterDeaths() {
    assertSeen(DYING);
  }

  @Test
  @DisplayName("law 11: the same where an engine wants octets twice, for their hop limit")
  void seesStallsOfOctetsThatAreWantedTwice() {
    assertSeen(
        DYING + "path.hops.everyNanos=8000000 path.hops.untilNanos=90000000 path.hops.most=9");
  }
}
