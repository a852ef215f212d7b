package dev.midstream.worlds.invariant;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.map.Invariant;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.stream.Stream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Checks the invariants of all streams of an engine that are edited. */
public final class StreamChecks {
  private final Supplier<Engine> engine;
  private final BiFunction<Set<Invariant>, String, AssertionError> failure;
  private final Supplier<StreamObserver> observer;
  private final int closerEvery;
  private final int closerLength;
  private final IdentityHashMap<Stream, StreamWatch> watches = new IdentityHashMap<>();
  private int seen;

  /** A direction of a connection, by its name. */
  private record Place(String connection, Direction direction) {}

  /** The last stream of each place. */
  private final Map<Place, Stream> latest = new HashMap<>();

  /** The names of connections that were parked after the last call. */
  private final Set<String> parked = new HashSet<>();

  private StreamChecks(
      Supplier<Engine> engine,
      BiFunction<Set<Invariant>, String, AssertionError> failure,
      Supplier<StreamObserver> observer,
      int closerEvery,
      int closerLength) {
    this.engine = engine;
    this.failure = failure;
    this.observer = observer;
    this.closerEvery = closerEvery;
    this.closerLength = closerLength;
  }

  /** Checks of a recording: each covers the whole streams, which are short. */
  public static StreamChecks recorded(Engine engine) {
    return new StreamChecks(
        () -> engine, StreamChecks::violated, StreamObserver::recorded, 1, Integer.MAX_VALUE / 2);
  }

  /**
   * Checks of an inline engine.
   *
   * @param waitingBytes limit of output that waits to leave, for each stream
   * @param failure makes an error from the violated invariants and their place
   */
  public static StreamChecks inline(
      Supplier<Engine> engine,
      long waitingBytes,
      BiFunction<Set<Invariant>, String, AssertionError> failure) {
    return new StreamChecks(engine, failure, () -> StreamObserver.inline(waitingBytes), 32, 16);
  }

  /**
   * Checks the current state of the streams, also against the last check. Call it after each call
   * of the engine.
   */
  public void check() {
    seen = 0;
    engine.get().forEachConnection(this::check);
    parked.clear();
    engine.get().forEachParked(connection -> parked.add(connection.name()));
    boolean areAllRead = engine.get().inheritedConnections() == 0; // others go on as what they were
    if (areAllRead && seen > 0 && watches.size() > 2 * seen) {
      forgetOthers();
    }
  }

  /**
   * Notes that {@code after} goes on with what {@code before} was.
   *
   * @param isWhole whether all of it is known, or only what is essential
   */
  public void noteMoved(Stream before, Stream after, boolean isWhole) {
    StreamWatch watch = watches.remove(before);
    if (watch != null) {
      watches.put(after, watch.goingOnWith(after, isWhole));
    } else if (!isWhole) {
      noteInherited(after);
    }
  }

  /**
   * Notes that {@code stream}, of which only what is essential is known, was not watched before.
   */
  public void noteInherited(Stream stream) {
    watches.put(stream, watch(stream).goingOnWith(stream, false));
  }

  private void check(Connection connection) {
    if (!isChecked(connection)) {
      return;
    }
    for (Direction direction : Direction.BOTH) {
      seen++;
      Stream stream = connection.stream(direction);
      Stream before = latest.put(new Place(connection.name(), direction), stream);
      boolean wasParked = parked.contains(connection.name()) && !watches.containsKey(stream);
      if (before != stream && before != null && wasParked) {
        noteMoved(before, stream, true);
      }
      StreamWatch watch = watch(stream);
      Set<Invariant> found = watch.check();
      if (!found.isEmpty()) {
        throw failure.apply(found, connection.name() + " " + direction + " " + watch);
      }
    }
  }

  /** The windows of a picked up connection are not known. */
  private static boolean isChecked(Connection connection) {
    return connection.handling() == Handling.EDITED
        && connection.hasStreams()
        && !connection.isPickedUp();
  }

  private StreamWatch watch(Stream stream) {
    return watches.computeIfAbsent(
        stream, own -> new StreamWatch(own, observer.get(), closerEvery, closerLength));
  }

  private void forgetOthers() {
    IdentityHashMap<Stream, Boolean> known = new IdentityHashMap<>();
    engine
        .get()
        .forEachConnection(connection -> {
          if (isChecked(connection)) {
            Direction.BOTH.forEach(direction -> known.put(connection.stream(direction), true));
          }
        });
    latest
        .entrySet()
        .removeIf(each ->
            !known.containsKey(each.getValue()) && !parked.contains(each.getKey().connection()));
    watches.keySet().retainAll(latest.values());
  }

  private static AssertionError violated(Set<Invariant> violated, String where) {
    return new AssertionError(where + " violates " + violated);
  }
}
