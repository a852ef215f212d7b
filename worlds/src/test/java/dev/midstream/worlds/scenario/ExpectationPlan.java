package dev.midstream.worlds.scenario;

import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.rule.Action;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.ExpectationLimits;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.worlds.plan.CommitPlan;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.MoveDraw;
import dev.midstream.worlds.plan.ParkDraw;
import java.util.random.RandomGenerator;

/**
 * The engine of a world in which agents expect connections.
 *
 * @param engine its limits, and what becomes of its records
 * @param rest what is done with connections that no rule matches and no agent expects
 * @param deathTime when it may die
 */
record ExpectationPlan(EnginePlan engine, Action rest, DeathTime deathTime) {
  private static final long DAY_NANOS = 86_400_000_000_000L;
  private static final long LONGEST_COMMIT_NANOS = 50_000_000;
  private static final long LONGEST_DARK_NANOS = 200_000_000;
  private static final int MANY_CALLS = 400;
  private static final int FEW_CALLS = 20;

  /** When an engine may die. */
  enum DeathTime {
    /** At any time. */
    ANY,
    /** When all is expected that will be. */
    LATE,
    /** While related connections are opened. */
    OPENING
  }

  /**
   * A drawn one.
   *
   * @param expectedNanos the time of an expectation
   * @param mayDie whether it writes records, and may die
   */
  static ExpectationPlan drawn(RandomGenerator random, long expectedNanos, boolean mayDie) {
    int total = 3 + random.nextInt(10);
    ExpectationLimits limits = new ExpectationLimits(total, 1 + random.nextInt(4), expectedNanos);
    // No agent's octets pass because of silence.
    EnginePlan plain =
        EnginePlan.PLAIN
            .withLimits(EngineLimits.DEFAULTS.withExpectations(limits))
            .withHoldTime(DAY_NANOS);
    Action rest = random.nextBoolean() ? Action.ALLOW : Action.DROP;
    DeathTime[] times = DeathTime.values();
    DeathTime time = times[random.nextInt(times.length)];
    EnginePlan engine = mayDie ? plain.withCommits(commits(random, time)) : plain;
    return new ExpectationPlan(engine, rest, time);
  }

  /** The same, whose engine may move its connections if it does not die, and park them early. */
  ExpectationPlan moving(long seed) {
    EnginePlan parking = ParkDraw.of(seed).changed(engine);
    EnginePlan changed =
        engine.commits().mode().writesRecords() ? parking : MoveDraw.of(seed).changed(parking);
    return new ExpectationPlan(changed, rest, deathTime);
  }

  private static CommitPlan commits(RandomGenerator random, DeathTime time) {
    CommitMode mode = random.nextInt(4) == 0 ? CommitMode.BEFORE_ACK : CommitMode.STRICT;
    long delayNanos = random.nextInt(4) == 0 ? 0 : random.nextLong(LONGEST_COMMIT_NANOS);
    int most = time == DeathTime.OPENING ? FEW_CALLS : MANY_CALLS;
    int oneIn = 1 + random.nextInt(1 + random.nextInt(most));
    boolean isAlone = random.nextInt(5) == 0;
    return new CommitPlan(
        mode,
        delayNanos,
        isAlone ? 0 : oneIn,
        random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0,
        random.nextInt(3) == 0 ? random.nextLong(LONGEST_DARK_NANOS) : 0,
        isAlone ? oneIn : 0,
        random.nextBoolean() ? NoCopy.HOLD : NoCopy.CONTINUE,
        false,
        random.nextBoolean() ? FirstCopies.ALL : FirstCopies.COMMANDS);
  }
}
