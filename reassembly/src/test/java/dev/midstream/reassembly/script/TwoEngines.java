package dev.midstream.reassembly.script;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;

/**
 * Two engines that share connections. The first engine receives every packet, and owns the
 * connections whose ports have an even sum.
 */
public final class TwoEngines implements Box {
  private final List<Engine> engines;
  private final Queue<Packet> queue = new ArrayDeque<>();
  private boolean hasRoom = true;
  private long nowNanos;

  /** Two engines, each made by {@code maker} with its router. */
  public TwoEngines(Function<ConnectionRouter, Engine> maker) {
    engines = List.of(maker.apply(new Share(0)), maker.apply(new Share(1)));
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
    Disposition disposition = Scripts.box(first()).onPacket(packet, nowNanos, out);
    for (Packet next = queue.poll(); next != null; next = queue.poll()) {
      if (Scripts.box(second()).onPacket(next, nowNanos, out) == Disposition.FORWARD) {
        next.leave();
        out.emit(next);
      }
    }
    return disposition;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    this.nowNanos = nowNanos;
    engines.forEach(engine -> Scripts.box(engine).onTimer(nowNanos, out));
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
      return owner == number ? SELF : owner;
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
    public void opened(ExpectedConnection expected) {
      engines.get(1 - number).noteOpened(expected);
    }

    @Override
    public void withdraw(ExpectedConnection expected) {
      engines.get(1 - number).unexpect(expected);
    }
  }
}
