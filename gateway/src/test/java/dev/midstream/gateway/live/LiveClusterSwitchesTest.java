package dev.midstream.gateway.live;

import static dev.midstream.gateway.live.ClusterChecks.assertNoneLost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Nodes between switches that learn: these must send to the node that goes on. */
@Tag("live")
@Tag("alone")
@ExtendWith(ClusterDiary.class)
final class LiveClusterSwitchesTest {
  private static final int PORT = 7000;

  /** On a busy machine a process may not run for a second. One node owns all. */
  private static final String ONE_BUCKET = "detect: 3s\nbuckets: 1\n";

  /** An end that hears nothing asks for its neighbour after 8 s at the earliest. */
  private static final long AT_ONCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  private static SocketPair sockets(LiveCluster cluster) throws IOException {
    return SocketPair.of(cluster.client(), cluster.server(), LiveCluster.SERVER, PORT);
  }

  private static void pass(SocketChannel from, SocketChannel to) throws IOException {
    Connection.write(from, Live.MARK + "\n");
    assertThat(Connection.readLine(to)).isEqualTo(Live.REPLACEMENT);
  }

  private static void greet(Connection connection) throws IOException {
    pass(connection.client(), connection.server());
    pass(connection.server(), connection.client());
  }

  private static int owner(LiveCluster cluster) throws IOException {
    return ClusterChecks.owned(cluster, 1).isEmpty() ? 2 : 1;
  }

  private static void assertSentTo(LearningSwitches switches, int number) throws IOException {
    assertThat(Eventually.isTrueWithin(AT_ONCE_NANOS, () -> switches.sendTo(number)))
        .as("the switches send to n" + number + " " + switches)
        .isTrue();
    assertThat(switches.knowTheirEnds()).isTrue();
  }

  @Test
  @DisplayName(
      "LD-2 LD-14 the node that owns all is killed: switches that learn send to its heir before"
          + " either end speaks, and the stream goes on")
  void switchesFollowTheHeir() throws IOException {
    try (LiveCluster cluster = new LiveCluster(directory, 2, "shared-mac", ONE_BUCKET)) {
      LearningSwitches switches = new LearningSwitches(cluster);
      cluster.start(1, 2);
      try (SocketPair sockets = sockets(cluster);
          Connection connection = sockets.connect()) {
        greet(connection);
        cluster.nodes().awaitProtection();
        int owner = owner(cluster);
        assertSentTo(switches, owner);

        cluster.kill(owner);
        assertSentTo(switches, 3 - owner);
        greet(connection);
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName(
      "LD-2 HSI-4 PDP-7 the bucket of all is moved, then its owner is drained: switches that learn"
          + " follow it each time")
  void switchesFollowTheBucket() throws IOException {
    try (LiveCluster cluster = new LiveCluster(directory, 2, "shared-mac", ONE_BUCKET)) {
      LearningSwitches switches = new LearningSwitches(cluster);
      cluster.start(1, 2);
      try (SocketPair sockets = sockets(cluster);
          Connection connection = sockets.connect()) {
        greet(connection);
        cluster.nodes().awaitProtection();
        int first = owner(cluster);
        int second = 3 - first;
        assertSentTo(switches, first);

        String ignored = cluster.command(first, "buckets", "--move", "0", "n" + second);
        assertSentTo(switches, second);
        greet(connection);

        cluster.nodes().awaitProtection();
        cluster.process(second).terminate();
        assertThat(cluster.awaitEnd(second)).isZero();
        assertSentTo(switches, first);
        greet(connection);
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName(
      "LD-2 LD-9 LD-14 with redirect the node is killed to which switches that learn send all: they"
          + " send to the other one at once, and each stream goes on")
  void switchesLeaveTheDeadNode() throws IOException {
    try (LiveCluster cluster =
        new LiveCluster(directory, 2, "redirect", "detect: 3s\nbalance: 300ms\n").workers(1, 2)) {
      LearningSwitches switches = new LearningSwitches(cluster);
      switches.confineTo(1);
      cluster.introduceEnds();
      cluster.start(1, 2);
      try (SocketPair sockets = sockets(cluster);
          Connection one = sockets.connect();
          Connection two = sockets.connect();
          Connection three = sockets.connect()) {
        greet(one);
        greet(two);
        greet(three);
        cluster.nodes().awaitProtection();
        switches.confineTo(1); // what waited for a backup has left at the owner of its bucket
        assertSentTo(switches, 1);

        cluster.kill(1);
        assertSentTo(switches, 2);
        greet(one);
        greet(two);
        greet(three);
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName("LD-9 with redirect a broadcast reaches both nodes, and does not go in a circle")
  void endsWhatLoops() throws IOException {
    try (LiveCluster cluster =
        new LiveCluster(directory, 2, "redirect", "detect: 3s\nbalance: 300ms\n")) {
      LearningSwitches switches = new LearningSwitches(cluster);
      cluster.start(1, 2);
      try (SocketPair sockets = sockets(cluster);
          Connection one = sockets.connect();
          Connection two = sockets.connect()) {
        greet(one);
        greet(two);
        cluster.nodes().awaitProtection();
        cluster.await("frames were dropped", () -> looped(cluster) > 0);
        cluster.await("the segments are at rest", switches::areAtRest);
        greet(one);
        greet(two);
      }
      assertNoneLost(cluster);
    }
  }

  private static long looped(LiveCluster cluster) throws IOException {
    return cluster.cluster(1).path("looped").asLong() + cluster.cluster(2).path("looped").asLong();
  }
}
