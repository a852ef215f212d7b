package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.worlds.crowd.CrowdRun;
import dev.midstream.worlds.law.DeathStates.State;
import dev.midstream.worlds.plan.AgentPlan.End;
import dev.midstream.worlds.plan.CommitPlan;
import dev.midstream.worlds.plan.CrowdDraw;
import dev.midstream.worlds.plan.CrowdWorld;
import dev.midstream.worlds.plan.CrowdWorld.Member;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldDraw;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Engines die in each state of a connection: a draw that dries up fails here. The seeds are always
 * the same.
 */
@Tag("worlds")
class DeathStatesTest {
  private static final int WORLDS = 600;
  private static final int RARE_WORLDS = 12;
  private static final int CROWDS = 240;
  private static final int CROWDS_TOGETHER = 40;

  /** Small crowds meet each state as often for their time. */
  private static final int MOST_MEMBERS = 12;

  /** Those of several connections, and of a fast path. */
  private static final Set<State> ELSEWHERE =
      EnumSet.of(State.COMPETING_SYN, State.EXPECTATION, State.FAST);

  @Test
  @DisplayName("T-9 T-10 law 9: engines of one connection die in each of its states")
  void diesInEachState() {
    List<SimulatedWorld> worlds = new ArrayList<>(first(WORLDS, world -> true));
    worlds.addAll(first(RARE_WORLDS, world -> world.engine().isPickingUp()));
    worlds.addAll(first(RARE_WORLDS, world -> world.path().strayOneIn() > 0));
    worlds.addAll(first(3 * RARE_WORLDS, world -> world.agent().end() == End.ABORTS));
    worlds.addAll(first(RARE_WORLDS, world -> world.agent().end() == End.FINISHES));
    worlds.addAll(first(RARE_WORLDS, world -> world.agent().replyEvery() > 0));
    worlds.addAll(first(RARE_WORLDS, world -> world.engine().commits().diesAlone()));
    DeathStates deaths = run(worlds, world -> deaths(new WorldRun(world)));
    assertThat(deaths.met())
        .as("%s", deaths)
        .containsAll(EnumSet.complementOf(EnumSet.copyOf(ELSEWHERE)));
  }

  @Test
  @DisplayName("law 9: engines die while openings compete")
  void diesWhileOpeningsCompete() {
    List<CrowdWorld> crowds =
        LongStream.rangeClosed(1, Integer.MAX_VALUE)
            .mapToObj(CrowdDraw::dying)
            .filter(world -> world.engine().commits().takeOverOneIn() > 0)
            .filter(world -> world.members().size() <= MOST_MEMBERS)
            .filter(world -> world.members().stream().anyMatch(Member::follows))
            .limit(CROWDS)
            .toList();
    DeathStates deaths = new DeathStates();
    for (int from = 0; from < CROWDS && !isMet(deaths); from += CROWDS_TOGETHER) {
      deaths.add(run(crowds.subList(from, from + CROWDS_TOGETHER), DeathStatesTest::deaths));
    }
    assertThat(isMet(deaths)).as("%s", deaths).isTrue();
  }

  private static boolean isMet(DeathStates deaths) {
    return deaths.met().contains(State.COMPETING_SYN);
  }

  private static DeathStates deaths(CrowdWorld crowd) {
    CrowdRun run = new CrowdRun(crowd);
    run.run();
    return run.deathStates();
  }

  /** The first worlds of the kind {@code wanted} whose engines die. */
  private static List<SimulatedWorld> first(int count, Predicate<SimulatedWorld> wanted) {
    return LongStream.rangeClosed(1, Integer.MAX_VALUE)
        .mapToObj(WorldDraw::dying)
        .filter(DeathStatesTest::isDying)
        .filter(wanted)
        .limit(count)
        .toList();
  }

  private static boolean isDying(SimulatedWorld world) {
    CommitPlan commits = world.engine().commits();
    return commits.mode().writesRecords() && commits.takeOverOneIn() > 0;
  }

  private static DeathStates deaths(WorldRun run) {
    run.runRecorded();
    return run.deathStates();
  }

  private static <T> DeathStates run(List<T> worlds, Function<T, DeathStates> one) {
    DeathStates all = new DeathStates();
    worlds.parallelStream().map(one).toList().forEach(all::add);
    return all;
  }
}
