package dev.midstream.bench.cluster;

import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How many records of edits two nodes keep up with in a second: connections edit as fast as they
 * can, and afterwards no record may wait and each connection must have a replica.
 */
final class RecordRates {
  private static final Duration WARM_UP = Duration.ofSeconds(2);
  private static final Duration MEASURED = Duration.ofSeconds(4);

  /** Nodes that have kept up have all records committed so soon. */
  private static final Duration CATCH_UP = Duration.ofSeconds(1);

  private static final Duration POLL = Duration.ofMillis(2);

  private final String mode;
  private final BenchCluster cluster;
  private final SocketPair sockets;
  private double most;

  private RecordRates(String mode, BenchCluster cluster, SocketPair sockets) {
    this.mode = mode;
    this.cluster = cluster;
    this.sockets = sockets;
  }

  static void measure(String mode) throws IOException {
    try (BenchCluster cluster = BenchCluster.start(2, true, RecordOctets.settings(mode));
        SocketPair sockets = cluster.sockets(BenchCluster.PORT);
        RestingConnections _ = RestingConnections.open(sockets, RecordOctets.RESTING)) {
      cluster.nodes().awaitProtection();
      RecordRates rates = new RecordRates(mode, cluster, sockets);
      for (int window : List.of(1, 32)) {
        for (int connections : List.of(1, 8, 64)) {
          rates.measure(connections, window);
        }
      }
      System.out.printf(Locale.ROOT, "%s: %.0f records a second at the most%n", mode, rates.most);
    }
  }

  private void measure(int connections, int window) throws IOException {
    List<EditedMessages> all = new ArrayList<>();
    try {
      for (int number = 0; number < connections; number++) {
        all.add(EditedMessages.open(sockets, /* fillBytes= */ 0, window));
      }
      all.forEach(each -> each.begin(Long.MAX_VALUE));
      ClusterFigures.pause(WARM_UP);
      LogCounters before = LogCounters.of(cluster);
      long editsBefore = edits(all);
      long beginNanos = System.nanoTime();
      ClusterFigures.pause(MEASURED);
      LogCounters counted = LogCounters.of(cluster).since(before);
      long edits = edits(all) - editsBefore;
      double seconds = (System.nanoTime() - beginNanos) / 1e9;
      all.forEach(EditedMessages::end);
      for (EditedMessages each : all) {
        each.awaitEnd();
      }
      print(connections, window, edits / seconds, counted, seconds);
    } finally {
      for (EditedMessages each : all) {
        each.close();
      }
    }
  }

  private static long edits(List<EditedMessages> all) {
    return all.stream().mapToLong(EditedMessages::arrived).sum();
  }

  private void print(int connections, int window, double edits, LogCounters counted, double seconds)
      throws IOException {
    double millis = catchUpMillis();
    LogCounters after = LogCounters.of(cluster);
    boolean hasKeptUp = millis <= CATCH_UP.toMillis() && after.unprotected() == 0;
    double records = counted.records() / seconds;
    System.out.printf(
        Locale.ROOT,
        "%s, %d connections, %d edits under way at each: %.0f edits, %.0f records, %.0f octets of"
            + " records a second; a commit took %.2f ms, %d records waited, all committed %.0f ms"
            + " after the last edit, unprotected %d: %s%n",
        mode,
        connections,
        window,
        edits,
        records,
        counted.octets() / seconds,
        counted.commitSeconds() / Math.max(1, counted.commits()) * 1e3,
        counted.waiting(),
        millis,
        after.unprotected(),
        hasKeptUp ? "kept up" : "NOT KEPT UP");
    if (hasKeptUp) {
      most = Math.max(most, records);
    }
  }

  /** The time until no record waits. */
  private double catchUpMillis() throws IOException {
    long beginNanos = System.nanoTime();
    long nanos = 0;
    while (nanos <= CATCH_UP.toNanos() && LogCounters.of(cluster).waiting() > 0) {
      ClusterFigures.pause(POLL);
      nanos = System.nanoTime() - beginNanos;
    }
    return nanos / 1e6;
  }
}
