package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Namespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server's column of the table of evasions in docs/ftp.md: vsftpd itself, without the box. */
@Tag("live")
final class LiveFtpEvasionTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| `(.*)` \\| ([0-9 ]+) \\| ([0-9a-z ]+) \\|$", Pattern.MULTILINE);
  private static final Pattern ESCAPE = Pattern.compile("\\\\(x[0-9a-f]{2}|[rnt|])");
  private static final Pattern FINAL_REPLY = Pattern.compile("[1-5][0-9]{2} .*");

  @TempDir private Path directory = Path.of("");
  private Path removable = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
    FtpServer.Kind.VSFTPD.assumeInstalled();
  }

  @Test
  @DisplayName(
      "C-57 OWN-3 vsftpd reads what the page says, and as many commands as the agent passes")
  void readsAsDocumented() throws IOException {
    FtpServer.share(directory);
    Path root = Files.createDirectory(directory.resolve("root"));
    Path x = Files.createDirectory(root.resolve("x"));
    assertThat(x).isDirectory();
    Path open = Files.createDirectory(root.resolve("in"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    removable = open.resolve("f");
    List<List<String>> rows =
        ROW.matcher(Files.readString(Path.of("../docs/ftp.md")))
            .results()
            .map(row -> List.of(row.group(1), row.group(2), row.group(3)))
            .toList();
    SoftAssertions all = new SoftAssertions();
    try (Namespace namespace = Namespace.make();
        FtpServer server = FtpServer.start(FtpServer.Kind.VSFTPD, namespace, directory, root, "")) {
      boolean asked =
          namespace.call(() -> {
            for (List<String> row : rows) {
              ask(row, all);
            }
            return true;
          });
      assertThat(asked).isTrue();
      assertThat(server.isRunning()).isTrue();
    }
    all.assertAll();
  }

  private void ask(List<String> row, SoftAssertions all) throws IOException {
    String sent = octets(row.getFirst());
    all.assertThat(codes(sent)).as(row.getFirst()).isEqualTo(row.get(1));
    List<String> decisions = List.of(row.get(2).split(" ", -1));
    List<String> passed = new ArrayList<>();
    String[] lines = sent.split("(?<=\n)", -1);
    for (int i = 0; i < decisions.size(); i++) {
      if (decisions.get(i).equals("passes")) {
        passed.add(lines[i]);
      }
    }
    if (!passed.isEmpty()) {
      String[] replies = codes(String.join("", passed)).split(" ", -1);
      all.assertThat(replies).as("replies to what passes of " + row).hasSameSizeAs(passed);
    }
  }

  /** The codes of all replies to {@code sent}, of a user who has logged in. */
  private String codes(String sent) throws IOException {
    Files.writeString(removable, "");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), 21);
        BufferedReader replies =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))) {
      write(socket, "USER anonymous\r\n");
      while (!replies.readLine().startsWith("230 ")) {
        // the greeting
      }
      write(socket, sent + "QUIT\r\n");
      List<String> codes =
          replies
              .lines()
              .filter(line -> FINAL_REPLY.matcher(line).matches())
              .map(line -> line.substring(0, 3))
              .toList();
      assertThat(codes).as(sent).endsWith("221");
      return String.join(" ", codes.subList(0, codes.size() - 1));
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
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
}
