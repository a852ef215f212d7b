package dev.midstream.worlds.law;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All that reaches an engine, in its order: packets, timers, and what becomes of its records. An
 * {@link EngineReplay} may get the same later.
 */
final class EngineInputs {
  private final Engine engine;
  private final MemoryLog log;
  private @Nullable EngineReplay replay;

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

  /** The engine is about to die or to hand over: until now its inputs are replayed. */
  void stopReplay(long nowNanos) {
    if (replay != null) {
      replay.finish(nowNanos);
    }
    replay = null;
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
    add(by -> by.log().commitTo(number));
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
