package dev.midstream.gateway.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.admin.ClusterStatus.Backup;
import dev.midstream.gateway.admin.ClusterStatus.Bucket;
import dev.midstream.gateway.admin.ClusterStatus.Member;
import dev.midstream.gateway.admin.ClusterStatus.Passed;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final String OWN = "10.9.0.1:7800";
  private static final String OTHER = "10.9.0.2:7800";

  private static HttpResponse<String> metrics(RunningNode node, String... headers)
      throws Exception {
    URI uri = URI.create("http://" + node.address() + "/metrics");
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  @DisplayName("OWN-3 a node shows its counters to Prometheus, and none of a cluster")
  void showsCounters() throws Exception {
    try (RunningNode node = new RunningNode()) {
      HttpResponse<String> response = metrics(node);
      assertThat(response.headers().firstValue("content-type"))
          .contains("text/plain; version=0.0.4; charset=utf-8");
      assertThat(response.body().lines())
          .contains(
              "# TYPE midstream_packets_total counter",
              "midstream_packets_total 2.0",
              "# TYPE midstream_connections gauge",
              "midstream_connections 2.0",
              "midstream_connections_opened_total 2.0")
          .noneMatch(each -> each.contains("midstream_cluster_"))
          .allMatch(each -> each.matches("# TYPE [a-z_]+ [a-z]+|[a-z_]+([{][^}]*[}])? [0-9.E+-]+"));
    }
  }

  @Test
  @DisplayName("OWN-3 a client that asks for OpenMetrics gets it, and any other one plain text")
  void showsOpenMetrics() throws Exception {
    try (RunningNode node = new RunningNode()) {
      HttpResponse<String> response =
          metrics(
              node,
              "Accept",
              "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3",
              "Accept",
              "*/*;q=0.1");
      assertThat(response.headers().firstValue("content-type"))
          .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
      assertThat(response.body())
          .contains("# TYPE midstream_packets counter\nmidstream_packets_total 2.0\n")
          .endsWith("# EOF\n");
      assertThat(metrics(node, "Accept", "text/plain").headers().firstValue("content-type"))
          .contains("text/plain; version=0.0.4; charset=utf-8");
    }
  }

  @Test
  @DisplayName("OWN-3 LD-4 LD-5 HSI-9 a node of a cluster shows what it has counted of that")
  void showsTheCluster() throws Exception {
    try (RunningNode node = new RunningNode(new Cluster())) {
      assertThat(metrics(node).body().lines())
          .contains(
              "midstream_cluster_members 2.0",
              "midstream_cluster_lease_seconds 0.35",
              "midstream_cluster_keepalive_interval_seconds 0.2",
              "midstream_cluster_keepalive_loss 0.125",
              "midstream_cluster_buckets{state=\"owned\"} 1.0",
              "midstream_cluster_buckets{state=\"unprotected\"} 1.0",
              "midstream_cluster_log_records_total 7.0",
              "midstream_cluster_log_octets_total 700.0",
              "# TYPE midstream_cluster_commit_seconds histogram",
              "midstream_cluster_commit_seconds_bucket{le=\"0.001\"} 3",
              "midstream_cluster_commit_seconds_bucket{le=\"1.0\"} 4",
              "midstream_cluster_commit_seconds_bucket{le=\"+Inf\"} 6",
              "midstream_cluster_commit_seconds_sum 5.5",
              "midstream_cluster_commit_seconds_count 6",
              "midstream_cluster_commit_waiting 3.0",
              "midstream_cluster_staying_connections 8.0",
              "midstream_cluster_takeovers_total 5.0",
              "midstream_cluster_moves_total 9.0",
              "midstream_cluster_refused_epoch_total 4.0",
              "midstream_cluster_fenced_frames_total 6.0",
              "midstream_cluster_redirected_total 11.0",
              "midstream_cluster_joins_refused_total{reason=\"configuration\"} 1.0",
              "midstream_cluster_joins_refused_total{reason=\"veto\"} 2.0");
    }
  }

  /** A node of a cluster of two. */
  private static final class Cluster implements ClusterHandle {
    private static final ClusterFigures FIGURES =
        new ClusterFigures(
            0.35,
            0.2,
            0.125,
            7,
            700,
            3,
            4,
            9,
            1,
            2,
            new ClusterFigures.Times(new double[] {0.001, 1}, new long[] {3, 1, 2}, 5.5),
            new ClusterFigures.Times(new double[] {0.001, 1}, new long[3], 0));

    @Override
    public CompletableFuture<ClusterStatus> status() {
      return CompletableFuture.completedFuture(
          new ClusterStatus(
              "c",
              "n1",
              OWN,
              ClusterStatus.State.MEMBER,
              true,
              true,
              List.of(new Member("n1", OWN, "active"), new Member("n2", OTHER, "active")),
              List.of(
                  new Bucket(0, OWN, 1, true, false, List.of(new Backup(OTHER, true)), null),
                  new Bucket(1, OTHER, 1, false, false, List.of(), OWN)),
              5,
              12.5,
              8,
              new Passed(11, 0, 0, 0),
              FIGURES));
    }

    @Override
    public CompletableFuture<Optional<String>> drain(boolean stays) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Optional<String>> move(int bucket, String to) {
      throw new UnsupportedOperationException();
    }

    @Override
    public TablesStatus tables() {
      return TablesStatus.closed(TablesStatus.State.STARTING, null);
    }

    @Override
    public CommonConnections connections(int limit) {
      throw new UnsupportedOperationException();
    }
  }
}
