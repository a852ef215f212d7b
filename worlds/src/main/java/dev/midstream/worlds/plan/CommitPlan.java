package dev.midstream.worlds.plan;

import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.FirstCopies;

/**
 * When the records of an engine are committed, and when another engine goes on with them.
 *
 * @param mode what waits for them
 * @param delayNanos the longest time until one is; 0 for as soon as possible
 * @param takeOverOneIn after one in so many calls, a few times at most, the engine loses all but
 *     the essential state, as it was when that last changed; 0 for never
 * @param handOverOneIn instead, one of so many times the engine hands its connections over; 0 for
 *     never
 * @param darkNanos the longest time until another engine goes on; packets are lost meanwhile
 * @param aloneOneIn after one in so many calls, a few times at most, no other engine keeps its
 *     records for a while; 0 for never
 * @param noCopy what the engine does meanwhile
 * @param diesAlone whether the engine may die meanwhile, too: then all is lost
 * @param firstCopies which first copies are essential
 */
public record CommitPlan(
    CommitMode mode,
    long delayNanos,
    int takeOverOneIn,
    int handOverOneIn,
    long darkNanos,
    int aloneOneIn,
    NoCopy noCopy,
    boolean diesAlone,
    FirstCopies firstCopies) {
  /** An engine alone. */
  public static final CommitPlan NONE = of(CommitMode.NONE, 0, 0);

  /** An engine whose records are always kept. */
  static CommitPlan of(CommitMode mode, long delayNanos, int takeOverOneIn) {
    return new CommitPlan(
        mode, delayNanos, takeOverOneIn, 0, 0, 0, NoCopy.CONTINUE, false, FirstCopies.ALL);
  }

  /** The same, dying after one in so many calls. */
  CommitPlan withTakeovers(int oneIn) {
    return new CommitPlan(
        mode,
        delayNanos,
        oneIn,
        handOverOneIn,
        darkNanos,
        aloneOneIn,
        noCopy,
        diesAlone,
        firstCopies);
  }

  /** The same, but one of so many engines that would die hands its connections over. */
  CommitPlan withHandOvers(int oneIn) {
    return new CommitPlan(
        mode,
        delayNanos,
        takeOverOneIn,
        oneIn,
        darkNanos,
        aloneOneIn,
        noCopy,
        diesAlone,
        firstCopies);
  }

  /** The same, but after a death it takes so long at most until another engine goes on. */
  CommitPlan withDark(long nanos) {
    return new CommitPlan(
        mode,
        delayNanos,
        takeOverOneIn,
        handOverOneIn,
        nanos,
        aloneOneIn,
        noCopy,
        diesAlone,
        firstCopies);
  }

  /** The same, without a copy for a while after one in so many calls. */
  CommitPlan withAlone(int oneIn, NoCopy then) {
    return new CommitPlan(
        mode,
        delayNanos,
        takeOverOneIn,
        handOverOneIn,
        darkNanos,
        oneIn,
        then,
        diesAlone,
        firstCopies);
  }

  /** The same, but the engine may die while it has no copy. */
  CommitPlan dyingAlone(boolean dies) {
    return new CommitPlan(
        mode,
        delayNanos,
        takeOverOneIn,
        handOverOneIn,
        darkNanos,
        aloneOneIn,
        noCopy,
        dies,
        firstCopies);
  }

  /** The same, with these first copies. */
  public CommitPlan withFirstCopies(FirstCopies essential) {
    return new CommitPlan(
        mode,
        delayNanos,
        takeOverOneIn,
        handOverOneIn,
        darkNanos,
        aloneOneIn,
        noCopy,
        diesAlone,
        essential);
  }

  /** Whether an engine may lack octets that it has seen before, and need them again. */
  public boolean mayLackOctets() {
    return takeOverOneIn > 0 && firstCopies == FirstCopies.COMMANDS;
  }

  /** Whether what an agent decides may wait for its records. */
  public boolean keepsBack() {
    return mode.delaysInsertions() || (aloneOneIn > 0 && noCopy == NoCopy.HOLD);
  }
}
