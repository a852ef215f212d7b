package dev.midstream.agents.smtp;

import static dev.midstream.agents.smtp.SmtpPlaybook.BEFORE;
import static dev.midstream.agents.smtp.SmtpPlaybook.BEFORE_TEXT;
import static dev.midstream.agents.smtp.SmtpPlaybook.SENT_BEFORE_TEXT;
import static dev.midstream.agents.smtp.SmtpPlaybook.inSession;
import static dev.midstream.agents.smtp.SmtpPlaybook.inText;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import dev.midstream.testkit.playbook.DocumentedRows;
import dev.midstream.testkit.playbook.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent's columns of the tables of evasions in docs/smtp.md. */
class SmtpEvasionTest {
  private static final java.nio.file.Path PAGE = java.nio.file.Path.of("../docs/smtp.md");
  private static final String SETTINGS =
      "senders.deny: evil.org, recipients.deny: .evil.org, relay.local-domains: example.org";
  private static final String SENDER = "MAIL FROM:<a@b.c>\r\n";
  private static final String PASSES = "passes";
  private static final String CHUNK = "chunk";
  private static final String DELETED = "deleted";
  private static final String END = "\r\n.\r\n";

  static List<List<String>> commands() throws IOException {
    return DocumentedRows.under(PAGE, "Commands");
  }

  static List<List<String>> addresses() throws IOException {
    return DocumentedRows.under(PAGE, "Addresses");
  }

  static List<List<String>> texts() throws IOException {
    return DocumentedRows.under(PAGE, "Texts");
  }

  @ParameterizedTest
  @MethodSource("commands")
  @DisplayName("C-58 OWN-3 the agent decides commands that servers read in different ways")
  void decidesCommands(List<String> row) {
    decides(inSession(SETTINGS), "EHLO me\r\n", BEFORE, row);
  }

  @ParameterizedTest
  @MethodSource("addresses")
  @DisplayName("C-58 OWN-3 the agent decides addresses that servers read in different ways")
  void decidesAddresses(List<String> row) {
    String address = row.get(3);
    String command = row.getFirst();
    if (command.startsWith("MAIL")) {
      decides(inSession(SETTINGS), "EHLO me\r\n", BEFORE, row);
    } else {
      decides(
          inSession(SETTINGS).clientSends(SENDER).serverSends("250 k\r\n"),
          "EHLO me\r\n" + SENDER,
          BEFORE + "250 k\r\n",
          row);
    }
    if (!address.isEmpty()) {
      String keyword = command.startsWith("MAIL") ? "FROM:" : "TO:";
      String argument = command.strip().substring("MAIL ".length());
      assertThat(Envelope.of(keyword, argument).path())
          .isNotNull()
          .asString()
          .isEqualToIgnoringCase(address.equals("<>") ? "" : address);
    }
  }

  private static void decides(AgentPlaybook script, String sent, String got, List<String> row) {
    List<String> lines = List.of(row.getFirst().split("(?<=\n)"));
    List<String> decisions = List.of(row.get(2).split(" ", -1));
    assertThat(decisions).hasSameSizeAs(lines);
    script.sends(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(row.getFirst()));
    StringBuilder passed = new StringBuilder(sent);
    List<String> codes = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String decision = decisions.get(i);
      switch (decision) {
        case PASSES -> {
          codes.add((lines.get(i).contains("DATA") ? "54" : "24") + i);
          passed.append(lines.get(i));
          script.serverSends(codes.getLast() + " done\r\n");
        }
        case CHUNK -> passed.append(lines.get(i));
        case DELETED -> {}
        default -> {
          codes.add(decision);
          script.serverSendsWhenMonitored("599 done\r\n");
        }
      }
    }
    Octets answers =
        script
            .gets(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(passed.toString()))
            .play()
            .serverToClient();
    assertThat(answers.toLatin1()).startsWith(got);
    assertThat(answers.toLatin1().substring(got.length()).lines())
        .extracting(line -> line.substring(0, 3))
        .containsExactlyElementsOf(codes);
  }

  @ParameterizedTest
  @MethodSource("texts")
  @DisplayName("C-58 OWN-3 the agent denies texts that servers end in different places")
  void decidesTexts(List<String> row) {
    AgentPlaybook script =
        inText("").sends(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(row.getFirst() + END));
    boolean passes = row.get(2).equals(PASSES);
    Outcome outcome = (passes ? script.serverSends("250 queued\r\n") : script).play();
    String sent = outcome.clientToServer().toLatin1();
    if (passes) {
      assertThat(sent).isEqualTo(SENT_BEFORE_TEXT + row.getFirst() + END);
    } else {
      String got = outcome.serverToClient().toLatin1().substring(BEFORE_TEXT.length());
      assertThat(got).startsWith(row.get(2));
      assertThat(outcome.ending()).startsWith("abort: CLIENT_TO_SERVER");
      assertThat(SENT_BEFORE_TEXT + row.getFirst()).startsWith(sent);
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  @DisplayName("C-58 OWN-3 the agent mends texts that servers end in different places")
  void mendsTexts(List<String> row) {
    String mended = row.get(3).isEmpty() ? row.getFirst() : row.get(3);
    inText("bare-newlines: normalise")
        .sends(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(row.getFirst() + END))
        .serverSends("250 queued\r\n")
        .gets(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(SENT_BEFORE_TEXT + mended + END))
        .play();
  }

  @Test
  @DisplayName("the page has the tables")
  void readsTheTables() throws IOException {
    assertThat(commands()).hasSizeGreaterThan(60);
    assertThat(addresses()).hasSizeGreaterThan(60);
    assertThat(texts()).hasSizeGreaterThan(30);
  }
}
