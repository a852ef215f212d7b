package dev.midstream.agents.ftp;

import dev.midstream.agent.OctetView;

/** Follows the working directory of the server. */
final class Directories {
  private static final int CODE_DIGITS = 3;

  private Directories() {}

  /** The directory that the reply to PWD in [from, textEnd) quotes; unknown if it quotes none. */
  static String printed(OctetView view, int from, int textEnd) {
    String text = view.latin1(from, textEnd - from);
    int start = text.indexOf('"', Math.min(CODE_DIGITS, text.length())) + 1;
    StringBuilder directory = new StringBuilder();
    boolean isWhole = false;
    for (int i = start; start > 0 && i < text.length() && !isWhole; i++) {
      boolean isQuote = text.charAt(i) == '"';
      boolean isDouble = isQuote && i + 1 < text.length() && text.charAt(i + 1) == '"';
      isWhole = isQuote && !isDouble;
      if (!isWhole) {
        directory.append(text.charAt(i));
      }
      i += isDouble ? 1 : 0;
    }
    return isWhole && directory.toString().startsWith("/")
        ? changed("/", directory.toString())
        : PathRules.UNKNOWN;
  }

  /** The directory after a change to {@code path}; unknown if it is not clear. */
  static String changed(String directory, String path) {
    String resolved = path.isEmpty() ? null : PathRules.resolve(directory, path);
    return resolved == null ? PathRules.UNKNOWN : resolved;
  }
}
