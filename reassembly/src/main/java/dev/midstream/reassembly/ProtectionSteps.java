package dev.midstream.reassembly;

import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.commit.ExpectationRecords;
import dev.midstream.reassembly.commit.UnprotectedConnections;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.RecordIndex;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Writes all connections of an engine to its log again, some at each timer, so that packets do not
 * wait long for it: those of the table, then half-open ones, then parked ones. Or lets those of the
 * table go on without records, first those for which something waits.
 */
final class ProtectionSteps {
  /*
   * A place is a reversed hash: it does not depend on the size of a table, so a connection keeps it while
   * others come and go. What is added to a table meanwhile is in a record already, or is written then.
   */
  /** Connections that are written at once, or send what waits. */
  private static final int MOST_AT_ONCE = 32;

  /** Octets of records after which no further connection is written at once. */
  private static final int MOST_BYTES = 1 << 16;

  /** Slots of the table that are looked at at once. */
  private static final int MOST_SLOTS = 1_024;

  private final CommitJournal journal;
  private final UnprotectedConnections unprotected;
  private final ExpectationRecords expectations;
  private final CommittedConnections commits;
  private final ConnectionRegistry registry;
  private final ConnectionParking parking;
  private final List<Connection> found = new ArrayList<>();
  private final Deque<ConnectionKey> halfOpen = new ArrayDeque<>();
  private final Deque<ConnectionKey> parked = new ArrayDeque<>();
  private long tablePlace = RecordIndex.END;
  private long halfOpenPlace = RecordIndex.END;
  private long parkedPlace = RecordIndex.END;
  private long dueNanos = Long.MAX_VALUE;
  private int count;
  private long bytes;

  ProtectionSteps(
      CommittedConnections commits,
      ConnectionRegistry registry,
      ExpectationRecords expectations,
      ConnectionParking parking) {
    journal = registry.journal;
    unprotected = journal.unprotected();
    this.commits = commits;
    this.registry = registry;
    this.expectations = expectations;
    this.parking = parking;
  }

  /** Begins to let connections go on without records at the next timer. */
  void beginLoss(long nowNanos) {
    tablePlace = 0;
    dueNanos = nowNanos;
  }

  /** Begins to write the first connections at the next timer. */
  void begin(long nowNanos) {
    unprotected.beginRenewal();
    tablePlace = 0;
    halfOpenPlace = 0;
    parkedPlace = 0;
    dueNanos = nowNanos;
  }

  /** Stops: the state of the log has changed, or all is done. */
  void stop() {
    unprotected.endRenewal();
    halfOpen.clear();
    parked.clear();
    tablePlace = RecordIndex.END;
    halfOpenPlace = RecordIndex.END;
    parkedPlace = RecordIndex.END;
    dueNanos = Long.MAX_VALUE;
  }

  /** When {@link #takeSome} is due next; {@link Long#MAX_VALUE} if all is done. */
  long dueNanos() {
    return Math.min(dueNanos, unprotected.freedNanos());
  }

  /** Writes the next connections, or lets them go on. */
  void takeSome(long nowNanos, PacketOutput out) {
    if (unprotected.freedNanos() <= nowNanos) {
      commits.goOn(nowNanos, out);
    }
    if (dueNanos > nowNanos) {
      return;
    }
    count = 0;
    bytes = 0;
    while (unprotected.hasHastened() && hasRoom()) {
      take(unprotected.takeHastened(), nowNanos, out);
    }
    boolean isOver = takeOfTable(nowNanos, out) && takeHalfOpen(nowNanos) && takeParked(nowNanos);
    if (isOver) {
      stop();
    } else {
      dueNanos = nowNanos;
    }
  }

  private boolean hasRoom() {
    return count < MOST_AT_ONCE && bytes < MOST_BYTES;
  }

  private void noteWritten() {
    count++;
    bytes += journal.recordBytes();
  }

  /** Takes some connections of the table; returns whether there are no others. */
  private boolean takeOfTable(long nowNanos, PacketOutput out) {
    for (int slots = 0; slots < MOST_SLOTS && tablePlace < RecordIndex.END && hasRoom(); slots++) {
      tablePlace = registry.flows.visitInOrder(tablePlace, found::add);
      for (Connection each : found) {
        take(each, nowNanos, out);
      }
      found.clear();
    }
    return tablePlace == RecordIndex.END && !unprotected.hasHastened();
  }

  private void take(Connection connection, long nowNanos, PacketOutput out) {
    if (!journal.isOn()) {
      goOnWithout(connection, nowNanos, out);
      return;
    }
    unprotected.takeLost(connection);
    if (connection.record() != null || !registry.flows.isKnown(connection)) {
      return;
    }
    boolean isHeld = unprotected.isHeld(connection);
    unprotected.renew(connection, nowNanos);
    noteWritten();
    if (isHeld) {
      expectations.holdAgain(connection);
      commits.goOn(connection, nowNanos, out);
    }
  }

  private void goOnWithout(Connection connection, long nowNanos, PacketOutput out) {
    boolean waited = unprotected.goOnWithout(connection);
    if (expectations.isAwaitedBy(connection)) {
      expectations.holdAgain(connection);
    }
    if (waited && registry.flows.isKnown(connection)) {
      count++;
      commits.goOn(connection, nowNanos, out);
    }
  }

  private boolean takeHalfOpen(long nowNanos) {
    if (halfOpen.isEmpty() && halfOpenPlace < RecordIndex.END) {
      halfOpenPlace = registry.halfOpen.visitAnswered(halfOpenPlace, halfOpen::add);
    }
    while (!halfOpen.isEmpty() && hasRoom()) {
      registry.halfOpen.writeAgain(halfOpen.remove(), copy -> writeCopy(copy, nowNanos));
    }
    return halfOpen.isEmpty() && halfOpenPlace == RecordIndex.END;
  }

  private boolean takeParked(long nowNanos) {
    if (parked.isEmpty() && parkedPlace < RecordIndex.END) {
      parkedPlace = registry.parked.visit(parkedPlace, this::addParked);
    }
    while (!parked.isEmpty() && hasRoom()) {
      parking.show(parked.remove(), copy -> writeCopy(copy, nowNanos));
    }
    if (parked.isEmpty() && journal.isOn()) {
      unprotected.noteParkedTo(parkedPlace);
    }
    return parked.isEmpty() && parkedPlace == RecordIndex.END;
  }

  private void addParked(int record) {
    parked.add(registry.parked.key(record));
  }

  private void writeCopy(Connection copy, long nowNanos) {
    if (UnprotectedConnections.isRecorded(copy)) {
      journal.writeCopy(copy, nowNanos);
      noteWritten();
    }
  }
}
