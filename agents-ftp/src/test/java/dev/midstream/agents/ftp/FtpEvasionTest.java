package dev.midstream.agents.ftp;

import static dev.midstream.agents.ftp.FtpPlaybook.playbook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Endpoint;
import dev.midstream.agent.Octets;
import dev.midstream.agent.Opening;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.DocumentedRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent's column of the table of evasions in docs/ftp.md. */
class FtpEvasionTest {
  private static final String PASSES = "passes";
  private static final String SETTINGS = "read-only: true, paths.deny: /in, paths.home: /";
  private static final String LOGGED_IN = "220 ready\r\n230 in\r\n";

  /** An opening, and what its client sends. */
  static List<Arguments> rows() throws IOException {
    Octets loopback = Octets.of((byte) 127, (byte) 0, (byte) 0, (byte) 1);
    byte[] loopback6 = new byte[16];
    loopback6[15] = 1;
    return Stream.concat(
            rows("Evasion", loopback).stream(), rows("Over IPv6", Octets.of(loopback6)).stream())
        .toList();
  }

  private static List<Arguments> rows(String heading, Octets address) throws IOException {
    Opening opening = Opening.of(new Endpoint(address, 40_000), new Endpoint(address, 21));
    return DocumentedRows.under(Path.of("../docs/ftp.md"), heading).stream()
        .map(row -> Arguments.of(opening, row))
        .toList();
  }

  private static List<String> words(String text) {
    return List.of(text.split(" ", -1));
  }

  @ParameterizedTest
  @MethodSource("rows")
  @DisplayName("C-57 OWN-3 the agent decides what servers read in different ways as its page says")
  void decidesAsDocumented(Opening opening, List<String> row) {
    String sent = row.getFirst();
    List<String> replies = words(row.get(1));
    List<String> decisions = words(row.get(2));
    List<String> lines = List.of(sent.split("(?<=\n)"));
    assertThat(decisions).hasSameSizeAs(lines);
    AgentPlaybook script =
        playbook(SETTINGS)
            .opening(opening)
            .serverSends("220 ready\r\n")
            .clientSends("USER ftp\r\n")
            .serverSends("230 in\r\n")
            .sends(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(sent));
    StringBuilder passed = new StringBuilder("USER ftp\r\n");
    List<String> codes = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String decision = decisions.get(i);
      if (decision.equals(PASSES)) {
        script.serverSends(replies.get(i) + " done\r\n");
        passed.append(lines.get(i));
        codes.add(replies.get(i));
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
    assertThat(answers.toLatin1()).startsWith(LOGGED_IN);
    assertThat(answers.toLatin1().substring(LOGGED_IN.length()).lines())
        .extracting(line -> line.substring(0, 3))
        .containsExactlyElementsOf(codes);
  }

  @Test
  @DisplayName("the page has the table")
  void readsTheTable() throws IOException {
    assertThat(rows()).hasSizeGreaterThan(80);
  }
}
