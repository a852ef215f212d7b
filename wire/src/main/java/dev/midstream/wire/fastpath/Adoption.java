package dev.midstream.wire.fastpath;

import dev.midstream.wire.nativecall.BpfRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /** An adoption by {@code request} from the maps {@code flows} and {@code guards}. */
  Adoption(BpfRequest request, int flows, int guards, Orphans orphans) {
    this.request = request;
    this.flows = flows;
    this.guards = guards;
    this.orphans = orphans;
  }

  /**
   * Adopts edited connections that were settled, and those that were adopted before; notes those
   * that are lost. No other entry is left: what was not edited is unknown again. The process may be
   * silent until it gives a sign of life, so at each moment a guard or an entry keeps segments from
   * passing with wrong numbers.
   *
   * @param nowNanos now, as System.nanoTime() tells it, for those of which the kernel saw nothing
   */
  void adopt(long nowNanos) {
    try (Arena arena = Arena.ofConfined()) {
      FlowEntry entry = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
      FlowEntry other = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
      FlowKey opposite = new FlowKey(arena.allocate(FlowKey.BYTES, Long.BYTES));
      for (FlowKey key : MapKeys.ofFlows(request, arena, flows)) {
        if (find(flows, key, entry) && !isEdited(entry)) {
          int ignored = request.remove(flows, key.memory());
        }
      }
      List<FlowKey> lost = new ArrayList<>();
      for (FlowKey key : MapKeys.ofFlows(request, arena, guards)) {
        boolean isShifted = find(guards, key, entry) && entry.isShifted();
        boolean isWhole = find(guards, opposite.setOpposite(key), other) && other.isShifted();
        boolean isToAdopt = isShifted && isWhole;
        if (!isToAdopt || !adopt(key, entry, other, nowNanos)) {
          hold(key, other);
          hold(opposite, other);
          lost.add(key);
        }
      }
      orphans.setLost(lost, nowNanos);
      for (FlowKey key : MapKeys.ofFlows(request, arena, flows)) {
        boolean isAdopted =
            find(flows, key, entry) && (entry.isAdopted() || put(key, entry, nowNanos));
        if (isAdopted) {
          orphans.adopt(key);
        }
      }
    }
  }

  /** The guard does not know what the kernel forwarded while the connection was given away. */
  private boolean adopt(FlowKey key, FlowEntry guard, FlowEntry seen, long nowNanos) {
    boolean isFound = find(flows, key, seen);
    if (isFound && seen.isAdopted()) {
      return true;
    }
    return put(key, isFound ? guard.catchUp(seen) : guard, nowNanos);
  }

  private static boolean isEdited(FlowEntry entry) {
    return entry.isAdopted() || entry.sequenceShift() != 0 || entry.acknowledgementShift() != 0;
  }

  private void hold(FlowKey key, FlowEntry entry) {
    int _ = request.put(guards, key.memory(), entry.begin(0).asHeld().memory());
    int _ = request.remove(flows, key.memory());
  }

  private boolean find(int map, FlowKey key, FlowEntry entry) {
    return request.find(map, key.memory(), entry.memory()) >= 0;
  }

  private boolean put(FlowKey key, FlowEntry entry, long nowNanos) {
    if (entry.nanos() == 0) {
      entry.nanos(nowNanos);
    }
    return request.put(flows, key.memory(), entry.asAdopted().memory()) >= 0;
  }

  /**
   * Removes adopted connections that are over, or were silent for {@code silentNanos}, and those
   * that were lost before that time.
   *
   * @param nowNanos now, as System.nanoTime() tells it
   */
  void sweep(long nowNanos, long silentNanos) {
    forEachAdopted((key, one, other) -> {
      if (isOver(one, other, nowNanos, silentNanos)) {
        remove(key);
      }
    });
    orphans.releaseLost(nowNanos, silentNanos, this::removeGuard);
  }

  /**
   * Takes back what is adopted, and resets both ends of each connection that is not over. The
   * process must not count as silent meanwhile.
   */
  void resetAll() {
    try (Arena arena = Arena.ofConfined()) {
      Map<ByteBuffer, FlowEntry> taken = new HashMap<>();
      Set<FlowKey> keys = orphans.adoptedKeys();
      for (FlowKey each : keys) {
        MemorySegment key = arena.allocate(FlowKey.BYTES, Long.BYTES).copyFrom(each.memory());
        FlowEntry entry = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
        if (request.take(flows, key, entry.memory()) >= 0 && entry.isAdopted()) {
          taken.put(Orphans.name(each), entry);
        }
        orphans.release(each);
      }
      if (!taken.isEmpty()) {
        reset(keys, taken);
      }
    }
  }

  private static void reset(Set<FlowKey> keys, Map<ByteBuffer, FlowEntry> entries) {
    FlowKey opposite = Orphans.newKey();
    try (AdoptedResets resets = new AdoptedResets()) {
      for (FlowKey key : keys) {
        @Nullable FlowEntry one = entries.get(Orphans.name(key));
        @Nullable FlowEntry other = entries.get(Orphans.name(opposite.setOpposite(key)));
        if (one != null && other != null && !isClosed(one, other)) {
          resets.resetSender(key, one, other);
        }
      }
      resets.await();
    }
  }

  private interface Visitor {
    void visit(FlowKey key, FlowEntry one, FlowEntry other);
  }

  /** Visits each direction of adopted connections that are there still, and forgets the others. */
  private void forEachAdopted(Visitor visitor) {
    try (Arena arena = Arena.ofConfined()) {
      FlowKey opposite = new FlowKey(arena.allocate(FlowKey.BYTES, Long.BYTES));
      FlowKey key = new FlowKey(arena.allocate(FlowKey.BYTES, Long.BYTES));
      FlowEntry one = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
      FlowEntry other = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
      for (FlowKey each : orphans.adoptedKeys()) {
        key.memory().copyFrom(each.memory());
        opposite.setOpposite(key);
        if (isAdopted(key, one) && isAdopted(opposite, other)) {
          visitor.visit(key, one, other);
        } else {
          remove(key);
        }
      }
    }
  }

  private boolean isAdopted(FlowKey key, FlowEntry entry) {
    return find(flows, key, entry) && entry.isAdopted();
  }

  private static boolean isClosed(FlowEntry one, FlowEntry other) {
    return one.isResetSeen() || other.isResetSeen() || (one.isFinSeen() && other.isFinSeen());
  }

  private static boolean isOver(FlowEntry one, FlowEntry other, long nowNanos, long silentNanos) {
    long last = Math.max(one.nanos(), other.nanos());
    long most = isClosed(one, other) ? Math.min(CLOSED_NANOS, silentNanos) : silentNanos;
    return nowNanos - last > most;
  }

  /** An entry that is not adopted any more belongs to a new connection, and so does its guard. */
  private void remove(FlowKey key) {
    try (Arena arena = Arena.ofConfined()) {
      FlowEntry entry = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
      MemorySegment own = arena.allocate(FlowKey.BYTES, Long.BYTES).copyFrom(key.memory());
      if (isAdopted(new FlowKey(own), entry)) {
        int _ = request.remove(flows, own);
        int _ = request.remove(guards, own);
      }
    }
    orphans.release(key);
  }

  private void removeGuard(FlowKey key) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment own = arena.allocate(FlowKey.BYTES, Long.BYTES).copyFrom(key.memory());
      int ignored = request.remove(guards, own);
    }
  }
}
