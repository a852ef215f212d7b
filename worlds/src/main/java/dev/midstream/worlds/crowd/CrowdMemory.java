package dev.midstream.worlds.crowd;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.ReceiverSide;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.law.MemoryChecks;
import dev.midstream.worlds.law.MovingBox;
import dev.midstream.worlds.law.StoredOctets;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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

  private final Supplier<Engine> engine;
  private final CrowdBox box;
  private final Collection<Tuple> tuples;
  private final LongSupplier allocatedBytes;
  private final long othersBytes;
  private final IdentityHashMap<Connection, Incarnation> known = new IdentityHashMap<>();
  private final IdentityHashMap<Stream, LateOctets> late = new IdentityHashMap<>();
  private long lateBytes;
  private BooleanSupplier isDark = () -> false;

  /**
   * Checks {@code engine}.
   *
   * @param allocatedBytes the memory that it has for octets
   * @param othersBytes what may be kept for connections that are not of {@code tuples}
   */
  CrowdMemory(
      Supplier<Engine> engine,
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

  /** Learns from {@code moving} as what connections and streams go on. */
  void observe(MovingBox moving) {
    moving.observeConnections((before, after) -> move(known, before, after));
    moving.observeStreams((before, after) -> move(late, before, after));
  }

  /** Asks {@code dark} whether an engine has died, and no other one goes on yet. */
  void observe(BooleanSupplier dark) {
    isDark = dark;
  }

  /** The engine of all connections dies: they go on as others. */
  void forget() {
    known.clear();
    late.clear();
  }

  private static <K, V> void move(Map<K, V> values, K before, K after) {
    V value = values.remove(before);
    if (value != null) {
      values.put(after, value);
    }
  }

  void check(long nowNanos) {
    checkCustody(nowNanos);
    long[] most = {othersBytes};
    lateBytes = 0;
    engine.get().forEachConnection(connection -> most[0] += checked(connection, nowNanos));
    long allocated = allocatedBytes.getAsLong();
    require(
        allocated <= most[0],
        Law.BOUNDS,
        "allocatedBytes=" + allocated + " mostBytes=" + most[0],
        nowNanos);
  }

  private void checkCustody(long nowNanos) {
    if (isDark.getAsBoolean() || engine.get().inheritedConnections() > 0) {
      return; // some of it is in records still
    }
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
    if (incarnation.pair().world().engine().isEditing()) {
      for (Direction each : Direction.BOTH) {
        lateBytes += counted(connection.stream(each), stored.acknowledged(each), nowNanos);
      }
    }
    return GROWTH * stored.mostBytes() + SPARE_BYTES;
  }

  /** The late octets of {@code stream}. Only its timeout and its window are the engine's word. */
  private long counted(Stream stream, long acknowledged, long nowNanos) {
    ReceiverSide receiver = stream.receiver();
    long windowBytes = receiver.sendWindow().largestWindowBytes();
    return late.computeIfAbsent(stream, key -> new LateOctets())
        .count(acknowledged, windowBytes, receiver.rtt().rtoNanos(), nowNanos);
  }

  /** The octets, at the last check, that were acknowledged, but whose edits may be needed. */
  long lateBytes() {
    return lateBytes;
  }

  private @Nullable Incarnation incarnationOf(Connection connection) {
    return known.computeIfAbsent(connection, this::find);
  }

  /** After a takeover the engine may know one by its numbers that is over for its ends. */
  private @Nullable Incarnation find(Connection connection) {
    Incarnation numbered = box.incarnationOf(connection);
    Tuple tuple = box.tupleOf(connection.name());
    return numbered != null || tuple == null ? numbered : tuple.current();
  }

  private static void require(boolean holds, Law law, String what, long nowNanos) {
    LawBroken.unless(holds, law, () -> "memory: " + what + " nanos=" + nowNanos);
  }
}
