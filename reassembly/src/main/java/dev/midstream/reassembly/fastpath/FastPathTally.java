package dev.midstream.reassembly.fastpath;

import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.wire.fastpath.RecallReason;
import java.util.Locale;

/** Counts what becomes of connections that are given away, and tells the first time of each. */
public final class FastPathTally {
  private final EventSink events;
  private final long[] recalls = new long[RecallReason.values().length];
  private int connections;
  private long full;
  private long overtaken;
  private long packets;
  private long octets;

  /** {@code events} is told of the first entry and the first recall of each connection. */
  FastPathTally(EventSink events) {
    this.events = events;
  }

  void countGiven() {
    connections++;
  }

  void countEnded() {
    connections--;
  }

  void countFull() {
    full++;
  }

  void countOvertaken() {
    overtaken++;
  }

  void countPassed(EntryPair pair) {
    packets += pair.packets();
    octets += pair.octets();
  }

  void countRecall(RecallReason reason) {
    recalls[reason.number()]++;
  }

  void tellEntry(Connection connection) {
    if (events.isDebugging() && connection.seen().noteEntered()) {
      events.debug("fast-path-entry", connection.name(), "given to the kernel");
    }
  }

  void tellRecall(Connection connection, RecallReason reason) {
    if (events.isDebugging() && connection.seen().noteRecalled()) {
      events.debug("fast-path-recall", connection.name(), "taken back reason=" + word(reason));
    }
  }

  private static String word(RecallReason reason) {
    return reason == RecallReason.NONE
        ? "engine"
        : reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Connections that are given away now. */
  public int connections() {
    return connections;
  }

  /** Connections that the table had no room for. */
  public long full() {
    return full;
  }

  /**
   * Segments of connections that were given away, but that came before, and waited: those that came
   * later may have overtaken them.
   */
  public long overtaken() {
    return overtaken;
  }

  /**
   * Connections that were taken back because of {@code reason}; {@link RecallReason#NONE} if the
   * engine wanted it, or got one of their segments.
   */
  public long recalls(RecallReason reason) {
    return recalls[reason.number()];
  }

  /** Packets that were forwarded of the connections that were taken back. */
  public long packets() {
    return packets;
  }

  /** Payload octets of these packets. */
  public long octets() {
    return octets;
  }
}
