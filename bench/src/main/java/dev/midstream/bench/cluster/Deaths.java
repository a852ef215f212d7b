package dev.midstream.bench.cluster;

import dev.midstream.demo.cluster.ClusterNodes;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A node of three dies again and again under paced streams. A gap of a stream begins when the
 * kernel closes the sockets of the dead node, or when its links are cut, at the earliest. The
 * streams that count are those that the dead node had.
 */
final class Deaths {
  private static final Duration INTERVAL = Duration.ofMillis(20);
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration AFTER = Duration.ofSeconds(5);
  private static final double GAP_OF_KILL_MILLIS = 300;
  private static final double GAP_OF_HOST_MILLIS = 500;
  private static final double TAKEOVER_MILLIS = 50;

  private final int count;
  private final boolean ofHosts;
  private final Gaps gaps = new Gaps();
  private final Gaps fromOrder = new Gaps();
  private final Gaps quiet = new Gaps();
  private final Gaps takeovers = new Gaps();

  Deaths(int count, boolean ofHosts) {
    this.count = count;
    this.ofHosts = ofHosts;
  }

  void measure(int rounds) throws IOException {
    try (BenchCluster cluster = BenchCluster.start(3, true, "balance: 200ms\n");
        var sockets = cluster.sockets(BenchCluster.PORT);
        PacedStreams streams = PacedStreams.open(sockets, count, INTERVAL)) {
      for (int round = 1; round <= rounds; round++) {
        measure(cluster, streams, round);
      }
      System.out.println("broken streams: " + streams.broken() + " of " + count);
    }
    System.out.println("from the death to the next octets: " + gaps.summary());
    System.out.println("from the order to die to the next octets: " + fromOrder.summary());
    System.out.println("the same streams, a second with nothing: " + quiet.summary());
    if (ofHosts) { // what a node counts begins when it misses the other one, and not at the death
      ClusterFigures.printGoal("gap, p50", gaps.medianMillis(), GAP_OF_HOST_MILLIS, "ms");
    } else {
      System.out.println("from the close to all buckets open, inside: " + takeovers.summary());
      ClusterFigures.printGoal("gap, p50", gaps.medianMillis(), GAP_OF_KILL_MILLIS, "ms");
      ClusterFigures.printGoal(
          "longest takeover", takeovers.longestMillis(), TAKEOVER_MILLIS, "ms");
    }
  }

  private void measure(BenchCluster cluster, PacedStreams streams, int round) throws IOException {
    ClusterNodes nodes = cluster.nodes();
    cluster.awaitTables();
    ClusterFigures.pause(SETTLE);
    nodes.awaitProtection();
    int victim = victim(nodes, round % 2 == 0);
    Set<Integer> ports = cluster.clientPorts(victim);
    streams.beginGaps(System.nanoTime());
    ClusterFigures.pause(QUIET);
    quiet.add(streams.gaps(ports));
    Map<Integer, Long> before = counts(nodes);
    long beginNanos = System.nanoTime();
    long deadNanos = end(cluster, victim);
    streams.beginGaps(deadNanos);
    ClusterFigures.pause(AFTER);
    List<Long> touched = streams.gaps(ports);
    gaps.add(touched);
    fromOrder.add(touched.stream().map(gap -> gap + deadNanos - beginNanos).toList());
    Gaps ofRound = new Gaps();
    ofRound.add(touched);
    System.out.printf(
        Locale.ROOT,
        "round %d: n%d, dead %.1f ms after the order, buckets open after %.1f ms, broken %d,"
            + " gaps of %s%n",
        round,
        victim,
        (deadNanos - beginNanos) / 1e6,
        takeoverMillis(nodes, before),
        streams.broken(),
        ofRound.summary());
    begin(cluster, victim);
  }

  /** The coordinator, or another node with connections. */
  private static int victim(ClusterNodes nodes, boolean coordinates) throws IOException {
    int coordinator = nodes.coordinator();
    for (int number : nodes.running()) {
      if (!coordinates && number != coordinator && nodes.connections(number) > 0) {
        return number;
      }
    }
    return coordinator;
  }

  /** Returns when the kernel has closed its sockets, or when the links were cut at the earliest. */
  private long end(BenchCluster cluster, int number) throws IOException {
    if (ofHosts) {
      long beginNanos = System.nanoTime();
      cluster.cut(number, /* isCut= */ true);
      return beginNanos;
    }
    try (CloseWatch watch = CloseWatch.of(cluster.network().node(number))) {
      cluster.nodes().kill(number);
      return watch.nanos();
    }
  }

  private void begin(BenchCluster cluster, int number) throws IOException {
    if (ofHosts) {
      cluster.cut(number, /* isCut= */ false);
      cluster.nodes().awaitMembers();
    } else {
      cluster.nodes().start(number);
    }
  }

  /** How many buckets each node has taken over. */
  private static Map<Integer, Long> counts(ClusterNodes nodes) throws IOException {
    Map<Integer, Long> counts = new HashMap<>();
    for (int number : nodes.running()) {
      counts.put(number, nodes.status(number).path("cluster").path("takeovers").asLong());
    }
    return counts;
  }

  /** The longest takeover of the nodes that have taken over more than before. */
  private double takeoverMillis(ClusterNodes nodes, Map<Integer, Long> before) throws IOException {
    Gaps ofRound = new Gaps();
    for (int number : nodes.running()) {
      var cluster = nodes.status(number).path("cluster");
      if (cluster.path("takeovers").asLong() > before.getOrDefault(number, Long.MAX_VALUE)) {
        double millis = cluster.path("takeover-milliseconds").asDouble();
        ofRound.add(List.of((long) (millis * 1e6)));
      }
    }
    double longest = ofRound.longestMillis();
    takeovers.add(List.of((long) (longest * 1e6)));
    return longest;
  }
}
