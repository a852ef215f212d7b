package dev.midstream.reassembly.event;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The counters of one engine since its start. Written by its worker only. */
@SuppressWarnings("EnumOrdinal") // array index; the order is never stored
public final class Counters {
  private static final Reason[] REASONS = Reason.values();

  private final long[] reasons = new long[REASONS.length];
  private final Map<String, Long> agentReasons = new TreeMap<>();
  private @Nullable ReasonCounts connectionReasons;
  private int weight = 1;
  private long packets;
  private long octets;
  private long connections;
  private long edits;
  private long decidedOctets;
  private long removedOctets;
  private long insertedOctets;

  /** Counts a packet that arrived. */
  public void countPacket() {
    packets++;
  }

  /** Counts payload octets of a segment that arrived. */
  public void countOctets(int payload) {
    octets += payload;
  }

  /** Counts a connection that was opened or picked up. */
  public void countConnection() {
    connections++;
  }

  /** Counts octets that an agent passed or replaced. */
  public void countDecided(long octets) {
    decidedOctets += octets;
  }

  /** Counts an edit, whether it is carried out or, in monitor mode, only decided. */
  public void countEdit(int orgLength, int newLength) {
    edits++;
    removedOctets += orgLength;
    insertedOctets += newLength;
  }

  /** Counts octets that are deleted because an earlier edit covers them. */
  public void countRemoved(int octets) {
    removedOctets += octets;
  }

  /** Counts reasons also in {@code connection} from now on; null ends this. */
  public void countAlsoFor(@Nullable ReasonCounts connection) {
    connectionReasons = connection;
  }

  /**
   * From now on counts reasons for the connection only: what happens was counted before, when it
   * happened first.
   */
  public void beginReplay() {
    weight = 0;
  }

  /** Counts everything again. */
  public void endReplay() {
    weight = 1;
  }

  /** Counts {@code reason} once. */
  public void count(Reason reason) {
    reasons[reason.ordinal()] += weight;
    if (connectionReasons != null) {
      connectionReasons.count(reason);
    }
  }

  /**
   * Counts a reason of an agent once.
   *
   * @param code the agent's name, a dot, and the code of the reason
   */
  public void countOfAgent(String code) {
    if (weight > 0) {
      agentReasons.merge(code, 1L, Long::sum);
    }
    if (connectionReasons != null) {
      connectionReasons.countOfAgent(code);
    }
  }

  /** How often each reason was counted, by code, also those of agents; without zeros. */
  public SortedMap<String, Long> byCode() {
    SortedMap<String, Long> counts = new TreeMap<>(agentReasons);
    for (Reason reason : REASONS) {
      if (of(reason) > 0) {
        counts.put(reason.code(), of(reason));
      }
    }
    return counts;
  }

  /** How often {@code reason} was counted. */
  public long of(Reason reason) {
    return reasons[reason.ordinal()];
  }

  /** Packets that arrived. */
  public long packets() {
    return packets;
  }

  /** Payload octets of segments that arrived, retransmitted ones each time. */
  public long octets() {
    return octets;
  }

  /** Connections that were opened or picked up. */
  public long connections() {
    return connections;
  }

  /** Edits decided. */
  public long edits() {
    return edits;
  }

  /** Octets that agents passed or replaced, each counted once. */
  public long decidedOctets() {
    return decidedOctets;
  }

  /** Octets that edits removed. */
  public long removedOctets() {
    return removedOctets;
  }

  /** Octets that edits inserted. */
  public long insertedOctets() {
    return insertedOctets;
  }
}
