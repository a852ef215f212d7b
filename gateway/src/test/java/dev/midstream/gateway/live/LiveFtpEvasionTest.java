package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.Namespace;
import dev.midstream.gateway.live.FtpEvasions.Row;
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
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server's column of the table of evasions in docs/ftp.md: vsftpd itself, without the box. */
@Tag("live")
final class LiveFtpEvasionTest {
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
    List<Row> rows = FtpEvasions.rows();
    List<Row> rowsOfIpv6 = FtpEvasions.rowsOfIpv6();
    assertThat(rowsOfIpv6).hasSizeGreaterThan(60);
    SoftAssertions all = new SoftAssertions();
    try (Namespace namespace = Namespace.make();
        FtpServer server = FtpServer.start(FtpServer.Kind.VSFTPD, namespace, directory, root, "")) {
      boolean asked =
          namespace.call(() -> {
            for (Row row : rows) {
              ask("127.0.0.1", row, all);
            }
            for (Row row : rowsOfIpv6) {
              ask("::1", row, all);
            }
            return true;
          });
      assertThat(asked).isTrue();
      assertThat(server.isRunning()).isTrue();
    }
    all.assertAll();
  }

  private void ask(String host, Row row, SoftAssertions all) throws IOException {
    all.assertThat(codes(host, row.sent())).as("%s %s", host, row).isEqualTo(row.replies());
    List<String> passed = new ArrayList<>();
    for (int i = 0; i < row.decisions().size(); i++) {
      if (row.decisions().get(i).equals(FtpEvasions.PASSES)) {
        passed.add(row.lines().get(i));
      }
    }
    if (!passed.isEmpty()) {
      List<String> replies = codes(host, String.join("", passed));
      all.assertThat(replies).as("replies to what passes of %s", row).hasSameSizeAs(passed);
    }
  }

  /** The codes of all replies to {@code sent}, of a user who has logged in. */
  private List<String> codes(String host, String sent) throws IOException {
    Files.writeString(removable, "");
    try (Socket socket = new Socket(InetAddress.getByName(host), 21);
        BufferedReader replies =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))) {
      write(socket, "USER anonymous\r\n");
      while (!replies.readLine().startsWith("230 ")) {
        // the greeting
      }
      write(socket, sent + "QUIT\r\n");
      List<String> codes = FtpEvasions.codes(String.join("\n", replies.lines().toList()));
      assertThat(codes).as(sent).endsWith("221");
      return codes.subList(0, codes.size() - 1);
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
