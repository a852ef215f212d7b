package dev.midstream.gateway.live;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The segments of a {@link LiveCluster} as switches that learn: each sends to the port behind which
 * it has last seen an address, for 300 s.
 */
final class LearningSwitches {
  private static final String INSIDE = "inside";
  private static final String OUTSIDE = "outside";

  private static final long WATCHED_NANOS = 300_000_000;
  private static final long MOST_SENT = 100;

  private final LiveCluster cluster;
  private final String client;
  private final String server;

  /** Lets both segments learn. A frame to an address that is not known goes everywhere. */
  LearningSwitches(LiveCluster cluster) throws IOException {
    this.cluster = cluster;
    client = LiveCluster.address(cluster.client(), "c0");
    server = LiveCluster.address(cluster.server(), "s0");
    set("c", "learning on");
    set("s", "learning on");
    for (int number = 1; number <= cluster.count(); number++) {
      set("i" + number, "learning on");
      set("o" + number, "learning on");
    }
  }

  private void set(String port, String settings) throws IOException {
    cluster.segments().ip("link set " + port + " type bridge_slave " + settings);
  }

  /**
   * Lets frames that go everywhere reach no node, and node {@code number} be known as the place.
   */
  void confineTo(int number) throws IOException {
    for (int each = 1; each <= cluster.count(); each++) {
      set("i" + each, "flood off bcast_flood off mcast_flood off");
      set("o" + each, "flood off bcast_flood off mcast_flood off");
    }
    learn(server, "i" + number);
    learn(client, "o" + number);
  }

  private void learn(String address, String port) throws IOException {
    String ignored =
        cluster
            .segments()
            .output("bridge", "fdb", "replace", address, "dev", port, "master", "dynamic");
  }

  /** Whether both send to node {@code number} what is for the other end. */
  boolean sendTo(int number) throws IOException {
    return place(INSIDE, server).equals("i" + number)
        && place(OUTSIDE, client).equals("o" + number);
  }

  /** Whether both know their own end as its neighbour, which no node is. */
  boolean knowTheirEnds() throws IOException {
    return place(INSIDE, client).equals("c") && place(OUTSIDE, server).equals("s");
  }

  /** The port behind which a segment has learned an address; empty if none. */
  private String place(String segment, String address) throws IOException {
    List<String> lines =
        cluster.segments().output("bridge", "fdb", "show", "br", segment).lines().toList();
    return lines.stream()
        .filter(line -> line.startsWith(address + " dev "))
        .map(line -> line.split(" ", -1)[2])
        .findFirst()
        .orElse("");
  }

  /** Whether no node sends many frames: one that goes in a circle is sent as often as can be. */
  boolean areAtRest() throws IOException {
    long before = sent();
    LockSupport.parkNanos(WATCHED_NANOS); // the time in which frames are counted
    return sent() - before < MOST_SENT;
  }

  private long sent() throws IOException {
    long sent = 0;
    for (int number = 1; number <= cluster.count(); number++) {
      for (String port : List.of("i" + number, "o" + number)) {
        String counts = cluster.segments().output("ip", "-s", "link", "show", "dev", port);
        sent += Long.parseLong(counts.replaceAll("(?s).*RX:[^\n]*\n *\\d+ +(\\d+) .*", "$1"));
      }
    }
    return sent;
  }

  /** What the segments have learned. */
  @Override
  public String toString() {
    try {
      return client + " " + server + "\n" + cluster.segments().output("bridge", "fdb", "show");
    } catch (IOException e) {
      return e.toString();
    }
  }
}
