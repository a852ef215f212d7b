package dev.midstream.modcmd.search.pattern;

import dev.midstream.modcmd.search.pattern.Node.Choice;
import dev.midstream.modcmd.search.pattern.Node.One;
import dev.midstream.modcmd.search.pattern.Node.Repeat;
import dev.midstream.modcmd.search.pattern.Node.Sequence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Parses the text of a pattern. What other engines read in different ways is refused. */
final class PatternParser {
  private static final String SPECIAL = "\\.[](){}|?*+^$";
  private static final int MAX_DIGITS = 4;
  private static final int FIRST_BEYOND_ASCII = 0x80;

  private final PatternText text;
  private final boolean ignoresCase;
  private int depth;

  private PatternParser(PatternText text, boolean ignoresCase) {
    this.text = text;
    this.ignoresCase = ignoresCase;
  }

  /** The tree of {@code text}. */
  static Node parse(String text, boolean ignoresCase) throws PatternException {
    PatternParser parser = new PatternParser(new PatternText(text), ignoresCase);
    Node node = parser.choice();
    if (!parser.text.isAtEnd()) {
      throw parser.text.refusal(") has no (");
    }
    return node;
  }

  private Node choice() throws PatternException {
    List<Node> parts = new ArrayList<>(List.of(sequence()));
    while (text.takes("|")) {
      parts.add(sequence());
    }
    return parts.size() == 1 ? parts.getFirst() : Choice.of(parts);
  }

  private Node sequence() throws PatternException {
    List<Node> parts = new ArrayList<>();
    while (!text.isAtEnd() && !text.isAt("|") && !text.isAt(")")) {
      parts.add(repeated(single()));
    }
    return parts.size() == 1 ? parts.getFirst() : Sequence.of(parts);
  }

  private Node single() throws PatternException {
    if (text.takes("(")) {
      return group();
    }
    if (text.takes("[")) {
      return new One(new ClassParser(text, ignoresCase).octets());
    }
    if (text.takes(".")) {
      return new One(OctetSets.any());
    }
    if (text.isAt("\\")) {
      return new One(folded(text.escape()));
    }
    if (text.isAt("^") || text.isAt("$")) {
      throw text.refusal(
          "anchors are not supported; escape a literal " + text.peek() + " with a backslash");
    }
    if (text.isAt("?") || text.isAt("*") || text.isAt("+")) {
      throw text.refusal("there is nothing to repeat before " + text.peek());
    }
    if (SPECIAL.indexOf(text.peek()) >= 0) {
      throw text.refusal("escape a literal " + text.peek() + " with a backslash");
    }
    return literal(text.next());
  }

  private Node group() throws PatternException {
    int start = text.place() - 1;
    if (text.isAt("?") && !text.takes("?:")) {
      throw text.refusal("of groups that begin with (? only (?: is supported");
    }
    if (++depth > PatternLimits.DEPTH) {
      throw text.refusal(
          "groups are nested too deep, depth=" + depth + " limit=" + PatternLimits.DEPTH);
    }
    Node node = choice();
    depth--;
    if (!text.takes(")")) {
      throw PatternText.refusal("( is not closed", start);
    }
    return node;
  }

  /** A character; above U+007F its octets in UTF-8. */
  private Node literal(int character) {
    if (character < FIRST_BEYOND_ASCII) {
      return new One(folded(OctetSets.range(character, character)));
    }
    List<Node> parts = new ArrayList<>();
    for (byte octet : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
      int value = Byte.toUnsignedInt(octet);
      parts.add(new One(OctetSets.range(value, value)));
    }
    return Sequence.of(parts);
  }

  private Node repeated(Node part) throws PatternException {
    int start = text.place();
    int least = 0;
    int most = 1;
    if (text.takes("{")) {
      least = count(start);
      most = text.takes(",") ? upperBound(least, start) : least;
      closeRepetition(start);
    } else if (text.isAt("*") || text.isAt("+")) {
      String range = text.isAt("*") ? "{0,N}" : "{1,N}";
      throw text.refusal(text.peek() + " has no upper bound; write " + range + " in its place");
    } else if (!text.takes("?")) {
      return part;
    }
    boolean isLazy = text.takes("?");
    if (!text.isAtEnd() && "?*+{".indexOf(text.peek()) >= 0) {
      throw text.refusal("a repetition cannot be repeated without a group around it");
    }
    if (most > 1 && part.shortest() == 0) {
      throw PatternText.refusal(
          "repeats a part that may match no octets; let the part need an octet", start);
    }
    return most == 0 ? Sequence.EMPTY : new Repeat(part, least, most, isLazy);
  }

  private int upperBound(int least, int start) throws PatternException {
    if (text.isAt("}")) {
      String range = "{" + least + ",N}";
      throw PatternText.refusal("no upper bound; write " + range + " in its place", start);
    }
    int most = count(start);
    if (most < least) {
      throw PatternText.refusal("upper bound is below the lower one", start);
    }
    return most;
  }

  private int count(int start) throws PatternException {
    int value = 0;
    int digits = 0;
    while (!text.isAtEnd() && text.peek() >= '0' && text.peek() <= '9' && digits <= MAX_DIGITS) {
      value = value * 10 + text.next() - '0';
      digits++;
    }
    if (digits == 0) {
      throw PatternText.refusal("{ begins a repetition {N} or {N,M}; escape a literal one", start);
    }
    if (value > PatternLimits.MATCH_BYTES) {
      throw PatternText.refusal("too many repetitions, limit=" + PatternLimits.MATCH_BYTES, start);
    }
    return value;
  }

  private void closeRepetition(int start) throws PatternException {
    if (!text.takes("}")) {
      throw PatternText.refusal("{ begins a repetition {N} or {N,M}; escape a literal one", start);
    }
  }

  private BitSet folded(BitSet octets) {
    if (ignoresCase) {
      OctetSets.addOtherCase(octets);
    }
    return octets;
  }
}
