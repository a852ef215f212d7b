package dev.midstream.worlds.law;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All that reaches an engine, in its order: packets, timers, and what becomes of its records. An
 * {@link EngineReplay} may get the same later.
 */
final class EngineInputs {
  private final Engine engine;
  private final MemoryLog log;
  private @Nullable EngineReplay replay;
  private @Nullable Replica kept;

  /** A call of an engine, which sends to an output. */
  private interface Call {
    void run(Engine engine, PacketOutput out);
  }

  /** Inputs of {@code engine}, which writes to {@code log}. */
  EngineInputs(Engine engine, MemoryLog log) {
    this.engine = engine;
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
    fence(engine, log, nowNanos);
    add(by -> by.die(number, losesDecisions, nowNanos));
  }

  /** The engine dies, and no other one has records of it. */
  void dieAlone(long nowNanos) {
    fenceAlone(engine, log, nowNanos);
    add(by -> by.dieAlone(nowNanos));
  }

  /** As {@link #fence}, but it is a record that all connections are forgotten. */
  static void fenceAlone(Engine engine, MemoryLog log, long nowNanos) {
    log.loseAfter(log.committed());
    restart(engine, log, nowNanos);
    log.commitTo(log.appended());
  }

  /**
   * The records are refused, so the engine ends. The one that goes on is the same object, with the
   * same log: that it forgets all connections is no record, because those that it does not write
   * again before it dies, too, are in the records before.
   */
  static void fence(Engine engine, MemoryLog log, long nowNanos) {
    restart(engine, log, nowNanos);
    log.loseAfter(log.committed());
  }

  private static void restart(Engine engine, MemoryLog log, long nowNanos) {
    PacketOutput nothing =
        packet -> LawBroken.unless(false, Law.TAKEOVER, () -> "a fenced engine sends");
    log.setState(LogState.REFUSED);
    engine.onLogChanged(nowNanos, nothing);
    LawBroken.unless(
        engine.connections() == 0, Law.TAKEOVER, () -> "a fenced engine knows connections");
    log.setState(LogState.COMMITTING);
    engine.onLogChanged(nowNanos, nothing);
  }

  /** The engine hands its connections over. */
  void handOver(long nowNanos) {
    engine.moves().handOver(nowNanos);
    add(by -> by.handOver(nowNanos));
  }

  /** The engine goes on with {@code replica}, and the second one with what was kept. */
  void inherit(Replica replica, long nowNanos) {
    engine.inherit(replica, nowNanos);
    Replica again = kept;
    if (again != null) {
      add(by -> by.engine().inherit(again, nowNanos));
    }
  }

  Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    if (replay == null) {
      return engine.onPacket(packet, nowNanos, out);
    }
    Packet copy = copyOf(packet);
    OutputSum sum = OutputSum.before(out);
    replay.beginInput();
    Disposition disposition = engine.onPacket(packet, nowNanos, sum);
    sum.add(disposition, packet);
    replay.add(by -> {
      OutputSum again = OutputSum.like(sum);
      again.add(by.engine().onPacket(copy, nowNanos, again), copy);
      by.compare("a packet", sum, again, nowNanos);
    });
    return disposition;
  }

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
      call.run(engine, out);
      return;
    }
    OutputSum sum = OutputSum.before(out);
    replay.beginInput();
    call.run(engine, sum);
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
