package dev.midstream.agents.http;

import static dev.midstream.agents.http.HttpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.DocumentedRows;
import dev.midstream.testkit.playbook.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent's columns of the table of evasions in docs/http.md. */
class HttpEvasionTest {
  private static final String PASSES = "passes";
  private static final String RESET = "reset";
  private static final String WAITS = "waits";
  private static final String DENIED = "403";
  private static final String ANSWER = "HTTP/1.1 299 x\r\nContent-Length: 0\r\n\r\n";
  private static final Pattern STATUS = Pattern.compile("HTTP/1.1 ([0-9]{3}) ");

  static List<List<String>> rows() throws IOException {
    return DocumentedRows.under(Path.of("../docs/http.md"), "Evasion");
  }

  static List<List<String>> rowsWithPath() throws IOException {
    return rows().stream().filter(row -> !row.get(3).isEmpty()).toList();
  }

  @ParameterizedTest
  @MethodSource("rows")
  @DisplayName("C-59 OWN-3 the agent decides what servers read in different ways as its page says")
  void decidesAsDocumented(List<String> row) {
    List<String> decisions = List.of(row.get(2).split(" ", -1));
    AgentPlaybook script = sends("{requests: [{path: /admin}]}", row);
    List<String> codes = new ArrayList<>();
    for (String decision : decisions) {
      switch (decision) {
        case PASSES -> {
          script.serverSends(ANSWER);
          codes.add("299");
        }
        case DENIED -> {
          script.serverSendsWhenMonitored(ANSWER);
          codes.add(decision);
        }
        case RESET, WAITS -> {}
        default -> codes.add(decision);
      }
    }
    Outcome outcome = script.play();
    assertThat(STATUS.matcher(outcome.serverToClient().toLatin1()).results())
        .extracting(each -> each.group(1))
        .containsExactlyElementsOf(codes);
    assertThat(!outcome.ending().isEmpty()).isEqualTo(decisions.contains(RESET));
    if (decisions.contains(WAITS)) {
      assertThat(outcome.clientToServer().length()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("rowsWithPath")
  @DisplayName("C-59 OWN-3 the agent finds the path that its page says")
  void findsPath(List<String> row) {
    Octets sent = Octets.ofLatin1(row.getFirst());
    String rule = "{path: \"" + row.get(3) + "\", action: ";
    sends("{otherwise: deny, requests: [" + rule + "allow}]}", row)
        .gets(Direction.CLIENT_TO_SERVER, sent)
        .play();
    sends("{requests: [" + rule + "deny}]}", row)
        .serverSendsWhenMonitored(ANSWER)
        .serverGets("")
        .play();
  }

  private static AgentPlaybook sends(String settings, List<String> row) {
    return playbook(settings).sends(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(row.getFirst()));
  }

  @Test
  @DisplayName("the page has the table")
  void readsTheTable() throws IOException {
    assertThat(rows()).hasSizeGreaterThan(100).allSatisfy(row -> assertThat(row).hasSize(4));
    assertThat(rowsWithPath()).hasSizeGreaterThan(5);
  }
}
