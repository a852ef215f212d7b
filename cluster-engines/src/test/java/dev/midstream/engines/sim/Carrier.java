package dev.midstream.engines.sim;

import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.message.LogMessage;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's network: which nodes reach each other, how long messages take, which are lost or
 * repeated.
 */
final class Carrier {
  private static final long MICRO = 1_000;
  private static final long MOST_LATE_NANOS = 1_000 * MICRO;

  private final RandomGenerator random;
  private final int[] part;
  private final long[][] lastArrival;
  private final long[][] lastDatagram;

  /** The share of messages that are lost, in thousandths. */
  int lossThousandths;

  /** The share of messages about logs that come twice, in thousandths. */
  int repeatThousandths;

  /** How much later than usual messages may arrive. */
  long extraDelayNanos;

  /** Which messages of nodes a test loses. */
  Loss<ClusterMessage> nodeLoss = (from, to, message) -> false;

  /** Which messages about logs a test loses. */
  Loss<LogMessage> logLoss = (from, to, message) -> false;

  /**
   * From which machine to which one nothing arrives, neither what is sent now nor what is on its
   * way.
   */
  BiPredicate<Machine, Machine> deadWay = (from, to) -> false;

  /** Sees each message and packet that a machine is about to send; whether it leaves. */
  Predicate<Machine> sends = machine -> true;

  /** The machine that cannot read any record. */
  @Nullable Machine deaf;

  /** The machine that cannot read which connections stay elsewhere. */
  @Nullable Machine deafToLists;

  Carrier(RandomGenerator random, int machines) {
    this.random = random;
    part = new int[machines];
    lastArrival = new long[machines][machines];
    lastDatagram = new long[machines][machines];
  }

  /** Cuts the network in two: machines whose bit of {@code side} is set reach each other only. */
  void cut(int side) {
    for (int each = 0; each < part.length; each++) {
      part[each] = side >>> each & 1;
    }
  }

  boolean reaches(Machine from, Machine to) {
    return part[from.number] == part[to.number];
  }

  /** Whether a message that {@code from} sent arrives now. */
  boolean carries(Machine from, Machine to) {
    return reaches(from, to) && !deadWay.test(from, to);
  }

  /** Whether {@code to} can read a message. */
  boolean isReadable(Machine to, LogMessage message) {
    boolean isList =
        message instanceof LogMessage.Append append && append.since() == LogMessage.STAYING_KEYS;
    return to != deaf && !(isList && to == deafToLists);
  }

  boolean loses() {
    return lossThousandths > 0 && random.nextInt(1000) < lossThousandths;
  }

  boolean repeats() {
    return repeatThousandths > 0 && random.nextInt(1000) < repeatThousandths;
  }

  /** When a message arrives that is sent now: after all earlier ones of the same sender. */
  long arrivalNanos(Machine from, Machine to, long nowNanos) {
    return inOrder(lastArrival, from, to, nowNanos + delayNanos());
  }

  /** When a message arrives that may overtake all others. */
  long anyNanos(long nowNanos) {
    return nowNanos + delayNanos();
  }

  /** When a datagram arrives that is sent now. Later ones may overtake it, which is seldom. */
  long datagramNanos(Machine from, Machine to, long nowNanos) {
    long due = nowNanos + delayNanos();
    boolean isLate = random.nextInt(50) == 0;
    return isLate ? due + random.nextLong(MOST_LATE_NANOS) : inOrder(lastDatagram, from, to, due);
  }

  private static long inOrder(long[][] last, Machine from, Machine to, long dueNanos) {
    long arrival = Math.max(dueNanos, last[from.number][to.number] + 1);
    last[from.number][to.number] = arrival;
    return arrival;
  }

  private long delayNanos() {
    long delay =
        50 * MICRO + random.nextLong(random.nextInt(20) == 0 ? 5_000 * MICRO : 300 * MICRO);
    return delay + (extraDelayNanos == 0 ? 0 : random.nextLong(extraDelayNanos));
  }
}
