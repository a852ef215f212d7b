package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.Stream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The connections that an engine left, with which the next one does not go on yet. */
final class LostStreams {
  private final Supplier<Engine> engine;
  private final DeathObserver observer;
  private final Map<String, @Nullable LeftStreams> lost = new HashMap<>();

  /** None yet; {@code observer} is told which streams of {@code engine} go on as others. */
  LostStreams(Supplier<Engine> engine, DeathObserver observer) {
    this.engine = engine;
    this.observer = observer;
  }

  /** Notes that the engine left a connection; {@code streams} is null if nothing is promised. */
  void add(Connection connection, @Nullable LeftStreams streams) {
    lost.put(connection.name(), streams);
  }

  /** Whether the engine left {@code connection}. */
  boolean has(Connection connection) {
    return lost.containsKey(connection.name());
  }

  /** Forgets all of them. */
  void clear() {
    lost.clear();
  }

  /** Forgets the connections that were handed over. */
  void forgetMoved() {
    lost.values().removeIf(each -> each != null && each.isMoved());
  }

  /** Notes which streams go on as others. One that is parked goes on when it is restored. */
  void noteTakenOver() {
    if (lost.isEmpty()) {
      return;
    }
    engine
        .get()
        .forEachConnection(each -> {
          if (has(each) && each.hasStreams()) {
            @Nullable LeftStreams before = lost.remove(each.name());
            Direction.BOTH.forEach(
                direction -> noteTakenOver(before, direction, each.stream(direction)));
          }
        });
    if (engine.get().inheritedConnections() == 0) {
      Set<String> parked = new HashSet<>();
      engine.get().forEachParked(each -> parked.add(each.name()));
      lost.keySet().retainAll(parked);
    }
  }

  private void noteTakenOver(@Nullable LeftStreams before, Direction direction, Stream after) {
    if (before == null) {
      observer.takenOver(null, after);
    } else if (before.isMoved()) {
      observer.handedOver(before.of(direction), after);
    } else {
      observer.takenOver(before.of(direction), after);
    }
  }
}
