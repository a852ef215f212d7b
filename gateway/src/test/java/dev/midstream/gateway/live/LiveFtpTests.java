package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxStatus;
import dev.midstream.demo.network.Network;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.commons.net.ftp.FTP;
import org.apache.commons.net.ftp.FTPClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real FTP clients and one real server, with the agent between them and no rule for their data. */
@Tag("live")
@TestInstance(Lifecycle.PER_CLASS)
abstract class LiveFtpTests {
  private static final String CONFIGURATION =
      FtpSite.CONFIGURATION
          + """
                deny-commands: [ DELE ]
                passive-ports: 50000-50100
          """;

  private final FtpServer.Kind kind;
  private FtpSite site;

  LiveFtpTests(FtpServer.Kind kind) {
    this.kind = kind;
  }

  @BeforeAll
  void start(@TempDir Path directory) throws IOException {
    Live.assumeNamespaces();
    kind.assumeInstalled();
    site = new FtpSite(kind, directory, "", CONFIGURATION);
  }

  @AfterAll
  void stop() {
    if (site != null) {
      site.close();
    }
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
  void downloads(String options, @TempDir Path directory) throws IOException {
    Path copy = directory.resolve("copy");
    assertThat(site.curl(options, "-o", copy.toString(), url(Network.SERVER))).isEmpty();
    assertThat(copy).hasSameBinaryContentAs(site.file());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--limit-rate 4M", "-P - --limit-rate 4M"})
  @DisplayName("most octets of a file pass in the kernel, in passive and in active mode")
  void downloadsInTheKernel(String options, @TempDir Path directory) throws IOException {
    Live.assumeFastPath();
    long before = octetsOfTheKernel();
    Path copy = directory.resolve("copy");
    assertThat(site.curl(options, "-o", copy.toString(), url(Network.SERVER))).isEmpty();
    assertThat(copy).hasSameBinaryContentAs(site.file());
    assertThat(octetsOfTheKernel() - before).isGreaterThan(site.file().toFile().length() / 2);
  }

  private long octetsOfTheKernel() throws IOException {
    return BoxStatus.of(site.network().box()).at("/fast-path/octets").asLong();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-P -"})
  @DisplayName("HDP-9 the same over IPv6")
  void downloadsOverIpv6(String options, @TempDir Path directory) throws IOException {
    Path copy = directory.resolve("copy");
    String from = url("[" + Network.SERVER_6 + "]");
    assertThat(site.curl(options, "-g", "-o", copy.toString(), from)).isEmpty();
    assertThat(copy).hasSameBinaryContentAs(site.file());
  }

  @ParameterizedTest
  @CsvSource({
    Network.SERVER + ", true",
    Network.SERVER + ", false",
    Network.SERVER_6 + ", true",
    Network.SERVER_6 + ", false"
  })
  @DisplayName("HDP-9 Commons Net, which believes the address in 227, reads several files")
  void downloadsWithCommonsNet(String host, boolean isPassive) throws IOException {
    int octets = site.network().client().call(() -> downloadTwice(host, isPassive));
    assertThat(octets).isEqualTo(2 * (int) site.file().toFile().length());
  }

  /** The number of octets of two transfers over one control connection. */
  private static int downloadTwice(String host, boolean isPassive) throws IOException {
    FTPClient client = new FTPClient();
    client.setIpAddressFromPasvResponse(true);
    client.setUseEPSVwithIPv4(false);
    client.connect(host);
    assertThat(client.login("anonymous", "a@b")).isTrue();
    assertThat(client.setFileType(FTP.BINARY_FILE_TYPE)).isTrue();
    if (isPassive) {
      client.enterLocalPassiveMode();
    } else {
      client.enterLocalActiveMode();
    }
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    assertThat(client.retrieveFile("file", copy)).isTrue();
    assertThat(client.listNames()).contains("file");
    assertThat(client.retrieveFile("file", copy)).isTrue();
    assertThat(client.logout()).isTrue();
    client.disconnect();
    return copy.size();
  }

  @ParameterizedTest
  @ValueSource(strings = {Network.SERVER, "[" + Network.SERVER_6 + "]"})
  @DisplayName("HDP-9 lftp mirrors a directory")
  void mirrors(String host, @TempDir Path directory) throws IOException {
    Path copies = directory.resolve("copies");
    String script = "set net:timeout 10; open %s; mirror . %s; bye".formatted(host, copies);
    String ignored = site.network().client().output("lftp", "-e", script);
    assertThat(copies.resolve("file")).hasSameBinaryContentAs(site.file());
  }

  @Test
  @DisplayName("C-57 a denied command is answered, and the connection goes on")
  void deniesCommand(@TempDir Path directory) throws IOException {
    long before = denied();
    Path copy = directory.resolve("copy");
    String said =
        site.curl(
            "",
            "-Q",
            "*DELE in/f",
            "-Q",
            "*DELE other",
            "-o",
            copy.toString(),
            url(Network.SERVER));
    assertThat(said).isEmpty();
    assertThat(site.removable()).exists();
    assertThat(copy).hasSameBinaryContentAs(site.file());
    assertThat(denied() - before).isEqualTo(2);
  }

  /** The number of commands that were denied so far. */
  private long denied() throws IOException {
    return site.reasons().getOrDefault("ftp.denied-command", 0L);
  }

  private static String url(String host) {
    return "ftp://" + host + "/file";
  }
}
