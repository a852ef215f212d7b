package dev.midstream.modcmd.search.pattern;

import java.util.BitSet;

/** Sets of octets, one bit for each. A set may also contain {@link #END}. */
final class OctetSets {
  static final int OCTETS = 256;

  /** The symbol after the last octet of a stream. */
  static final int END = OCTETS;

  /** The number of octets and {@link #END}. */
  static final int SYMBOLS = OCTETS + 1;

  private static final int CASE_BIT = 0x20;

  private OctetSets() {}

  /** The octets [first, last]. */
  static BitSet range(int first, int last) {
    BitSet set = new BitSet(SYMBOLS);
    set.set(first, last + 1);
    return set;
  }

  /** The octets of the characters of {@code ascii}. */
  static BitSet of(String ascii) {
    BitSet set = new BitSet(SYMBOLS);
    ascii.chars().forEach(set::set);
    return set;
  }

  /** All other octets, without {@link #END}. */
  static BitSet not(BitSet set) {
    BitSet other = (BitSet) set.clone();
    other.flip(0, OCTETS);
    return other;
  }

  /** Every octet but a line feed. */
  static BitSet any() {
    return not(of("\n"));
  }

  static BitSet digits() {
    return range('0', '9');
  }

  /** ASCII letters and digits, and the underscore. */
  static BitSet words() {
    BitSet set = range('a', 'z');
    set.or(range('A', 'Z'));
    set.or(digits());
    set.set('_');
    return set;
  }

  /** Space, tab, line feed, vertical tab, form feed, carriage return. */
  static BitSet spaces() {
    return of(" \t\n\u000b\f\r");
  }

  /** Adds the other case of every ASCII letter of {@code set}. */
  static void addOtherCase(BitSet set) {
    for (int lower = 'a'; lower <= 'z'; lower++) {
      int upper = lower ^ CASE_BIT;
      boolean has = set.get(lower) || set.get(upper);
      set.set(lower, has);
      set.set(upper, has);
    }
  }
}
