package dev.midstream.modcmd.search.pattern;

import java.util.BitSet;

/** Parses a class such as {@code [^a-z\d]}, from the character after its bracket. */
final class ClassParser {
  private final PatternText text;
  private final boolean ignoresCase;
  private final int start;

  ClassParser(PatternText text, boolean ignoresCase) {
    this.text = text;
    this.ignoresCase = ignoresCase;
    start = text.place() - 1;
  }

  /** The octets of the class; at least one. */
  BitSet octets() throws PatternException {
    boolean isNegated = text.takes("^");
    if (text.isAt("]")) {
      throw text.refusal("a class needs an octet; escape a literal ] with a backslash");
    }
    BitSet octets = new BitSet(OctetSets.SYMBOLS);
    octets.or(item(true));
    while (!text.takes("]")) {
      octets.or(item(false));
    }
    if (ignoresCase) {
      OctetSets.addOtherCase(octets);
    }
    BitSet result = isNegated ? OctetSets.not(octets) : octets;
    if (result.isEmpty()) {
      throw PatternText.refusal("the class contains no octet", start);
    }
    return result;
  }

  private BitSet item(boolean isFirst) throws PatternException {
    int itemStart = text.place();
    boolean isHyphen = text.isAt("-");
    BitSet first = single();
    if (isHyphen && !isFirst && !text.isAt("]")) {
      throw PatternText.refusal("escape a literal - in a class with a backslash", itemStart);
    }
    if (!text.isAt("-") || text.isAt("-]")) {
      return first;
    }
    text.takes("-");
    BitSet last = single();
    if (first.cardinality() != 1 || last.cardinality() != 1) {
      throw PatternText.refusal("a range needs one octet at each end", itemStart);
    }
    if (last.nextSetBit(0) < first.nextSetBit(0)) {
      throw PatternText.refusal("the range ends before it begins", itemStart);
    }
    return OctetSets.range(first.nextSetBit(0), last.nextSetBit(0));
  }

  private BitSet single() throws PatternException {
    if (text.isAtEnd()) {
      throw PatternText.refusal("[ is not closed", start);
    }
    if (text.isAt("\\")) {
      return text.escape();
    }
    if (text.isAt("[") || text.isAt("&&")) {
      throw text.refusal("escape a literal " + text.peek() + " in a class with a backslash");
    }
    int at = text.place();
    int character = text.next();
    if (character > 0x7f) {
      throw PatternText.refusal(
          "a character of several octets cannot be in a class; write an alternative such as (a|b)",
          at);
    }
    return OctetSets.range(character, character);
  }
}
