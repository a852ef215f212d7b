package dev.midstream.gateway.live;

import dev.midstream.testkit.playbook.DocumentedRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The table of evasions in docs/ftp.md. */
final class FtpEvasions {
  static final String PASSES = "passes";

  private static final Pattern FINAL_REPLY = Pattern.compile("[1-5][0-9]{2} .*");

  /**
   * A row.
   *
   * @param sent the octets of the client, one character for each
   * @param replies the codes of the server if all of it reaches the server
   * @param decisions for each line the code with which the agent denies it, or {@link #PASSES}
   */
  record Row(String sent, List<String> replies, List<String> decisions) {
    private static Row of(List<String> cells) {
      return new Row(cells.getFirst(), words(cells.get(1)), words(cells.get(2)));
    }

    List<String> lines() {
      return List.of(sent.split("(?<=\n)", -1));
    }
  }

  private FtpEvasions() {}

  static List<Row> rows() throws IOException {
    return DocumentedRows.under(Path.of("../docs/ftp.md"), "Evasion").stream()
        .map(Row::of)
        .toList();
  }

  /** The codes of the replies in {@code text}, of the last line of each. */
  static List<String> codes(String text) {
    return text.lines()
        .filter(line -> FINAL_REPLY.matcher(line).matches())
        .map(line -> line.substring(0, 3))
        .toList();
  }

  private static List<String> words(String text) {
    return List.of(text.split(" ", -1));
  }
}
