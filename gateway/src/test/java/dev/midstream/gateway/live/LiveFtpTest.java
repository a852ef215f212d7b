package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real FTP clients and a real server, with the agent between them and no rule for their data. */
@Tag("live")
final class LiveFtpTest {
  private static final String CONFIGURATION =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      default-action: drop
      rules:
        - name: control
          match: { destination-port: 21 }
          agent: ftp
          settings:
            deny-commands: [ DELE ]
            passive-ports: 50000-50100
      """;
  private static final int FILE_BYTES = 5_000_000;

  @TempDir private Path directory = Path.of("");
  private Network network;
  private FtpServer server;
  private BoxProcess box;
  private Path file;

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @BeforeEach
  void start() throws IOException {
    network = Network.make(1500);
    FtpServer.share(directory);
    Path root = Files.createDirectory(directory.resolve("root"));
    byte[] octets = new byte[FILE_BYTES];
    new Random(1).nextBytes(octets);
    file = Files.write(root.resolve("file"), octets);
    server = FtpServer.start(network.server(), directory, root);
    box = Live.start(network, directory, CONFIGURATION);
  }

  @AfterEach
  void stop() {
    box.close();
    server.close();
    network.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--disable-epsv --no-ftp-skip-pasv-ip",
        "",
        "-P - --disable-eprt",
        "-P - --disable-eprt --limit-rate 4M"
      })
  @DisplayName("HDP-9 a file comes in active and in passive mode, over expected connections only")
  void downloads(String options) throws IOException {
    Path copy = directory.resolve("copy");
    curl(options, "-o", copy.toString(), "ftp://" + Network.SERVER + "/file");
    assertThat(copy).hasSameBinaryContentAs(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-P -"})
  @DisplayName("HDP-9 the same over IPv6")
  void downloadsOverIpv6(String options) throws IOException {
    Path copy = directory.resolve("copy");
    curl(options, "-g", "-o", copy.toString(), "ftp://[" + Network.SERVER_6 + "]/file");
    assertThat(copy).hasSameBinaryContentAs(file);
  }

  @Test
  @DisplayName("HDP-9 lftp mirrors a directory")
  void mirrors() throws IOException {
    Path copies = directory.resolve("copies");
    String script = "set net:timeout 10; open " + Network.SERVER + "; mirror . " + copies + "; bye";
    String ignored = network.client().output("lftp", "-e", script);
    assertThat(copies.resolve("file")).hasSameBinaryContentAs(file);
  }

  @Test
  @DisplayName("C-57 a denied command is answered, and the connection goes on")
  void deniesCommand() throws IOException {
    Path copy = directory.resolve("copy");
    curl(
        "",
        "-Q",
        "*DELE file",
        "-Q",
        "*DELE other",
        "-o",
        copy.toString(),
        "ftp://" + Network.SERVER + "/file");
    assertThat(file).exists();
    assertThat(copy).hasSameBinaryContentAs(file);
    assertThat(new Node(network.box(), box).reasons()).containsEntry("ftp.denied-command", 2L);
  }

  private void curl(String options, String... more) throws IOException {
    List<String> command =
        new ArrayList<>(List.of("curl", "-sS", "--retry", "20", "--retry-connrefused", "-m", "60"));
    command.addAll(options.isEmpty() ? List.of() : Arrays.asList(options.split(" ")));
    command.addAll(List.of(more));
    String output = network.client().output(command.toArray(String[]::new));
    assertThat(output).isEmpty();
  }
}
