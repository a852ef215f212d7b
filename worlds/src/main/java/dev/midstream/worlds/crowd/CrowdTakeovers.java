package dev.midstream.worlds.crowd;

import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.worlds.law.DeathObserver;
import dev.midstream.worlds.law.WatchedBox;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells the observers of each connection of a crowd what an engine that dies knew. */
final class CrowdTakeovers implements DeathObserver {
  private final List<Incarnation> incarnations;
  private final CrowdBox box;
  private final CrowdMemory memory;
  private final KeyedHash hashes = new KeyedHash(new HashSeed(0, 0));
  private final Map<Incarnation, Runnable> recorded = new LinkedHashMap<>();
  private final Set<Incarnation> known = new HashSet<>();
  private @Nullable WatchedBox watched;

  /** Observes the engine of {@code incarnations}, which lists all of them. */
  CrowdTakeovers(List<Incarnation> incarnations, CrowdBox box, CrowdMemory memory) {
    this.incarnations = incarnations;
    this.box = box;
    this.memory = memory;
    incarnations.forEach(this::noteRecorded);
  }

  /** Tells {@code other} which streams go on as others. */
  void tell(WatchedBox other) {
    watched = other;
  }

  /**
   * Notes that {@code record} is appended. It holds what is decided of its connection now; of
   * another one something may be decided that is in no record yet.
   */
  void noteRecord(StateWriter record) {
    ConnectionKey key = Replica.keyOf(record.toOctets(), hashes);
    Tuple tuple = key == null ? null : box.tupleOf(key.name(true));
    if (tuple != null) {
      tuple.incarnations().forEach(this::noteRecorded);
    }
  }

  private void noteRecorded(Incarnation incarnation) {
    recorded.put(incarnation, incarnation.pair().memento());
  }

  @Override
  public Runnable memento() {
    List<Runnable> all = List.copyOf(recorded.values());
    return () -> all.forEach(Runnable::run);
  }

  @Override
  public void dies(@Nullable Connection connection, Connection copy, long nowNanos) {
    Incarnation incarnation = box.incarnationOf(copy);
    if (incarnation != null) {
      incarnation.pair().dies(connection, copy, nowNanos);
    }
  }

  @Override
  public void keeps(Connection copy) {
    Incarnation incarnation = box.incarnationOf(copy);
    if (incarnation != null) {
      known.add(incarnation);
    }
  }

  @Override
  public void loses(Connection connection, long nowNanos) {
    Incarnation incarnation = box.incarnationOf(connection);
    if (incarnation != null) {
      incarnation.pair().loses(connection, nowNanos);
    }
  }

  /** In a crowd {@link #died} looks for each connection that is in no record. */
  @Override
  public void losesAll() {}

  @Override
  public void died() {
    for (Incarnation each : incarnations) {
      if (each.isBegun() && !known.contains(each)) {
        each.noteUnknown();
      }
    }
    known.clear();
    incarnations.forEach(this::noteRecorded);
    noteOtherEngine();
  }

  private void noteOtherEngine() {
    incarnations.forEach(Incarnation::noteSynLost);
    box.noteEngineDied();
    memory.forget();
  }

  @Override
  public void handsOver() {
    noteOtherEngine();
    incarnations.forEach(each -> each.pair().handedOver());
  }

  @Override
  public void takenOver(@Nullable Stream before, Stream after) {
    if (watched != null) {
      watched.noteTakenOver(before, after);
    }
  }

  @Override
  public void handedOver(Stream before, Stream after) {
    if (watched != null) {
      watched.noteMoved(before, after);
    }
  }
}
