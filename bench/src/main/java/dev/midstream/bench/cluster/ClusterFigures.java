package dev.midstream.bench.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/**
 * A program that measures a cluster. {@code kills N} and {@code hosts N} kill a node, or cut all
 * its links, N times under paced streams, 24 or as many as a third argument says; {@code moves N}
 * moves the bucket of a stream; {@code modes N} measures the round trip of 100 octets with each
 * commit mode in turn, N rounds; {@code records N} counts the octets of the records of N
 * connections and N edits, and how many records a second two nodes keep up with; {@code flood N}
 * sends N SYNs that nothing answers.
 */
public final class ClusterFigures {
  private static final int STREAMS = 24;

  private ClusterFigures() {}

  /** The arguments: what is measured, how often, and how many streams there are. */
  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[1]);
    int streams = arguments.length > 2 ? Integer.parseInt(arguments[2]) : STREAMS;
    switch (arguments[0]) {
      case "kills" -> new Deaths(streams, /* ofHosts= */ false).measure(count);
      case "hosts" -> new Deaths(streams, /* ofHosts= */ true).measure(count);
      case "moves" -> Moves.measure(count);
      case "modes" -> CommitModes.measure(count);
      case "records" -> measureRecords(count);
      case "flood" -> UnansweredSyns.measure(count);
      default -> throw new IllegalArgumentException("kills, hosts, moves, modes, records or flood");
    }
  }

  private static void measureRecords(int count) throws IOException {
    RecordOctets.measure(count);
    RecordRates.measure("strict");
    RecordRates.measure("on-change");
  }

  static void pause(Duration time) throws IOException {
    try {
      Thread.sleep(time); // streams go on
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** A line about a goal: the figure, and whether it is the limit at most. */
  static void printGoal(String what, double figure, double limit, String unit) {
    System.out.printf(
        Locale.ROOT,
        "goal: %s %.2f %s, at most %.2f: %s%n",
        what,
        figure,
        unit,
        limit,
        figure <= limit ? "met" : "MISSED");
  }
}
