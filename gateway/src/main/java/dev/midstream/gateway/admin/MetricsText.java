package dev.midstream.gateway.admin;

import dev.midstream.reassembly.status.EngineStatus;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegCounter;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a node for Prometheus, read at the request: nothing is counted a second time. No
 * other class knows the library, so that it is loaded with the first such request.
 */
final class MetricsText {
  private static final ExpositionFormatWriter OPEN_METRICS = OpenMetricsTextFormatWriter.create();
  private static final ExpositionFormatWriter PLAIN = PrometheusTextFormatWriter.create();

  private final List<MetricSnapshot> snapshots = new ArrayList<>();

  private MetricsText() {}

  /**
   * What a node and its engines have counted.
   *
   * @param cluster null if the node is in none
   * @param accept the media types that the client can read: OpenMetrics if it is one of them
   */
  static Response of(Node node, EngineStatus all, @Nullable ClusterStatus cluster, String accept) {
    MetricsText metrics = new MetricsText();
    metrics.addNode(node, all);
    if (cluster != null) {
      metrics.addCluster(cluster, all, fenced(node));
    }
    return metrics.write(OPEN_METRICS.accepts(accept) ? OPEN_METRICS : PLAIN);
  }

  private Response write(ExpositionFormatWriter writer) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try {
      writer.write(octets, new MetricSnapshots(snapshots));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not in memory
    }
    return Response.ok(writer.getContentType(), octets.toString(StandardCharsets.UTF_8));
  }

  private static long fenced(Node node) {
    long sum = 0;
    for (WorkerHandle worker : node.workers()) {
      for (Leg leg : Leg.values()) {
        sum += worker.counters(leg).get(LegCounter.FENCED);
      }
    }
    return sum;
  }

  private void addNode(Node node, EngineStatus all) {
    addGauge("midstream_uptime_seconds", node.uptimeSeconds());
    addCounter("midstream_packets", all.packets());
    addGauge("midstream_connections", all.connections());
    addCounter("midstream_connections_opened", all.opened());
    addCounter("midstream_edits", all.edits());
    addCounter("midstream_octets_removed", all.removedOctets());
    addCounter("midstream_octets_inserted", all.insertedOctets());
    addGauge("midstream_kept_octets", all.keptBytes());
    addCounters("midstream_reasons", all.reasons());
    addCounter("midstream_events_lost", node.events().lost());
  }

  private void addCluster(ClusterStatus cluster, EngineStatus all, long fenced) {
    ClusterFigures figures = cluster.figures();
    addGauge("midstream_cluster_members", cluster.members().size());
    addGauge("midstream_cluster_lease_seconds", figures.leaseSeconds());
    addGauge("midstream_cluster_keepalive_interval_seconds", figures.keepaliveSeconds());
    addGauge("midstream_cluster_keepalive_loss", figures.keepaliveLoss());
    addBuckets("midstream_cluster_buckets", ClusterJson.bucketCounts(cluster));
    addCounter("midstream_cluster_log_records", figures.records());
    addCounter("midstream_cluster_log_octets", figures.recordOctets());
    addTimes("midstream_cluster_commit_seconds", figures.commits());
    addGauge("midstream_cluster_commit_waiting", figures.waiting());
    addGauge("midstream_cluster_unprotected_connections", all.unprotected());
    addGauge("midstream_cluster_staying_connections", cluster.staying());
    addCounter("midstream_cluster_takeovers", cluster.takeovers());
    addTimes("midstream_cluster_takeover_seconds", figures.takeovers());
    addCounter("midstream_cluster_moves", figures.moves());
    addCounter("midstream_cluster_refused_epoch", figures.refused());
    addCounter("midstream_cluster_fenced_frames", fenced);
    addCounter("midstream_cluster_redirected", cluster.passed().redirected());
    addCounter("midstream_cluster_redirects_lost", cluster.passed().lost());
    addCounter("midstream_cluster_looped", cluster.passed().looped());
    Map<String, Long> refused = new LinkedHashMap<>();
    refused.put("configuration", figures.otherConfigurations());
    refused.put("veto", figures.vetoes());
    addCounters("midstream_cluster_joins_refused", refused);
  }

  /** Adds a counter, whose name is written with {@code _total}. */
  private void addCounter(String name, long value) {
    snapshots.add(
        CounterSnapshot.builder().name(name).dataPoint(counted(value, Labels.EMPTY)).build());
  }

  private void addCounters(String name, Map<String, Long> values) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name);
    values.forEach((reason, value) -> {
      var ignored = counter.dataPoint(counted(value, Labels.of("reason", reason)));
    });
    snapshots.add(counter.build());
  }

  private static CounterDataPointSnapshot counted(long value, Labels labels) {
    return CounterDataPointSnapshot.builder().value((double) value).labels(labels).build();
  }

  /** A number beyond 2^53 is rounded. */
  private void addGauge(String name, long value) {
    addGauge(name, (double) value);
  }

  private void addGauge(String name, double value) {
    snapshots.add(
        GaugeSnapshot.builder().name(name).dataPoint(gauged(value, Labels.EMPTY)).build());
  }

  private void addBuckets(String name, Map<String, Long> values) {
    GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name);
    values.forEach((state, value) -> {
      var ignored = gauge.dataPoint(gauged(value, Labels.of("state", state)));
    });
    snapshots.add(gauge.build());
  }

  private static GaugeDataPointSnapshot gauged(double value, Labels labels) {
    return GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
  }

  private void addTimes(String name, ClusterFigures.Times times) {
    HistogramDataPointSnapshot all =
        new HistogramDataPointSnapshot(
            ClassicHistogramBuckets.of(times.bounds(), times.counts()),
            times.sumSeconds(),
            Labels.EMPTY,
            Exemplars.EMPTY,
            /* createdTimestampMillis= */ 0);
    snapshots.add(HistogramSnapshot.builder().name(name).dataPoint(all).build());
  }
}
