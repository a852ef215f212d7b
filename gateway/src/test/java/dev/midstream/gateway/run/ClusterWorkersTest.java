package dev.midstream.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.midstream.ca.Authority;
import dev.midstream.gateway.config.ClusterConfiguration;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.gateway.config.ConfigurationFile.Purpose;
import dev.midstream.gateway.output.NodeLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterWorkersTest {
  @TempDir private Path directory = Path.of("");

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private Configuration configuration() throws Exception {
    Authority.init(directory, "c", Instant.now())
        .issue("n1", directory, Instant.now(), Duration.ofDays(1));
    Path file =
        Files.writeString(
            directory.resolve("n1.yaml"),
            """
            admin: { listen: none }
            cluster:
              node: n1
              bind: "127.0.0.1:%d"
              delivery: dispatch
              dispatch: { listen: "127.0.0.1:7" }
              tls: { authority: DIR/ca.pem, certificate: DIR/n1.pem, key: DIR/n1.key }
            """
                .formatted(freePort())
                .replace("DIR", directory.toString()));
    return ConfigurationFile.load(file, Purpose.INLINE);
  }

  @Test
  @DisplayName("PDP-7 a node whose ports are not open yet hands nothing over, and ends at once")
  void endsWhileItsPortsOpen() throws Exception {
    Configuration configuration = configuration();
    ClusterConfiguration cluster = Objects.requireNonNull(configuration.cluster());
    List<String> lines = new ArrayList<>();
    NodeLog log = (_, line) -> lines.add(line);
    try (Operations operations = Operations.open(configuration, null, log);
        ClusterWorkers node =
            ClusterWorkers.open(
                configuration, cluster, operations, null, log, new EndTime(System::nanoTime))) {
      assertTimeoutPreemptively(Duration.ofSeconds(20), node::leave);
    }
    assertThat(lines).isEmpty();
  }
}
