package dev.midstream.gateway.live;

import static dev.midstream.gateway.live.ClusterChecks.assertNoneLost;
import static dev.midstream.gateway.live.ClusterChecks.other;
import static dev.midstream.gateway.live.ClusterChecks.owned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of a cluster that die, come and go while connections are edited. */
@Tag("live")
@Tag("alone")
@ExtendWith(ClusterDiary.class)
final class LiveClusterTest {
  private static final int PORT = 7000;
  private static final String SHARED = "shared-mac";
  private static final int CONNECTIONS = 12;

  /** Octets that each stream brings between what happens. */
  private static final int PAGES = 50_000;

  private static final long STOPPED_NANOS = 10_000_000_000L;

  /** How long a start may take. On a busy machine the next one may be quicker. */
  private static final Duration START = Duration.ofSeconds(10);

  private static final int STARTS = 3;

  /** On a busy machine a process may not run for a second. */
  private static final String PATIENT = "detect: 3s\nbalance: 300ms\n";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @Test
  @DisplayName(
      "HDP-17 HDP-18 LD-14 of three nodes one is killed in mid-transfer, then the coordinator:"
          + " every stream arrives whole and edited")
  void goesOnAfterNodesWereKilled() throws IOException {
    try (LiveCluster cluster = new LiveCluster(directory, 3, SHARED, PATIENT);
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2, 3);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        cluster.nodes().awaitProtection();
        cluster.kill(other(cluster));
        cluster.awaitMembers();
        streams.awaitEach(PAGES);
        cluster.nodes().awaitProtection();
        cluster.kill(cluster.nodes().coordinator());
        streams.awaitEach(PAGES);
        streams.assertWhole();
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName(
      "LD-5 a node that is stopped for 10 s and goes on begins a new life, the coordinator too, and"
          + " no stream breaks")
  void outlivesAStoppedNode() throws IOException {
    try (LiveCluster cluster = new LiveCluster(directory, 3, SHARED, "detect: 1s\n");
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2, 3);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        cluster.nodes().awaitProtection();
        stop(cluster, other(cluster), streams);
        cluster.nodes().awaitProtection();
        stop(cluster, cluster.nodes().coordinator(), streams);
        streams.assertWhole();
      }
      assertNoneLost(cluster);
    }
  }

  private static void stop(LiveCluster cluster, int stopped, SteadyStreams streams)
      throws IOException {
    int left = stopped % 3 + 1;
    long ended = endedLives(cluster, stopped);
    cluster.process(stopped).signal("STOP");
    long endNanos = System.nanoTime() + STOPPED_NANOS;
    cluster.await("two members", () -> cluster.cluster(left).path("members").size() == 2);
    do {
      streams.awaitEach(PAGES);
    } while (System.nanoTime() - endNanos < 0);
    cluster.process(stopped).signal("CONT");
    cluster.await("a new life", () -> endedLives(cluster, stopped) > ended);
    cluster.awaitMembers();
    streams.awaitEach(PAGES);
  }

  /** How many lives of a node have ended while its process went on: each has an incarnation. */
  private static long endedLives(LiveCluster cluster, int number) {
    return cluster.process(number).errorLines().stream()
        .filter(line -> line.contains("this node begins a new life"))
        .count();
  }

  @Test
  @DisplayName("PDP-7 HSI-4 a node under load is drained, ends by itself, and no stream notices")
  void drainsUnderLoad() throws IOException {
    try (LiveCluster cluster = new LiveCluster(directory, 2, SHARED, PATIENT);
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        assertThat(cluster.command(1, "drain")).contains("the node has left");
        assertThat(cluster.awaitEnd(1)).isZero();
        streams.awaitEach(PAGES);
        streams.assertWhole();
      }
      assertNoneLost(cluster);
      assertThat(cluster.cluster(2).path("takeovers").asLong()).isZero();
    }
  }

  @Test
  @DisplayName("HSI-4 HSI-9 a bucket is moved by an order, to and fro, while its stream goes on")
  void movesBucketsUnderLoad() throws IOException {
    try (LiveCluster cluster = new LiveCluster(directory, 2, SHARED, "detect: 3s\nbalance: 1h\n");
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2);
      try (SteadyStreams streams = SteadyStreams.open(sockets, 1)) {
        for (int move = 1; move <= 6; move++) {
          streams.awaitEach(PAGES);
          cluster.nodes().awaitProtection();
          int owner = cluster.connections(1) > 0 ? 1 : 2;
          String name = "n" + (3 - owner);
          String address = "10.9.0." + (3 - owner) + ":7800";
          for (int bucket : owned(cluster, owner)) {
            String ignored =
                cluster.command(
                    owner,
                    "buckets",
                    "--move",
                    Integer.toString(bucket),
                    move % 2 == 0 ? name : address);
          }
          cluster.await("the other node has it", () -> cluster.connections(3 - owner) > 0);
        }
        streams.assertWhole();
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName("PDP-7 SIGTERM hands the buckets over: a rolling restart breaks nothing")
  void restartsOneAfterTheOther() throws IOException {
    try (LiveCluster cluster = new LiveCluster(directory, 2, SHARED, PATIENT);
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        for (int number = 1; number <= 2; number++) {
          streams.awaitEach(PAGES);
          cluster.process(number).terminate();
          assertThat(cluster.awaitEnd(number)).isZero();
          cluster.start(number);
          cluster.nodes().awaitProtection();
        }
        streams.assertWhole();
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName("LD-9 with redirect the directions reach different nodes, and each is edited")
  void passesPacketsOn() throws IOException {
    try (LiveCluster cluster = new LiveCluster(directory, 2, "redirect", PATIENT)) {
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

  @Test
  @DisplayName(
      "HSI-9 OWN-3 a node alone serves all once it is ready, is not drained, and ends in time")
  void servesAlone() throws IOException {
    try (LiveCluster cluster = new LiveCluster(directory, 2, SHARED, PATIENT);
        SocketPair sockets = sockets(cluster)) {
      cluster.nodes().startUntilReady(1);
      assertThat(cluster.cluster(1).path("leased").asBoolean()).isTrue();
      try (SteadyStreams streams = SteadyStreams.open(sockets, 2)) {
        streams.awaitEach(PAGES);
        streams.assertWhole();
      }
      assertThat(cluster.cluster(1).path("buckets").path("unprotected").asLong()).isPositive();
      assertThatThrownBy(() -> cluster.command(1, "drain"))
          .hasMessageContaining("no other node could go on with the connections");
      assertThat(cluster.process(1).stop()).isZero();
    }
  }

  @Test
  @DisplayName("a node alone has the lease within 10 s of the launch of its process")
  void startsWithin10Seconds() throws IOException {
    List<Duration> times = new ArrayList<>();
    try (LiveCluster cluster = new LiveCluster(directory, 2, SHARED, PATIENT)) {
      do {
        cluster.start(1);
        times.add(cluster.nodes().startTime(1));
        cluster.kill(1);
      } while (times.getLast().compareTo(START) >= 0 && times.size() < STARTS);
    }
    System.out.println("from the launch to the lease: " + times);
    assertThat(times.getLast()).isLessThan(START);
  }

  @Test
  @DisplayName("a node that is in no cluster loads no class of what clusters need, or metrics")
  void loadsNothingWithoutACluster() throws IOException {
    Path loaded = directory.resolve("loaded");
    List<String> command = Live.runUntrained(directory, Live.EDITING);
    command.add(1, "-Xlog:class+load:file=" + loaded);
    try (Network network = Network.make(1_500);
        BoxProcess box = BoxProcess.start(network.box(), command)) {
      assertThat(box.stop()).isZero();
    }
    assertThat(Files.readString(loaded))
        .contains("dev.midstream.gateway.run.InlineRunner")
        .doesNotContain(
            "org.jgroups.",
            "org.infinispan.",
            "dev.midstream.jgroups.",
            "org.jboss.",
            "dev.midstream.engines.",
            "dev.midstream.tables.",
            "dev.midstream.gateway.tables.",
            "io.prometheus.",
            "org.bouncycastle.");
  }

  private static SocketPair sockets(LiveCluster cluster) throws IOException {
    return SocketPair.of(cluster.client(), cluster.server(), LiveCluster.SERVER, PORT);
  }
}
