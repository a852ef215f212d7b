package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An engine that writes its connections as octets after some of its calls, all or one of them,
 * forgets them, and goes on with what it reads. That is a call of its own: what it sends then
 * leaves after the packet of the call before. It comes before another packet that arrives at the
 * same time.
 */
public final class MovingBox implements Box {
  /** No timer makes a connection move so soon after a move: the two could follow for ever. */
  private static final long PAUSE_NANOS = 1_000_000;

  private final Engine engine;
  private final int oneIn;
  private long moves;
  private final SplittableRandom random;
  private final StateWriter octets = new StateWriter();
  private long moveNanos = Long.MAX_VALUE;
  private long movedNanos;
  private BiConsumer<Stream, Stream> streamObserver = (before, after) -> {};
  private BiConsumer<Connection, Connection> connectionObserver = (before, after) -> {};

  /** Moves after one in {@code oneIn} calls of {@code engine}; never if that is 0. */
  public MovingBox(Engine engine, int oneIn, long seed) {
    this.engine = engine;
    this.oneIn = oneIn;
    random = new SplittableRandom(seed);
  }

  /** Shows {@code observer} each stream that is moved, and what it became. */
  public void observeStreams(BiConsumer<Stream, Stream> observer) {
    streamObserver = streamObserver.andThen(observer);
  }

  /** Shows {@code observer} each connection that was moved, and what it became. */
  public void observeConnections(BiConsumer<Connection, Connection> observer) {
    connectionObserver = connectionObserver.andThen(observer);
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Disposition disposition = engine.onPacket(packet, nowNanos, out);
    schedule(nowNanos);
    return disposition;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    if (moveNanos <= nowNanos) {
      moveAll(nowNanos, out);
    } else {
      engine.onTimer(nowNanos, out);
      if (nowNanos - movedNanos >= PAUSE_NANOS) {
        schedule(nowNanos);
      }
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return Math.min(moveNanos, engine.nextDeadlineNanos());
  }

  /** How often a connection was moved. */
  public long moves() {
    return moves;
  }

  /** Whether the next call must be one of the timer, which moves the connections. */
  public boolean isMoveDue() {
    return moveNanos != Long.MAX_VALUE;
  }

  private void schedule(long nowNanos) {
    if (oneIn > 0 && random.nextInt(oneIn) == 0) {
      moveNanos = nowNanos;
    }
  }

  private void moveAll(long nowNanos, PacketOutput out) {
    moveNanos = Long.MAX_VALUE;
    movedNanos = nowNanos;
    List<Connection> all = new ArrayList<>();
    engine.forEachConnection(all::add);
    if (all.size() > 1 && random.nextBoolean()) {
      move(all.get(random.nextInt(all.size())), nowNanos, out);
    } else {
      all.forEach(each -> move(each, nowNanos, out));
    }
  }

  private void move(Connection connection, long nowNanos, PacketOutput out) {
    octets.clear();
    if (engine.moves().write(connection, octets, nowNanos) != null) {
      return; // the codec of its agent fails, and the connection stays
    }
    byte[] written = octets.toOctets();
    List<@Nullable Stream> streams = streams(connection);
    engine.moves().release(connection);
    moves++;
    StateReader in = new StateReader(written, 0, written.length);
    Connection restored = Objects.requireNonNull(engine.moves().restore(in, nowNanos, out));
    connectionObserver.accept(connection, restored);
    List<@Nullable Stream> moved = streams(restored);
    for (int i = 0; i < streams.size(); i++) {
      if (streams.get(i) != null && moved.get(i) != null) {
        streamObserver.accept(streams.get(i), moved.get(i));
      }
    }
  }

  private static List<@Nullable Stream> streams(Connection connection) {
    List<@Nullable Stream> streams = new ArrayList<>();
    for (Direction each : Direction.BOTH) {
      streams.add(connection.hasStreams() ? connection.stream(each) : null);
    }
    return streams;
  }
}
