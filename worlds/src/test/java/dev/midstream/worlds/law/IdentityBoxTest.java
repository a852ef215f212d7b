package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.oracle.PacketRecorder;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.worlds.plan.AgentPlan;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.Hardship;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WholeStream;
import dev.midstream.worlds.plan.WorldDraw;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An agent that only passes makes the engine equal to a wire: each packet arrives at the same time,
 * with the same numbers, options and octets. Some cases differ by design and are excluded: loss and
 * reordering before the engine, octets of SYNs and probes, shrinking windows, and spurious
 * retransmissions, which the engine answers itself. {@link
 * dev.midstream.worlds.compare.GoodputTest} measures loss and reordering.
 */
@Tag("worlds")
class IdentityBoxTest {
  private static final int ROUNDS = 1_000;
  private static final int MAX_LINE_LETTERS = 140;

  private static final Set<Hardship> EXCLUDED =
      EnumSet.of(
          Hardship.LOSS_BEFORE_BOX,
          // Their full queues drop frames.
          Hardship.SLOW_WIRES,
          Hardship.DUPLICATION,
          Hardship.REORDERING,
          Hardship.CORRUPTION,
          Hardship.FAST_OPEN,
          Hardship.SHRINKING_WINDOWS,
          Hardship.URGENT_OCTETS,
          Hardship.OUTAGES,
          Hardship.DAYS,
          Hardship.ABORTS);

  /**
   * Packets that arrived at the endpoints.
   *
   * @param lines the packets in packet notation
   * @param hasDuplicates whether an endpoint received duplicate octets
   */
  private record Arrivals(List<String> lines, boolean hasDuplicates) {}

  @Test
  @DisplayName(
      "with an agent that only passes, endpoints receive what a wire delivers, at the same time")
  void forwardsLikeAWireWithAPassingAgent() {
    AtomicInteger compared = new AtomicInteger();
    SeededRounds.run(
        ROUNDS,
        random -> {
          SimulatedWorld world = world(random.nextLong());
          Arrivals wire = arrivals(world, false);
          if (wire.hasDuplicates()) {
            return;
          }
          compare(world, wire.lines(), arrivals(world, true).lines());
          compared.incrementAndGet();
        });
    assertThat(compared.get()).isGreaterThan(ROUNDS / 3);
  }

  private static void compare(SimulatedWorld world, List<String> wire, List<String> box) {
    int at = firstDifference(wire, box);
    if (at >= 0) {
      throw new AssertionError(
          "differs from a wire: "
              + world
              + "\n"
              + around(at, "wire", wire)
              + around(at, "box ", box));
    }
  }

  private static SimulatedWorld world(long seed) {
    return WorldDraw.of(seed)
        .without(EXCLUDED)
        .withBoth(end -> end.withOptions(probingWithoutOctets(end.options())))
        .withAgent(agent -> AgentPlan.PASSING)
        .withEngine(engine -> EnginePlan.PLAIN);
  }

  /** A probe leaves the engine without its octet (C-32, C-34). */
  private static EndpointOptions probingWithoutOctets(EndpointOptions options) {
    return options.without(Behaviour.KEEP_ALIVE_GARBAGE).with(Behaviour.EMPTY_PROBES);
  }

  private static int firstDifference(List<String> wire, List<String> box) {
    int common = Math.min(wire.size(), box.size());
    for (int i = 0; i < common; i++) {
      if (!wire.get(i).equals(box.get(i))) {
        return i;
      }
    }
    return wire.size() == box.size() ? -1 : common;
  }

  private static String around(int at, String name, List<String> lines) {
    StringBuilder text = new StringBuilder();
    for (int i = Math.max(0, at - 6); i < Math.min(lines.size(), at + 5); i++) {
      String line = lines.get(i);
      text.append(i == at ? "> " : "  ")
          .append(name)
          .append(' ')
          .append(line, 0, Math.min(line.length(), MAX_LINE_LETTERS))
          .append('\n');
    }
    return text.toString();
  }

  private static Arrivals arrivals(SimulatedWorld world, boolean withBox) {
    Map<Direction, WholeStream> streams = new EnumMap<>(Direction.class);
    for (Direction direction : Direction.values()) {
      streams.put(direction, WholeStream.unchanged(world.stream(direction)));
    }
    Engine engine =
        EnginePlan.PLAIN.engine(
            new WatchedAgent(AgentPlan.PASSING, streams, EnginePlan.PLAIN),
            new UnpooledByteBufAllocator(true, true));
    PacketRecorder recorder = new PacketRecorder(Place.RECEIVED);
    SimulatedNetwork network =
        new SimulatedNetwork(world.path().path(), world.seed()).observe(recorder);
    network.place(withBox ? engine : null);
    Ends ends = world.ends();
    Conversation talk =
        network.open(
            ends,
            world.client().party(world.stream(Direction.CLIENT_TO_SERVER), true),
            world.server().party(world.stream(Direction.SERVER_TO_CLIENT), world.simultaneous()));
    network.runUntilDone(world.deadlineNanos(0, 0));
    engine.finish(network.nowNanos(), packet -> {});
    return new Arrivals(
        recorder.text(ends).lines().toList(),
        hasDuplicates(talk.client()) || hasDuplicates(talk.server()));
  }

  private static boolean hasDuplicates(TcpEndpoint end) {
    return end.counters().get(Counter.DUPLICATE_OCTETS) > 0;
  }
}
