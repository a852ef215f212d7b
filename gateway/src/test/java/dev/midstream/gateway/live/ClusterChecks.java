package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What tests of live clusters wait for and check. */
final class ClusterChecks {
  private ClusterChecks() {}

  /** A node with connections that does not coordinate. */
  static int other(LiveCluster cluster) throws IOException {
    int coordinator = cluster.nodes().coordinator();
    for (int number : cluster.running()) {
      if (number != coordinator && cluster.connections(number) > 0) {
        return number;
      }
    }
    throw new IOException("only the coordinator has connections");
  }

  static List<Integer> owned(LiveCluster cluster, int number) throws IOException {
    String own = " owner 10.9.0." + number + ":7800 ";
    return cluster
        .command(number, "buckets")
        .lines()
        .filter(line -> line.contains(own))
        .map(line -> Integer.valueOf(line.substring(0, line.indexOf(' '))))
        .toList();
  }

  /**
   * Whether each bucket has two replicas, as node {@code number} knows. A bucket with one could
   * lose it together with its owner.
   */
  static boolean haveTwoReplicas(LiveCluster cluster, int number) throws IOException {
    JsonNode all = new JsonMapper().readTree(cluster.command(number, "buckets", "--json"));
    boolean haveTwo = !all.path("bucket-list").isEmpty();
    for (JsonNode bucket : all.path("bucket-list")) {
      long complete = 0;
      for (JsonNode backup : bucket.path("backups")) {
        complete += backup.path("complete").asBoolean() ? 1 : 0;
      }
      haveTwo &= bucket.path("owner").isNull() || complete >= 2;
    }
    return haveTwo;
  }

  /**
   * No connection was lost. A reset in mid-stream would have broken its stream; one after the end
   * answers octets that an heir has sent once more.
   */
  static void assertNoneLost(LiveCluster cluster) throws IOException {
    for (int number : cluster.running()) {
      Map<String, Long> reasons = cluster.reasons(number);
      assertThat(reasons)
          .doesNotContainKeys(
              "mid-stream", "takeover-lost-decisions", "takeover-unsafe-replay", "engine-failed");
    }
  }
}
