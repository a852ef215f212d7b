package dev.midstream.bench.cluster;

import dev.midstream.demo.cluster.ClusterNodes;
import dev.midstream.demo.traffic.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A program that measures a cluster. {@code kills N} and {@code hosts N} kill a node, or cut all
 * its links, N times under 24 paced streams; {@code moves N} moves the bucket of a stream; {@code
 * modes N} measures the round trip of 100 octets with each commit mode in turn, N rounds.
 */
public final class ClusterFigures {
  private static final int STREAMS = 24;
  private static final long MILLI = 1_000_000;

  /** A stream that stood still for so long was touched by what happened. */
  private static final long TOUCHED_NANOS = 60 * MILLI;

  private static final long SETTLE_MILLIS = 2_000;
  private static final long AFTER_MILLIS = 5_000;
  private static final int TRIPS = 2_000;
  private static final int MESSAGE_BYTES = 100;

  private ClusterFigures() {}

  /** The arguments: what is measured, and how often. */
  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[1]);
    switch (arguments[0]) {
      case "kills" -> deaths(count, /* ofHosts= */ false);
      case "hosts" -> deaths(count, /* ofHosts= */ true);
      case "moves" -> moves(count);
      case "modes" -> modes(count);
      default -> throw new IllegalArgumentException("kills, hosts, moves or modes");
    }
  }

  // ---- deaths and moves

  private static void deaths(int count, boolean ofHosts) throws IOException {
    Gaps gaps = new Gaps();
    Gaps others = new Gaps();
    try (BenchCluster cluster = BenchCluster.start(3, true, "balance: 200ms\n");
        PacedStreams streams = PacedStreams.open(cluster.sockets(), STREAMS)) {
      ClusterNodes nodes = cluster.nodes();
      for (int round = 1; round <= count; round++) {
        pause(SETTLE_MILLIS);
        nodes.awaitProtection();
        int killed = victim(nodes, round % 2 == 0);
        others.addLonger(quietGaps(streams), TOUCHED_NANOS);
        long beginMillis = System.currentTimeMillis();
        end(cluster, killed, ofHosts);
        pause(AFTER_MILLIS);
        int touched = gaps.addLonger(streams.takeGaps(), TOUCHED_NANOS);
        System.out.printf(
            Locale.ROOT,
            "round %d: n%d, streams that stood still %d, longest takeover of a bucket %.1f ms,"
                + " broken %d%n",
            round,
            killed,
            touched,
            takeoverMillis(nodes),
            streams.broken());
        begin(cluster, killed, ofHosts);
        System.out.printf("  joined again after %d ms%n", System.currentTimeMillis() - beginMillis);
      }
      System.out.println("broken streams: " + streams.broken() + " of " + STREAMS);
    }
    System.out.println("gaps over 60 ms after a death: " + gaps.summary());
    System.out.println("gaps over 60 ms within 1 s with nothing: " + others.summary());
  }

  private static List<Long> quietGaps(PacedStreams streams) throws IOException {
    List<Long> before = streams.takeGaps();
    pause(1_000);
    return before.isEmpty() ? before : streams.takeGaps();
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

  private static void end(BenchCluster cluster, int number, boolean ofHosts) throws IOException {
    if (ofHosts) {
      cluster.cut(number, /* isCut= */ true);
    } else {
      cluster.nodes().kill(number);
    }
  }

  private static void begin(BenchCluster cluster, int number, boolean ofHosts) throws IOException {
    if (ofHosts) {
      cluster.cut(number, /* isCut= */ false);
      cluster.nodes().awaitMembers();
    } else {
      cluster.nodes().start(number);
    }
  }

  private static double takeoverMillis(ClusterNodes nodes) throws IOException {
    double longest = 0;
    for (int number : nodes.running()) {
      try {
        longest =
            Math.max(
                longest,
                nodes.status(number).path("cluster").path("takeover-milliseconds").asDouble());
      } catch (IOException e) {
        System.out.println("  n" + number + " does not answer: " + e.getMessage());
      }
    }
    return longest;
  }

  private static void moves(int count) throws IOException {
    Gaps gaps = new Gaps();
    try (BenchCluster cluster = BenchCluster.start(2, true, "balance: 1h\n");
        PacedStreams streams = PacedStreams.open(cluster.sockets(), 1)) {
      ClusterNodes nodes = cluster.nodes();
      for (int move = 1; move <= count; move++) {
        pause(SETTLE_MILLIS);
        nodes.awaitProtection();
        int owner = nodes.connections(1) > 0 ? 1 : 2;
        int heir = 3 - owner;
        for (String bucket : busy(nodes, owner)) {
          List<Long> ignored = streams.takeGaps();
          nodes.command(owner, "buckets", "--move", bucket, ClusterNodes.bind(heir));
          pause(SETTLE_MILLIS);
          gaps.addLonger(streams.takeGaps(), 0);
        }
      }
      System.out.println("broken streams: " + streams.broken() + " of 1");
    }
    System.out.println(
        "longest gaps of a stream with a message each 20 ms, moves: " + gaps.summary());
  }

  /** The bucket of the connection that a node has. */
  private static List<String> busy(ClusterNodes nodes, int owner) throws IOException {
    return nodes
        .command(owner, "connections", "--all")
        .lines()
        .skip(1)
        .map(line -> line.trim().split(" +"))
        .filter(words -> words.length > 4)
        .map(words -> words[4])
        .limit(1)
        .toList();
  }

  // ---- commit modes

  private static void modes(int rounds) throws IOException {
    Map<String, BenchCluster> all = new LinkedHashMap<>();
    Map<String, List<Double>> medians = new LinkedHashMap<>();
    try {
      all.put("no cluster", BenchCluster.start(1, false, ""));
      for (String mode : List.of("interval", "on-change", "before-ack", "strict")) {
        all.put(mode, BenchCluster.start(2, true, "commit: " + mode + "\n"));
      }
      for (BenchCluster each : all.values()) {
        double ignored = medianMicros(each);
      }
      for (int round = 0; round < rounds; round++) {
        for (Map.Entry<String, BenchCluster> each : all.entrySet()) {
          medians
              .computeIfAbsent(each.getKey(), _ -> new ArrayList<>())
              .add(medianMicros(each.getValue()));
        }
      }
    } finally {
      for (BenchCluster each : all.values()) {
        each.close();
      }
    }
    medians.forEach((mode, each) -> print(mode, each, medians.getOrDefault("no cluster", each)));
  }

  private static void print(String mode, List<Double> micros, List<Double> bare) {
    List<Double> added = new ArrayList<>();
    for (int round = 0; round < micros.size(); round++) {
      added.add(micros.get(round) - bare.get(round));
    }
    System.out.printf(
        Locale.ROOT,
        "%-12s p50 %.0f us (%.0f to %.0f), more than without a cluster %.0f us%n",
        mode,
        median(micros),
        micros.stream().mapToDouble(each -> each).min().orElse(0),
        micros.stream().mapToDouble(each -> each).max().orElse(0),
        median(added));
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /** The median of round trips over a connection of its own. */
  private static double medianMicros(BenchCluster cluster) throws IOException {
    long[] trips = new long[TRIPS];
    Connection connection = cluster.sockets().connect();
    try {
      for (int trip = 0; trip < TRIPS; trip++) {
        long beginNanos = System.nanoTime();
        pass(connection.client(), connection.server());
        pass(connection.server(), connection.client());
        trips[trip] = System.nanoTime() - beginNanos;
      }
    } finally {
      connection.close();
    }
    Arrays.sort(trips);
    return trips[TRIPS / 2] / 1e3;
  }

  private static void pass(SocketChannel from, SocketChannel to) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES);
    while (message.hasRemaining()) {
      int ignored = from.write(message);
    }
    message.clear();
    while (message.hasRemaining()) {
      if (to.read(message) < 0) {
        throw new IOException("ended");
      }
    }
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis); // streams go on
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
