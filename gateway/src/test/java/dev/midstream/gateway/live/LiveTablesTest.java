package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the nodes of a cluster know of each other's connections. */
@Tag("live")
@Tag("alone")
@ExtendWith(ClusterDiary.class)
final class LiveTablesTest {
  private static final int PORT = 7000;
  private static final int CONNECTIONS = 12;
  private static final int PAGES = 50_000;
  private static final String SETTINGS = "detect: 3s\nbalance: 300ms\n";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @Test
  @DisplayName(
      "HSI-1 LD-14 three nodes list the same connections with their owners; those of a killed"
          + " node get its heirs, and those that are closed vanish")
  void listsTheConnectionsOfAll() throws IOException {
    try (LiveCluster cluster = new LiveCluster(directory, 3, "shared-mac", SETTINGS);
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2, 3);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        awaitLists(cluster, CONNECTIONS);
        assertThat(command(cluster)).contains(CONNECTIONS + " of " + CONNECTIONS + " connections");
        int killed = owners(cluster, 1).contains("n2") ? 2 : 3;
        cluster.kill(killed);
        cluster.awaitMembers();
        streams.awaitEach(PAGES);
        awaitLists(cluster, CONNECTIONS);
        assertThat(owners(cluster, 1)).doesNotContain("n" + killed);
        streams.assertWhole();
      }
      for (int number : cluster.running()) {
        cluster.await("an empty list", () -> list(cluster, number).isEmpty());
      }
    }
  }

  @Test
  @DisplayName("HSI-1 a node that was stopped for long lists what the others list, in a new life")
  void listsAgainAfterAPause() throws IOException {
    try (LiveCluster cluster = new LiveCluster(directory, 3, "shared-mac", SETTINGS);
        SocketPair sockets = sockets(cluster)) {
      cluster.start(1, 2, 3);
      try (SteadyStreams streams = SteadyStreams.open(sockets, CONNECTIONS)) {
        streams.awaitEach(PAGES);
        awaitLists(cluster, CONNECTIONS);
        cluster.process(3).signal("STOP");
        cluster.await("two members", () -> cluster.cluster(1).path("members").size() == 2);
        streams.awaitEach(PAGES);
        cluster.process(3).signal("CONT");
        cluster.awaitMembers();
        streams.awaitEach(PAGES);
        awaitLists(cluster, CONNECTIONS);
        streams.assertWhole();
      }
      assertThat(cluster.process(3).stop()).isZero();
    }
  }

  private static SocketPair sockets(LiveCluster cluster) throws IOException {
    return SocketPair.of(cluster.client(), cluster.server(), LiveCluster.SERVER, PORT);
  }

  /**
   * Waits until all nodes list the same connections, {@code count} of them, each with the node that
   * has it.
   */
  private static void awaitLists(LiveCluster cluster, int count) throws IOException {
    Map<String, Object> seen = new TreeMap<>();
    try {
      cluster.await(count + " connections on each list", () -> isListed(cluster, count, seen));
    } catch (IOException e) {
      throw new IOException("the lists are " + seen, e);
    }
  }

  private static boolean isListed(LiveCluster cluster, int count, Map<String, Object> seen)
      throws IOException {
    seen.clear();
    Map<String, String> first = list(cluster, cluster.running().getFirst());
    boolean isAlike = true;
    for (int number : cluster.running()) {
      Map<String, String> list = list(cluster, number);
      String name = "n" + number;
      long own = list.values().stream().filter(name::equals).count();
      isAlike &= list.equals(first) && cluster.connections(number) == own;
      seen.put(name, list);
      seen.put(name + " has", cluster.connections(number));
    }
    return isAlike && first.size() == count;
  }

  /** The ends of all connections, each with the name of its node, as a node lists them. */
  private static Map<String, String> list(LiveCluster cluster, int number) throws IOException {
    JsonNode all =
        new JsonMapper().readTree(cluster.command(number, "connections", "--all", "--json"));
    Map<String, String> owners = new TreeMap<>();
    for (JsonNode each : all.path("connections")) {
      owners.put(each.path("ends").asText(), each.path("node").asText());
    }
    assertThat(all.path("known").asInt()).isEqualTo(owners.size());
    return owners;
  }

  private static Set<String> owners(LiveCluster cluster, int number) throws IOException {
    return new TreeSet<>(list(cluster, number).values());
  }

  private static String command(LiveCluster cluster) throws IOException {
    return cluster.nodes().command(1, "connections", "--all");
  }
}
