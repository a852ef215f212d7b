package dev.midstream.cluster.bucket;

/**
 * The version of an allocation table: the term of the coordinator that made it, and its number in
 * that term. A node obeys the higher version.
 *
 * @param number 1 or more, at most {@link Epoch#MAX_NUMBER}
 */
public record Version(Term term, long number) implements Comparable<Version> {

  /** Whether this version is later than {@code other}. */
  public boolean isAfter(Version other) {
    return compareTo(other) > 0;
  }

  /** The version of the next table of the same coordinator. */
  public Version next() {
    return new Version(term, number + 1);
  }

  @Override
  public int compareTo(Version other) {
    int order = term.compareTo(other.term);
    return order != 0 ? order : Long.compare(number, other.number);
  }

  @Override
  public String toString() {
    return term.round() + "." + number + "@" + term.candidate();
  }
}
