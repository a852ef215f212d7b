package dev.midstream.worlds.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.fastpath.FastPathTally;
import dev.midstream.reassembly.flow.Guarded;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.fastpath.RecallReason;
import dev.midstream.worlds.law.DeathStates;
import dev.midstream.worlds.law.DeathStates.State;
import dev.midstream.worlds.law.TakeoverCounts;
import dev.midstream.worlds.law.WorldRun;
import dev.midstream.worlds.plan.SettlingDraw;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Worlds whose engine has a fast path; {@code -Dmidstream.effort} multiplies them. */
@Tag("worlds")
class FastPathWorldsTest {
  private static final int WORLDS = 2_000;
  private static final int DYING_WORLDS = 200;

  private final Map<RecallReason, Long> recalls = new EnumMap<>(RecallReason.class);
  private long packets;
  private long shifted;
  private long full;
  private long lost;
  private long doubled;
  private long overtaken;
  private long early;
  private long whenDrained;
  private long whenOverdue;
  private long faultsUnedited;
  private long inherited;
  private final GuardWatch guards = new GuardWatch();
  private final DeathStates deaths = new DeathStates();
  private final TakeoverCounts counts = new TakeoverCounts("fast paths");

  @Test
  @DisplayName("laws 1 to 8, 10 and 11 hold with a fast path, whenever a connection changes hands")
  void keepsTheLaws() {
    SeededRounds.runSeeds(WORLDS, seed -> run(SettlingDraw.of(drawn(seed)), seed));
    counts.print();
    if (SeededRounds.isReplay()) {
      return;
    }
    for (RecallReason each : RecallReason.values()) {
      boolean isRecall = each.compareTo(RecallReason.RECALLED) < 0;
      assertThat(!isRecall || recalls.getOrDefault(each, 0L) > 0).as("%s", each).isTrue();
    }
    assertThat(List.of(packets, shifted, full, lost, doubled, overtaken, early, faultsUnedited))
        .allMatch(count -> count > 0);
    assertThat(List.of(whenDrained, whenOverdue)).as("given away").allMatch(count -> count > 0);
    assertThat(inherited).as("worlds with shifted segments and a takeover").isPositive();
    assertThat(guards.seen()).containsOnlyKeys(Guarded.values());
  }

  @Test
  @DisplayName("law 9: engines die with a connection on the fast path, and another one goes on")
  void diesOnTheFastPath() {
    SeededRounds.runSeeds(DYING_WORLDS, seed -> run(SettlingDraw.dying(drawn(seed)), seed));
    counts.print();
    assertThat(SeededRounds.isReplay() || deaths.met().contains(State.FAST))
        .as("%s", deaths)
        .isTrue();
  }

  private static long drawn(long seed) {
    return SeededRounds.generator(seed).nextLong();
  }

  private void run(SimulatedWorld world, long seed) {
    HandOver hands = new HandOver(HandOverPlan.of(world, seed), seed);
    WorldRun run = new WorldRun(world, hands);
    HandOverTable table = hands.guards();
    run.watch((kept, _) -> guards.look(table, kept.engine()));
    run.runRecorded();
    assertThat(hands.entries()).isZero();
    faultsUnedited += world.engine().isEditing() ? 0 : hands.lost() + hands.doubled();
    deaths.add(run.deathStates());
    counts.add(run.takeovers(), run.handOvers());
    inherited += hands.shifted() > 0 && run.takeovers() > 0 ? 1 : 0;
    run.forEachFastPath(each -> count(each.tally()));
    shifted += hands.shifted();
    lost += hands.lost();
    doubled += hands.doubled();
    early += hands.early();
    whenDrained += hands.givenWhenDrained();
    whenOverdue += hands.givenWhenOverdue();
  }

  private void count(FastPathTally tally) {
    for (RecallReason each : RecallReason.values()) {
      recalls.merge(each, tally.recalls(each), Long::sum);
    }
    packets += tally.packets();
    full += tally.full();
    overtaken += tally.overtaken();
  }
}
