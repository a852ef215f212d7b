package dev.midstream.reassembly;

import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.commit.BaseWriter;
import dev.midstream.reassembly.commit.KeptRecord;
import dev.midstream.reassembly.commit.RecordWriter;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.commit.UnprotectedConnections;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.RecordIndex;
import dev.midstream.reassembly.park.ParkedConnections;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * Hands all connections of an engine over in steps, with other work in between. Each connection is
 * written once, and forgotten then: what is not written yet is still in the engine, and may be
 * parked or evicted for those of others.
 */
public final class GradualHandOver {
  private final ConnectionMoves moves;
  private final ConnectionRegistry registry;
  private final ConnectionParking parking;
  private final CurrentConnection current;
  private final RecordWriter records;
  private final Replica copy;
  private final Deque<Connection> flows = new ArrayDeque<>();
  private final Deque<ConnectionKey> halfOpen = new ArrayDeque<>();
  private final Deque<ConnectionKey> parked = new ArrayDeque<>();
  private long flowPlace;
  private long halfOpenPlace;
  private long parkedPlace;
  private boolean isBegun;

  GradualHandOver(
      ConnectionMoves moves,
      ConnectionRegistry registry,
      ConnectionParking parking,
      CurrentConnection current,
      RecordWriter records,
      Replica copy) {
    this.moves = moves;
    this.registry = registry;
    this.parking = parking;
    this.current = current;
    this.records = records;
    this.copy = copy;
  }

  /**
   * Hands {@code most} connections over, or all that are left.
   *
   * @param isLogged whether the log gets them, which must commit
   * @return whether all are handed over: the engine knows none any more
   */
  public boolean step(int most, boolean isLogged, long nowNanos) {
    current.set(null);
    Consumer<StateWriter> taker = record -> copy.apply(record.toOctets(), nowNanos);
    Writer writer = new Writer(isLogged, taker, nowNanos);
    if (!isBegun) {
      isBegun = true;
      registry.expectations.logTo(writer.base, nowNanos);
    }
    for (int i = 0; i < most; i++) {
      if (!handOverNext(writer)) {
        moves.releaseAll();
        return true;
      }
    }
    return false;
  }

  /** Hands the next connection over; returns whether there was one. */
  private boolean handOverNext(Writer writer) {
    findMore();
    if (!flows.isEmpty()) {
      handOver(flows.remove(), writer);
    } else if (!halfOpen.isEmpty()) {
      registry.halfOpen.handOver(halfOpen.remove(), writer.base::writeCopy);
    } else if (!parked.isEmpty()) {
      ConnectionKey key = parked.remove();
      parking.show(key, writer::writeParked);
      parking.forget(key);
    } else if (registry.waiting.size() > 0) {
      List<KeptRecord> next = registry.waiting.takeNext();
      if (next != null) {
        writer.writeAgain(next);
      }
    } else {
      return false;
    }
    return true;
  }

  private void findMore() {
    while (flows.isEmpty() && flowPlace < RecordIndex.END) {
      flowPlace = registry.flows.visitInOrder(flowPlace, flows::add);
    }
    while (flows.isEmpty() && halfOpen.isEmpty() && halfOpenPlace < RecordIndex.END) {
      halfOpenPlace = registry.halfOpen.visitRecorded(halfOpenPlace, halfOpen::add);
    }
    while (flows.isEmpty()
        && halfOpen.isEmpty()
        && parked.isEmpty()
        && parkedPlace < ParkedConnections.END) {
      parkedPlace =
          registry.parked.visit(parkedPlace, record -> parked.add(registry.parked.key(record)));
    }
  }

  private void handOver(Connection connection, Writer writer) {
    if (registry.flows.isKnown(connection)) { // it may have been evicted since it was found
      registry.fastPath.recall(connection, writer.nowNanos);
      if (moves.isToBeMoved(connection)) {
        writer.write(connection);
      }
      registry.detach(connection);
    }
  }

  /** Writes connections to the copy, and to the log if that gets them. */
  private final class Writer {
    final BaseWriter base;
    private final boolean isLogged;
    private final Consumer<StateWriter> taker;
    private final long nowNanos;

    Writer(boolean isLogged, Consumer<StateWriter> taker, long nowNanos) {
      base = new BaseWriter(records::writeMoved, records, taker, nowNanos);
      this.isLogged = isLogged && registry.journal.isOn();
      this.taker = taker;
      this.nowNanos = nowNanos;
    }

    void write(Connection connection) {
      if (isLogged) {
        registry.journal.writeMoved(connection, taker, nowNanos);
      } else {
        base.write(connection);
      }
    }

    void writeParked(Connection parkedCopy) {
      if (UnprotectedConnections.isRecorded(parkedCopy)) {
        write(parkedCopy);
      }
    }

    void writeAgain(List<KeptRecord> kept) {
      if (isLogged) {
        registry.journal.writeAgain(kept, nowNanos);
      }
      base.writeAgain(kept);
    }
  }
}
