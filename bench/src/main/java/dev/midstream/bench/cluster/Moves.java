package dev.midstream.bench.cluster;

import dev.midstream.demo.cluster.ClusterNodes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The only bucket, of a stream with two messages in each millisecond, moves to and fro. */
final class Moves {
  private static final Duration INTERVAL = Duration.ofNanos(500_000);
  private static final Duration SETTLE = Duration.ofSeconds(2);

  /** A move is over long before; so long is a window with nothing, too. */
  private static final Duration WINDOW = Duration.ofMillis(500);

  /** Counters of the interfaces of a node: frames that it has not received, or not sent. */
  private static final List<String> DROPS = List.of("missed", "queue-full", "refused", "fenced");

  private static final double PAUSE_MILLIS = 5;

  private Moves() {}

  static void measure(int count) throws IOException {
    Gaps gaps = new Gaps();
    Gaps quiet = new Gaps();
    List<TcpCounters> losses = new ArrayList<>();
    try (BenchCluster cluster = BenchCluster.start(2, true, "balance: 1h\nbuckets: 1\n");
        var sockets = cluster.sockets(BenchCluster.PORT);
        PacedStreams streams = PacedStreams.open(sockets, 1, INTERVAL)) {
      ClusterNodes nodes = cluster.nodes();
      ClusterFigures.pause(SETTLE);
      Map<String, Long> before = drops(nodes);
      for (int move = 1; move <= count; move++) {
        ClusterFigures.pause(SETTLE);
        nodes.awaitProtection();
        quiet.add(window(streams));
        losses.add(move(cluster, streams, gaps));
      }
      System.out.println("broken streams: " + streams.broken() + " of 1");
      System.out.println(
          "frames that nodes have dropped before and after: " + before + ", " + drops(nodes));
    }
    long repeated = losses.stream().mapToLong(TcpCounters::repeated).sum();
    System.out.println("longest gap in half a second with a move: " + gaps.summary());
    System.out.println("longest gap in half a second with none: " + quiet.summary());
    System.out.printf(
        Locale.ROOT,
        "segments that were sent again during the moves: %d, needlessly %d%n",
        repeated,
        losses.stream().mapToLong(TcpCounters::needless).sum());
    ClusterFigures.printGoal("pause, p50", gaps.medianMillis(), PAUSE_MILLIS, "ms");
    ClusterFigures.printGoal("segments sent again", (double) repeated, 0, "in all");
  }

  private static List<Long> window(PacedStreams streams) throws IOException {
    streams.beginGaps(System.nanoTime());
    ClusterFigures.pause(WINDOW);
    return streams.gaps();
  }

  /** What both ends have sent again meanwhile. */
  private static TcpCounters move(BenchCluster cluster, PacedStreams streams, Gaps gaps)
      throws IOException {
    int owner = cluster.nodes().connections(1) > 0 ? 1 : 2;
    TcpCounters before = counters(cluster);
    streams.beginGaps(System.nanoTime());
    for (int bucket : cluster.owned(owner)) {
      cluster.move(bucket, owner, 3 - owner);
    }
    ClusterFigures.pause(WINDOW);
    cluster.nodes().await("the bucket has moved", () -> cluster.owned(owner).isEmpty());
    gaps.add(streams.gaps());
    return counters(cluster).since(before);
  }

  private static TcpCounters counters(BenchCluster cluster) throws IOException {
    return TcpCounters.of(cluster.network().client(), cluster.network().server());
  }

  /** Frames that the nodes have not received, or not sent, by the name of their counter. */
  private static Map<String, Long> drops(ClusterNodes nodes) throws IOException {
    Map<String, Long> drops = new TreeMap<>();
    for (int number : nodes.running()) {
      for (var leg : nodes.status(number).path("interfaces")) {
        for (String counter : DROPS) {
          drops.merge(counter, leg.path(counter).asLong(), Long::sum);
        }
      }
    }
    return drops;
  }
}
