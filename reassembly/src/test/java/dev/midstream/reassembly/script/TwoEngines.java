package dev.midstream.reassembly.script;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Two engines that share connections. The first engine receives every packet, and owns the
 * connections whose ports have an even sum. If one of them dies, the other one has them all.
 */
public final class TwoEngines implements Box {
  private static final int NONE = -1;

  private final List<Engine> engines;
  private final List<MemoryLog> logs;
  private final Queue<Packet> queue = new ArrayDeque<>();
  private boolean hasRoom = true;
  private int dead = NONE;
  private long nowNanos;

  /** Two engines, each made by {@code maker} with its router. */
  public TwoEngines(Function<ConnectionRouter, Engine> maker) {
    engines = List.of(maker.apply(new Share(0)), maker.apply(new Share(1)));
    logs = List.of();
  }

  /** Two of {@code each} with records, which are committed after the call that caused them. */
  public TwoEngines(TestEngine each, CommitMode mode) {
    logs = List.of(new MemoryLog(mode), new MemoryLog(mode));
    engines =
        List.of(
            each.log(logs.getFirst()).router(new Share(0)).engine(),
            each.log(logs.getLast()).router(new Share(1)).engine());
  }

  /** The engine {@code number}, 0 or 1, dies. The other one goes on with its records. */
  public void die(int number) {
    dead = number;
    engines.get(number).moves().releaseAll();
    engines.get(1 - number).inherit(Replicas.committed(logs.get(number)), nowNanos);
  }

  /** Fills the queue between the engines: no more packets are handed off. */
  public void fill() {
    hasRoom = false;
  }

  public Engine first() {
    return engines.getFirst();
  }

  public Engine second() {
    return engines.getLast();
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    this.nowNanos = nowNanos;
    Engine receiving = engines.get(dead == 0 ? 1 : 0);
    Disposition disposition = Scripts.box(receiving).onPacket(packet, nowNanos, out);
    for (Packet next = queue.poll(); next != null; next = queue.poll()) {
      if (Scripts.box(second()).onPacket(next, nowNanos, out) == Disposition.FORWARD) {
        next.leave();
        out.emit(next);
      }
    }
    commit(nowNanos, out);
    return disposition;
  }

  private void commit(long nowNanos, PacketOutput out) {
    for (int i = 0; i < logs.size(); i++) {
      if (i != dead) {
        logs.get(i).commitTo(logs.get(i).appended());
        engines.get(i).onCommitted(nowNanos, out);
      }
    }
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    this.nowNanos = nowNanos;
    engines.forEach(engine -> Scripts.box(engine).onTimer(nowNanos, out));
    commit(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return Math.min(first().nextDeadlineNanos(), second().nextDeadlineNanos());
  }

  /** Ends the input of both engines. */
  public void finish(long nowNanos, PacketOutput out) {
    engines.forEach(engine -> engine.finish(nowNanos, out));
  }

  /** The router of one of the engines. */
  private final class Share implements ConnectionRouter {
    private final int number;

    private Share(int number) {
      this.number = number;
    }

    @Override
    public int ownerOf(
        int network,
        long sourceHigh,
        long sourceLow,
        long destinationHigh,
        long destinationLow,
        int sourcePort,
        int destinationPort) {
      int owner = (sourcePort + destinationPort) & 1;
      return owner == number || dead != NONE ? SELF : owner;
    }

    @Override
    public boolean handOff(int owner, Packet packet) {
      if (number == 1) {
        throw new AssertionError("a handed-off packet came back");
      }
      return hasRoom && queue.add(Frames.inPlaceOf(packet, Frames.octets(packet)));
    }

    @Override
    public boolean expect(ExpectedConnection expected) {
      engines.get(1 - number).expect(expected, nowNanos);
      return hasRoom;
    }

    @Override
    public void opened(ExpectedConnection expected, @Nullable ConnectionKey ends) {
      engines.get(1 - number).shared().noteOpened(expected, ends);
    }

    @Override
    public void recorded(ExpectedConnection expected, ConnectionKey ends) {
      engines.get(1 - number).shared().noteRecorded(expected, ends, nowNanos);
    }

    @Override
    public void withdraw(ExpectedConnection expected) {
      engines.get(1 - number).unexpect(expected);
    }
  }
}
