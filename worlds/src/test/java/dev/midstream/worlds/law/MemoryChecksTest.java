package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.worlds.law.EngineWatch.Kept;
import dev.midstream.worlds.plan.WorldText;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The checks of memory see an engine that keeps too much, or charges too little. */
class MemoryChecksTest {
  private static final String HOLDING =
      "seed=7 client.bytes=5000 server.bytes=5000 client.parts=3 server.parts=3"
          + " client.pauseNanos=30000000 server.pauseNanos=30000000 ";
  private static final long SILENCE_NANOS = 300_000_000_000L;
  private static final long GAP_NANOS = 120_000_000_000L;
  private static final int RANGES = 10_000;

  private static void assertSeen(EngineWatch watch, String what) {
    WorldRun run = new WorldRun(WorldText.read(HOLDING)).watch(watch);
    assertThatExceptionOfType(LawBroken.class)
        .isThrownBy(run::run)
        .withMessageContaining(what)
        .satisfies(broken -> BrokenWorlds.assertBroken(broken, Law.BOUNDS, what));
  }

  @Test
  @DisplayName("law 6: more octets than the limit")
  void seesOctetsBeyondTheLimit() {
    assertSeen(
        (kept, nanos) -> new MemoryChecks(kept.engines(), 100).check(1, nanos),
        "stored octets beyond the limit");
  }

  @Test
  @DisplayName("law 6: arrays that are not charged")
  void seesUnchargedArrays() {
    assertSeen(
        (kept, nanos) -> {
          grow(kept);
          new MemoryChecks(kept.engines(), Long.MAX_VALUE).check(1, nanos);
        },
        "charged beside octets");
  }

  /** Makes arrays larger, behind the back of the engine. */
  private static void grow(Kept kept) {
    kept.engine()
        .forEachConnection(connection -> {
          if (connection.hasStreams()) {
            Stream stream = connection.stream(Direction.CLIENT_TO_SERVER);
            for (int i = 0; i < RANGES; i++) {
              stream.receiver().scoreboard().retransmitted().addUnbounded(2L * i, 2L * i + 1);
            }
          }
        });
  }

  @Test
  @DisplayName("law 6: arrays of a silent connection")
  void seesArraysInSilence() {
    assertSeen(
        (kept, nanos) -> {
          grow(kept);
          new MemoryChecks(kept.engines(), Long.MAX_VALUE).checkSilence(nanos + SILENCE_NANOS);
        },
        "memory is kept in silence");
  }

  @Test
  @DisplayName("law 6: octets after a gap that is never filled")
  void seesOctetsKeptAfterAGap() {
    GapWatch gaps = new GapWatch();
    gaps.checkKept(Direction.CLIENT_TO_SERVER, 10, 0);
    gaps.checkKept(Direction.CLIENT_TO_SERVER, 10, GAP_NANOS);
    assertThatExceptionOfType(LawBroken.class)
        .isThrownBy(() -> gaps.checkKept(Direction.CLIENT_TO_SERVER, 10, GAP_NANOS + 1))
        .withMessageContaining("octets after a gap are kept for ever");
  }

  @Test
  @DisplayName("law 6: the time of a gap begins again where a part of it is filled")
  void beginsTheTimeOfAGapAgain() {
    GapWatch gaps = new GapWatch();
    gaps.checkKept(Direction.CLIENT_TO_SERVER, 10, 0);
    gaps.checkKept(Direction.CLIENT_TO_SERVER, 11, GAP_NANOS);
    assertThatCode(() -> gaps.checkKept(Direction.CLIENT_TO_SERVER, 11, 2 * GAP_NANOS))
        .doesNotThrowAnyException();
  }
}
