package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Namespace;
import dev.midstream.testkit.playbook.DocumentedRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The server's columns of the tables of evasions in docs/smtp.md: Postfix itself, without the box.
 */
@Tag("live")
final class LiveSmtpEvasionTest {
  private static final Path PAGE = Path.of("../docs/smtp.md");
  private static final String SENDER = "MAIL FROM:<a@b.c>\r\n";
  private static final String RECIPIENT = "RCPT TO:<x@example.org>\r\n";
  private static final String END = "\r\n.\r\n";
  private static final String GREETED = "220 250 ";

  private final SoftAssertions all = new SoftAssertions();

  @TempDir private Path directory = Path.of("");
  private String loopback = "";
  private Namespace namespace;
  private SmtpServer server;

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @BeforeEach
  void start() throws IOException {
    FtpServer.share(directory);
    namespace = Namespace.make();
    server = SmtpServer.start(SmtpServer.Kind.POSTFIX, namespace, directory);
  }

  @AfterEach
  void stop() {
    server.close();
    namespace.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  @DisplayName("C-58 OWN-3 Postfix reads what the page says, and as the agent has decided")
  void readsAsDocumented(String address) throws IOException {
    loopback = address;
    for (List<String> row : DocumentedRows.under(PAGE, "Commands")) {
      askCommand(row);
    }
    for (List<String> row : DocumentedRows.under(PAGE, "Addresses")) {
      askAddress(row);
    }
    for (List<String> row : DocumentedRows.under(PAGE, "Texts")) {
      askText(row);
    }
    all.assertAll();
  }

  private void askCommand(List<String> row) throws IOException {
    String sent = row.getFirst();
    all.assertThat(codes("", sent)).as("%s", row).isEqualTo(row.get(1));
    List<String> decisions = List.of(row.get(2).split(" ", -1));
    String[] lines = sent.split("(?<=\n)", -1);
    StringBuilder passed = new StringBuilder();
    int replies = 0;
    for (int i = 0; i < decisions.size(); i++) {
      boolean passes = decisions.get(i).equals("passes");
      passed.append(passes || decisions.get(i).equals("chunk") ? lines[i] : "");
      replies += passes ? 1 : 0;
    }
    if (replies > 0) {
      String got = codes("", passed.toString());
      all.assertThat(got.split(" ", -1)).as("replies to what passes of %s", row).hasSize(replies);
    }
  }

  private void askAddress(List<String> row) throws IOException {
    String sent = row.getFirst();
    boolean isSender = sent.startsWith("MAIL");
    String before = isSender ? "" : SENDER;
    all.assertThat(codes(before, sent)).as("%s", row).isEqualTo(row.get(1));
    String address = row.get(3);
    if (!address.isEmpty()) {
      String mark = "mark" + sent.hashCode();
      String message = "BDAT " + mark.length() + " LAST\r\n" + mark;
      String ignored = codes(before, isSender ? sent + RECIPIENT + message : sent + message);
      String expected =
          isSender
              ? "Return-Path: <" + (address.equals("<>") ? "" : address) + ">\n"
              : "X-Original-To: " + address + "\n";
      Eventually.holds("mail arrives: " + sent, () -> server.mailbox().contains(mark));
      String mailbox = server.mailbox();
      String mail = mailbox.substring(0, mailbox.indexOf(mark));
      all.assertThat(mail.substring(mail.lastIndexOf("Return-Path: "))).contains(expected);
    }
  }

  private void askText(List<String> row) throws IOException {
    String before = SENDER + RECIPIENT + "DATA\r\n";
    String text = row.getFirst() + END;
    all.assertThat(codes(before, text)).as("%s", row).isEqualTo(row.get(1));
    String mended = row.get(3).isEmpty() ? text : row.get(3) + END;
    all.assertThat(codes(before, mended)).as("mended of %s", row).isEqualTo("250");
  }

  /** The codes of all replies to {@code sent}, after EHLO and the commands of {@code before}. */
  private String codes(String before, String sent) throws IOException {
    try (SmtpDialogue client = SmtpDialogue.open(namespace, loopback)) {
      String start = client.say("EHLO me\r\n").codes(2);
      int lines = (int) before.chars().filter(c -> c == '\n').count();
      start = lines == 0 ? start : client.say(before).codes(lines);
      assertThat(start).startsWith(GREETED.strip());
      String codes = client.say(sent + "QUIT\r\n").codesToEnd().substring(start.length()).strip();
      boolean isQuit = sent.startsWith("QUIT");
      return codes.endsWith(" 221") && !isQuit
          ? codes.substring(0, codes.length() - " 221".length())
          : codes;
    }
  }
}
