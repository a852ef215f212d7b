package dev.midstream.agent.settings;

/** Text of the file in a message: on one line and of limited length. */
public final class Quoted {
  private static final int LIMIT = 100;

  private Quoted() {}

  /** The text, cut, with a question mark for every character that cannot be printed. */
  public static String of(String value) {
    StringBuilder text = new StringBuilder();
    value
        .codePoints()
        .limit(LIMIT)
        .map(c -> Character.isISOControl(c) || !Character.isDefined(c) ? '?' : c)
        .forEach(text::appendCodePoint);
    if (value.codePointCount(0, value.length()) > LIMIT) {
      text.append("...");
    }
    return text.toString();
  }
}
