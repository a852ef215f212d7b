package dev.midstream.gateway.config;

/** A value from the file as it may stand in a message: on one line, and not too long. */
final class Quoted {
  private static final int LIMIT = 100;

  private Quoted() {}

  /** The value, cut and with a question mark for every character that cannot be shown. */
  static String of(String value) {
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
