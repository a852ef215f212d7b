package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Namespace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.net.ftp.FTPClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Records what real clients and servers of FTP say to each other, without the box. With {@code
 * -Dmidstream.write-dialogues=true} it writes the files that {@code FtpDialogueTest} replays.
 */
@Tag("live")
final class LiveFtpDialoguesTest {
  private static final Path KEPT =
      Path.of("../agents-ftp/src/test/resources/dev/midstream/agents/ftp/dialogues");
  private static final int PORT = DialogueRecorder.PORT;
  private static final String FILE = "ftp://127.0.0.1:" + PORT + "/file";

  @TempDir private Path directory = Path.of("");

  /** What clients do. */
  enum Dialogue {
    CURL_EPSV("curl", "curl", "-sS", "-o", "/dev/null", FILE),
    CURL_PASV("curl", "curl", "-sS", "--disable-epsv", "-o", "/dev/null", FILE),
    CURL_PORT("curl", "curl", "-sS", "-P", "-", "--disable-eprt", "-o", "/dev/null", FILE),
    CURL_LIST("curl", "curl", "-sS", "-l", "-Q", "*SYST", "ftp://127.0.0.1:" + PORT + "/"),
    LFTP_LIST("lftp", "lftp", "-e", "cls -l; cat file; bye", "127.0.0.1:" + PORT),
    COMMONS_NET_PASSIVE("commons-net"),
    COMMONS_NET_ACTIVE("commons-net");

    private final String client;

    @SuppressWarnings("ImmutableEnumChecker") // the list is an immutable copy
    private final List<String> command;

    Dialogue(String client, String... command) {
      this.client = client;
      this.command = List.of(command);
    }
  }

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @ParameterizedTest
  @EnumSource(FtpServer.Kind.class)
  @DisplayName("C-57 dialogues of real clients and servers can be recorded again")
  void records(FtpServer.Kind kind) throws IOException {
    kind.assumeInstalled();
    FtpServer.share(directory);
    Path root = Files.createDirectory(directory.resolve("root"));
    Path file = Files.writeString(root.resolve("file"), "text\n");
    assertThat(file).exists();
    try (Namespace namespace = Namespace.make();
        FtpServer server = FtpServer.start(kind, namespace, directory, root, "")) {
      for (Dialogue dialogue : Dialogue.values()) {
        List<String> lines = record(namespace, dialogue);
        assertThat(server.isRunning()).isTrue();
        assertThat(lines)
            .as(dialogue.name())
            .anyMatch(line -> line.matches("S 226.*|S 150.*226.*"));
        DialogueRecorder.keep(
            KEPT,
            kind + "-" + dialogue,
            FtpServer.version(kind) + ", " + version(dialogue) + "; " + dialogue,
            lines);
      }
    }
  }

  private static List<String> record(Namespace namespace, Dialogue dialogue) throws IOException {
    return DialogueRecorder.record(
        namespace,
        21,
        () -> {
          if (dialogue.command.isEmpty()) {
            assertThat(namespace.call(() -> transfer(dialogue))).isPositive();
          } else {
            String said = namespace.output(dialogue.command.toArray(String[]::new));
            assertThat(said).doesNotContain("rror");
          }
          return dialogue;
        });
  }

  /** The octets of a file, and the number of names in a list. */
  private static int transfer(Dialogue dialogue) throws IOException {
    FTPClient client = new FTPClient();
    client.setUseEPSVwithIPv4(false);
    client.connect("127.0.0.1", PORT);
    assertThat(client.login("anonymous", "a@b")).isTrue();
    if (dialogue == Dialogue.COMMONS_NET_PASSIVE) {
      client.enterLocalPassiveMode();
    }
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    assertThat(client.retrieveFile("file", copy)).isTrue();
    int names = client.listNames().length;
    assertThat(client.logout()).isTrue();
    client.disconnect();
    return copy.size() + names;
  }

  private static String version(Dialogue dialogue) throws IOException {
    return dialogue.command.isEmpty()
        ? "Commons Net " + FTPClient.class.getPackage().getImplementationVersion()
        : Programs.firstLine(dialogue.client, "--version");
  }
}
