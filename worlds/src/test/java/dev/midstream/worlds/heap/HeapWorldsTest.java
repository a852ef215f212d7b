package dev.midstream.worlds.heap;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.testkit.box.TamperingBox;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.wire.packet.Box;
import dev.midstream.worlds.crowd.CrowdRun;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.law.WorldRun;
import dev.midstream.worlds.plan.CrowdDraw;
import dev.midstream.worlds.plan.CrowdText;
import dev.midstream.worlds.plan.CrowdWorld;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldDraw;
import dev.midstream.worlds.plan.WorldText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The heap of engines in random worlds; {@code -Dmidstream.effort} multiplies the worlds. */
@Tag("worlds")
class HeapWorldsTest {
  private static final int WORLDS = 100;
  private static final int CROWDS = 8;
  private static final int MAX_FIRST = 100;

  @Test
  @DisplayName("law 6 the heap of an engine is what it charges and little for each connection")
  void boundsTheHeapOfAWorld() {
    SeededRounds.runSeeds(
        WORLDS,
        seed -> {
          SimulatedWorld world = WorldDraw.of(seed);
          HeapWatch watch = watch(seed);
          WorldRun run = new WorldRun(world).watch(watch);
          measured(run::run, watch, world);
        });
  }

  @Test
  @DisplayName("law 6 connections that are over leave nothing on the heap of a crowd's engine")
  void boundsTheHeapOfACrowd() {
    SeededRounds.runSeeds(
        CROWDS,
        seed -> {
          CrowdWorld world = CrowdDraw.of(seed);
          HeapWatch watch = watch(seed);
          CrowdRun run = new CrowdRun(world).watch(watch);
          measured(run::run, watch, world);
        });
  }

  @Test
  @DisplayName(
      "H-10 law 6 edits that late acknowledgements may need are no leak of a crowd's engine")
  void knowsEditsThatAreNeededLate() {
    String text =
        "engine pair world.ends.clientPort=40001 world.ends.serverPort=1001"
            + " world.client.bytes=5000 world.agent.change=INSERT";
    measuredAtEachCall(text);
  }

  @Test
  @DisplayName("law 6 an engine keeps nothing of the octets from which it has read a connection")
  void forgetsWhatMovedConnectionsWereReadFrom() {
    measuredAtEachCall(
        "engine moveOneIn=1 pair world.ends.clientPort=40001 world.ends.serverPort=1001"
            + " world.client.bytes=2 world.client.parts=2 world.client.pauseNanos=500000000"
            + " world.server.bytes=60000 world.agent.alternating=true");
  }

  private static void measuredAtEachCall(String world) {
    HeapWatch watch = new HeapWatch(1, Long.MAX_VALUE);
    CrowdRun run = new CrowdRun(CrowdText.read(world));
    run.watch((kept, nanos) -> {
      watch.look(kept, nanos);
      watch.check();
    });
    run.run();
  }

  @Test
  @DisplayName("law 6 a box that keeps every frame is found")
  void seesEveryFrameThatABoxKeeps() {
    List<byte[]> hoard = new ArrayList<>();
    HeapWatch watch = new HeapWatch(1, Long.MAX_VALUE, hoard);
    SimulatedWorld world = WorldText.read("client.bytes=50000");
    UnaryOperator<Box> hoarding = box -> new TamperingBox(box, (view, frame) -> hoard.add(frame));
    assertThatThrownBy(
            () -> {
              new WorldRun(world, hoarding).watch(watch).run();
              watch.check();
            })
        .isInstanceOf(LawBroken.class)
        .hasMessageContaining("heapBytes=");
  }

  private static HeapWatch watch(long seed) {
    return new HeapWatch(1 + Math.floorMod(31 * seed, MAX_FIRST), Long.MAX_VALUE);
  }

  private static void measured(Runnable run, HeapWatch watch, Object world) {
    try {
      run.run();
      watch.check();
    } catch (LawBroken e) {
      throw new AssertionError(e.getMessage() + "\n" + world, e);
    }
  }
}
