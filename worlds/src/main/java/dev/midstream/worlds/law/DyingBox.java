package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * An engine that dies after some of its calls. Then it goes on with what is essential of its
 * connections, as it was recorded after the last call that changed it. That is a call of its own:
 * what it sends then leaves after the packet of the call before. So it does with parked ones.
 */
final class DyingBox implements Box {
  /** A record is renewed before its timestamps are outdated (RFC 7323 section 5.5). */
  private static final long RENEWAL_NANOS = 1_000_000_000_000L;

  private final Engine engine;
  private final Box inner;
  private final int oneIn;
  private final SplittableRandom random;
  private final StateWriter octets = new StateWriter();
  private final Map<String, Essence> essences = new HashMap<>();
  private final Observer observer;
  private boolean isDue;
  private long dueNanos;
  private int deaths;

  /** The essential state of a connection, and what it was when it was recorded. */
  private record Essence(EssentialMark mark, Octets octets, long nanos) {

    boolean isOutdated(EssentialMark now, long nowNanos) {
      return !mark.equals(now) || nowNanos - nanos >= RENEWAL_NANOS;
    }
  }

  /** Observes an engine that dies. */
  interface Observer {
    /** The essential state of the connection is recorded, as it is after the last call. */
    void recorded();

    /** The engine dies, and another one goes on with what is recorded of {@code connection}. */
    void dies(Connection connection, long nowNanos);

    /**
     * A stream goes on as another one, of which only what is essential was known.
     *
     * @param before null if it was parked
     */
    void takenOver(@Nullable Stream before, Stream after);
  }

  /**
   * {@code engine} in {@code inner}, which dies after one in {@code oneIn} calls; never if that is
   * 0.
   */
  DyingBox(Engine engine, Box inner, int oneIn, long seed, Observer observer) {
    this.engine = engine;
    this.inner = inner;
    this.oneIn = oneIn;
    random = new SplittableRandom(~seed);
    this.observer = observer;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Disposition disposition = inner.onPacket(packet, nowNanos, out);
    schedule(nowNanos);
    return disposition;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    if (isDue) {
      isDue = false;
      deaths++;
      List<Connection> parked = new ArrayList<>();
      engine.forEachParked(each -> die(each, parked, nowNanos));
      connections().forEach(each -> takeOver(each, nowNanos, out));
      parked.forEach(each -> restoreParked(each, nowNanos, out));
      record(nowNanos);
    } else {
      inner.onTimer(nowNanos, out);
      schedule(nowNanos);
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return isDue ? dueNanos : inner.nextDeadlineNanos();
  }

  /** Whether the next call must be one of the timer, in which the engine dies. */
  boolean isDue() {
    return isDue;
  }

  /** How many times the engine has died. */
  int deaths() {
    return deaths;
  }

  private void schedule(long nowNanos) {
    if (oneIn == 0) {
      return;
    }
    record(nowNanos);
    if (deaths < SimulatedWorld.MOST_TAKEOVERS && random.nextInt(oneIn) == 0) {
      isDue = true;
      dueNanos = nowNanos;
    }
  }

  private List<Connection> connections() {
    List<Connection> all = new ArrayList<>();
    engine.forEachConnection(all::add);
    return all;
  }

  /** Records the essential state of all connections in which it has changed. */
  private void record(long nowNanos) {
    Set<String> known = new HashSet<>();
    for (Connection each : connections()) {
      String name = each.name();
      known.add(name);
      EssentialMark mark = EssentialMark.of(each);
      Essence essence = essences.get(name);
      if (essence == null || essence.isOutdated(mark, nowNanos)) {
        record(each, mark, nowNanos);
      }
    }
    engine.forEachParked(each -> {
      known.add(each.name());
      Essence essence = essences.get(each.name());
      if (essence == null || nowNanos - essence.nanos() >= RENEWAL_NANOS) {
        record(each, EssentialMark.of(each), nowNanos);
      }
    });
    essences.keySet().retainAll(known);
  }

  private void record(Connection connection, EssentialMark mark, long nowNanos) {
    octets.clear();
    if (engine.moves().writeEssential(connection, octets, nowNanos) == null) {
      essences.put(connection.name(), new Essence(mark, Octets.of(octets.toOctets()), nowNanos));
      observer.recorded();
    } else {
      essences.remove(connection.name()); // the codec of its agent fails, and the connection stays
    }
  }

  private void takeOver(Connection connection, long nowNanos, PacketOutput out) {
    Essence essence = essences.get(connection.name());
    if (essence == null) {
      return;
    }
    observer.dies(connection, nowNanos);
    List<@Nullable Stream> streams = streams(connection);
    List<@Nullable Stream> inherited = streams(restore(connection, nowNanos, out));
    for (int i = 0; i < streams.size(); i++) {
      Stream before = streams.get(i);
      Stream after = inherited.get(i);
      if (before != null && after != null) {
        observer.takenOver(before, after);
      }
    }
  }

  /** Notes that the engine dies, if it can go on with a parked connection. */
  private void die(Connection copy, List<Connection> parked, long nowNanos) {
    if (essences.containsKey(copy.name())) {
      observer.dies(copy, nowNanos);
      parked.add(copy);
    }
  }

  private void restoreParked(Connection copy, long nowNanos, PacketOutput out) {
    for (@Nullable Stream each : streams(restore(copy, nowNanos, out))) {
      if (each != null) {
        observer.takenOver(null, each);
      }
    }
  }

  /** Forgets a connection, and goes on with what is recorded of it. */
  private Connection restore(Connection connection, long nowNanos, PacketOutput out) {
    engine.moves().release(connection);
    Essence essence = Objects.requireNonNull(essences.get(connection.name()));
    byte[] written = essence.octets().toArray();
    StateReader in = new StateReader(written, 0, written.length, nowNanos - essence.nanos());
    Connection heir = engine.moves().restore(in, nowNanos, out);
    if (heir == null) {
      throw new IllegalStateException("known already: connection=" + connection.name());
    }
    return heir;
  }

  private static List<@Nullable Stream> streams(Connection connection) {
    List<@Nullable Stream> streams = new ArrayList<>();
    for (Direction each : Direction.BOTH) {
      streams.add(connection.hasStreams() ? connection.stream(each) : null);
    }
    return streams;
  }
}
