package dev.midstream.gateway.live;

import static dev.midstream.gateway.live.ClusterChecks.assertNoneLost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections that stay with a node which hands its buckets over. */
@Tag("live")
@Tag("alone")
@ExtendWith(ClusterDiary.class)
final class LiveStayTest {
  private static final int PORT = 7000;
  private static final int CONNECTIONS = 12;

  /** Octets that each stream brings between what happens. */
  private static final int PAGES = 50_000;

  /** On a busy machine a process may not run for a second. */
  private static final String PATIENT = "detect: 3s\nbalance: 300ms\n";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @ParameterizedTest
  @CsvSource({
    "shared-mac, 1",
    "redirect, 1", // what the client sends reaches the node with which connections stay
    "redirect, 3" // neither end reaches it
  })
  @DisplayName(
      "PDP-1 PDP-7 open streams stay with a node that is drained, and after them it leaves")
  void staysUnderLoad(String delivery, int wanted) throws IOException {
    try (LiveCluster cluster = new LiveCluster(directory, 3, delivery, PATIENT);
        SocketPair sockets =
            SocketPair.of(cluster.client(), cluster.server(), LiveCluster.SERVER, PORT)) {
      divide(cluster, delivery, 1, 2);
      cluster.start(1, 2, 3);
      int old;
      CompletableFuture<String> drain;
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        cluster.nodes().awaitProtection();
        old = busy(cluster, wanted);
        drain = CompletableFuture.supplyAsync(() -> command(cluster, old, "drain", "--stay"));
        cluster.await("all buckets are handed over", () -> owned(cluster, old) == 0);
        cluster.await("all stay", () -> staying(cluster, old) == cluster.connections(old));
        long stay = staying(cluster, old);
        assertThat(stay).isPositive();
        try (SteadyStreams later = SteadyStreams.open(sockets, CONNECTIONS)) {
          later.awaitEach(PAGES);
          streams.awaitEach(PAGES);
          assertThat(staying(cluster, old)).as("no new one is there").isEqualTo(stay);
          later.assertWhole();
        }
        streams.awaitEach(PAGES);
        divide(cluster, delivery, old % 3 + 1, (old + 1) % 3 + 1); // it may end before the others
        streams.assertWhole();
      }
      assertThat(drain.join()).contains("connections that stay").contains("the node has left");
      assertThat(cluster.awaitEnd(old)).isZero();
      assertNoneLost(cluster);
    }
  }

  /** With redirect each frame reaches one node. */
  private static void divide(LiveCluster cluster, String delivery, int first, int second)
      throws IOException {
    if (delivery.equals("redirect")) {
      cluster.divideDirections(first, second);
    }
  }

  /** A node with connections: {@code wanted} if it has some. */
  private static int busy(LiveCluster cluster, int wanted) throws IOException {
    for (int i = 0; i < cluster.count(); i++) {
      int number = (wanted - 1 + i) % cluster.count() + 1;
      if (cluster.connections(number) > 0) {
        return number;
      }
    }
    throw new AssertionError("no node has connections");
  }

  private static String command(LiveCluster cluster, int number, String... arguments) {
    try {
      return cluster.command(number, arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long owned(LiveCluster cluster, int number) throws IOException {
    return cluster.cluster(number).path("buckets").path("owned").asLong();
  }

  private static long staying(LiveCluster cluster, int number) throws IOException {
    return cluster.cluster(number).path("staying").asLong();
  }
}
