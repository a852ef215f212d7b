package dev.midstream.gateway.config;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A set of natural numbers, as ranges in order that neither overlap nor touch. Immutable. */
record NumberSet(List<Range> ranges) {

  /** The numbers from {@code first} to {@code last}. */
  record Range(BigInteger first, BigInteger last) {

    static Range of(long first, long last) {
      return new Range(BigInteger.valueOf(first), BigInteger.valueOf(last));
    }
  }

  NumberSet {
    ranges = List.copyOf(ranges);
  }

  /** The union of ranges in any order. */
  static NumberSet of(List<Range> ranges) {
    List<Range> joined = new ArrayList<>();
    for (Range next : ranges.stream().sorted(Comparator.comparing(Range::first)).toList()) {
      Range last = joined.isEmpty() ? null : joined.getLast();
      if (last == null || next.first().compareTo(last.last().add(BigInteger.ONE)) > 0) {
        joined.add(next);
      } else {
        joined.set(joined.size() - 1, new Range(last.first(), last.last().max(next.last())));
      }
    }
    return new NumberSet(joined);
  }

  boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** The numbers in both sets. */
  NumberSet and(NumberSet other) {
    List<Range> common = new ArrayList<>();
    int mine = 0;
    int theirs = 0;
    while (mine < ranges.size() && theirs < other.ranges.size()) {
      Range one = ranges.get(mine);
      Range two = other.ranges.get(theirs);
      BigInteger first = one.first().max(two.first());
      BigInteger last = one.last().min(two.last());
      if (first.compareTo(last) <= 0) {
        common.add(new Range(first, last));
      }
      if (one.last().compareTo(two.last()) < 0) {
        mine++;
      } else {
        theirs++;
      }
    }
    return new NumberSet(common);
  }

  /** The numbers of this set that are not in the other one. */
  NumberSet minus(NumberSet other) {
    if (isEmpty()) {
      return this;
    }
    List<Range> gaps = new ArrayList<>();
    BigInteger from = BigInteger.ZERO;
    for (Range range : other.ranges) {
      gaps.add(new Range(from, range.first().subtract(BigInteger.ONE)));
      from = range.last().add(BigInteger.ONE);
    }
    gaps.add(new Range(from, ranges.getLast().last().max(from)));
    return and(new NumberSet(gaps));
  }
}
