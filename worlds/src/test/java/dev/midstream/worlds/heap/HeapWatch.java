package dev.midstream.worlds.heap;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.flow.SynCache;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.law.EngineWatch;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import io.netty.buffer.ByteBufAllocator;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures the heap that can be reached from an engine, from time to time and at the end, with its
 * memory for octets. It is at most what the engine charges, and a fixed amount for the engine, for
 * each connection, and for each direction. It is also at most a multiple of what must be kept,
 * counted from outside.
 */
final class HeapWatch implements EngineWatch {
  /** An engine with 20 rules and without connections. */
  private static final long ENGINE_BYTES = 52 << 10;

  /** What each connection leaves in tables, which only grow. */
  private static final long TABLE_BYTES = 40;

  /** Unused memory of the three smallest buffers of a direction. */
  private static final long SPARE_BYTES = 3 * 2_048;

  /**
   * More than an octet that must be kept takes with an edit of its own: about half was measured.
   */
  private static final long OCTET_BYTES = 64;

  /** Pages of SYN records that are never given back: two for each length of a record. */
  private static final long PAGE_BYTES = 2L * 25 * (64 << 10);

  /** Each measurement comes after so many times as many calls as the one before. */
  private static final int STEP = 3;

  /** The packages of what is outside the engine. */
  private static final List<String> OTHERS =
      List.of("dev.midstream.testkit.", "dev.midstream.worlds.law.", "dev.midstream.worlds.crowd.");

  /** What is outside the engine, and what only the last call needed. */
  private static final List<Class<?>> NOT_FOLLOWED =
      List.of(
          Agent.class,
          EventSink.class,
          ByteBufAllocator.class,
          PacketOutput.class,
          Reference.class,
          Class.class,
          Thread.class,
          Enum.class,
          Segment.class,
          DecisionBatch.class);

  /** Two chunks of the records of parked connections, and the first pages of their tables. */
  private static final long PARKED_BYTES = 2 * 65_552 + 8_192;

  /**
   * The buffers for a record and for octets to be parked are as long as one connection's in the
   * time before, with what was charged for it, or twice as long; this is what is not charged.
   */
  private static final long RECORD_BYTES = 8_192;

  private final long limitBytes;
  private final Object[] more;
  private long next;
  private long calls;
  private long peak;
  private long peakBytes;
  private boolean hasParked;
  private boolean hasRecords;
  private @Nullable Kept last;

  /**
   * Measures for the first time after {@code first} calls.
   *
   * @param limitBytes what the engine may keep in all, beside a fixed amount
   * @param more further objects that count as the engine's
   */
  HeapWatch(long first, long limitBytes, Object... more) {
    next = first;
    this.limitBytes = limitBytes;
    this.more = more;
  }

  @Override
  public void look(Kept kept, long nowNanos) {
    last = kept;
    peak = Math.max(peak, kept.engine().connections());
    peakBytes = Math.max(peakBytes, kept.engine().budget().usedBytes());
    noteRecords(kept.engine());
    if (++calls == next) {
      next *= STEP;
      check(kept);
    }
  }

  /** Visits all connections until one was parked: to visit parked ones at each call takes long. */
  private void noteRecords(Engine engine) {
    if (!hasParked) {
      engine.forEachParked(_ -> hasParked = true);
      engine.forEachConnection(each -> hasRecords |= each.record() != null);
    }
  }

  /** Measures now, if the engine was called. */
  void check() {
    if (last != null) {
      check(last);
    }
  }

  private void check(Kept kept) {
    Engine engine = kept.engine();
    Object[] roots = Arrays.copyOf(more, more.length + 1);
    roots[more.length] = engine;
    ReachableHeap whole = new ReachableHeap(HeapWatch::isForeign, roots);
    ReachableHeap heap = new ReachableHeap(HeapWatch::isForeignOrSyn, roots);
    long direct = kept.directBytes().getAsLong();
    long fixed = ENGINE_BYTES + (hasParked ? PARKED_BYTES : 0) + TABLE_BYTES * peak;
    fixed += hasRecords || hasParked ? RECORD_BYTES + 2 * peakBytes : 0;
    long least = fixed + connectionBytes(engine);
    require(heap, direct, least + engine.budget().usedBytes(), kept);
    require(heap, direct, least + OCTET_BYTES * kept.mostBytes().getAsLong(), kept);
    if (limitBytes < Long.MAX_VALUE) {
      require(whole, direct, limitBytes + fixed + PAGE_BYTES, kept);
    }
  }

  private static void require(ReachableHeap heap, long direct, long most, Kept kept) {
    LawBroken.unless(
        heap.bytes() + direct <= most,
        Law.BOUNDS,
        () ->
            "heap: heapBytes=%d directBytes=%d mostBytes=%d chargedBytes=%d connections=%d\n%s"
                .formatted(
                    heap.bytes(),
                    direct,
                    most,
                    kept.engine().budget().usedBytes(),
                    kept.engine().connections(),
                    heap));
  }

  /** What the connections that are not half-open take, beside what is charged. */
  private static long connectionBytes(Engine engine) {
    long[] sum = new long[1];
    engine.forEachConnection(connection -> {
      sum[0] += connection.phase().heapBytes();
      for (Direction each : Direction.BOTH) {
        sum[0] += connection.streamOrNull(each) == null ? 0 : SPARE_BYTES;
      }
    });
    return sum[0];
  }

  private static boolean isForeignOrSyn(Object object) {
    return object instanceof SynCache || isForeign(object);
  }

  private static boolean isForeign(Object object) {
    String name = object.getClass().getName();
    return OTHERS.stream().anyMatch(name::startsWith)
        || NOT_FOLLOWED.stream().anyMatch(each -> each.isInstance(object));
  }
}
