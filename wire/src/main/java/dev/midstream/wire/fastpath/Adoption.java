package dev.midstream.wire.fastpath;

import dev.midstream.wire.nativecall.BpfRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
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
  private final LegMoves moves;

  /** An adoption by {@code request} from the maps {@code flows} and {@code guards}. */
  Adoption(BpfRequest request, int flows, int guards, Orphans orphans, LegMoves moves) {
    this.request = request;
    this.flows = flows;
    this.guards = guards;
    this.orphans = orphans;
    this.moves = moves;
  }

  /**
   * Walks through adopted entries and guards. Engines may work meanwhile, and change both tables
   * only with {@code tableLock}: where an entry was adopted there may be one of their own any time.
   */
  List<LegWalk> walks(Object tableLock) {
    return List.of(
        new LegWalk(new KernelFlowMap(request, flows), FlowEntry::isAdopted, tableLock),
        new LegWalk(new KernelFlowMap(request, guards), FlowEntry::isShifted, tableLock));
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
      Connection connection = new Connection(arena);
      for (FlowKey key : MapKeys.ofFlows(request, arena, flows)) {
        if (find(flows, key, connection.one) && !isEdited(key, connection)) {
          int ignored = request.remove(flows, key.memory());
        }
      }
      lead(guards);
      lead(flows);
      List<FlowKey> lost = new ArrayList<>();
      for (FlowKey key : MapKeys.ofFlows(request, arena, guards)) {
        connection.set(key);
        boolean isToAdopt =
            isPassing(key, connection.one) && isPassing(connection.opposite, connection.other);
        if (!isToAdopt || !adopt(key, connection.one, connection.other, nowNanos)) {
          lose(connection);
          lost.add(key);
        }
      }
      for (FlowKey key : MapKeys.ofFlows(request, arena, flows)) {
        connection.set(key);
        if (find(flows, key, connection.one) && !adopt(key, connection.one, nowNanos)) {
          lose(connection);
          lost.add(key);
        }
      }
      orphans.setLost(lost, nowNanos);
    }
  }

  /** Leads what is in {@code map}, which no engine uses, as far as it can be told where. */
  private void lead(int map) {
    LegWalk walk = new LegWalk(new KernelFlowMap(request, map), _ -> true, this);
    int ignored = walk.lead(moves, Integer.MAX_VALUE);
  }

  /** Whether a guard lets its direction pass, to an interface that is there. */
  private boolean isPassing(FlowKey key, FlowEntry guard) {
    return find(guards, key, guard) && guard.isShifted() && moves.isLed(guard);
  }

  private void lose(Connection connection) {
    for (FlowKey each : List.of(connection.key, connection.opposite)) {
      hold(each, connection.other);
      orphans.release(each);
    }
  }

  /** The guard does not know what the kernel forwarded while the connection was given away. */
  private boolean adopt(FlowKey key, FlowEntry guard, FlowEntry seen, long nowNanos) {
    boolean isFound = find(flows, key, seen);
    if (isFound && seen.isAdopted()) {
      return true;
    }
    long passed = Math.max(lastPassed(guard), isFound ? lastPassed(seen) : 0);
    FlowEntry newest = isFound ? guard.catchUp(seen) : guard;
    return put(key, newest.nanos(passed == 0 ? nowNanos : passed));
  }

  private boolean adopt(FlowKey key, FlowEntry entry, long nowNanos) {
    long passed = lastPassed(entry);
    boolean isAdopted =
        moves.isLed(entry)
            && (entry.isAdopted() || put(key, entry.nanos(passed == 0 ? nowNanos : passed)));
    if (isAdopted) {
      orphans.adopt(key);
    }
    return isAdopted;
  }

  /**
   * When the kernel forwarded the newest segment; 0 if it forwarded none. Then the time is the one
   * of the newest timestamps that the engine knew.
   */
  private static long lastPassed(FlowEntry entry) {
    return entry.packets() > 0 ? entry.nanos() : 0;
  }

  /**
   * Whether the direction of {@code connection.one} was edited: its shift may be 0 all the same.
   */
  private boolean isEdited(FlowKey key, Connection connection) {
    FlowEntry entry = connection.one;
    return entry.isAdopted()
        || entry.sequenceShift() != 0
        || entry.acknowledgementShift() != 0
        || find(guards, key, connection.other);
  }

  private void hold(FlowKey key, FlowEntry entry) {
    int _ = request.put(guards, key.memory(), entry.begin(0).asHeld().memory());
    int _ = request.remove(flows, key.memory());
  }

  private boolean find(int map, FlowKey key, FlowEntry entry) {
    return request.find(map, key.memory(), entry.memory()) >= 0;
  }

  private boolean put(FlowKey key, FlowEntry entry) {
    return request.put(flows, key.memory(), entry.asAdopted().memory()) >= 0;
  }

  /**
   * Removes adopted connections that are over, or were silent for {@code silentNanos}, and those
   * that were lost before that time. Goes through a part of them; the next call goes on.
   *
   * @param nowNanos now, as System.nanoTime() tells it
   * @param most the most directions of either kind
   * @param tableLock with which alone engines change entries and guards
   * @return whether some are left for the next call; if not, that begins anew
   */
  boolean sweep(long nowNanos, long silentNanos, int most, Object tableLock) {
    orphans.beginRound();
    try (Arena arena = Arena.ofConfined()) {
      Connection connection = new Connection(arena);
      for (FlowKey each : orphans.nextAdopted(most)) {
        connection.set(each);
        boolean isThere =
            isAdopted(connection.key, connection.one)
                && isAdopted(connection.opposite, connection.other);
        if (!isThere || isOver(connection.one, connection.other, nowNanos, silentNanos)) {
          remove(connection.key, tableLock);
          remove(connection.opposite, tableLock);
        }
      }
    }
    orphans.releaseLost(nowNanos, silentNanos, most, this::removeGuard);
    return orphans.isInRound();
  }

  /**
   * Takes back what is adopted, and resets both ends of each connection that is not over. The
   * process must not count as silent meanwhile.
   *
   * @param endNanos from when on, as System.nanoTime() tells it, no more ends are asked
   * @return the connections that were not reset for want of time
   */
  int resetAll(long endNanos) {
    List<FlowKey> keys = orphans.adoptedConnections();
    int done = 0;
    if (!keys.isEmpty()) {
      try (AdoptedResets resets = new AdoptedResets()) {
        done = resetAll(keys, resets, endNanos);
        resets.await();
      }
    }
    return keys.size() - done;
  }

  private int resetAll(List<FlowKey> keys, AdoptedResets resets, long endNanos) {
    int done = 0;
    try (Arena arena = Arena.ofConfined()) {
      Connection connection = new Connection(arena);
      while (done < keys.size() && System.nanoTime() - endNanos < 0) {
        connection.set(keys.get(done));
        reset(connection, resets);
        orphans.release(connection.key);
        orphans.release(connection.opposite);
        done++;
      }
    }
    return done;
  }

  private void reset(Connection connection, AdoptedResets resets) {
    boolean isOne = take(connection.key, connection.one);
    boolean isOther = take(connection.opposite, connection.other);
    if (isOne && isOther && !isClosed(connection.one, connection.other)) {
      boolean _ = moves.lead(connection.one, connection.other.index());
      boolean _ = moves.lead(connection.other, connection.one.index());
      resets.resetSender(connection.key, connection.one, connection.other);
      resets.resetSender(connection.opposite, connection.other, connection.one);
    }
  }

  private boolean take(FlowKey key, FlowEntry entry) {
    return request.take(flows, key.memory(), entry.memory()) >= 0 && entry.isAdopted();
  }

  /** Both directions of a connection, in memory that system calls take. */
  private static final class Connection {
    private final FlowKey key;
    private final FlowKey opposite;
    private final FlowEntry one;
    private final FlowEntry other;

    private Connection(Arena arena) {
      key = new FlowKey(arena.allocate(FlowKey.BYTES, Long.BYTES));
      opposite = new FlowKey(arena.allocate(FlowKey.BYTES, Long.BYTES));
      one = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
      other = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
    }

    private void set(FlowKey name) {
      key.memory().copyFrom(name.memory());
      opposite.setOpposite(key);
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
  private void remove(FlowKey key, Object tableLock) {
    try (Arena arena = Arena.ofConfined()) {
      FlowEntry entry = new FlowEntry(arena.allocate(FlowEntry.BYTES, Long.BYTES));
      MemorySegment own = arena.allocate(FlowKey.BYTES, Long.BYTES).copyFrom(key.memory());
      synchronized (tableLock) { // no engine sets one of them between the look and the removal
        if (isAdopted(new FlowKey(own), entry)) {
          int _ = request.remove(flows, own);
          int _ = request.remove(guards, own);
        }
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
