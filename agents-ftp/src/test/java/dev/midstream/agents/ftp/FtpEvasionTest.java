package dev.midstream.agents.ftp;

import static dev.midstream.agents.ftp.FtpPlaybook.end;
import static dev.midstream.agents.ftp.FtpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent's column of the table of evasions in docs/ftp.md. */
class FtpEvasionTest {
  private static final String PASSES = "passes";
  private static final String SETTINGS = "read-only: true, paths.deny: /in, paths.home: /";
  private static final String LOGGED_IN = "220 ready\r\n230 in\r\n";
  private static final Pattern ROW =
      Pattern.compile("^\\| `(.*)` \\| ([0-9 ]+) \\| ([0-9a-z ]+) \\|$", Pattern.MULTILINE);
  private static final Pattern ESCAPE = Pattern.compile("\\\\(x[0-9a-f]{2}|[rnt|])");

  /**
   * A row.
   *
   * @param sent the octets of the client
   * @param replies the codes that the server answers with, one for each line that passes
   * @param decisions for each line that it is passed, or the code with which it is denied
   */
  record Row(String sent, List<String> replies, List<String> decisions) {}

  static Stream<Row> rows() throws IOException {
    return ROW.matcher(Files.readString(Path.of("../docs/ftp.md")))
        .results()
        .map(row -> new Row(octets(row.group(1)), words(row.group(2)), words(row.group(3))));
  }

  private static List<String> words(String text) {
    return List.of(text.split(" ", -1));
  }

  private static String octets(String notation) {
    return ESCAPE
        .matcher(notation)
        .replaceAll(each -> Matcher.quoteReplacement(octet(each.group(1))));
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

  @ParameterizedTest
  @MethodSource("rows")
  @DisplayName("C-57 OWN-3 the agent decides what servers read in different ways as its page says")
  void decidesAsDocumented(Row row) {
    List<String> lines = List.of(row.sent().split("(?<=\n)"));
    assertThat(row.decisions()).hasSameSizeAs(lines);
    AgentPlaybook script =
        playbook(SETTINGS)
            .opening(Opening.of(end(127, 0, 0, 1, 40_000), end(127, 0, 0, 1, 21)))
            .serverSends("220 ready\r\n")
            .clientSends("USER ftp\r\n")
            .serverSends("230 in\r\n")
            .sends(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(row.sent()));
    StringBuilder passed = new StringBuilder("USER ftp\r\n");
    List<String> codes = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String decision = row.decisions().get(i);
      if (decision.equals(PASSES)) {
        script.serverSends(row.replies().get(i) + " done\r\n");
        passed.append(lines.get(i));
        codes.add(row.replies().get(i));
      } else {
        script.serverSendsWhenMonitored("599 done\r\n");
        codes.add(decision);
      }
    }
    Octets answers =
        script
            .gets(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(passed.toString()))
            .play()
            .serverToClient();
    String replies = new String(answers.toArray(), StandardCharsets.ISO_8859_1);
    assertThat(replies).startsWith(LOGGED_IN);
    assertThat(replies.substring(LOGGED_IN.length()).lines())
        .extracting(line -> line.substring(0, 3))
        .containsExactlyElementsOf(codes);
  }

  @Test
  @DisplayName("the page has the table")
  void readsTheTable() throws IOException {
    assertThat(rows()).hasSizeGreaterThan(60);
  }
}
