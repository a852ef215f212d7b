package dev.midstream.worlds.plan;

import dev.midstream.reassembly.stream.CommitMode;

/**
 * When the records of an engine are committed, and when another engine goes on with them.
 *
 * @param mode what waits for them
 * @param delayNanos the longest time until one is; 0 for as soon as possible
 * @param takeOverOneIn after one in so many calls, a few times at most, the engine loses all but
 *     the essential state, as it was when that last changed; 0 for never
 */
public record CommitPlan(CommitMode mode, long delayNanos, int takeOverOneIn) {
  /** An engine alone. */
  public static final CommitPlan NONE = new CommitPlan(CommitMode.NONE, 0, 0);
}
