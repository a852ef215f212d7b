package dev.midstream.worlds.plan;

import dev.midstream.reassembly.stream.CommitMode;

/**
 * When the records of an engine are committed.
 *
 * @param mode what waits for them
 * @param delayNanos the longest time until one is; 0 for as soon as possible
 */
public record CommitPlan(CommitMode mode, long delayNanos) {
  /** An engine alone. */
  public static final CommitPlan NONE = new CommitPlan(CommitMode.NONE, 0);
}
