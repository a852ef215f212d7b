package dev.midstream.reassembly.script;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.UnwrittenState;
import dev.midstream.testkit.notation.Script;
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
  private final List<byte[]> inherited = new ArrayList<>();
  private boolean moving;

  /** Begins with the first engine of {@code engines}. */
  public MovedBox(TestEngine engines) {
    this.engines = engines;
    engine = engines.engine();
  }

  /**
   * A script whose engine has died. Another one takes over when the script goes on to a later time.
   *
   * @param known what the first engine wrote essential state of, from the opening on
   * @param unknown what it played after that
   */
  public static Script tookOver(TestEngine engines, String known, String unknown) {
    MovedBox box = new MovedBox(engines);
    Script script = new Script(box);
    script.run(known);
    List<byte[]> octets = box.snapshots(false);
    script.run(unknown);
    box.takeOver(octets);
    return script;
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
    return snapshots(true);
  }

  /** The connections as octets, whole or what is essential of them, in the order of their keys. */
  public List<byte[]> snapshots(boolean isWhole) {
    List<byte[]> all = new ArrayList<>();
    StateWriter out = new StateWriter();
    engine.forEachConnection(connection -> {
      out.clear();
      UnwrittenState unwritten =
          isWhole
              ? engine.moves().write(connection, out, nowNanos)
              : engine.moves().writeEssential(connection, out, nowNanos);
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
    leave();
    restore(all, output);
  }

  /** The engine dies. Another one takes over at the next timer, with {@code all} and no more. */
  public void takeOver(List<byte[]> all) {
    leave();
    inherited.addAll(all);
  }

  private void leave() {
    Connections.of(engine).forEach(engine.moves()::release);
    engine = engines.engine();
  }

  private void restore(List<byte[]> all, PacketOutput out) {
    for (byte[] each : all) {
      engine.moves().restore(new StateReader(each, 0, each.length), nowNanos, out);
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
    } else if (inherited.isEmpty()) {
      engine.onTimer(nowNanos, out);
    }
    restore(inherited, out);
    inherited.clear();
  }

  @Override
  public long nextDeadlineNanos() {
    return moving || !inherited.isEmpty() ? nowNanos : engine.nextDeadlineNanos();
  }
}
