package dev.midstream.reassembly.fastpath;

import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.RecordIndex;

/**
 * Takes all connections of an engine back, which gives none away meanwhile, in steps with packets
 * and signs of life in between: there may be millions.
 */
public final class FastPathRecall {
  private final FastPath fastPath;
  private final FlowTable flows;
  private long place;

  /** Takes those in {@code flows} back from {@code fastPath}. */
  public FastPathRecall(FastPath fastPath, FlowTable flows) {
    this.fastPath = fastPath;
    this.flows = flows;
  }

  /** Looks at the next {@code most} places in the table; returns whether none is left. */
  public boolean step(int most, long nowNanos) {
    for (int i = 0; i < most && !isOver(); i++) {
      place = flows.visitInOrder(place, connection -> fastPath.recall(connection, nowNanos));
    }
    return isOver();
  }

  /** Takes all that are left back. */
  public void finish(long nowNanos) {
    boolean isOver = false;
    while (!isOver) {
      isOver = step(Integer.MAX_VALUE, nowNanos);
    }
  }

  private boolean isOver() {
    return place >= RecordIndex.END || fastPath.connections() == 0;
  }
}
