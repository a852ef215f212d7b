package dev.midstream.gateway.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The table of evasions in docs/ftp.md. */
final class FtpEvasions {
  static final String PASSES = "passes";

  private static final Pattern ROW =
      Pattern.compile("^\\| `(.*)` \\| ([0-9 ]+) \\| ([0-9a-z ]+) \\|$", Pattern.MULTILINE);
  private static final Pattern ESCAPE = Pattern.compile("\\\\(x[0-9a-f]{2}|[rnt|])");
  private static final Pattern FINAL_REPLY = Pattern.compile("[1-5][0-9]{2} .*");

  /**
   * A row.
   *
   * @param notation the octets of the client as the page shows them
   * @param replies the codes of the server if all of it reaches the server
   * @param decisions for each line the code with which the agent denies it, or {@link #PASSES}
   */
  record Row(String notation, List<String> replies, List<String> decisions) {
    /** One character for each octet. */
    String sent() {
      return ESCAPE
          .matcher(notation)
          .replaceAll(each -> Matcher.quoteReplacement(octet(each.group(1))));
    }

    List<String> lines() {
      return List.of(sent().split("(?<=\n)", -1));
    }
  }

  private FtpEvasions() {}

  static List<Row> rows() throws IOException {
    return ROW.matcher(Files.readString(Path.of("../docs/ftp.md"), StandardCharsets.UTF_8))
        .results()
        .map(row -> new Row(row.group(1), words(row.group(2)), words(row.group(3))))
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

  private static String octet(String escape) {
    return switch (escape) {
      case "r" -> "\r";
      case "n" -> "\n";
      case "t" -> "\t";
      case "|" -> "|";
      default -> String.valueOf((char) Integer.parseInt(escape, 1, escape.length(), 16));
    };
  }
}
