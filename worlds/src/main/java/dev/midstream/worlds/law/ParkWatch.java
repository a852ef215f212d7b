package dev.midstream.worlds.law;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.status.StatusScan;

/** Whether the only connection of a world was ever parked. Reads no parked state. */
final class ParkWatch {
  private boolean hasOpened;
  private boolean hasParked;

  /** Looks at {@code engine} after a call. */
  void look(Engine engine, long nowNanos) {
    if (hasParked) {
      return;
    }
    int[] shown = new int[1];
    engine.forEachConnection(each -> {
      shown[0]++;
      hasOpened |= each.hasStreams() || !each.isInspected();
    });
    boolean isElsewhere = hasOpened && shown[0] == 0 && engine.connections() > 0;
    hasParked = isElsewhere && !isHalfOpen(engine, nowNanos);
  }

  private static boolean isHalfOpen(Engine engine, long nowNanos) {
    StatusScan scan = engine.scanStatus(0);
    boolean goesOn = true;
    while (goesOn) {
      goesOn = scan.step(nowNanos);
    }
    return scan.result().states().getOrDefault(ConnectionState.OPENING, 0L) > 0;
  }

  boolean hasParked() {
    return hasParked;
  }
}
