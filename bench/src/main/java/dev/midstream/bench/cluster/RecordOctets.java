package dev.midstream.bench.cluster;

import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Locale;

/**
 * The octets of the records of connections and of edits, with {@code commit: strict}. What is
 * measured is done one after the other, and the logs are at rest before and after it.
 */
final class RecordOctets {
  static final int BUCKETS = 64;

  /** With so many connections each bucket has an owner before anything is counted. */
  static final int RESTING = 600;

  private static final int MESSAGE_BYTES = 100;
  private static final int FILL_BYTES = 200;

  /** A connection that may be edited stays in time-wait for 240 s. */
  private static final Duration TIME_WAIT = Duration.ofMinutes(5);

  private static final Duration POLL = Duration.ofSeconds(1);

  private final BenchCluster cluster;
  private final SocketPair sockets;
  private final int count;

  private RecordOctets(BenchCluster cluster, SocketPair sockets, int count) {
    this.cluster = cluster;
    this.sockets = sockets;
    this.count = count;
  }

  /** Lines of the section {@code cluster}: no bucket moves meanwhile. */
  static String settings(String mode) {
    return "detect: 3s\nbalance: 1h\nbuckets: " + BUCKETS + "\ncommit: " + mode + "\n";
  }

  static void measure(int count) throws IOException {
    try (BenchCluster cluster = BenchCluster.start(2, true, settings("strict"));
        SocketPair sockets = cluster.sockets(BenchCluster.PORT);
        RestingConnections _ = RestingConnections.open(sockets, RESTING)) {
      cluster.nodes().awaitProtection();
      RecordOctets octets = new RecordOctets(cluster, sockets, count);
      octets.measureConnections("nothing sent", 0);
      octets.measureConnections(MESSAGE_BYTES + " octets each way, no edit", MESSAGE_BYTES);
      octets.measureEdits(0);
      octets.measureEdits(FILL_BYTES);
      octets.measureForgetting();
    }
  }

  private void measureConnections(String what, int messageBytes) throws IOException {
    LogCounters before = LogCounters.atRest(cluster);
    LogCounters ended;
    try (RestingConnections opened = RestingConnections.open(sockets, count)) {
      LogCounters open = LogCounters.atRest(cluster);
      print("a connection, opened", open.since(before), count);
      if (messageBytes > 0) {
        for (Connection each : opened.all()) {
          pass(each.client(), each.server(), messageBytes);
          pass(each.server(), each.client(), messageBytes);
        }
      }
      ended = LogCounters.atRest(cluster);
      print("the same, " + what, ended.since(open), count);
    }
    print("the same, closed by both ends", LogCounters.atRest(cluster).since(ended), count);
  }

  private static void pass(SocketChannel from, SocketChannel to, int bytes) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(bytes);
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

  private void measureEdits(int fillBytes) throws IOException {
    try (EditedMessages messages = EditedMessages.open(sockets, fillBytes, 1)) {
      LogCounters before = LogCounters.atRest(cluster);
      messages.begin(count);
      messages.awaitEnd();
      print(
          "an edit in a message of " + (BenchCluster.FIND.length() + fillBytes) + " octets",
          LogCounters.atRest(cluster).since(before),
          count);
    }
  }

  /** The connections that have ended are forgotten when their time-wait is over. */
  private void measureForgetting() throws IOException {
    LogCounters before = LogCounters.of(cluster);
    long beginNanos = System.nanoTime();
    while (cluster.known() > RESTING) {
      if (System.nanoTime() - beginNanos > TIME_WAIT.toNanos()) {
        throw new IOException("connections are not forgotten: known=" + cluster.known());
      }
      ClusterFigures.pause(POLL);
    }
    LogCounters forgotten = LogCounters.atRest(cluster).since(before);
    print("a connection, forgotten", forgotten, 2L * count + 2);
  }

  private static void print(String what, LogCounters counted, long times) {
    System.out.printf(
        Locale.ROOT,
        "%-48s %5d times: %.2f records, %.1f octets%n",
        what,
        times,
        (double) counted.records() / times,
        (double) counted.octets() / times);
  }
}
