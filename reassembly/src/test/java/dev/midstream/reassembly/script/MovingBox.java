package dev.midstream.reassembly.script;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.testkit.notation.Script.EndOfInput;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.List;
import java.util.Objects;

/**
 * An engine that writes its connections as octets before each call, forgets them, and goes on with
 * what it reads. What a move sends leaves before what the call sends.
 */
final class MovingBox implements Box {
  /** Of more connections, others are moved before the next call. */
  private static final int MAX_MOVED = 32;

  private final Engine engine;
  private final StateWriter octets = new StateWriter();
  private int next;

  MovingBox(Engine engine) {
    this.engine = engine;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    moveAll(nowNanos, out);
    return engine.onPacket(packet, nowNanos, out);
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    moveAll(nowNanos, out);
    engine.onTimer(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return engine.nextDeadlineNanos();
  }

  /** Moves the connections before {@code end}. */
  EndOfInput before(EndOfInput end) {
    return (nowNanos, out) -> {
      moveAll(nowNanos, out);
      end.finish(nowNanos, out);
    };
  }

  private void moveAll(long nowNanos, PacketOutput out) {
    List<Connection> all = Connections.of(engine);
    int moved = Math.min(all.size(), MAX_MOVED);
    for (int i = 0; i < moved; i++) {
      move(all.get((next + i) % all.size()), nowNanos, out);
    }
    next += moved;
  }

  private void move(Connection connection, long nowNanos, PacketOutput out) {
    octets.clear();
    if (engine.moves().write(connection, octets, nowNanos) != null) {
      return; // the codec of its agent fails, and the connection stays
    }
    engine.moves().release(connection);
    StateReader in = new StateReader(octets.memory(), 0, octets.length());
    Objects.requireNonNull(engine.moves().restore(in, nowNanos, out), "connection is known still");
  }
}
