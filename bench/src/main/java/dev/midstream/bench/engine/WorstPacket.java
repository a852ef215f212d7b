package dev.midstream.bench.engine;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A program that looks for the most expensive packet of each {@link Attack}. Every packet is
 * measured, those that prepare the attack too, so the first one that meets what was prepared counts
 * as it is. An attack is repeated on new connections, and the lowest time of each packet counts:
 * collections and interrupts do not.
 */
public final class WorstPacket {
  private static final int ROUNDS = 1_000;
  private static final int WARM_UPS = 4;

  /** No packet may cost so many times what an ordinary one of its kind costs. */
  private static final int MAX_FACTOR = 20;

  private final List<Cost> costs = new ArrayList<>();
  private int packets;

  private WorstPacket() {}

  /** The lowest time of one packet. */
  private static final class Cost {
    private final int packet;
    private final boolean acknowledgement;
    private long nanos = Long.MAX_VALUE;

    Cost(int packet, boolean acknowledgement) {
      this.packet = packet;
      this.acknowledgement = acknowledgement;
    }

    void add(long time) {
      nanos = Math.min(nanos, time);
    }
  }

  /**
   * Prints the worst segment and the worst acknowledgement of each attack.
   *
   * @throws IllegalStateException if one costs too much
   */
  public static void main(String[] arguments) {
    for (int i = 0; i < WARM_UPS; i++) {
      measureAll();
    }
    Map<Attack, WorstPacket> measured = measureAll();
    WorstPacket ordinary = Objects.requireNonNull(measured.get(Attack.IN_ORDER));
    long segmentNanos = ordinary.median(false);
    long acknowledgementNanos = ordinary.median(true);
    PrintStream out = System.out;
    out.printf("ordinary: segment %d ns, ", segmentNanos);
    out.printf("acknowledgement %d ns%n", acknowledgementNanos);
    double worst = 0;
    for (Map.Entry<Attack, WorstPacket> entry : measured.entrySet()) {
      out.printf("%-30s", entry.getKey());
      worst = Math.max(worst, entry.getValue().print("segment", false, segmentNanos, out));
      worst = Math.max(worst, entry.getValue().print("ack", true, acknowledgementNanos, out));
      out.println();
    }
    if (worst > MAX_FACTOR) {
      throw new IllegalStateException("a packet costs too much: factor=" + worst);
    }
  }

  private static Map<Attack, WorstPacket> measureAll() {
    Map<Attack, WorstPacket> all = new EnumMap<>(Attack.class);
    for (Attack attack : Attack.values()) {
      WorstPacket worst = new WorstPacket();
      for (int i = 0; i < ROUNDS; i++) {
        worst.packets = 0;
        AttackedConnection connection = new AttackedConnection(worst::add);
        attack.run(connection);
        connection.end();
      }
      all.put(attack, worst);
    }
    return all;
  }

  /** Prints the worst packet of one kind; returns its factor. */
  private double print(String kind, boolean acknowledgements, long ordinaryNanos, PrintStream out) {
    Cost worst =
        costs.stream()
            .filter(cost -> cost.acknowledgement == acknowledgements)
            .max(Comparator.comparingLong(cost -> cost.nanos))
            .orElseThrow();
    double factor = (double) worst.nanos / ordinaryNanos;
    out.printf(Locale.ROOT, "  %s %4d: %5d ns, %4.1f", kind, worst.packet, worst.nanos, factor);
    return factor;
  }

  private long median(boolean acknowledgements) {
    long[] sorted =
        costs.stream()
            .filter(cost -> cost.acknowledgement == acknowledgements)
            .mapToLong(cost -> cost.nanos)
            .sorted()
            .toArray();
    return sorted[sorted.length / 2];
  }

  private void add(boolean isAcknowledgement, long nanos) {
    if (packets == costs.size()) {
      costs.add(new Cost(packets, isAcknowledgement));
    }
    costs.get(packets++).add(nanos);
  }
}
