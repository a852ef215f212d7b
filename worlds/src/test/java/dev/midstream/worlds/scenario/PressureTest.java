package dev.midstream.worlds.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.box.FrontBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.Party;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.EnginePlan;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 64 connections fill the memory, and are gone after a while; one that behaves goes on. */
@Tag("worlds")
class PressureTest {
  private static final int HOSTILE = 64;
  private static final int FIRST_PORT = 10_000;
  private static final int HONEST_PORT = 9_000;
  private static final int BUFFER_BYTES = 65_535;
  private static final int HONEST_BYTES = 16_000_000;
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;
  private static final long TOTAL_BYTES = 4L << 20;
  private static final long START_NANOS = 10 * SECOND;
  private static final long MEASURED_NANOS = 3 * SECOND;
  private static final long GONE_NANOS = START_NANOS + MEASURED_NANOS;
  private static final long EXPIRED_NANOS = GONE_NANOS + 101 * SECOND;

  /** What the hostile connections do. */
  enum Trouble {
    NONE,
    /** Their first octets never come; those after them do, and are reported by SACK. */
    GAPS,
    /** The same, without SACK. */
    GAPS_WITHOUT_SACK,
    /** Their servers acknowledge nothing. */
    SILENCE
  }

  private final Engine engine =
      EnginePlan.PLAIN
          .withLimits(EngineLimits.DEFAULTS.withTotalBytes(TOTAL_BYTES))
          .engine(SimpleAgents.passing());

  @ParameterizedTest
  @EnumSource(names = {"GAPS", "GAPS_WITHOUT_SACK"})
  @DisplayName("H-38 C-65 law 6 gaps of others leave an honest stream its rate, and expire")
  void gapsGiveWay(Trouble trouble) {
    SimulatedNetwork network = fill(trouble);
    Conversation honest = transfer(network);
    assertThat(honest.server().received()).hasSizeGreaterThan(alone() / 2);
    assertThat(honest.client().counters().get(Counter.RETRANSMISSIONS)).isZero();
    network.runUntil(EXPIRED_NANOS);
    assertThat(engine.counters().of(Reason.GAP_EXPIRED)).isGreaterThanOrEqualTo(HOSTILE);
    assertThat(engine.budget().usedBytes()).isLessThan(100_000);
    assertThat(engine.budget().peakBytes()).isLessThanOrEqualTo(TOTAL_BYTES);
  }

  @Test
  @DisplayName(
      "H-38 C-65 law 6 octets that servers do not acknowledge leave an honest stream a share")
  void silentReceiversStopFirst() {
    Conversation honest = transfer(fill(Trouble.SILENCE));
    assertThat(honest.server().received()).hasSizeGreaterThan(alone() / 8);
    assertThat(engine.budget().peakBytes()).isLessThanOrEqualTo(TOTAL_BYTES);
  }

  private static int alone() {
    PressureTest other = new PressureTest();
    int alone = transfer(other.fill(Trouble.NONE)).server().received().length;
    assertThat(alone).isGreaterThan(4_000_000);
    return alone;
  }

  /** The network after the hostile connections, if there are any, have taken what they can. */
  private SimulatedNetwork fill(Trouble trouble) {
    SimulatedNetwork network =
        new SimulatedNetwork(Path.of(10 * MILLI), 1).place(new Troubling(engine, trouble));
    EndpointOptions options =
        EndpointOptions.MODERN
            .withBuffer(BUFFER_BYTES, 0)
            .withInitialWindow(BUFFER_BYTES / 1_000)
            .withMaxTimeouts(1_000)
            .without(Behaviour.CONGESTION_CONTROL);
    options = trouble == Trouble.GAPS_WITHOUT_SACK ? options.without(Behaviour.SACK) : options;
    int count = trouble == Trouble.NONE ? 0 : HOSTILE;
    for (int i = 0; i < count; i++) {
      network.open(
          Ends.IPV4.withPorts(FIRST_PORT + i, 80),
          Party.opening(options, new Application().write(new byte[2 * BUFFER_BYTES])),
          Party.waiting(options, new Application()),
          i * MILLI);
    }
    network.runUntil(START_NANOS);
    return network;
  }

  /** Lets an honest stream transfer what it can in a while. */
  private static Conversation transfer(SimulatedNetwork network) {
    EndpointOptions options = EndpointOptions.MODERN.withBuffer(BUFFER_BYTES, 0);
    Conversation honest =
        network.open(
            Ends.IPV4.withPorts(HONEST_PORT, 80),
            Party.opening(options, new Application().write(new byte[HONEST_BYTES]).close()),
            Party.waiting(options, new Application().awaitEnd().close()),
            network.nowNanos());
    network.runUntil(START_NANOS + MEASURED_NANOS);
    return honest;
  }

  /** Makes the trouble at the place of the box. */
  private static final class Troubling implements FrontBox {
    private final Box box;
    private final Trouble trouble;
    private final FrameView view = new FrameView();

    Troubling(Box box, Trouble trouble) {
      this.box = box;
      this.trouble = trouble;
    }

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      view.read(packet);
      boolean fromClient = packet.leg() == Leg.INSIDE;
      int port = fromClient ? view.sourcePort() : view.destinationPort();
      boolean hostile = port != HONEST_PORT;
      boolean lost = nowNanos > GONE_NANOS || (fromClient ? isFirst() : isSilenced());
      return hostile && lost ? Disposition.TAKEN : box.onPacket(packet, nowNanos, out);
    }

    private boolean isFirst() {
      return trouble != Trouble.SILENCE
          && view.payloadLength() > 0
          && view.sequence() == Ends.IPV4.clientIsn() + 1;
    }

    private boolean isSilenced() {
      return trouble == Trouble.SILENCE && !view.isSyn();
    }

    @Override
    public Box box() {
      return box;
    }
  }
}
