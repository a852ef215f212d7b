package dev.midstream.gateway.live;

import static dev.midstream.gateway.live.ClusterChecks.assertNoneLost;
import static dev.midstream.gateway.live.ClusterChecks.haveTwoReplicas;
import static dev.midstream.gateway.live.ClusterChecks.other;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many connections, several failures at once, and a segment of the nodes that is cut. {@code
 * -Dmidstream.streams=N} and {@code -Dmidstream.rounds=N} make a longer run.
 */
@Tag("live")
@Tag("alone")
@ExtendWith(ClusterDiary.class)
final class LiveClusterFaultsTest {
  private static final int PORT = 7000;
  private static final int CONNECTIONS = 12;

  /** Octets that each stream brings between what happens. */
  private static final int PAGES = 50_000;

  /** Many streams send slowly. */
  private static final int MANY = Integer.getInteger("midstream.streams", 300);

  private static final int SLOW_MILLIS = 1_000;
  private static final int FEW_PAGES = 3_000;
  private static final int ROUNDS = Integer.getInteger("midstream.rounds", 1);

  /** Kills with texts on their way, not counting those in which a busy machine stopped a node. */
  private static final int KILLS = Integer.getInteger("midstream.kills", 3);

  /** The first second halves of texts come before the node is dead, and most of them after. */
  private static final int KILL_MILLIS = 200;

  /** On a busy machine a process may not run for a second. */
  private static final String PATIENT = "detect: 3s\nbalance: 300ms\n";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  private LiveCluster cluster(int count) throws IOException {
    return new LiveCluster(directory, count, "shared-mac", PATIENT);
  }

  private static SocketPair sockets(LiveCluster cluster) throws IOException {
    return SocketPair.of(cluster.client(), cluster.server(), LiveCluster.SERVER, PORT);
  }

  @Test
  @DisplayName(
      "H-18 C-70 HDP-17 LD-14 of three nodes one is killed under many transfers, joins again, then the"
          + " coordinator: each transfer arrives whole and edited")
  void keepsManyTransfers() throws IOException {
    try (LiveCluster cluster = cluster(3);
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2, 3);
      for (int round = 1; round <= ROUNDS; round++) {
        try (SteadyStreams streams = SteadyStreams.open(sockets, MANY, SLOW_MILLIS)) {
          streams.awaitEach(FEW_PAGES);
          cluster.nodes().awaitProtection();
          killAndStart(cluster, other(cluster));
          streams.awaitEach(FEW_PAGES);
          cluster.nodes().awaitProtection();
          killAndStart(cluster, cluster.nodes().coordinator());
          streams.awaitEach(FEW_PAGES);
          streams.assertWhole();
        }
        assertNoneLost(cluster);
        System.out.println("round " + round + " of " + ROUNDS + ": none broke");
      }
    }
  }

  private static void killAndStart(LiveCluster cluster, int number) throws IOException {
    cluster.kill(number);
    cluster.start(number);
  }

  @Test
  @DisplayName(
      "HDP-17 LD-14 of four nodes with two copies two are killed at once, the coordinator too")
  void goesOnAfterTwoWereKilledAtOnce() throws IOException {
    try (LiveCluster cluster =
            new LiveCluster(directory, 4, "shared-mac", PATIENT + "copies: 2\n");
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2, 3, 4);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        int coordinator = cluster.nodes().coordinator();
        cluster.await("each bucket has two replicas", () -> haveTwoReplicas(cluster, coordinator));
        int other = other(cluster);
        cluster.kill(coordinator);
        cluster.kill(other);
        streams.awaitEach(PAGES);
        streams.assertWhole();
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName("C-72 LD-3 a node that is cut off stops, the others go on, and it joins them again")
  void outlivesACut() throws IOException {
    try (LiveCluster cluster = cluster(3);
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2, 3);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        cluster.nodes().awaitProtection();
        int cut = cluster.nodes().coordinator();
        int left = other(cluster);
        cluster.cut(cut, /* isCut= */ true);
        cluster.await("two members", () -> cluster.cluster(left).path("members").size() == 2);
        streams.awaitEach(PAGES);
        heal(cluster, cut, streams);
      }
      assertNoneLost(cluster);
    }
  }

  /** Joins a node to the others again: their streams go on to their end. */
  private static void heal(LiveCluster cluster, int cut, SteadyStreams streams) throws IOException {
    cluster.cut(cut, /* isCut= */ false);
    cluster.awaitMembers();
    streams.awaitEach(PAGES);
    streams.assertWhole();
  }

  @Test
  @DisplayName("HSI-9 LD-7 a node that joins under load takes its share, and no stream notices")
  void joinsUnderLoad() throws IOException {
    try (LiveCluster cluster = cluster(3);
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        cluster.start(3);
        cluster.await("the new node has connections", () -> cluster.connections(3) > 0);
        streams.awaitEach(PAGES);
        streams.assertWhole();
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName(
      "C-72 LD-3 of two nodes that are cut from each other one goes on, and no stream breaks")
  void onlyOneOfACutPairGoesOn() throws IOException {
    try (LiveCluster cluster = cluster(2);
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        cluster.nodes().awaitProtection();
        int coordinator = cluster.nodes().coordinator();
        int other = 3 - coordinator;
        cluster.cut(other, /* isCut= */ true);
        cluster.await("the coordinator is alone", () -> members(cluster, coordinator) == 1);
        streams.awaitEach(PAGES);
        assertThat(cluster.cluster(coordinator).path("leased").asBoolean()).isTrue();
        assertThat(cluster.cluster(other).path("leased").asBoolean()).isFalse();
        heal(cluster, other, streams);
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName("LD-3 LD-14 if the host of a pair's coordinator dies, the other node goes on")
  void outlivesTheHostOfTheOther() throws IOException {
    try (LiveCluster cluster = cluster(2);
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        cluster.nodes().awaitProtection();
        int coordinator = cluster.nodes().coordinator();
        int other = 3 - coordinator;
        cluster.cutAll(coordinator);
        cluster.await("the other one is alone", () -> members(cluster, other) == 1);
        streams.awaitEach(PAGES);
        streams.assertWhole();
      }
    }
  }

  @Test
  @DisplayName(
      "LD-3 LD-14 the node of a pair with the lower address is stopped, with lone: continue: the"
          + " other one goes on, keeps its life when the first one joins again, and no stream"
          + " breaks")
  void keepsTheClusterOfTheOneThatWentOn() throws IOException {
    try (LiveCluster cluster =
            new LiveCluster(directory, 2, "shared-mac", "detect: 1s\nlone: continue\n");
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        for (int round = 1; round <= 2; round++) {
          streams.awaitEach(PAGES);
          cluster.nodes().awaitProtection();
          cluster.process(1).signal("STOP");
          cluster.await("the other one is alone", () -> members(cluster, 2) == 1);
          streams.awaitEach(PAGES);
          cluster.process(1).signal("CONT");
          cluster.awaitMembers();
          streams.awaitEach(PAGES);
        }
        streams.assertWhole();
      }
      assertNoneLost(cluster);
    }
  }

  @Test
  @DisplayName("with default times, of texts in two halves around a kill each one is edited")
  void keepsEditsWithDefaults() throws IOException, InterruptedException {
    List<Long> judged = new ArrayList<>();
    try (LiveCluster cluster = new LiveCluster(directory, 2, "shared-mac", "").defaultHoldTime();
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2);
      for (int kill = 0; judged.size() < KILLS && kill < 3 * KILLS; kill++) {
        int killed = kill % 2 + 1;
        try (DividedTexts texts = DividedTexts.open(sockets, CONNECTIONS)) {
          cluster.nodes().awaitProtection();
          long pauses = pauses(cluster);
          texts.begin();
          Thread.sleep(KILL_MILLIS); // the first halves are in custody
          cluster.kill(killed);
          texts.awaitEnd();
          if (pauses(cluster) == pauses) {
            judged.add(texts.assertEdited());
          }
        }
        cluster.start(killed);
      }
    }
    System.out.println("texts in two halves that were judged, for each kill: " + judged);
    assertThat(judged).anySatisfy(each -> assertThat(each).isPositive());
  }

  /** To a node that was not run, halves may be so far apart that they are two texts. */
  private static long pauses(LiveCluster cluster) {
    String said = cluster.nodes().said();
    return said.lines().filter(line -> line.contains("this node was stopped")).count();
  }

  private static int members(LiveCluster cluster, int number) throws IOException {
    return cluster.cluster(number).path("members").size();
  }
}
