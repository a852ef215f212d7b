package dev.midstream.worlds.law;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.worlds.plan.CommitPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The times in which no other engine keeps the records of an engine. */
final class LostCopies {
  private static final long LONGEST_NANOS = 50_000_000;
  private static final long NONE = -1;
  private static final long NEVER = Long.MAX_VALUE;

  private final Supplier<Engine> engine;
  private final MemoryLog log;
  private final CommitPlan plan;
  private final SplittableRandom random;
  private @Nullable LogState next;
  private long dueNanos;
  private int losses;
  private long sinceNanos = NEVER;
  private long longestNanos;

  /** The last record of those that tell of all connections again; {@link #NONE} before. */
  private long whole = NONE;

  /** Draws the times that {@code plan} allows from {@code random}. */
  LostCopies(Supplier<Engine> engine, MemoryLog log, CommitPlan plan, SplittableRandom random) {
    this.engine = engine;
    this.log = log;
    this.plan = plan;
    this.random = random;
  }

  /** After a call of the engine: such a time may begin, or all may be recorded again. */
  void afterCall(long nowNanos) {
    boolean mayLose =
        plan.aloneOneIn() > 0 && next == null && losses < SimulatedWorld.MOST_TAKEOVERS;
    if (mayLose && random.nextInt(plan.aloneOneIn()) == 0) {
      next = LogState.ALONE;
      dueNanos = nowNanos;
    }
    if (whole == NONE && log.state() == LogState.COMMITTING && !engine.get().isRenewing()) {
      whole = log.appended();
    }
    if (isKept()) {
      longestNanos = longestNanos(nowNanos);
      sinceNanos = NEVER;
    }
  }

  /** Records are lost that waited since {@code writtenNanos}. */
  void lose(long writtenNanos) {
    sinceNanos = Math.min(sinceNanos, writtenNanos);
  }

  /**
   * The longest time until {@code nowNanos} that something may have waited for a record because
   * others were lost, perhaps several times.
   */
  long longestNanos(long nowNanos) {
    return sinceNanos == NEVER ? longestNanos : Math.max(longestNanos, nowNanos - sinceNanos);
  }

  /** When {@link #take} is due; {@link Long#MAX_VALUE} for never. */
  long dueNanos() {
    return next == null ? Long.MAX_VALUE : dueNanos;
  }

  /** The state that is due at {@code nowNanos}; null if none is. */
  @Nullable LogState take(long nowNanos) {
    LogState due = dueNanos() <= nowNanos ? next : null;
    if (due == LogState.ALONE) {
      losses++;
      whole = NONE;
      next = LogState.COMMITTING;
      dueNanos = nowNanos + random.nextLong(LONGEST_NANOS);
    } else if (due != null) {
      next = null;
    }
    return due;
  }

  /** Whether another engine could go on with each connection: records of all are committed. */
  boolean isKept() {
    return losses == 0 || (whole != NONE && log.committed() >= whole);
  }

  /** Another engine goes on, whose records others keep. */
  void end() {
    next = null;
    whole = NONE;
    sinceNanos = NEVER;
  }

  /** Whether there was such a time. */
  boolean hasLost() {
    return losses > 0;
  }
}
