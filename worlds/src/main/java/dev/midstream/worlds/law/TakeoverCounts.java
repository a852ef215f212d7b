package dev.midstream.worlds.law;

import java.util.Locale;

/**
 * Counts the runs of one kind of worlds, and how often another engine went on in them. Long
 * searches print the counts, so that a search in which no engine died is not taken for proof.
 */
public final class TakeoverCounts {
  private final String kind;
  private long runs;
  private long takeovers;
  private long handOvers;

  /** Counts of {@code kind}, a plural such as "crowds". */
  public TakeoverCounts(String kind) {
    this.kind = kind;
  }

  /**
   * Adds a run in which another engine went on {@code more} times, {@code handed} of them handed
   * over.
   */
  public void add(long more, long handed) {
    runs++;
    takeovers += more;
    handOvers += handed;
  }

  /** How many times another engine went on, because one died or handed over. */
  public long takeovers() {
    return takeovers;
  }

  /** Prints one line. */
  public void print() {
    System.out.println(this);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: %,d runs, %,d engines died, %,d handed over",
        kind,
        runs,
        takeovers - handOvers,
        handOvers);
  }
}
