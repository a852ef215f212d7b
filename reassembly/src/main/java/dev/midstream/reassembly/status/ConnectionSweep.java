package dev.midstream.reassembly.status;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.ParkedLookup;
import dev.midstream.reassembly.flow.Phase.TimeWait;
import dev.midstream.reassembly.flow.RecordIndex;
import dev.midstream.reassembly.flow.SnapshotHead;
import dev.midstream.reassembly.lifecycle.KnownConnections;
import dev.midstream.reassembly.park.ParkedConnections;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * A sweep of the connections of an engine, in short steps with packets in between. It runs on the
 * engine's thread. Half-open connections are left out, and those that are over: reset ones, and
 * those in time-wait.
 *
 * <p>A connection that is there all the time is shown, unless it is parked or goes on at an unlucky
 * moment: then it may be missing, or be shown twice.
 */
public final class ConnectionSweep {
  /** The work of a step of about 0.1 ms. */
  public static final int STEP_WORK = 1_024;

  /** Reading a parked connection is so much more than looking at a slot. */
  private static final int READ_WORK = 32;

  private final FlowTable flows;
  private final ParkedConnections parked;
  private final ParkedLookup lookup;
  private final long sinceNanos;
  private final Deque<ConnectionKey> unread = new ArrayDeque<>();
  private long flowPlace;
  private long parkedPlace;

  /**
   * Creates a sweep.
   *
   * @param sinceNanos octets are counted of parked connections with packets from this time on
   */
  public ConnectionSweep(KnownConnections known, ParkedLookup lookup, long sinceNanos) {
    flows = known.flows();
    parked = known.parked();
    this.lookup = lookup;
    this.sinceNanos = sinceNanos;
  }

  /** Whether all connections were shown. */
  public boolean isOver() {
    return flowPlace == RecordIndex.END && parkedPlace == ParkedConnections.END && unread.isEmpty();
  }

  /**
   * Shows some connections, or all that are left.
   *
   * @param work how much may be done, such as {@link #STEP_WORK}
   * @return how much of it is left; 0 or less if it was not enough
   */
  public int step(int work, Consumer<ConnectionSummary> visitor) {
    int left = work;
    while (left > 0 && !isOver()) {
      left -= visit(visitor);
    }
    return left;
  }

  /** Shows the next few; returns how much work that was. */
  private int visit(Consumer<ConnectionSummary> visitor) {
    if (!unread.isEmpty()) {
      lookup.show(unread.remove(), copy -> visitor.accept(ConnectionSummary.of(copy)));
      return READ_WORK;
    }
    if (flowPlace < RecordIndex.END) {
      flowPlace = flows.visitInOrder(flowPlace, connection -> visit(connection, visitor));
      return 1;
    }
    int[] work = {1};
    parkedPlace =
        parked.visit(
            parkedPlace,
            record -> {
              work[0]++;
              visitParked(record, visitor);
            });
    return work[0];
  }

  private static void visit(Connection connection, Consumer<ConnectionSummary> visitor) {
    boolean isOver =
        connection.state() == ConnectionState.TOMBSTONE || connection.phase() instanceof TimeWait;
    if (!isOver) {
      visitor.accept(ConnectionSummary.of(connection));
    }
  }

  private void visitParked(int record, Consumer<ConnectionSummary> visitor) {
    SnapshotHead head = parked.head(record);
    if (head.state() == ConnectionState.CLOSING || head.state() == ConnectionState.TOMBSTONE) {
      return; // at rest, so nothing is missing
    }
    if (head.lastNanos() >= sinceNanos) {
      unread.add(parked.key(record));
    } else {
      visitor.accept(ConnectionSummary.of(parked.key(record), head));
    }
  }
}
