package dev.midstream.reassembly.script;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.UnwrittenState;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;

/** A box whose connections move from one engine to the next. */
public final class MovedBox implements Box {
  private final TestEngine engines;
  private Engine engine;
  private int sent;
  private long nowNanos;
  private boolean moving;

  /** Begins with the first engine of {@code engines}. */
  public MovedBox(TestEngine engines) {
    this.engines = engines;
    engine = engines.engine();
  }

  /** The present engine. */
  public Engine engine() {
    return engine;
  }

  /** Packets that were sent in moves. */
  public int sent() {
    return sent;
  }

  /** The connections as octets, in the order of their keys. */
  public List<byte[]> snapshots() {
    List<byte[]> all = new ArrayList<>();
    StateWriter out = new StateWriter();
    engine.forEachConnection(connection -> {
      out.clear();
      UnwrittenState unwritten = engine.moves().write(connection, out, nowNanos);
      if (unwritten != null) {
        throw new AssertionError(unwritten.text());
      }
      all.add(out.toOctets());
    });
    return all;
  }

  /** Goes on with another engine, to which all connections move. What that sends is counted. */
  public void move() {
    move(packet -> sent++);
  }

  /** Moves as {@link #move()} at {@code nowNanos}. */
  public void moveAt(long nowNanos) {
    this.nowNanos = nowNanos;
    move();
  }

  /**
   * Moves as {@link #move()} when the script goes on to a later time, and shows what that sends.
   */
  public void moveNext() {
    moving = true;
  }

  private void move(PacketOutput output) {
    List<byte[]> all = snapshots();
    List<Connection> connections = new ArrayList<>();
    engine.forEachConnection(connections::add);
    connections.forEach(engine.moves()::release);
    engine = engines.engine();
    for (byte[] each : all) {
      engine.moves().restore(new StateReader(each, 0, each.length), nowNanos, output);
    }
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    this.nowNanos = nowNanos;
    return engine.onPacket(packet, nowNanos, out);
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    this.nowNanos = nowNanos;
    if (moving) {
      moving = false;
      move(out);
    } else {
      engine.onTimer(nowNanos, out);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return moving ? nowNanos : engine.nextDeadlineNanos();
  }
}
