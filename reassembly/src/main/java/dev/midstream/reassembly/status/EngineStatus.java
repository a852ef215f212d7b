package dev.midstream.reassembly.status;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.store.MemoryBudget;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The status of one engine, or the sum of several.
 *
 * @param packets packets that arrived
 * @param octets payload octets of segments that arrived, retransmitted ones each time
 * @param opened connections that were opened or picked up
 * @param edits decided edits
 * @param decidedOctets octets that agents passed or replaced, each counted once
 * @param removedOctets octets that edits removed
 * @param insertedOctets octets that edits inserted
 * @param keptBytes octets kept for all connections
 * @param peakBytes highest number of octets kept at once
 * @param unprotected edited connections that are in no record, although records are to be written
 * @param fastPath connections that are forwarded without their engines
 * @param reasons how often each reason was counted, by code, without those that never were
 * @param states connections in each state
 * @param handlings connections of each handling
 * @param recent the connections with the latest packets, latest first
 */
public record EngineStatus(
    long packets,
    long octets,
    long opened,
    long edits,
    long decidedOctets,
    long removedOctets,
    long insertedOctets,
    long keptBytes,
    long peakBytes,
    long unprotected,
    FastPathStatus fastPath,
    Map<String, Long> reasons,
    Map<ConnectionState, Long> states,
    Map<Handling, Long> handlings,
    List<ConnectionStatus> recent) {

  /** The status of an engine that has seen no packet. */
  public static final EngineStatus EMPTY =
      new EngineStatus(
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          FastPathStatus.NONE,
          Map.of(),
          Map.of(),
          Map.of(),
          List.of());

  private static final Comparator<ConnectionStatus> RECENT_FIRST =
      Comparator.comparingLong(ConnectionStatus::silentNanos).thenComparing(ConnectionStatus::ends);

  /** Copies the collections. */
  public EngineStatus {
    reasons = copy(reasons);
    states = copy(states);
    handlings = copy(handlings);
    recent = List.copyOf(recent);
  }

  static EngineStatus of(
      Counters counters,
      MemoryBudget budget,
      long unprotected,
      FastPathStatus fastPath,
      Map<ConnectionState, Long> states,
      Map<Handling, Long> handlings,
      List<ConnectionStatus> recent) {
    return new EngineStatus(
        counters.packets(),
        counters.octets(),
        counters.connections(),
        counters.edits(),
        counters.decidedOctets(),
        counters.removedOctets(),
        counters.insertedOctets(),
        budget.usedBytes(),
        budget.peakBytes(),
        unprotected,
        fastPath,
        counters.byCode(),
        states,
        handlings,
        recent.stream().sorted(RECENT_FIRST).toList());
  }

  /** What was counted, without connections. */
  public static EngineStatus of(Counters counters) {
    return new EngineStatus(
        counters.packets(),
        counters.octets(),
        counters.connections(),
        counters.edits(),
        counters.decidedOctets(),
        counters.removedOctets(),
        counters.insertedOctets(),
        0,
        0,
        0,
        FastPathStatus.NONE,
        counters.byCode(),
        Map.of(),
        Map.of(),
        List.of());
  }

  /** Number of connections. */
  public long connections() {
    return states.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The sum of both, with at most {@code maxRecent} connections. Peaks are added up too. */
  public EngineStatus plus(EngineStatus other, int maxRecent) {
    return new EngineStatus(
        packets + other.packets,
        octets + other.octets,
        opened + other.opened,
        edits + other.edits,
        decidedOctets + other.decidedOctets,
        removedOctets + other.removedOctets,
        insertedOctets + other.insertedOctets,
        keptBytes + other.keptBytes,
        peakBytes + other.peakBytes,
        unprotected + other.unprotected,
        fastPath.plus(other.fastPath),
        sum(reasons, other.reasons),
        sum(states, other.states),
        sum(handlings, other.handlings),
        Stream.concat(recent.stream(), other.recent.stream())
            .sorted(RECENT_FIRST)
            .limit(maxRecent)
            .toList());
  }

  private static <K extends Comparable<K>> Map<K, Long> sum(Map<K, Long> one, Map<K, Long> other) {
    Map<K, Long> sum = new TreeMap<>(one);
    other.forEach((key, count) -> sum.merge(key, count, Long::sum));
    return sum;
  }

  private static <K extends Comparable<K>> Map<K, Long> copy(Map<K, Long> counts) {
    return Collections.unmodifiableMap(new TreeMap<>(counts));
  }
}
