package dev.midstream.worlds.law;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.WaitingBytes;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.invariant.StreamChecks;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks the engine from outside after each call. It never throws. No packet disappears without a
 * reason. Memory is limited, streams keep their invariants, and neither packets nor timers go on
 * without end.
 */
public final class WatchedBox implements Box {
  private static final Reason[] REASONS = Reason.values();

  /** The limit of packets sent by one call. */
  private static final int MAX_AT_ONCE = 20_000;

  private static final int MAX_TIMERS_AT_ONCE = 1_000;

  private final Supplier<Engine> engine;
  private final Box acting;
  private final MemoryChecks memory;
  private final LongConsumer further;
  private final StreamChecks checks;
  private long timerNanos = -1;
  private int timers;
  private int sent;

  /**
   * Checks {@code engine}.
   *
   * @param maxBytes limit of stored octets
   * @param waitingBytes limit of output that waits for the receiver's window, for each stream
   */
  public WatchedBox(Engine engine, long maxBytes, long waitingBytes) {
    this(() -> engine, engine, maxBytes, waitingBytes, nanos -> {});
  }

  /**
   * Checks {@code engine}, which {@code acting} calls, and calls {@code further} with the time
   * after each call.
   */
  public WatchedBox(
      Supplier<Engine> engine, Box acting, long maxBytes, long waitingBytes, LongConsumer further) {
    this.engine = engine;
    this.acting = acting;
    this.further = further;
    memory = new MemoryChecks(engine, maxBytes);
    checks = StreamChecks.inline(engine, waitingBytes, LawBroken::by);
  }

  /** Notes that a stream of the engine goes on as another one. */
  public void noteMoved(Stream before, Stream after) {
    checks.noteMoved(before, after, true);
  }

  /**
   * Notes that a stream of the engine goes on as another one, of which only what is essential is
   * known; null if it was parked. No promise is taken back.
   */
  public void noteTakenOver(@Nullable Stream before, Stream after) {
    if (before == null) {
      checks.noteInherited(after);
      return;
    }
    checks.noteMoved(before, after, false);
    LawBroken.unless(
        after.edits().custodyEnd() >= before.edits().custodyEnd(),
        Law.HONESTY,
        () ->
            "a promise is taken back: custodyEnd=%d was=%d"
                .formatted(after.edits().custodyEnd(), before.edits().custodyEnd()));
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    memory.checkSilence(nowNanos);
    long before = reasons();
    sent = 0;
    timers = 0;
    Disposition disposition;
    try {
      disposition = acting.onPacket(packet, nowNanos, counted(out, nowNanos));
    } catch (RuntimeException e) {
      throw new LawBroken(Law.EXPLAINED, "the engine throws at nanos=" + nowNanos + " " + e, e);
    }
    boolean disappeared = disposition == Disposition.TAKEN && sent == 0 && reasons() == before;
    LawBroken.unless(!disappeared, Law.EXPLAINED, "a packet disappears at nanos=" + nowNanos);
    check(nowNanos);
    return disposition;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    timers = nowNanos == timerNanos ? timers + 1 : 0;
    timerNanos = nowNanos;
    LawBroken.unless(
        timers < MAX_TIMERS_AT_ONCE, Law.PROGRESS, "timers never end at nanos=" + nowNanos);
    memory.checkSilence(nowNanos);
    sent = 0;
    try {
      acting.onTimer(nowNanos, counted(out, nowNanos));
    } catch (RuntimeException e) {
      throw new LawBroken(Law.EXPLAINED, "the engine throws at nanos=" + nowNanos + " " + e, e);
    }
    check(nowNanos);
  }

  private void check(long nowNanos) {
    memory.check(sent, nowNanos);
    checkRest(nowNanos);
    checks.check();
    further.accept(nowNanos);
  }

  /**
   * Ends the engine, which then stores nothing.
   *
   * @param allocatedBytes the memory that the engine has for octets
   */
  public void finish(long nowNanos, LongSupplier allocatedBytes) {
    engine.get().finish(nowNanos, packet -> {});
    long stored = engine.get().budget().usedBytes() + allocatedBytes.getAsLong();
    LawBroken.unless(
        stored == 0, Law.BOUNDS, () -> "octets are stored at the end: storedBytes=" + stored);
    WaitingBytes waiting = engine.get().waiting();
    LawBroken.unless(
        waiting.charged() == 0 && waiting.kept() == 0,
        Law.BOUNDS,
        () -> "something waits for records at the end: " + waiting);
  }

  @Override
  public long nextDeadlineNanos() {
    return acting.nextDeadlineNanos();
  }

  private PacketOutput counted(PacketOutput out, long nowNanos) {
    return new PacketOutput() {
      @Override
      public void emit(Packet packet) {
        sent++;
        LawBroken.unless(sent < MAX_AT_ONCE, Law.PROGRESS, "packets never end: nanos=" + nowNanos);
        out.emit(packet);
      }

      @Override
      public boolean gathers() {
        return out.gathers();
      }
    };
  }

  /** A connection at rest has nothing pending, because nothing is done after its segments. */
  private void checkRest(long nowNanos) {
    engine
        .get()
        .forEachConnection(connection ->
            LawBroken.unless(
                isRestRight(connection),
                Law.PROGRESS,
                "at rest with work pending: nanos=" + nowNanos));
  }

  /**
   * Under memory pressure the flag may be outdated, because other connections cause the pressure.
   */
  private boolean isRestRight(Connection connection) {
    return !connection.isAtRest()
        || engine.get().budget().isUnderPressure()
        || engine.get().isAtRest(connection);
  }

  private long reasons() {
    long sum = 0;
    for (Reason each : REASONS) {
      sum += engine.get().counters().of(each);
    }
    return sum;
  }
}
