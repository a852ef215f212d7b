package dev.midstream.bench.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * What the logs of all nodes have counted since the nodes began.
 *
 * @param records records of connections, each counted once
 * @param octets those of all records
 * @param waiting records that not all backups hold now
 * @param unprotected edited connections that no other node could go on with now
 * @param commits how many times are summed up
 * @param commitSeconds their sum
 */
record LogCounters(
    long records, long octets, long waiting, long unprotected, long commits, double commitSeconds) {
  /** A connection at rest is parked after 2 s, for which a record may be due. */
  private static final Duration REST = Duration.ofSeconds(3);

  private static final int MAX_RESTS = 40;

  private static final LogCounters NONE = new LogCounters(0, 0, 0, 0, 0, 0);

  /** The sums of all nodes that run. */
  static LogCounters of(BenchCluster cluster) throws IOException {
    LogCounters sum = NONE;
    for (int number : cluster.nodes().running()) {
      sum = sum.plus(of(NodeRequests.metrics(cluster.network().node(number))));
    }
    return sum;
  }

  private static LogCounters of(Map<String, Double> metrics) throws IOException {
    return new LogCounters(
        count(metrics, "log_records_total"),
        count(metrics, "log_octets_total"),
        count(metrics, "commit_waiting"),
        count(metrics, "unprotected_connections"),
        count(metrics, "commit_seconds_count"),
        figure(metrics, "commit_seconds_sum"));
  }

  private static long count(Map<String, Double> metrics, String name) throws IOException {
    return (long) figure(metrics, name);
  }

  /** A counter that is missing must not be taken for one that is 0. */
  private static double figure(Map<String, Double> metrics, String name) throws IOException {
    Double figure = metrics.get("midstream_cluster_" + name);
    if (figure == null) {
      throw new IOException("no such figure: name=" + name + " there=" + metrics.keySet());
    }
    return figure;
  }

  /** The same once they have not changed for 3 s. */
  static LogCounters atRest(BenchCluster cluster) throws IOException {
    LogCounters before = of(cluster);
    for (int rest = 0; rest < MAX_RESTS; rest++) {
      ClusterFigures.pause(REST);
      LogCounters now = of(cluster);
      if (now.records == before.records && now.waiting == 0) {
        return now;
      }
      before = now;
    }
    throw new IOException("the logs do not come to rest: " + before);
  }

  private LogCounters plus(LogCounters other) {
    return new LogCounters(
        records + other.records,
        octets + other.octets,
        waiting + other.waiting,
        unprotected + other.unprotected,
        commits + other.commits,
        commitSeconds + other.commitSeconds);
  }

  /** What was counted since then; what waits, and is unprotected, now. */
  LogCounters since(LogCounters before) {
    return new LogCounters(
        records - before.records,
        octets - before.octets,
        waiting,
        unprotected,
        commits - before.commits,
        commitSeconds - before.commitSeconds);
  }
}
