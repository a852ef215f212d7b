package dev.midstream.worlds.scenario;

import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.worlds.law.DeathObserver;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.law.WatchedBox;
import dev.midstream.worlds.law.WatchedPair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells connections that expect others, and these, what an engine that dies knew of them. */
final class ExpectationTakeovers implements DeathObserver {
  private final Supplier<Runnable> sayings;
  private final KeyedHash hashes = new KeyedHash(new HashSeed(0, 0));
  private final Map<Integer, WatchedPair> pairs = new HashMap<>();
  private final Map<WatchedPair, Runnable> recorded = new LinkedHashMap<>();
  private @Nullable WatchedBox watched;
  private boolean hasLostEnd;

  /**
   * Observes an engine.
   *
   * @param sayings returns how to go back to what agents have said about others until now
   */
  ExpectationTakeovers(Supplier<Runnable> sayings) {
    this.sayings = sayings;
  }

  /** Tells {@code box} which streams go on as others. */
  void tell(WatchedBox box) {
    watched = box;
  }

  /** Adds a connection, the only one with its ports. */
  void add(WatchedPair pair) {
    Ends ends = pair.world().ends();
    pairs.put(key(ends.clientPort(), ends.serverPort()), pair);
    noteRecorded(pair);
  }

  private static int key(int onePort, int otherPort) {
    return (Math.max(onePort, otherPort) << 16) | Math.min(onePort, otherPort);
  }

  /** Notes that {@code record} is appended: it holds what is decided of its connection now. */
  void noteRecord(StateWriter record) {
    ConnectionKey key = Replica.keyOf(record.toOctets(), hashes);
    WatchedPair pair = key == null ? null : find(key.name(true));
    if (pair != null) {
      noteRecorded(pair);
    }
  }

  private void noteRecorded(WatchedPair pair) {
    recorded.put(pair, pair.memento());
  }

  private @Nullable WatchedPair find(String name) {
    String[] ends = name.split(" > ", -1);
    return pairs.get(key(port(ends[0]), port(ends[1])));
  }

  private static int port(String end) {
    return Integer.parseInt(end.substring(end.lastIndexOf(':') + 1));
  }

  /** Whether a connection has ended, and no engine knows that any more. */
  boolean hasLostEnd() {
    return hasLostEnd;
  }

  @Override
  public Runnable memento() {
    List<Runnable> all = new ArrayList<>(recorded.values());
    all.add(sayings.get());
    return () -> all.forEach(Runnable::run);
  }

  @Override
  public void dies(@Nullable Connection connection, Connection copy, long nowNanos) {
    WatchedPair pair = find(copy.name());
    LawBroken.unless(
        pair != null, Law.TAKEOVER, () -> "a dropped connection has a record: " + copy.name());
    if (pair != null) {
      pair.dies(connection, copy, nowNanos);
    }
    hasLostEnd |= (connection == null || isOver(connection)) && !isOver(copy);
  }

  private static boolean isOver(Connection connection) {
    return connection.state() == ConnectionState.CLOSING
        || connection.state() == ConnectionState.TOMBSTONE;
  }

  @Override
  public void loses(Connection connection, long nowNanos) {
    WatchedPair pair = find(connection.name()); // null if it is dropped
    if (pair != null) {
      pair.loses(connection, nowNanos);
    }
  }

  /** What no record tells is known of the connections that {@link #loses} was told. */
  @Override
  public void losesAll() {}

  @Override
  public void died() {
    pairs.values().forEach(this::noteRecorded);
    pairs.values().forEach(WatchedPair::noteSynLost);
  }

  @Override
  public void handsOver() {
    pairs.values().forEach(WatchedPair::noteSynLost);
    pairs.values().forEach(WatchedPair::handedOver);
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
