package dev.midstream.reassembly.event;

import org.jspecify.annotations.Nullable;

/** What one engine has counted since it was made. Written by its worker only. */
@SuppressWarnings("EnumOrdinal") // one array slot for each reason; the order is never stored
public final class Counters {
  private static final Reason[] REASONS = Reason.values();

  private final long[] reasons = new long[REASONS.length];
  private @Nullable ReasonCounts connectionReasons;
  private long packets;
  private long connections;
  private long edits;
  private long shownOctets;
  private long removedOctets;
  private long insertedOctets;

  /** Counts one packet that came in. */
  public void packet() {
    packets++;
  }

  /** Counts one connection that was opened or picked up. */
  public void connection() {
    connections++;
  }

  /** Counts octets an agent decided. */
  public void shown(long octets) {
    shownOctets += octets;
  }

  /** Counts one edit, carried out or, in monitor mode, only decided. */
  public void edit(int orgLength, int newLength) {
    edits++;
    removedOctets += orgLength;
    insertedOctets += newLength;
  }

  /** From now on reasons are given for the connection that has these counts; null for none. */
  public void about(@Nullable ReasonCounts connection) {
    connectionReasons = connection;
  }

  /** Counts one case of {@code reason}. */
  public void count(Reason reason) {
    reasons[reason.ordinal()]++;
    if (connectionReasons != null) {
      connectionReasons.count(reason);
    }
  }

  /** How often {@code reason} was given. */
  public long of(Reason reason) {
    return reasons[reason.ordinal()];
  }

  /** Packets that came in. */
  public long packets() {
    return packets;
  }

  /** Connections that were opened or picked up. */
  public long connections() {
    return connections;
  }

  /** Edits decided. */
  public long edits() {
    return edits;
  }

  /** Octets agents decided, each once. */
  public long shownOctets() {
    return shownOctets;
  }

  /** Octets that edits took out. */
  public long removedOctets() {
    return removedOctets;
  }

  /** Octets that edits put in. */
  public long insertedOctets() {
    return insertedOctets;
  }
}
