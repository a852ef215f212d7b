package dev.midstream.gateway.live;

import static dev.midstream.gateway.live.ClusterChecks.assertNoneLost;
import static dev.midstream.gateway.live.ClusterChecks.owned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of a cluster that have several workers each, and not the same number. */
@Tag("live")
@Tag("alone")
@ExtendWith(ClusterDiary.class)
final class LiveClusterWorkersTest {
  private static final int PORT = 7000;
  private static final int CONNECTIONS = 12;

  /** Octets that each stream brings between what happens. */
  private static final int PAGES = 50_000;

  /** Buckets that are moved under load. */
  private static final int MOVES = 8;

  /** On a busy machine a process may not run for a second. */
  private static final String PATIENT = "detect: 3s\nbalance: 300ms\n";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @Test
  @DisplayName(
      "HDP-15 HDP-17 LD-14 a node with two workers is killed, one with three goes on: every stream"
          + " arrives whole and edited")
  void goesOnWithAnotherNumberOfWorkers() throws IOException {
    try (LiveCluster cluster = new LiveCluster(directory, 2, "shared-mac", PATIENT).workers(2, 3);
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        cluster.nodes().awaitProtection();
        cluster.kill(1);
        streams.awaitEach(PAGES);
        cluster.start(1);
        cluster.nodes().awaitProtection();
        cluster.kill(2);
        streams.awaitEach(PAGES);
        streams.assertWhole();
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName("HDP-15 HSI-4 buckets of several workers are moved by orders while streams go on")
  void movesBucketsOfAllWorkers() throws IOException {
    try (LiveCluster cluster =
            new LiveCluster(directory, 2, "shared-mac", "detect: 3s\nbalance: 1h\n").workers(2, 2);
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        for (int owner = 1; owner <= 2; owner++) {
          streams.awaitEach(PAGES);
          cluster.nodes().awaitProtection();
          int other = 3 - owner;
          long before = cluster.connections(other);
          for (int bucket : owned(cluster, owner).stream().limit(MOVES).toList()) {
            String ignored =
                cluster.command(
                    owner,
                    "buckets",
                    "--move",
                    Integer.toString(bucket),
                    "10.9.0." + other + ":7800");
          }
          cluster.await("connections moved", () -> cluster.connections(other) > before);
        }
        streams.awaitEach(PAGES);
        streams.assertWhole();
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName("HDP-15 LD-9 with redirect the directions reach workers of different nodes")
  void passesPacketsOnToTheWorkersOfAnotherNode() throws IOException {
    try (LiveCluster cluster = new LiveCluster(directory, 2, "redirect", PATIENT).workers(2, 3)) {
      cluster.divideDirections();
      cluster.start(1, 2);
      try (SocketPair sockets = sockets(cluster);
          SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        cluster.nodes().awaitProtection();
        streams.assertWhole();
      }
      assertThat(cluster.connections(1)).isPositive();
      assertThat(cluster.connections(2)).isPositive();
      assertThat(cluster.cluster(1).path("redirected").asLong()).isPositive();
      assertThat(cluster.cluster(2).path("redirected").asLong()).isPositive();
      assertNoneLost(cluster);
    }
  }

  private static SocketPair sockets(LiveCluster cluster) throws IOException {
    return SocketPair.of(cluster.client(), cluster.server(), LiveCluster.SERVER, PORT);
  }
}
