package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Namespace;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.net.smtp.SMTPClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Records what real clients and servers of mail say to each other, without the box. With {@code
 * -Dmidstream.write-dialogues=true} it writes the files that {@code SmtpDialogueTest} replays.
 */
@Tag("live")
final class LiveSmtpDialoguesTest {
  private static final Path KEPT =
      Path.of("../agents-smtp/src/test/resources/dev/midstream/agents/smtp/dialogues");
  private static final int PORT = DialogueRecorder.PORT;
  private static final String TO = "x@example.org";
  private static final String MESSAGE = "Subject: x\r\n\r\nhello\r\n..\r\n";
  private static final String SWAKS =
      "swaks --server 127.0.0.1 --port %d --helo me --from a@b.c".formatted(PORT)
          + " --data 'Subject: x\\n\\nhello' --to "
          + TO;
  private static final Path EXIM_PROGRAM = SmtpServer.Kind.EXIM.program();
  private static final Pattern EXIM = Pattern.compile("Exim [0-9.]+");

  @TempDir private Path directory = Path.of("");

  /** What clients do. */
  enum Dialogue {
    CURL(
        "curl",
        "curl -sS smtp://127.0.0.1:" + PORT + "/me --mail-from a@b.c --mail-rcpt " + TO + " -T "),
    SWAKS_AHEAD("swaks", SWAKS + ",y@example.org --pipeline"),
    SWAKS_REFUSED("swaks", SWAKS.replace(TO, "x@other.org") + " || true"),
    SWAKS_LOGIN("swaks", SWAKS + " --auth-optional LOGIN --auth-user a --auth-password secret"),
    SMTP_SOURCE("postfix", "smtp-source -d -m 2 -M me -f a@b.c -t " + TO + " 127.0.0.1:" + PORT),
    EXIM_CHUNKS("exim", ""),
    COMMONS_NET("commons-net", "");

    private final String client;
    private final String command;

    Dialogue(String client, String command) {
      this.client = client;
      this.command = command;
    }
  }

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
    SmtpServer.Kind.EXIM.assumeInstalled();
  }

  @ParameterizedTest
  @EnumSource(SmtpServer.Kind.class)
  @DisplayName("C-58 dialogues of real clients and servers can be recorded again")
  void records(SmtpServer.Kind kind) throws IOException {
    FtpServer.share(directory);
    try (Namespace namespace = Namespace.make();
        SmtpServer server = SmtpServer.start(kind, namespace, directory)) {
      for (Dialogue dialogue : Dialogue.values()) {
        List<String> lines = record(namespace, dialogue);
        String last =
            dialogue == Dialogue.SWAKS_REFUSED ? "S 55.*" : "S (.*n)?250 .*(queued|id=).*";
        assertThat(lines).as(dialogue.name()).anyMatch(line -> line.matches(last));
        DialogueRecorder.keep(KEPT, kind + "-" + dialogue, origin(kind, dialogue, lines), lines);
      }
      assertThat(server.mailbox()).isNotNull();
    }
  }

  private List<String> record(Namespace namespace, Dialogue dialogue) throws IOException {
    return DialogueRecorder.record(
        namespace,
        25,
        () -> {
          switch (dialogue) {
            case COMMONS_NET -> assertThat(namespace.call(LiveSmtpDialoguesTest::send)).isTrue();
            case EXIM_CHUNKS ->
                assertThat(EximSettings.send(namespace, exim(), EXIM_PROGRAM, PORT, MESSAGE))
                    .isEmpty();
            default -> {
              Path mail = Files.writeString(directory.resolve("mail.txt"), MESSAGE);
              String file = dialogue == Dialogue.CURL ? mail.toString() : "";
              assertThat(namespace.output("sh", "-c", dialogue.command + file)).isNotNull();
            }
          }
          return dialogue;
        });
  }

  private Path exim() {
    return directory.resolve("exim");
  }

  private static boolean send() throws IOException {
    SMTPClient client = new SMTPClient();
    client.connect("127.0.0.1", PORT);
    assertThat(client.login("me")).isTrue();
    client.setSender("a@b.c");
    assertThat(client.addRecipient(TO)).isTrue();
    try (Writer message = client.sendMessageData()) {
      message.write(MESSAGE);
    }
    assertThat(client.completePendingCommand()).isTrue();
    boolean isOut = client.logout();
    client.disconnect();
    return isOut;
  }

  /** Versions of both ends, and what the client does. */
  private static String origin(SmtpServer.Kind kind, Dialogue dialogue, List<String> lines)
      throws IOException {
    Matcher exim = EXIM.matcher(String.join("\n", lines));
    String postfix = Programs.packageVersion("postfix");
    String server = kind == SmtpServer.Kind.EXIM && exim.find() ? exim.group() : postfix;
    return server + ", " + version(dialogue, postfix) + "; " + dialogue;
  }

  private static String version(Dialogue dialogue, String postfix) throws IOException {
    return switch (dialogue) {
      case COMMONS_NET -> "Commons Net " + SMTPClient.class.getPackage().getImplementationVersion();
      case SMTP_SOURCE -> "smtp-source of " + postfix;
      case EXIM_CHUNKS -> "a client of Exim";
      default -> Programs.firstLine(dialogue.client, "--version");
    };
  }
}
