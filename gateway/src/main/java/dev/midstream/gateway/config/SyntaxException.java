package dev.midstream.gateway.config;

import dev.midstream.agent.settings.Quoted;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.reader.ReaderException;

/** A text that is not valid YAML, or exceeds a limit. Parsing cannot continue. */
final class SyntaxException extends Exception {
  private static final long serialVersionUID = 1;

  private final int line;

  SyntaxException(int line, String problem) {
    super(problem);
    this.line = line;
  }

  /** The line of the error, from 1. */
  int line() {
    return line;
  }

  /**
   * Converts an error of the YAML parser.
   *
   * @param text the whole text
   * @param reachedLine the line that the parser has reached, for errors without a position
   */
  static SyntaxException of(YAMLException complaint, String text, int reachedLine) {
    return switch (complaint) {
      case MarkedYAMLException marked when marked.getProblemMark() != null ->
          marked(marked, marked.getProblemMark());
      case ReaderException reader ->
          new SyntaxException(
              lineOf(text, reader.getPosition()),
              String.format(
                  Locale.ROOT, "character not allowed, code-point=%#x", reader.getCodePoint()));
      default -> new SyntaxException(reachedLine, "not yaml, " + firstLine(complaint.getMessage()));
    };
  }

  private static SyntaxException marked(MarkedYAMLException complaint, Mark mark) {
    return new SyntaxException(
        mark.getLine() + 1,
        "not yaml, "
            + (complaint.getContext() == null ? "" : firstLine(complaint.getContext()) + ", ")
            + firstLine(complaint.getProblem())
            + ", column="
            + (mark.getColumn() + 1));
  }

  private static String firstLine(@Nullable String message) {
    if (message == null || message.isBlank()) {
      return "cannot be understood";
    }
    String line = message.lines().findFirst().orElseThrow().strip();
    return Quoted.of(line.substring(0, 1).toLowerCase(Locale.ROOT) + line.substring(1));
  }

  private static int lineOf(String text, int position) {
    int end = text.offsetByCodePoints(0, Math.min(position, text.codePointCount(0, text.length())));
    return (int) text.substring(0, end).chars().filter(c -> c == '\n').count() + 1;
  }
}
