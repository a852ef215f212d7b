package dev.midstream.gateway.live;

import dev.midstream.testkit.playbook.DocumentedRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The table of evasions in docs/http.md: requests by which {@code /admin} may be reached past a
 * rule that denies it.
 */
final class HttpEvasions {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2}) ");

  /**
   * A row.
   *
   * @param sent the octets of the client, one character for each
   * @param answers the status codes of the server if all of it reaches the server, {@code 0.9} for
   *     an answer without one, or {@code none}
   * @param decisions what the agent makes of each request
   * @param path the path that both find; empty if it is not compared
   */
  record Row(String sent, List<String> answers, List<String> decisions, String path) {
    private static Row of(List<String> cells) {
      return new Row(cells.get(0), words(cells.get(1)), words(cells.get(2)), cells.get(3));
    }
  }

  private HttpEvasions() {}

  static List<Row> rows() throws IOException {
    return DocumentedRows.under(Path.of("../docs/http.md"), "Evasion").stream()
        .map(Row::of)
        .toList();
  }

  /** What the clients send. */
  static List<String> all() throws IOException {
    return rows().stream().map(Row::sent).toList();
  }

  /** The status codes of all responses in {@code text}, as in a row. */
  static List<String> codes(String text) {
    if (text.isEmpty()) {
      return List.of("none");
    }
    return text.startsWith("HTTP/")
        ? STATUS.matcher(text).results().map(each -> each.group(1)).toList()
        : List.of("0.9");
  }

  private static List<String> words(String text) {
    return List.of(text.split(" ", -1));
  }
}
