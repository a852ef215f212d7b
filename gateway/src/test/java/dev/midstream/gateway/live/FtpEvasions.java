package dev.midstream.gateway.live;

import dev.midstream.testkit.playbook.DocumentedRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The table of evasions in docs/ftp.md. */
final class FtpEvasions {
  static final String PASSES = "passes";

  private static final Pattern FINAL_REPLY = Pattern.compile("[1-5][0-9]{2} .*");

  private static final Pattern ADDRESS = Pattern.compile("PORT|EPRT|LPRT|EPSV");

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

  /** What a client sends over IPv4. */
  static List<Row> rows() throws IOException {
    return under("Evasion");
  }

  /** What a client sends over IPv6: what names no address, and addresses of IPv6. */
  static List<Row> rowsOfIpv6() throws IOException {
    Stream<Row> others = rows().stream().filter(row -> !ADDRESS.matcher(row.sent).find());
    return Stream.concat(others, under("Over IPv6").stream()).toList();
  }

  private static List<Row> under(String heading) throws IOException {
    return DocumentedRows.under(Path.of("../docs/ftp.md"), heading).stream().map(Row::of).toList();
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
