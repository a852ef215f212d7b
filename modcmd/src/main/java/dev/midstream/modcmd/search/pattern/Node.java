package dev.midstream.modcmd.search.pattern;

import java.util.BitSet;
import java.util.List;

/** A part of a parsed pattern. Immutable. */
sealed interface Node {
  /** A length that no part reaches within the limits; longer ones are cut to it. */
  long MANY = 1L << 32;

  /** The fewest octets that it matches. */
  long shortest();

  /** The most octets that it matches, at most {@link #MANY}. */
  long longest();

  /** One octet of a set. */
  record One(BitSet octets) implements Node {
    @Override
    public long shortest() {
      return 1;
    }

    @Override
    public long longest() {
      return 1;
    }
  }

  /** Its parts one after the other; without parts it matches no octets. */
  record Sequence(List<Node> parts, long shortest, long longest) implements Node {
    static final Sequence EMPTY = of(List.of());

    static Sequence of(List<Node> parts) {
      long shortest = parts.stream().mapToLong(Node::shortest).sum();
      long longest = parts.stream().mapToLong(Node::longest).sum();
      return new Sequence(List.copyOf(parts), Math.min(shortest, MANY), Math.min(longest, MANY));
    }
  }

  /** One of its parts, earlier ones first; there is at least one. */
  record Choice(List<Node> parts, long shortest, long longest) implements Node {
    static Choice of(List<Node> parts) {
      long shortest = parts.stream().mapToLong(Node::shortest).min().orElseThrow();
      long longest = parts.stream().mapToLong(Node::longest).max().orElseThrow();
      return new Choice(List.copyOf(parts), shortest, longest);
    }
  }

  /** A part {@code least} to {@code most} times, often first, or seldom first if {@code isLazy}. */
  record Repeat(Node part, int least, int most, boolean isLazy) implements Node {
    @Override
    public long shortest() {
      return Math.min(part.shortest() * least, MANY);
    }

    @Override
    public long longest() {
      return Math.min(part.longest() * most, MANY);
    }
  }
}
