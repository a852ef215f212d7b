package dev.midstream.modcmd.search.pattern;

import java.util.BitSet;

/** The text of a pattern, read from the front. Not thread-safe. */
final class PatternText {
  private static final int HEXADECIMAL = 16;

  /** The advice for a word boundary. */
  private static final String WORDS = "; whole words are a setting of their own";

  private final String text;
  private int at;

  PatternText(String text) {
    this.text = text;
  }

  boolean isAtEnd() {
    return at == text.length();
  }

  /** The index of the next character. */
  int place() {
    return at;
  }

  /** The next character, which stays. */
  char peek() {
    return text.charAt(at);
  }

  boolean isAt(String expected) {
    return text.startsWith(expected, at);
  }

  /** Goes on after {@code expected} if it is next. */
  boolean takes(String expected) {
    boolean isNext = isAt(expected);
    at += isNext ? expected.length() : 0;
    return isNext;
  }

  /** The next character, as a code point. */
  int next() {
    int character = text.codePointAt(at);
    at += Character.charCount(character);
    return character;
  }

  /** The octets that the next escape stands for. */
  BitSet escape() throws PatternException {
    int start = at;
    takes("\\");
    if (isAtEnd()) {
      throw refusal("nothing follows the backslash", start);
    }
    int character = next();
    return switch (character) {
      case 'd' -> OctetSets.digits();
      case 'D' -> OctetSets.not(OctetSets.digits());
      case 'w' -> OctetSets.words();
      case 'W' -> OctetSets.not(OctetSets.words());
      case 's' -> OctetSets.spaces();
      case 'S' -> OctetSets.not(OctetSets.spaces());
      case 't' -> OctetSets.of("\t");
      case 'n' -> OctetSets.of("\n");
      case 'r' -> OctetSets.of("\r");
      case 'f' -> OctetSets.of("\f");
      case 'x' -> hexadecimal(start);
      default -> literal(character, start);
    };
  }

  /** The refusal of what is next. */
  PatternException refusal(String message) {
    return refusal(message, at);
  }

  /** A refusal that names the index {@code start} of the text, counted from 1. */
  static PatternException refusal(String message, int start) {
    return new PatternException(message + ", character=" + (start + 1));
  }

  private BitSet hexadecimal(int start) throws PatternException {
    int high = isAtEnd() ? -1 : Character.digit(next(), HEXADECIMAL);
    int low = isAtEnd() ? -1 : Character.digit(next(), HEXADECIMAL);
    if (high < 0 || low < 0) {
      throw refusal("\\x needs two hexadecimal digits", start);
    }
    int octet = high * HEXADECIMAL + low;
    return OctetSets.range(octet, octet);
  }

  private static BitSet literal(int character, int start) throws PatternException {
    boolean isPunctuation = character > ' ' && character < 0x7f && !isLetterOrDigit(character);
    if (!isPunctuation) {
      throw refusal("unknown escape" + (isWordBoundary(character) ? WORDS : ""), start);
    }
    return OctetSets.range(character, character);
  }

  private static boolean isLetterOrDigit(int ascii) {
    return OctetSets.words().get(ascii) && ascii != '_';
  }

  private static boolean isWordBoundary(int character) {
    return character == 'b' || character == 'B';
  }
}
