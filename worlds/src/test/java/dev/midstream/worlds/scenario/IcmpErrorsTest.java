package dev.midstream.worlds.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.testkit.agent.OctetEdits;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.notation.IcmpErrors;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Draws;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.IcmpView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.plan.EnginePlan;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** ICMP errors about segments that left the engine, on their way to simulated endpoints. */
class IcmpErrorsTest {
  private static final int ROUNDS = 300;
  private static final long MILLI = 1_000_000L;
  private static final int MAX_BYTES = 12_000;

  @Test
  @DisplayName("C-44 H-44 every quote names an octet that its receiver sent")
  void quotesOctetsOfTheSender() {
    SeededRounds.run(ROUNDS, IcmpErrorsTest::converse);
  }

  private static void converse(RandomGenerator random) {
    OctetEdits edits = OctetEdits.any(random);
    Ends ends = Draws.ends(random);
    Engine engine = EnginePlan.PLAIN.engine(edits.agent());
    SimulatedNetwork network = new SimulatedNetwork(Path.of(10 * MILLI), random.nextLong());
    Router router = new Router(random);
    network.place(engine).observe(router);
    Conversation talk =
        network.open(
            ends,
            Party.opening(EndpointOptions.MODERN, Draws.writing(random, MAX_BYTES).close()),
            Party.waiting(EndpointOptions.CLASSIC, Draws.writing(random, MAX_BYTES).close()));
    while (network.step()) {
      router.answer(network);
    }

    new StreamOracle(edits::apply, edits::apply).checkComplete(talk);
    assertThat(engine.counters().of(Reason.ICMP_MAPPED)).isEqualTo(router.errors);
    assertThat(engine.counters().of(Reason.ICMP_INVALID)).isZero();
  }

  /** Answers some segments with an ICMP error, and checks the mapped errors. */
  private static final class Router implements PacketObserver {
    private final RandomGenerator random;
    private final FrameView view = new FrameView();
    private final IcmpView error = new IcmpView();
    private final Map<Leg, Set<Integer>> sent = new EnumMap<>(Leg.class);
    private byte @Nullable [] refused;
    private Leg refusedLeg = Leg.INSIDE;
    private int errors;

    Router(RandomGenerator random) {
      this.random = random;
      sent.put(Leg.INSIDE, new HashSet<>());
      sent.put(Leg.OUTSIDE, new HashSet<>());
    }

    @Override
    public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
      if (view.read(packet) != FrameKind.TCP) {
        if (place == Place.OUT_OF_BOX) {
          assertThat(error.read(packet)).isTrue();
          assertThat(error.isChecksumRight()).isTrue();
          assertThat(sentFrom(leg)).contains(error.sequence());
        }
        return;
      }
      if (place == Place.SENT) {
        noteOctets(leg);
      } else if (place == Place.OUT_OF_BOX && view.payloadLength() > 0 && random.nextInt(4) == 0) {
        refused = Frames.octets(packet);
        refusedLeg = leg;
      }
    }

    void answer(SimulatedNetwork network) {
      byte[] frame = refused;
      if (frame == null) {
        return;
      }
      refused = null;
      errors++;
      network.inject(
          refusedLeg,
          random.nextBoolean()
              ? IcmpErrors.tooBig(frame, 1_300 + random.nextInt(200))
              : IcmpErrors.unreachable(frame));
    }

    private void noteOctets(Leg leg) {
      for (int i = 0; i < view.payloadLength(); i++) {
        sentFrom(leg).add(view.sequence() + i);
      }
    }

    private Set<Integer> sentFrom(Leg leg) {
      return Objects.requireNonNull(sent.get(leg));
    }
  }
}
