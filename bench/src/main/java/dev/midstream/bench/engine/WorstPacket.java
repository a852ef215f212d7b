package dev.midstream.bench.engine;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
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

  /**
   * No packet may cost so many times what an ordinary one of its kind costs, unless more packets
   * leave for it: then each of them may cost as much as an ordinary one. Nor if it covers more
   * edits: then so many of them may cost as much as one.
   */
  private static final int MAX_FACTOR = 20;

  private static final int EDITS_PER_PACKET = 15;

  private final List<Cost> costs = new ArrayList<>();
  private int packets;

  private WorstPacket() {}

  /** The lowest time of one packet. */
  private static final class Cost {
    private final int packet;
    private final boolean acknowledgement;
    private long nanos = Long.MAX_VALUE;
    private long packetsOut;
    private int edits;

    Cost(int packet, boolean acknowledgement) {
      this.packet = packet;
      this.acknowledgement = acknowledgement;
    }

    void add(long time, long sent, int covered) {
      nanos = Math.min(nanos, time);
      packetsOut = sent;
      edits = covered;
    }

    double excess(long ordinaryNanos) {
      long allowed = Math.max(MAX_FACTOR, Math.max(packetsOut, edits / EDITS_PER_PACKET));
      return (double) nanos / ordinaryNanos / allowed;
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
    if (worst > 1) {
      throw new IllegalStateException("a packet costs too much: excess=" + worst);
    }
  }

  private static Map<Attack, WorstPacket> measureAll() {
    Map<Attack, WorstPacket> all = new EnumMap<>(Attack.class);
    for (Attack attack : Attack.values()) {
      WorstPacket worst = new WorstPacket();
      for (int i = 0; i < ROUNDS; i++) {
        worst.packets = 0;
        AttackedConnection connection = attack.open(worst::add);
        attack.run(connection);
        connection.end();
      }
      all.put(attack, worst);
    }
    return all;
  }

  /** Prints the worst packet of one kind; returns the highest excess, 1 for what is allowed. */
  private double print(String kind, boolean acknowledgements, long ordinaryNanos, PrintStream out) {
    List<Cost> ofKind =
        costs.stream().filter(cost -> cost.acknowledgement == acknowledgements).toList();
    Cost worst = Collections.max(ofKind, Comparator.comparingLong(cost -> cost.nanos));
    double factor = (double) worst.nanos / ordinaryNanos;
    out.printf(Locale.ROOT, "  %s %4d: %5d ns, %4.1f", kind, worst.packet, worst.nanos, factor);
    out.printf(Locale.ROOT, ", %2d out", worst.packetsOut);
    out.print(worst.edits > 0 ? ", " + worst.edits + " edits" : "");
    return ofKind.stream().mapToDouble(cost -> cost.excess(ordinaryNanos)).max().orElseThrow();
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

  private void add(boolean isAcknowledgement, long nanos, long packetsOut, int edits) {
    if (packets == costs.size()) {
      costs.add(new Cost(packets, isAcknowledgement));
    }
    costs.get(packets++).add(nanos, packetsOut, edits);
  }
}
