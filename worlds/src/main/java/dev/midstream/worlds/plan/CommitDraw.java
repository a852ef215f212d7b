package dev.midstream.worlds.plan;

import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import java.util.Locale;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Draws engines that write records of their connections, which are committed late: in one of eight
 * worlds that fit. Half of those that edit die: then another one goes on with what is committed,
 * and with some of the other records, or is handed the connections over. Half of those whose engine
 * does not die have no copy of their records for a while, and one of four of the others. With
 * {@code -Dmidstream.committing=true} each fitting world writes records. With {@code
 * -Dmidstream.committing=strict}, or the name of another mode, each fitting world has an engine of
 * that mode that dies.
 */
public final class CommitDraw {
  private static final CommitMode[] MODES = CommitMode.values();
  private static final String DRAWN = System.getProperty("midstream.committing", "");
  private static final @Nullable CommitMode DYING = modeOf(DRAWN);
  private static final boolean COMMITTING = DYING != null || Boolean.parseBoolean(DRAWN);
  private static final int COMMITS = 14;
  private static final long LONGEST_NANOS = 50_000_000;
  private static final long LONGEST_DARK_NANOS = 200_000_000;

  private final SplittableRandom random;
  private boolean always;

  CommitDraw(SplittableRandom random) {
    this.random = random;
  }

  /** The draw of {@code seed}. */
  public static CommitDraw of(long seed) {
    return new CommitDraw(WorldDraw.own(seed, COMMITS));
  }

  /** The same, but each engine that fits writes records and, if it edits, dies. */
  CommitDraw always() {
    always = true;
    return this;
  }

  /** {@code world}, possibly with such an engine. */
  public SimulatedWorld changed(SimulatedWorld world) {
    SimulatedWorld changed = world.withEngine(engine -> changed(engine, world.seed()));
    return withoutUnsafe(changed.withEngine(engine -> dyingAlone(engine, world.seed())));
  }

  /**
   * {@code drawn} without replies, if decisions may be lost: octets of the dead engine may be on
   * their way to a receiver whose answer is older, and an agent that replies elsewhere then would
   * follow on them.
   */
  static SimulatedWorld withoutUnsafe(SimulatedWorld drawn) {
    return new WorldTraits(drawn).mayLoseDecisions()
        ? drawn.withAgent(agent -> agent.withReplyEvery(0))
        : drawn;
  }

  /** In half of the worlds that have no copy for a while an engine may die then, too. */
  private static EnginePlan dyingAlone(EnginePlan engine, long seed) {
    boolean mayDie =
        engine.isTakenOver()
            && engine.commits().aloneOneIn() > 0
            && engine.policies().midStream() == MidStream.RESET;
    boolean dies = mayDie && new SplittableRandom(~seed).nextInt(4) < 2;
    return engine.withCommits(engine.commits().dyingAlone(dies));
  }

  /** {@code engine}, possibly writing records. */
  public EnginePlan changed(EnginePlan engine, long seed) {
    if (!fits(engine) || (random.nextInt(8) > 0 && !COMMITTING && !always)) {
      return engine;
    }
    boolean mayDie = engine.treatment() == Treatment.EDIT;
    CommitMode drawn = MODES[1 + random.nextInt(MODES.length - 1)];
    CommitMode mode = DYING != null && mayDie ? DYING : drawn;
    long delayNanos = random.nextInt(4) == 0 ? 0 : random.nextLong(LONGEST_NANOS);
    boolean isDrawn = DYING == null ? always || random.nextBoolean() : mode == DYING;
    boolean dies = mayDie && isDrawn;
    int oneIn = dies ? 1 + random.nextInt(1 + random.nextInt(TakeoverDraw.MAX_CALLS)) : 0;
    CommitPlan commits = FirstCopiesDraw.changed(CommitPlan.of(mode, delayNanos, oneIn), seed);
    return engine.withCommits(dies ? dying(commits, seed) : alone(commits, seed));
  }

  /** {@code world} with the engine of {@link #dying(EnginePlan, int, long)}. */
  public SimulatedWorld dying(SimulatedWorld world) {
    return withoutUnsafe(
        world.withEngine(engine -> dying(engine, TakeoverDraw.MAX_CALLS, world.seed())));
  }

  /**
   * {@code engine}, in one of four worlds writing records and dying after one in {@code mostCalls}
   * calls or more often. With {@code -Dmidstream.committing}, that is in each fitting world.
   */
  public EnginePlan dying(EnginePlan engine, int mostCalls, long seed) {
    boolean mayDie = fits(engine) && engine.treatment() == Treatment.EDIT;
    if (!mayDie || (random.nextInt(4) > 0 && !COMMITTING)) {
      return engine;
    }
    CommitMode drawn = MODES[1 + random.nextInt(MODES.length - 1)];
    long delayNanos = random.nextInt(4) == 0 ? 0 : random.nextLong(LONGEST_NANOS);
    int oneIn = 1 + random.nextInt(1 + random.nextInt(mostCalls));
    CommitPlan commits = CommitPlan.of(DYING == null ? drawn : DYING, delayNanos, oneIn);
    return engine.withCommits(dying(FirstCopiesDraw.changed(commits, seed), seed));
  }

  /**
   * {@code commits}, in some worlds with hand-overs, with a time in which no engine works, and
   * sometimes without a copy.
   */
  private static CommitPlan dying(CommitPlan commits, long seed) {
    SplittableRandom ofWorld = new SplittableRandom(seed);
    int handOverOneIn = ofWorld.nextInt(3) == 0 ? 1 + ofWorld.nextInt(3) : 0;
    long darkNanos = ofWorld.nextInt(3) == 0 ? ofWorld.nextLong(LONGEST_DARK_NANOS) : 0;
    CommitPlan drawn = commits.withHandOvers(handOverOneIn).withDark(darkNanos);
    return ofWorld.nextInt(4) == 0 ? alone(drawn, ofWorld) : drawn;
  }

  /** {@code world} with such an engine, if that fits. It does not die. */
  SimulatedWorld committing(SimulatedWorld world) {
    if (!fits(world.engine())) {
      return world;
    }
    CommitMode mode = MODES[1 + random.nextInt(MODES.length - 1)];
    CommitPlan commits = CommitPlan.of(mode, random.nextLong(LONGEST_NANOS), 0);
    SplittableRandom ofWorld = new SplittableRandom(world.seed());
    boolean isAlone = ofWorld.nextBoolean();
    return world.withEngine(plan -> plan.withCommits(isAlone ? alone(commits, ofWorld) : commits));
  }

  private static boolean fits(EnginePlan engine) {
    return engine.moveOneIn() == 0 && !engine.isTakenOver() && engine.vantage() == Vantage.INLINE;
  }

  /** {@code commits}, in half of the worlds sometimes without a copy. */
  private static CommitPlan alone(CommitPlan commits, long seed) {
    SplittableRandom ofWorld = new SplittableRandom(seed);
    return ofWorld.nextBoolean() ? alone(commits, ofWorld) : commits;
  }

  private static CommitPlan alone(CommitPlan commits, SplittableRandom ofWorld) {
    int oneIn = 1 + ofWorld.nextInt(1 + ofWorld.nextInt(TakeoverDraw.MAX_CALLS));
    NoCopy then = ofWorld.nextBoolean() ? NoCopy.HOLD : NoCopy.CONTINUE;
    return commits.withAlone(oneIn, then);
  }

  private static @Nullable CommitMode modeOf(String name) {
    for (CommitMode mode : MODES) {
      if (mode.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
        return mode;
      }
    }
    return null;
  }
}
