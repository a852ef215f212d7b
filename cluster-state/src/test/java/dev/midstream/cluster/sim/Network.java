package dev.midstream.cluster.sim;

import dev.midstream.cluster.node.ClusterMessage;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** The cluster's network: which hosts reach each other, how long messages take, which are lost. */
final class Network {
  private static final long MICRO = 1_000;
  private static final long MILLI = 1_000_000;

  private final RandomGenerator random;
  private final int[] part;
  private final long[][] lastArrival;
  private final int[] lossToThousandths;

  private final boolean[][] dead;

  /** Sees each host that is about to send a message; whether that leaves. */
  Predicate<Host> sends = host -> true;

  /** Whether one message of twenty takes up to 20 ms. */
  boolean isBusy = true;

  /** The share of messages that are lost, in thousandths. */
  int lossThousandths;

  /** How much later than usual messages may arrive. */
  long extraDelayNanos;

  Network(RandomGenerator random, int hosts) {
    this.random = random;
    part = new int[hosts];
    lossToThousandths = new int[hosts];
    lastArrival = new long[hosts][hosts];
    dead = new boolean[hosts][hosts];
  }

  /** Cuts the network in two: hosts whose bit of {@code side} is set reach each other only. */
  void cut(int side) {
    for (int host = 0; host < part.length; host++) {
      part[host] = side >>> host & 1;
    }
  }

  void heal() {
    cut(0);
  }

  boolean isCut() {
    for (int each : part) {
      if (each != part[0]) {
        return true;
      }
    }
    return false;
  }

  boolean reaches(int from, int to) {
    return part[from] == part[to];
  }

  /** Nothing arrives from one host at the other, neither what is on its way, if {@code isDead}. */
  void closeWay(int from, int to, boolean isDead) {
    dead[from][to] = isDead;
  }

  /** Every host hears all that it reaches. */
  void openWays() {
    Arrays.stream(dead).forEach(each -> Arrays.fill(each, false));
  }

  /** Whether a message that one host sent to the other arrives now. */
  boolean carries(int from, int to) {
    return reaches(from, to) && !dead[from][to];
  }

  /** Loses a share of the messages to {@code host}, in thousandths, whoever sends them. */
  void loseTo(int host, int thousandths) {
    lossToThousandths[host] = thousandths;
  }

  /** No host loses more messages than others any more. */
  void loseNone() {
    Arrays.fill(lossToThousandths, 0);
  }

  boolean loses(int to) {
    return random.nextInt(1000) < Math.max(lossThousandths, lossToThousandths[to]);
  }

  /**
   * When a message arrives that is sent now: after all earlier ones of the same sender, unless it
   * may overtake them.
   */
  long arrivalNanos(int from, int to, ClusterMessage message, long nowNanos) {
    long delay =
        50 * MICRO + random.nextLong(isBusy && random.nextInt(20) == 0 ? 20 * MILLI : 500 * MICRO);
    long extra = extraDelayNanos == 0 ? 0 : random.nextLong(extraDelayNanos);
    if (message.isRepeated()) {
      return nowNanos + delay + extra;
    }
    long arrival = Math.max(nowNanos + delay + extra, lastArrival[from][to] + 1);
    lastArrival[from][to] = arrival;
    return arrival;
  }
}
