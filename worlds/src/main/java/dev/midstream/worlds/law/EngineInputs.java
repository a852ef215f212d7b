package dev.midstream.worlds.law;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.offload.LentMemory;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that reaches an engine, in its order: packets, timers, and what becomes of its records. An
 * {@link EngineReplay} may get the same later.
 */
final class EngineInputs {
  private final Engines engines;
  private final MemoryLog log;
  private @Nullable EngineReplay replay;
  private @Nullable Replica kept;

  /** A call of an engine, which sends to an output. */
  private interface Call {
    void run(Engine engine, PacketOutput out);
  }

  /** Inputs of {@code engines}, which write to {@code log}. */
  EngineInputs(Engines engines, MemoryLog log) {
    this.engines = engines;
    this.log = log;
  }

  /** Lets {@code other} replay what comes from now on. */
  void replayBy(EngineReplay other) {
    replay = other;
  }

  /** The engine is about to die or to hand over: what was replayed is compared. */
  void compareReplay(long nowNanos) {
    if (replay != null) {
      replay.look(nowNanos);
    }
  }

  /** Keeps what {@code replica} makes, for the engine that goes on in the replay. */
  void keep(Supplier<Replica> replica) {
    kept = replay == null ? null : replica.get();
  }

  /** The engine dies with the records after {@code number}, and with its decisions since. */
  void die(long number, boolean losesDecisions, long nowNanos) {
    log.loseAfter(number);
    fence(engines, log, nowNanos);
    add(by -> by.die(number, losesDecisions, nowNanos));
  }

  /** The engine dies, and no other one has records of it. */
  void dieAlone(long nowNanos) {
    fenceAlone(engines, log, nowNanos);
    add(by -> by.dieAlone(nowNanos));
  }

  /** As {@link #fence}, but the first record of the next engine says that it has no connection. */
  static void fenceAlone(Engines engines, MemoryLog log, long nowNanos) {
    log.loseAfter(log.committed());
    refuse(engines.get(), log, nowNanos);
    beginAlone(engines, log, nowNanos);
    log.commitTo(log.appended());
  }

  /**
   * The records are refused, so the engine ends. The one that goes on has the same log: that it
   * knows no connection at first is no record, because those that it does not write again before it
   * dies, too, are in the records before. Every second one began alone, and writes all again.
   */
  static void fence(Engines engines, MemoryLog log, long nowNanos) {
    refuse(engines.get(), log, nowNanos);
    if (engines.count() % 2 == 0) {
      log.setState(LogState.COMMITTING);
      engines.replace();
    } else {
      beginAlone(engines, log, nowNanos);
      log.loseAfter(log.committed());
    }
  }

  /** The next engine begins while no other one keeps records, and then one does. */
  private static void beginAlone(Engines engines, MemoryLog log, long nowNanos) {
    log.setState(LogState.ALONE);
    engines.replace();
    log.setState(LogState.COMMITTING);
    engines.get().onLogChanged(nowNanos, EngineInputs::sendNothing);
  }

  private static void refuse(Engine engine, MemoryLog log, long nowNanos) {
    log.setState(LogState.REFUSED);
    engine.onLogChanged(nowNanos, EngineInputs::sendNothing);
  }

  private static void sendNothing(Packet packet) {
    throw new LawBroken(Law.TAKEOVER, "an engine sends that is fenced, or knows nothing");
  }

  /** The engine hands its connections over, and ends. */
  void handOver(long nowNanos) {
    handOver(engines, log, nowNanos);
    add(by -> by.handOver(nowNanos));
  }

  /** The last records of the engine hold all of its connections. Then its records are refused. */
  static void handOver(Engines engines, MemoryLog log, long nowNanos) {
    engines.get().moves().handOver(nowNanos);
    refuse(engines.get(), log, nowNanos);
    log.setState(LogState.COMMITTING);
    engines.replace();
  }

  /** The engine goes on with {@code replica}, and the second one with what was kept. */
  void inherit(Replica replica, long nowNanos) {
    engines.get().inherit(replica, nowNanos);
    Replica again = kept;
    if (again != null) {
      add(by -> by.engine().inherit(again, nowNanos));
    }
  }

  Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    if (replay == null) {
      return engines.get().onPacket(packet, nowNanos, out);
    }
    Packet copy = copyOf(packet);
    boolean isLent = packet.owner() != null;
    OutputSum sum = OutputSum.before(out);
    replay.beginInput();
    Disposition disposition = engines.get().onPacket(packet, nowNanos, sum);
    sum.add(disposition, packet);
    replay.add(by -> {
      OutputSum again = OutputSum.like(sum);
      LentMemory memory = new LentMemory(copy.memory());
      copy.owner(isLent ? memory : null);
      again.add(by.engine().onPacket(copy, nowNanos, again), copy);
      memory.release();
      by.compare("a packet", sum, again, nowNanos);
    });
    return disposition;
  }

  /** A copy of {@code packet} in memory of its own. */
  private static Packet copyOf(Packet packet) {
    return Frames.inPlaceOf(packet, Frames.octets(packet))
        .missing(packet.missingBytes())
        .offload(packet.checksumState(), packet.gsoBytes());
  }

  void onTimer(long nowNanos, PacketOutput out) {
    call("a timer", nowNanos, out, (to, sent) -> to.onTimer(nowNanos, sent));
  }

  void onCommitted(long nowNanos, PacketOutput out) {
    call("a commit", nowNanos, out, (to, sent) -> to.onCommitted(nowNanos, sent));
  }

  void onLogChanged(long nowNanos, PacketOutput out) {
    call("another state of the log", nowNanos, out, (to, sent) -> to.onLogChanged(nowNanos, sent));
  }

  private void call(String what, long nowNanos, PacketOutput out, Call call) {
    if (replay == null) {
      call.run(engines.get(), out);
      return;
    }
    OutputSum sum = OutputSum.before(out);
    replay.beginInput();
    call.run(engines.get(), sum);
    replay.add(by -> {
      OutputSum again = OutputSum.like(sum);
      call.run(by.engine(), again);
      by.compare(what, sum, again, nowNanos);
    });
  }

  void commitTo(long number) {
    log.commitTo(number);
    add(by -> by.commitTo(number));
  }

  void setState(LogState state) {
    log.setState(state);
    add(by -> by.log().setState(state));
  }

  void loseAfter(long number) {
    log.loseAfter(number);
    add(by -> by.loseAfter(number));
  }

  private void add(Consumer<EngineReplay> input) {
    if (replay != null) {
      replay.add(input);
    }
  }
}
