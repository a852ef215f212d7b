package dev.midstream.bench.cluster;

import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * A flood of SYNs that match a rule with an agent, from 65,024 addresses to one that belongs to no
 * host: nothing answers. Each is sent once, by a socket that is closed at once. Counted is what the
 * nodes write into their logs, and what they send each other, beside the same time without it.
 */
final class UnansweredSyns {
  private static final String ABSENT = "10.1.0.99";
  private static final int FIRST_NETWORK = 1;
  private static final int NETWORKS = 254;
  private static final int HOSTS = 256;

  /** So many connections show afterwards that records are counted. */
  private static final int ANSWERED = 100;

  private static final Duration IDLE = Duration.ofSeconds(10);

  private final BenchCluster cluster;
  private final SocketPair sockets;

  private UnansweredSyns(BenchCluster cluster, SocketPair sockets) {
    this.cluster = cluster;
    this.sockets = sockets;
  }

  static void measure(int count) throws IOException {
    try (BenchCluster cluster = BenchCluster.start(2, true, RecordOctets.settings("strict"));
        SocketPair sockets = cluster.sockets(BenchCluster.PORT);
        RestingConnections _ = RestingConnections.open(sockets, RecordOctets.RESTING)) {
      cluster.nodes().awaitProtection();
      cluster.awaitTables();
      new UnansweredSyns(cluster, sockets).run(count);
    }
  }

  private void run(int count) throws IOException {
    prepare(cluster.network().client());
    LogCounters before = LogCounters.atRest(cluster);
    long idle = between();
    ClusterFigures.pause(IDLE);
    System.out.printf(
        Locale.ROOT,
        "nothing: %.0f octets a second between the nodes%n",
        (between() - idle) / (double) IDLE.toSeconds());
    flood(count);
    cluster.nodes().await("the SYNs are forgotten", () -> cluster.known() <= RecordOctets.RESTING);
    LogCounters written = LogCounters.atRest(cluster).since(before);
    System.out.printf(
        Locale.ROOT,
        "records until all SYNs are forgotten: %d, octets of them: %d%n",
        written.records(),
        written.octets());
    ClusterFigures.printGoal("records of the flood", (double) written.records(), 0, "in all");
    answer();
  }

  private void flood(int count) throws IOException {
    long octets = between();
    long packets = packets();
    long beginNanos = System.nanoTime();
    int ignored = cluster.network().client().call(() -> send(count));
    double seconds = (System.nanoTime() - beginNanos) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%d SYNs in %.1f s, %.0f a second: the nodes saw %d packets and have %d connections, %.0f"
            + " octets a second between them%n",
        count,
        seconds,
        count / seconds,
        packets() - packets,
        cluster.known() - RecordOctets.RESTING,
        (between() - octets) / seconds);
  }

  /** The control: connections that the server answers have records. */
  private void answer() throws IOException {
    LogCounters before = LogCounters.of(cluster);
    try (RestingConnections _ = RestingConnections.open(sockets, ANSWERED)) {
      LogCounters answered = LogCounters.atRest(cluster).since(before);
      System.out.printf(
          Locale.ROOT,
          "%d connections that the server answers, after it: %d records, %d octets%n",
          ANSWERED,
          answered.records(),
          answered.octets());
    }
  }

  /** The client may send from each of the addresses, and needs no answer to find the receiver. */
  private static void prepare(Namespace client) throws IOException {
    client.ip(
        "route add local 10.2.0.0/16 dev lo",
        "neigh replace " + ABSENT + " lladdr 02:00:00:00:00:63 dev c0 nud permanent");
  }

  private static int send(int count) throws IOException {
    InetSocketAddress to = new InetSocketAddress(ABSENT, BenchCluster.PORT);
    for (int number = 0; number < count; number++) {
      int network = FIRST_NETWORK + number / HOSTS % NETWORKS;
      String from = "10.2." + network + "." + number % HOSTS;
      try (SocketChannel socket = SocketChannel.open()) {
        SocketChannel bound = socket.bind(new InetSocketAddress(from, 0));
        SelectableChannel ignored = bound.configureBlocking(false);
        boolean isConnected = socket.connect(to);
        if (isConnected) {
          throw new IOException("something answers: address=" + to);
        }
      }
    }
    return count;
  }

  private long packets() throws IOException {
    double packets = 0;
    for (int number : cluster.nodes().running()) {
      Namespace node = cluster.network().node(number);
      packets += NodeRequests.metrics(node).getOrDefault("midstream_packets_total", 0.0);
    }
    return (long) packets;
  }

  /** Octets that the nodes have sent on the segment that joins them, headers included. */
  private long between() throws IOException {
    long octets = 0;
    for (int number = 1; number <= cluster.network().count(); number++) {
      octets += sent(cluster.network().node(number), "cl0");
    }
    return octets;
  }

  private static long sent(Namespace node, String device) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + node.pid() + "/net/dev"))) {
      String[] parts = line.strip().split("[:\\s]+", -1);
      if (parts[0].equals(device)) {
        return Long.parseLong(parts[9]);
      }
    }
    throw new IOException("no such interface: name=" + device);
  }
}
