package dev.midstream.wire.fastpath;

import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * Goes through what a dead process has left in the tables of entries and guards. Belongs to the
 * thread of the program.
 */
final class Adoption {
  /** After the end of a connection its last segments may come again. */
  private static final long CLOSED_NANOS = 60_000_000_000L;

  private final BpfRequest request;
  private final int flows;
  private final int guards;
  private final Orphans orphans;

  /** An adoption from the maps {@code flows} and {@code guards}. */
  Adoption(Linux linux, int flows, int guards, Orphans orphans) {
    this.flows = flows;
    this.guards = guards;
    this.orphans = orphans;
    request = new BpfRequest(linux);
  }

  /**
   * Adopts edited connections that were settled, and those that were adopted before; notes those
   * that are lost. No guard is left, and no other entry: what was not edited is unknown again.
   *
   * @param nowNanos now, as System.nanoTime() tells it, for those of which the kernel saw nothing
   */
  void adopt(long nowNanos) {
    try (Arena arena = Arena.ofConfined()) {
      FlowEntry entry = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
      FlowEntry other = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
      FlowKey opposite = new FlowKey(arena.allocate(FlowKey.BYTES, Long.BYTES));
      List<FlowKey> guarded = MapKeys.ofFlows(request, arena, guards);
      for (FlowKey key : guarded) {
        boolean isShifted = find(guards, key, entry) && entry.isShifted();
        boolean isWhole = find(guards, opposite.setOpposite(key), other) && other.isShifted();
        adoptGuarded(key, entry, isShifted && isWhole, nowNanos);
      }
      for (FlowKey key : guarded) {
        int ignored = request.remove(guards, key.memory());
      }
      for (FlowKey key : MapKeys.ofFlows(request, arena, flows)) {
        if (find(flows, key, entry)) {
          adoptEntry(key, entry, nowNanos);
        }
      }
    }
  }

  private boolean find(int map, FlowKey key, FlowEntry entry) {
    return request.find(map, key.memory(), entry.memory()) >= 0;
  }

  private void adoptGuarded(FlowKey key, FlowEntry guard, boolean isShifted, long nowNanos) {
    if (isShifted) {
      put(key, guard, nowNanos);
    } else {
      orphans.lose(key);
      int ignored = request.remove(flows, key.memory());
    }
  }

  private void put(FlowKey key, FlowEntry entry, long nowNanos) {
    if (entry.nanos() == 0) {
      entry.nanos(nowNanos);
    }
    int ignored = request.put(flows, key.memory(), entry.asAdopted().memory());
  }

  private void adoptEntry(FlowKey key, FlowEntry entry, long nowNanos) {
    boolean isShifted = entry.sequenceShift() != 0 || entry.acknowledgementShift() != 0;
    if (!entry.isAdopted() && !isShifted) {
      int ignored = request.remove(flows, key.memory());
      return;
    }
    if (!entry.isAdopted()) {
      put(key, entry, nowNanos);
    }
    orphans.adopt(key);
  }

  /**
   * Removes adopted connections that are over, or were silent for {@code silentNanos}.
   *
   * @param nowNanos now, as System.nanoTime() tells it
   */
  void sweep(long nowNanos, long silentNanos) {
    try (Arena arena = Arena.ofConfined()) {
      FlowKey opposite = new FlowKey(arena.allocate(FlowKey.BYTES, Long.BYTES));
      FlowKey key = new FlowKey(arena.allocate(FlowKey.BYTES, Long.BYTES));
      FlowEntry one = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
      FlowEntry other = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
      for (FlowKey each : orphans.adoptedKeys()) {
        key.memory().copyFrom(each.memory());
        opposite.setOpposite(key);
        boolean isThere = isAdopted(key, one) && isAdopted(opposite, other);
        if (!isThere || isOver(one, other, nowNanos, silentNanos)) {
          remove(key, isThere);
          remove(opposite, isThere);
        }
      }
    }
  }

  private boolean isAdopted(FlowKey key, FlowEntry entry) {
    return find(flows, key, entry) && entry.isAdopted();
  }

  private static boolean isOver(FlowEntry one, FlowEntry other, long nowNanos, long silentNanos) {
    boolean isClosed =
        one.isResetSeen() || other.isResetSeen() || (one.isFinSeen() && other.isFinSeen());
    long last = Math.max(one.nanos(), other.nanos());
    return nowNanos - last > (isClosed ? Math.min(CLOSED_NANOS, silentNanos) : silentNanos);
  }

  private void remove(FlowKey key, boolean isThere) {
    orphans.release(key);
    if (isThere) {
      int ignored = request.remove(flows, key.memory());
    }
  }
}
