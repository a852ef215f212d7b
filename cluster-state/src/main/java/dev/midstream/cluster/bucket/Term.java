package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;

/**
 * The time in which one node coordinates. A later term has a greater round; of two candidates with
 * the same round the one with the higher id is later.
 *
 * @param round 0 or more
 */
public record Term(long round, NodeId candidate) implements Comparable<Term> {

  /** Whether this term is later than {@code other}. */
  public boolean isAfter(Term other) {
    return compareTo(other) > 0;
  }

  @Override
  public int compareTo(Term other) {
    int order = Long.compare(round, other.round);
    return order != 0 ? order : candidate.compareTo(other.candidate);
  }
}
