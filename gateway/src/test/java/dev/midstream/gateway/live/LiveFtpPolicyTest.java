package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.demo.network.Network;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the settings of FTP's agent let pass between curl and vsftpd, and what they do not. */
@Tag("live")
final class LiveFtpPolicyTest {
  /** Nobody has it: a client that connects to it does not get its file. */
  private static final String FOREIGN = "10.1.0.77";

  private static final String BELIEVING = "--disable-epsv --no-ftp-skip-pasv-ip";
  private static final String WAITING = BELIEVING + " --connect-timeout 2";
  private static final String FILE = "ftp://" + Network.SERVER + "/file";
  private static final String PASSIVE_PORTS =
      "  - { match: { destination-port: 50000-50100 }, action: allow }\n";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
    FtpServer.Kind.VSFTPD.assumeInstalled();
  }

  @Test
  @DisplayName(
      "HDP-10 a foreign address in 227 is rewritten, and the client that believes it reads")
  void rewritesForeignAddress() throws IOException {
    Path copy = directory.resolve("copy");
    try (FtpSite site = start(FOREIGN, "foreign-address: rewrite", "")) {
      assertThat(site.curl(BELIEVING, "-o", copy.toString(), FILE)).isEmpty();
      assertThat(copy).hasSameBinaryContentAs(site.file());
      assertThat(site.reasons()).containsEntry("ftp.address", 1L);
    }
  }

  @Test
  @DisplayName("HDP-10 without rewriting the same client does not get the file")
  void failsVisiblyWithoutRewriting() throws IOException {
    try (FtpSite site = start(FOREIGN, "foreign-address: deny", "")) {
      assertThatThrownBy(() -> site.curl(BELIEVING, "-o", copy(), FILE))
          .hasMessageContaining("Bad PASV/EPSV response: 502");
      assertThat(site.reasons()).containsEntry("ftp.denied-address", 1L);
    }
  }

  @Test
  @DisplayName("OWN-3 with expected-only no other connection reaches the server's passive ports")
  void onlyExpectedConnectionsPass() throws IOException {
    try (FtpSite site = start("", "data-connections: expected-only", "")) {
      for (String host : List.of(Network.SERVER, Network.SERVER_6)) {
        String file = host.equals(Network.SERVER) ? FILE : "ftp://[" + host + "]/file";
        assertThat(site.curl("", "-g", "-o", copy(), file)).isEmpty();
        assertThatThrownBy(() -> site.network().client().call(() -> connect(host, 50_050)))
            .hasMessageContaining("timed out");
      }
    }
  }

  @Test
  @DisplayName("OWN-3 with any a rule must allow data connections")
  void anyNeedsARule() throws IOException {
    try (FtpSite site = start("", "data-connections: any", "")) {
      assertThatThrownBy(() -> site.curl(WAITING, "-o", copy(), FILE))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  @DisplayName("OWN-3 with any and a rule data connections pass")
  void anyPassesByARule() throws IOException {
    try (FtpSite site = start("", "data-connections: any", PASSIVE_PORTS)) {
      assertThat(site.curl(BELIEVING, "-o", copy(), FILE)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-P -"})
  @DisplayName("OWN-3 a data connection gets the agent of its rule, whichever end opens it")
  void dataConnectionHasAgent(String options) throws IOException {
    String rule =
        """
          - name: files
            match: { destination-port: 9 }
            agent: substitute
            settings:
              client-to-server: [ { find: inner, replace: outer } ]
              server-to-client: [ { find: inner, replace: outer } ]
        # With two, "226" may overtake the data, which this curl takes for an error.
        workers: 1
        """;
    try (FtpSite site = start("", "data-rule: files", rule)) {
      Files.writeString(site.file().resolveSibling("text"), "an inner text\n");
      for (String host : List.of(Network.SERVER, "[" + Network.SERVER_6 + "]")) {
        String text = "ftp://" + host + "/text";
        assertThat(site.curl(options, "-g", text)).as(host).isEqualTo("an outer text\n");
      }
    }
  }

  private FtpSite start(String passiveAddress, String setting, String rule) throws IOException {
    String configuration = FtpSite.CONFIGURATION + "      " + setting + "\n" + rule;
    return new FtpSite(FtpServer.Kind.VSFTPD, directory, passiveAddress, configuration);
  }

  private String copy() {
    return directory.resolve("copy").toString();
  }

  private static boolean connect(String host, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 2_000);
      return true;
    }
  }
}
