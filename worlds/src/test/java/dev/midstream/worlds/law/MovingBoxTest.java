package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.worlds.plan.WorldText;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How often the connections of a world move. */
class MovingBoxTest {
  private static final String WORLD = "seed=7 client.bytes=50000 server.bytes=50000 ";

  /** The connections that an engine had, and after how many calls it was looked at. */
  private static final class Looks {
    private final Set<Connection> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private int count;

    static Looks of(String text) {
      Looks looks = new Looks();
      new WorldRun(WorldText.read(WORLD + text))
          .watch((kept, nanos) -> {
            looks.count++;
            kept.engine().forEachConnection(looks.seen::add);
          })
          .run();
      return looks;
    }
  }

  @Test
  @DisplayName("after each call of the engine all connections move, before the next packet")
  void movesAfterEachCall() {
    Looks looks = Looks.of("engine.moveOneIn=1");
    // Half of the looks follow a move. The connection is not in the table while it is half-open.
    assertThat(looks.seen.size()).isGreaterThan(looks.count / 2 - 5);
  }

  @Test
  @DisplayName("after one in ten calls the connections move")
  void movesAfterSomeCalls() {
    Looks looks = Looks.of("engine.moveOneIn=10");
    assertThat(looks.seen.size()).isBetween(looks.count / 20, looks.count / 5);
  }

  @Test
  @DisplayName("a connection that does not move stays the same")
  void staysWithoutMoves() {
    assertThat(Looks.of("engine.moveOneIn=0").seen).hasSize(1);
  }
}
