package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes without ports behind two dispatchers, which die while connections are edited. */
@Tag("live")
@Tag("alone")
@ExtendWith(ClusterDiary.class)
final class LiveDispatchTest {
  private static final int PORT = 7000;
  private static final int CONNECTIONS = 8;
  private static final int FIRST = LiveDispatch.DISPATCHERS.getFirst();
  private static final int SECOND = LiveDispatch.DISPATCHERS.getLast();

  /** Octets that each stream brings between what happens. */
  private static final int PAGES = 50_000;

  /** On a busy machine a process may not run for a second. */
  private static final String PATIENT = "detect: 3s\nbalance: 300ms\n";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  private static SocketPair sockets(LiveDispatch cluster) throws IOException {
    return SocketPair.of(cluster.client(), cluster.server(), LiveDispatch.SERVER, PORT);
  }

  @Test
  @DisplayName(
      "PDP-9 LD-9 HDP-17 a dispatcher is killed in mid-transfer, then a node, then the dispatcher"
          + " comes back and the other one ends: every stream arrives whole and edited")
  void goesOnWithoutADispatcherAndANode() throws IOException {
    try (LiveDispatch cluster = new LiveDispatch(directory, PATIENT);
        SocketPair sockets = sockets(cluster)) {
      cluster.nodes().start(1, 2, 3, 4);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        assertThat(cluster.nodes().connections(FIRST)).isZero();
        cluster.nodes().kill(FIRST);
        cluster.route(SECOND);
        streams.awaitEach(PAGES);
        cluster.nodes().start(FIRST);
        cluster.nodes().awaitProtection();
        int node = cluster.nodes().connections(1) > 0 ? 1 : 2;
        cluster.nodes().kill(node);
        streams.awaitEach(PAGES);
        cluster.route(FIRST);
        streams.awaitEach(PAGES);
        assertThat(cluster.end(SECOND)).isZero();
        streams.awaitEach(PAGES);
        streams.assertWhole();
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName("PDP-9 without any dispatcher nothing passes, and the nodes stay members")
  void nodesWaitForADispatcher() throws IOException {
    try (LiveDispatch cluster = new LiveDispatch(directory, PATIENT);
        SocketPair sockets = sockets(cluster)) {
      cluster.nodes().start(1, 2, 3, 4);
      try (SteadyStreams streams = SteadyStreams.open(sockets, 2)) {
        streams.awaitEach(PAGES);
        cluster.nodes().kill(FIRST);
        cluster.nodes().kill(SECOND);
        cluster.nodes().awaitMembers();
        assertThat(cluster.nodes().status(1).path("interfaces")).isEmpty();
        cluster.nodes().start(FIRST);
        streams.awaitEach(PAGES);
        streams.assertWhole();
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName("PDP-9 the status of a dispatcher names it one, and it forwards UDP itself")
  void showsADispatcher() throws IOException {
    try (LiveDispatch cluster = new LiveDispatch(directory, PATIENT)) {
      cluster.nodes().start(1, 2, 3, 4);
      String members = cluster.nodes().status(FIRST).path("cluster").path("members").toString();
      assertThat(members).contains("\"dispatcher\"").contains("\"active\"");
      assertThat(received(cluster)).isEqualTo(1);
      assertThat(cluster.nodes().status(FIRST).path("cluster").path("redirected").asLong())
          .isZero();
    }
  }

  @Test
  @DisplayName(
      "HSI-2 PDP-9 each node and each dispatcher shows the same owner, epoch and backups of each"
          + " bucket, after a node was killed, too")
  void showsTheSameBucketsEverywhere() throws IOException {
    try (LiveDispatch cluster = new LiveDispatch(directory, PATIENT);
        SocketPair sockets = sockets(cluster)) {
      cluster.nodes().start(1, 2, 3, 4);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        awaitSameBuckets(cluster);
        cluster.nodes().kill(2);
        streams.awaitEach(PAGES);
        awaitSameBuckets(cluster);
        streams.assertWhole();
      }
    }
  }

  /** Buckets move now and then, and not all processes are asked at the same moment. */
  private static void awaitSameBuckets(LiveDispatch cluster) throws IOException {
    cluster
        .nodes()
        .await(
            "all show the same buckets",
            () -> {
              Set<String> shown = new HashSet<>();
              for (int number : cluster.nodes().running()) {
                String buckets = cluster.command(number, "buckets");
                shown.add(buckets.replace(" open ", " ")); // it is so at the owner alone
              }
              return shown.size() == 1 && shown.iterator().next().contains(" owner 10.9.0.1:7800 ");
            });
  }

  /** Sends a datagram, and returns the first octet of what arrives within two seconds. */
  private static int received(LiveDispatch cluster) throws IOException {
    InetSocketAddress server = new InetSocketAddress(LiveDispatch.SERVER, PORT);
    try (DatagramSocket to = cluster.server().call(() -> new DatagramSocket(server));
        DatagramSocket from = cluster.client().call(() -> new DatagramSocket())) {
      to.setSoTimeout(2_000);
      from.send(new DatagramPacket(new byte[] {1}, 1, server));
      DatagramPacket packet = new DatagramPacket(new byte[1], 1);
      to.receive(packet);
      return packet.getData()[0];
    }
  }

  private static void assertNoneLost(LiveDispatch cluster) throws IOException {
    for (int number : cluster.nodes().running()) {
      Map<String, Long> reasons = cluster.reasons(number);
      assertThat(reasons)
          .doesNotContainKeys(
              "mid-stream", "takeover-lost-decisions", "takeover-unsafe-replay", "engine-failed");
    }
  }
}
