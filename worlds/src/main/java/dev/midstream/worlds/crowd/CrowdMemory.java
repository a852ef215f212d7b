package dev.midstream.worlds.crowd;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.law.MemoryChecks;
import dev.midstream.worlds.law.StoredOctets;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares what an engine keeps with what must be kept, counted from outside: at least what is in
 * custody (law 3), and at most what arrived and is not yet delivered (law 6), for each connection
 * and in total.
 */
final class CrowdMemory {
  /** What both directions may keep beside octets. */
  private static final long SPARE_BYTES = 2 * MemoryChecks.SPARE_BYTES;

  /** A buffer that grew is at most so many times as large as its octets. */
  private static final int GROWTH = 3;

  private final Engine engine;
  private final CrowdBox box;
  private final Collection<Tuple> tuples;
  private final LongSupplier allocatedBytes;
  private final long othersBytes;
  private final IdentityHashMap<Connection, Incarnation> known = new IdentityHashMap<>();

  /**
   * Checks {@code engine}.
   *
   * @param allocatedBytes the memory that it has for octets
   * @param othersBytes what may be kept for connections that are not of {@code tuples}
   */
  CrowdMemory(
      Engine engine,
      CrowdBox box,
      Collection<Tuple> tuples,
      LongSupplier allocatedBytes,
      long othersBytes) {
    this.engine = engine;
    this.box = box;
    this.tuples = tuples;
    this.allocatedBytes = allocatedBytes;
    this.othersBytes = othersBytes;
  }

  void check(long nowNanos) {
    checkCustody(nowNanos);
    long[] most = {othersBytes};
    engine.forEachConnection(connection -> most[0] += checked(connection, nowNanos));
    long allocated = allocatedBytes.getAsLong();
    require(
        allocated <= most[0],
        Law.BOUNDS,
        "allocatedBytes=" + allocated + " mostBytes=" + most[0],
        nowNanos);
  }

  private void checkCustody(long nowNanos) {
    long owed = 0;
    for (Tuple tuple : tuples) {
      for (Incarnation each : tuple.incarnations()) {
        owed += each.isOpened() && each.isWatched() ? each.pair().owedBytes(nowNanos) : 0;
      }
    }
    long allocated = allocatedBytes.getAsLong();
    require(
        allocated >= owed,
        Law.HONESTY,
        "allocatedBytes=" + allocated + " custodyBytes=" + owed,
        nowNanos);
  }

  /** Checks a connection; returns how much memory may be allocated for it. */
  private long checked(Connection connection, long nowNanos) {
    Incarnation incarnation = incarnationOf(connection);
    if (!connection.hasStreams() || incarnation == null) {
      return SPARE_BYTES;
    }
    StoredOctets stored = incarnation.pair().stored();
    if (incarnation.isWatched()) {
      stored.check(connection, nowNanos);
    }
    return GROWTH * stored.mostBytes() + SPARE_BYTES;
  }

  private @Nullable Incarnation incarnationOf(Connection connection) {
    return known.computeIfAbsent(connection, this::find);
  }

  private @Nullable Incarnation find(Connection connection) {
    Tuple tuple = box.tupleOf(connection.name());
    return tuple == null ? null : tuple.current();
  }

  private static void require(boolean holds, Law law, String what, long nowNanos) {
    LawBroken.unless(holds, law, () -> "memory: " + what + " nanos=" + nowNanos);
  }
}
