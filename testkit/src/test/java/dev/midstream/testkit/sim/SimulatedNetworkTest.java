package dev.midstream.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.oracle.MonotonyOracle;
import dev.midstream.testkit.sim.oracle.PacketRecorder;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Ending;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.TcpState;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class SimulatedNetworkTest {
  private static final WireFaults SOME =
      WireFaults.losing(0.02)
          .withDuplication(0.02)
          .withReordering(0.05, 5 * Talk.MILLI)
          .withCorruption(0.01)
          .withJitter(Talk.MILLI)
          .withBursts(0.002, 3);

  @Test
  void deliversBothStreamsAndCloses() {
    Talk talk = Talk.between(EndpointOptions.MODERN, sending(50_000), sending(70_000)).complete();
    assertThat(talk.client().state()).isEqualTo(TcpState.TIME_WAIT);
    assertThat(talk.client().ending()).isEqualTo(Ending.CLOSED);
    talk.until(120 * Talk.SECOND);
    assertThat(talk.client().state()).isEqualTo(TcpState.CLOSED);
    assertThat(talk.server().state()).isEqualTo(TcpState.CLOSED);
    assertThat(talk.network().step()).isFalse();
  }

  @Test
  void repeatsExactlyFromItsSeed() {
    assertThat(run(7, null)).isEqualTo(run(7, null)).isNotEqualTo(run(8, null));
  }

  @Test
  void forwardingBoxChangesNothing() {
    assertThat(run(7, new PassingBox(false))).isEqualTo(run(7, null));
  }

  @Test
  void copyingBoxChangesNothing() {
    assertThat(run(7, new PassingBox(true))).isEqualTo(run(7, null));
  }

  @Test
  void placesBoxAnywhereOnPath() {
    for (int percent : new int[] {1, 50, 99}) {
      List<Long> arrivals = new ArrayList<>();
      SimulatedNetwork network = new SimulatedNetwork(Path.of(Talk.SECOND).withBoxAt(percent), 1);
      network.observe((place, leg, packet, nowNanos) -> arrivals.add(nowNanos));
      network.open(
          Ends.IPV4,
          Party.opening(EndpointOptions.MODERN, new Application()),
          Party.waiting(EndpointOptions.MODERN, new Application()));
      network.runUntil(Talk.SECOND);
      long atBox = percent * Talk.SECOND / 100;
      assertThat(arrivals).startsWith(0L, atBox, atBox, Talk.SECOND);
    }
  }

  @Test
  void firesTimersOfBox() {
    List<Long> woken = new ArrayList<>();
    SimulatedNetwork network = new SimulatedNetwork(Path.of(Talk.MILLI), 1);
    network.place(new TickingBox(woken));
    network.runUntil(5 * Talk.SECOND);
    assertThat(woken).containsExactly(Talk.SECOND, 3 * Talk.SECOND, 5 * Talk.SECOND);
  }

  @Test
  void keepsHeadersMonotonic() {
    SimulatedNetwork network = new SimulatedNetwork(Path.of(Talk.DELAY_NANOS), 3);
    for (Leg leg : Leg.values()) {
      network.observe(new MonotonyOracle(PacketObserver.Place.OUT_OF_BOX, leg, Ends.IPV6));
    }
    Conversation talk =
        network.open(
            Ends.IPV6,
            Party.opening(EndpointOptions.MODERN, sending(60_000)),
            Party.waiting(EndpointOptions.MODERN, sending(60_000)));
    assertThat(network.runUntilDone(Talk.SECOND)).isTrue();
    StreamOracle.unchanged().checkComplete(talk);
  }

  @Test
  void sharesWiresBetweenConnections() {
    SimulatedNetwork network = new SimulatedNetwork(Path.of(Talk.MILLI).withFaults(SOME), 5);
    List<Conversation> talks = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      talks.add(
          network.open(
              Ends.IPV4.withPorts(40_000 + i, 80),
              Party.opening(EndpointOptions.MODERN, sending(10_000 + i)),
              Party.waiting(EndpointOptions.MODERN, sending(20_000 + i)),
              i * Talk.MILLI));
    }
    assertThat(network.runUntilDone(1_000 * Talk.SECOND)).isTrue();
    talks.forEach(StreamOracle.unchanged()::checkComplete);
  }

  private static Application sending(int bytes) {
    return new Application().write(Streams.random(bytes, bytes)).close();
  }

  private static String run(long seed, @Nullable Box box) {
    PacketRecorder recorder =
        new PacketRecorder(PacketObserver.Place.SENT, PacketObserver.Place.RECEIVED);
    SimulatedNetwork network =
        new SimulatedNetwork(Path.of(Talk.DELAY_NANOS).withFaults(SOME), seed)
            .place(box)
            .observe((place, leg, packet, nowNanos) -> {
              if (place == PacketObserver.Place.SENT) {
                recorder.seen(place, leg, packet, nowNanos);
              }
            });
    network.open(
        Ends.IPV4,
        Party.opening(EndpointOptions.MODERN, sending(40_000)),
        Party.waiting(EndpointOptions.MODERN, sending(50_000)));
    assertThat(network.runUntilDone(1_000 * Talk.SECOND)).isTrue();
    return recorder.text(Ends.IPV4);
  }

  /** Forwards everything, unchanged or as a copy. */
  private record PassingBox(boolean copies) implements Box {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      if (!copies) {
        return Disposition.FORWARD;
      }
      Packet copy = new Packet().at(packet.memory(), packet.offset(), packet.length());
      out.emit(copy.from(packet.linkType(), packet.leg().opposite(), 0, nowNanos));
      return Disposition.TAKEN;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      throw new AssertionError("no timer was asked for");
    }

    @Override
    public long nextDeadlineNanos() {
      return Long.MAX_VALUE;
    }
  }

  /** Has a timer at 1 s and every 2 s after that. */
  private static final class TickingBox implements Box {
    private final List<Long> woken;
    private long deadlineNanos = Talk.SECOND;

    TickingBox(List<Long> woken) {
      this.woken = woken;
    }

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      return Disposition.FORWARD;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      woken.add(nowNanos);
      deadlineNanos += 2 * Talk.SECOND;
    }

    @Override
    public long nextDeadlineNanos() {
      return deadlineNanos;
    }
  }
}
