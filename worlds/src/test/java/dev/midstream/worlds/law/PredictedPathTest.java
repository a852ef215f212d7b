package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.fail;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.oracle.PacketRecorder;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.plan.AgentPlan;
import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import dev.midstream.worlds.plan.AgentPlan.State;
import dev.midstream.worlds.plan.AgentPlan.Unit;
import dev.midstream.worlds.plan.CodecPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldDraw;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Header prediction sends what the steps that it skips would have sent. A world is run twice, once
 * with the flag of connections at rest cleared after each packet, so that nothing is predicted.
 */
@Tag("worlds")
class PredictedPathTest {
  private static final int ROUNDS = 400;
  private static final int MAX_SPAN_BYTES = 60_000;
  private static final int MAX_START_BYTES = 3_000;

  @Test
  @DisplayName("each packet leaves as without prediction, at the same time")
  void sendsTheSame() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          SimulatedWorld world = world(random);
          List<String> predicted = new ArrayList<>();
          List<String> stepped = new ArrayList<>();
          PacketRecorder with = run(world, predicted, false);
          PacketRecorder without = run(world, stepped, true);
          if (!predicted.equals(stepped)) {
            Ends ends = world.ends();
            fail(world + "\nwith:\n" + with.text(ends) + "\nwithout:\n" + without.text(ends));
          }
        });
  }

  /** A world whose agent passes most octets, or does not look at them. */
  private static SimulatedWorld world(RandomGenerator random) {
    SimulatedWorld world = WorldDraw.of(random.nextLong());
    int spanBytes = random.nextInt(MAX_SPAN_BYTES);
    int from = random.nextInt(MAX_START_BYTES);
    return switch (random.nextInt(5)) {
      case 0 -> world;
      case 1 -> world.withAgent(agent -> skipping(spanBytes, from));
      case 2 -> world.withAgent(agent -> AgentPlan.PASSING);
      case 3 -> world.withAgent(agent -> editingFrom(agent, from));
      default -> world.withAgent(agent -> withEndAt(agent, from));
    };
  }

  private static AgentPlan skipping(int spanBytes, int from) {
    return new AgentPlan(
        Unit.OCTET,
        Change.SKIP,
        1 + from % 3,
        1,
        spanBytes,
        false,
        false,
        End.NEVER,
        from,
        Long.MAX_VALUE,
        0,
        false,
        CodecPlan.SOUND,
        State.NOTHING);
  }

  private static AgentPlan editingFrom(AgentPlan agent, int from) {
    return new AgentPlan(
        agent.unit(),
        agent.change(),
        agent.every(),
        agent.limitBytes(),
        agent.growthBytes(),
        agent.needs(),
        agent.trailer(),
        agent.end(),
        from,
        Long.MAX_VALUE,
        agent.replyEvery(),
        agent.alternating(),
        agent.codec(),
        agent.state());
  }

  /** Such an agent does not see where a stream ends, after which a reply is not applied. */
  private static AgentPlan withEndAt(AgentPlan agent, int from) {
    return new AgentPlan(
        agent.unit(),
        agent.change(),
        agent.every(),
        agent.limitBytes(),
        agent.growthBytes(),
        agent.needs(),
        agent.trailer(),
        End.SKIPS_REST,
        0,
        from,
        0,
        agent.alternating(),
        agent.codec(),
        agent.state());
  }

  /** Runs {@code world}, adds a line for each packet out of the box, and returns all packets. */
  private static PacketRecorder run(SimulatedWorld world, List<String> lines, boolean stepping) {
    PacketRecorder recorder = new PacketRecorder(Place.INTO_BOX, Place.OUT_OF_BOX);
    WorldRun run = new WorldRun(world).observe(recorder);
    run.observe((place, leg, packet, nanos) -> {
      if (place == Place.OUT_OF_BOX) {
        lines.add(nanos + " " + leg + " " + packet.gsoBytes() + " " + crc(packet));
      }
    });
    if (stepping) {
      run.watch((kept, nanos) -> kept.engine().forEachConnection(each -> each.setAtRest(false)));
    }
    try {
      run.run();
    } catch (LawBroken e) {
      fail(world + "\nstepping=" + stepping, e);
    }
    return recorder;
  }

  private static long crc(Packet packet) {
    CRC32 crc = new CRC32();
    byte[] octets =
        packet.memory().asSlice(packet.offset(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
    crc.update(octets);
    return crc.getValue();
  }
}
