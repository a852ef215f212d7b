package dev.midstream.gateway.live;

import static dev.midstream.gateway.live.ClusterChecks.assertNoneLost;
import static dev.midstream.gateway.live.ClusterChecks.other;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of a cluster that die while files are fetched, over connections that an agent expects. */
@Tag("live")
@Tag("alone")
@ExtendWith(ClusterDiary.class)
final class LiveClusterFtpTest {
  private static final String CONFIGURATION =
      FtpSite.CONFIGURATION + "      passive-ports: 50000-50100\n";

  private static final String PATIENT = "detect: 3s\nbalance: 300ms\n";
  private static final int CLIENTS = 6;
  private static final int FILE_BYTES = 20_000_000;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
    FtpServer.Kind.VSFTPD.assumeInstalled();
  }

  @Test
  @DisplayName(
      "HDP-17 HSI-6 each file comes whole after a node was killed, in passive and in active mode,"
          + " and nothing else may pass; each node lists what is expected")
  void fetchesFilesWhileANodeDies() throws IOException {
    Path root = root();
    Path file = root.resolve("file");
    try (LiveCluster cluster = new LiveCluster(directory, 2, "shared-mac", PATIENT)) {
      cluster.rules(CONFIGURATION).start(1, 2);
      try (FtpServer server =
          FtpServer.start(FtpServer.Kind.VSFTPD, cluster.server(), directory, root, "")) {
        awaitListed(cluster);
        List<Transfer> transfers = begin(cluster);
        cluster.nodes().awaitProtection();
        cluster.kill(other(cluster));
        for (Transfer each : transfers) {
          each.awaitEnd();
          assertThat(each.copy()).hasSameBinaryContentAs(file);
        }
        assertThat(server.isRunning()).isTrue();
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName("HSI-6 without copies, data connections are expected by the nodes that get them")
  void fetchesFilesWithoutCopies() throws IOException {
    Path root = root();
    try (LiveCluster cluster =
        new LiveCluster(directory, 2, "shared-mac", PATIENT + "copies: 0\n")) {
      cluster.rules(CONFIGURATION).start(1, 2);
      try (FtpServer server =
          FtpServer.start(FtpServer.Kind.VSFTPD, cluster.server(), directory, root, "")) {
        for (Transfer each : begin(cluster)) {
          each.awaitEnd();
          assertThat(each.copy()).hasSameBinaryContentAs(root.resolve("file"));
        }
        assertThat(server.isRunning()).isTrue();
      }
      assertNoneLost(cluster);
    }
  }

  /** A directory with a file of random octets. */
  private Path root() throws IOException {
    FtpServer.share(directory);
    Path root = Files.createDirectory(directory.resolve("root"));
    byte[] octets = new byte[FILE_BYTES];
    new Random(1).nextBytes(octets);
    Files.write(root.resolve("file"), octets);
    return root;
  }

  /** Has the server announce a connection, and waits until each node lists it as expected. */
  private static void awaitListed(LiveCluster cluster) throws IOException {
    try (Socket control = cluster.client().call(() -> new Socket(LiveCluster.SERVER, 21))) {
      control.getOutputStream().write("USER anonymous\r\nPASS a\r\nEPSV\r\n".getBytes(UTF_8));
      for (int number : cluster.running()) {
        cluster.await(
            "an expected connection is listed",
            () -> cluster.command(number, "connections", "--all").contains(" expected "));
      }
    }
  }

  /**
   * Begins to fetch the file, every second client in active mode, and waits until a part of it has
   * come to each client.
   */
  private List<Transfer> begin(LiveCluster cluster) throws IOException {
    List<Transfer> transfers = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      Path copy = directory.resolve("copy" + i);
      List<String> curl = new ArrayList<>(List.of("curl", "-sS", "-m", "60"));
      curl.addAll(List.of("--limit-rate", "3M", "-o", copy.toString()));
      if (i % 2 == 1) {
        curl.addAll(List.of("--ftp-port", "-"));
      }
      curl.add("ftp://" + LiveCluster.SERVER + "/file");
      Process process =
          new ProcessBuilder(cluster.client().command(curl.toArray(String[]::new)))
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("curl" + i).toFile())
              .start();
      transfers.add(new Transfer(process, copy, directory.resolve("curl" + i)));
    }
    for (Transfer each : transfers) {
      Eventually.holds("octets come to " + each.copy(), each::hasBegun);
    }
    return transfers;
  }

  private record Transfer(Process process, Path copy, Path output) {
    boolean hasBegun() throws IOException {
      return Files.exists(copy) && Files.size(copy) > 0;
    }

    void awaitEnd() throws IOException {
      int code = process.onExit().join().exitValue();
      assertThat(code).as(Files.readString(output)).isZero();
    }
  }
}
