package dev.midstream.bench.cluster;

import dev.midstream.demo.cluster.ClusterNetwork;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Round trips of 100 octets with each commit mode, and without a cluster, in turn; through an agent
 * that sees the octets, and opaque. A round trip is two messages, so a message waits half of what a
 * round trip takes longer than without a cluster, or than with {@code on-change}. Beside it, the
 * raw round trip between two nodes: 100 octets there and back over TCP, with a thread at each end.
 * No end waits for an acknowledgement before it sends (TCP_NODELAY).
 */
final class CommitModes {
  private static final int TRIPS = 2_000;
  private static final int MESSAGE_BYTES = 100;
  private static final int ECHO_PORT = 7_900;
  private static final String NONE = "no cluster";
  private static final String ON_CHANGE = "on-change";
  private static final double STRICT_TRIPS = 2;

  /** Two modes that do the same differ by less. */
  private static final double NOTHING = 0.5;

  private final Map<String, BenchCluster> all = new LinkedHashMap<>();
  private final List<Double> raw = new ArrayList<>();
  private final Map<String, List<Double>> seen = new LinkedHashMap<>();
  private final Map<String, List<Double>> opaque = new LinkedHashMap<>();

  private CommitModes() {}

  static void measure(int rounds) throws IOException {
    CommitModes modes = new CommitModes();
    try {
      modes.start();
      modes.measureRound(); // the first one compiles
      modes.raw.clear();
      modes.seen.clear();
      modes.opaque.clear();
      for (int round = 0; round < rounds; round++) {
        modes.measureRound();
      }
    } finally {
      for (BenchCluster each : modes.all.values()) {
        each.close();
      }
    }
    modes.print();
  }

  private void start() throws IOException {
    all.put(NONE, BenchCluster.start(1, false, ""));
    for (String mode : List.of("interval", ON_CHANGE, "before-ack", "strict")) {
      all.put(mode, BenchCluster.start(2, true, "detect: 3s\ncommit: " + mode + "\n"));
    }
  }

  private void measureRound() throws IOException {
    raw.add(rawMicros(all.getOrDefault("strict", all.values().iterator().next())));
    for (Map.Entry<String, BenchCluster> each : all.entrySet()) {
      add(seen, each.getKey(), medianMicros(each.getValue(), BenchCluster.PORT));
      add(opaque, each.getKey(), medianMicros(each.getValue(), BenchCluster.OPAQUE_PORT));
    }
  }

  private static void add(Map<String, List<Double>> to, String mode, double micros) {
    to.computeIfAbsent(mode, _ -> new ArrayList<>()).add(micros);
  }

  // ---- round trips

  /** The median of round trips over a connection of its own, after a first edit each way. */
  private static double medianMicros(BenchCluster cluster, int port) throws IOException {
    try (SocketPair sockets = cluster.sockets(port);
        Connection connection = connect(sockets)) {
      edit(connection.client(), connection.server());
      edit(connection.server(), connection.client());
      long[] trips = new long[TRIPS];
      for (int trip = 0; trip < TRIPS; trip++) {
        long beginNanos = System.nanoTime();
        write(connection.client());
        read(connection.server(), MESSAGE_BYTES);
        write(connection.server());
        read(connection.client(), MESSAGE_BYTES);
        trips[trip] = System.nanoTime() - beginNanos;
      }
      return medianMicros(trips);
    }
  }

  private static Connection connect(SocketPair sockets) throws IOException {
    Connection connection = sockets.connect();
    for (SocketChannel end : List.of(connection.client(), connection.server())) {
      SocketChannel ignored = end.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    return connection;
  }

  private static void edit(SocketChannel from, SocketChannel to) throws IOException {
    Connection.write(from, BenchCluster.FIND);
    read(to, BenchCluster.REPLACEMENT.getBytes(StandardCharsets.UTF_8).length);
  }

  private static double rawMicros(BenchCluster cluster) throws IOException {
    try (SocketPair sockets =
            SocketPair.of(
                cluster.network().node(1),
                cluster.network().node(2),
                ClusterNetwork.address(2),
                ECHO_PORT);
        Connection connection = connect(sockets)) {
      Thread ignored = Thread.ofPlatform().daemon().start(() -> echo(connection.server()));
      long[] trips = new long[TRIPS];
      for (int trip = 0; trip < TRIPS; trip++) {
        long beginNanos = System.nanoTime();
        write(connection.client());
        read(connection.client(), MESSAGE_BYTES);
        trips[trip] = System.nanoTime() - beginNanos;
      }
      return medianMicros(trips);
    }
  }

  private static void echo(SocketChannel end) {
    try {
      while (true) {
        read(end, MESSAGE_BYTES);
        write(end);
      }
    } catch (IOException _) {
      // The other end is done.
    }
  }

  private static void write(SocketChannel to) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES);
    while (message.hasRemaining()) {
      int ignored = to.write(message);
    }
  }

  private static void read(SocketChannel from, int bytes) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(bytes);
    while (message.hasRemaining()) {
      if (from.read(message) < 0) {
        throw new IOException("ended");
      }
    }
  }

  private static double medianMicros(long[] nanos) {
    Arrays.sort(nanos);
    return nanos[nanos.length / 2] / 1e3;
  }

  // ---- figures

  private void print() {
    System.out.printf(Locale.ROOT, "raw round trip between nodes: p50 %s%n", spread(raw));
    for (String mode : all.keySet()) {
      print(mode + ", an agent sees it", mode, seen);
      print(mode + ", opaque", mode, opaque);
    }
    double strict = waits("strict", ON_CHANGE, seen);
    ClusterFigures.printGoal("strict, a message that an agent sees", strict, STRICT_TRIPS, "trips");
    double passed = waits("strict", ON_CHANGE, opaque);
    ClusterFigures.printGoal("strict, an opaque message", passed, NOTHING, "trips");
    double before = waits("before-ack", ON_CHANGE, seen);
    ClusterFigures.printGoal("before-ack, a message that an agent sees", before, NOTHING, "trips");
  }

  private void print(String name, String mode, Map<String, List<Double>> from) {
    System.out.printf(
        Locale.ROOT,
        "%-32s round trip p50 %s; a message waits %.2f raw round trips, %.2f more than with"
            + " on-change%n",
        name,
        spread(from.getOrDefault(mode, List.of())),
        waits(mode, NONE, from),
        waits(mode, ON_CHANGE, from));
  }

  /** The median over the rounds of what a message waits, in raw round trips of the same round. */
  private double waits(String mode, String other, Map<String, List<Double>> from) {
    List<Double> with = from.getOrDefault(mode, List.of());
    List<Double> without = from.getOrDefault(other, List.of());
    List<Double> waits = new ArrayList<>();
    for (int round = 0; round < with.size(); round++) {
      waits.add((with.get(round) - without.get(round)) / 2 / raw.get(round));
    }
    return median(waits);
  }

  private static String spread(List<Double> micros) {
    List<Double> sorted = micros.stream().sorted().toList();
    return String.format(
        Locale.ROOT, "%.0f us (%.0f to %.0f)", median(sorted), sorted.getFirst(), sorted.getLast());
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
