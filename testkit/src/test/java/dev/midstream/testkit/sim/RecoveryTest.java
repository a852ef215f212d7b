package dev.midstream.testkit.sim;

import static dev.midstream.testkit.sim.link.AimedFault.carrying;
import static dev.midstream.testkit.sim.link.AimedFault.drop;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.link.AimedFault;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.header.TcpFlags;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Loss recovery: each behaviour alone, and in comparison. */
final class RecoveryTest {
  private static final int MSS = 1_000;
  private static final int BYTES = 60 * MSS;
  private static final int ISN = Ends.IPV4.clientIsn();

  private static final EndpointOptions RENO =
      EndpointOptions.CLASSIC.withMss(MSS).withInitialWindow(20);
  private static final EndpointOptions WITH_SACK =
      RENO.with(Behaviour.SACK, Behaviour.D_SACK, Behaviour.UNDO);
  private static final EndpointOptions WITH_RACK = WITH_SACK.with(Behaviour.RACK);

  @Test
  void repairsOneLossByDuplicateAcks() {
    Talk talk = sending(RENO).aimOut(dropOctet(5L * MSS)).complete();
    assertThat(talk.client(Counter.RETRANSMISSIONS)).isEqualTo(1);
    assertThat(talk.client(Counter.FAST_RECOVERIES)).isEqualTo(1);
    assertThat(talk.client(Counter.TIMEOUTS)).isZero();
  }

  @Test
  void timesOutWithoutFastRetransmit() {
    Talk talk = sending(RENO.without(Behaviour.FAST_RETRANSMIT)).aimOut(dropOctet(5L * MSS));
    talk.complete();
    assertThat(talk.client(Counter.TIMEOUTS)).isEqualTo(1);
    assertThat(talk.client(Counter.FAST_RECOVERIES)).isZero();
  }

  @Test
  void countsTimeoutsOfAFinAlone() {
    AimedFault fin = drop(1, segment -> (segment.flags() & TcpFlags.FIN) != 0);
    Talk talk = sending(RENO).aimBack(fin).complete();
    assertThat(talk.server(Counter.TIMEOUTS)).isEqualTo(1);
    assertThat(talk.server(Counter.FIN_TIMEOUTS)).isEqualTo(1);
    Talk tail = sending(RENO).aimOut(dropOctet(BYTES - 1)).complete();
    assertThat(tail.client(Counter.TIMEOUTS)).isEqualTo(1);
    assertThat(tail.client(Counter.FIN_TIMEOUTS)).isZero();
  }

  @Test
  void newRenoRepairsOneLossPerRtt() {
    Talk talk = withLosses(RENO).complete();
    assertThat(talk.client(Counter.RETRANSMISSIONS)).isEqualTo(4);
    assertThat(talk.client(Counter.FAST_RECOVERIES)).isEqualTo(1);
    assertThat(talk.client(Counter.TIMEOUTS)).isZero();
  }

  @Test
  void sackRepairsSeveralLossesPerRtt() {
    Talk reno = withLosses(RENO).complete();
    Talk sack = withLosses(WITH_SACK).complete();
    assertThat(sack.client(Counter.RETRANSMISSIONS)).isEqualTo(4);
    assertThat(sack.client(Counter.FAST_RECOVERIES)).isEqualTo(1);
    long gained = reno.server().lastReadNanos() - sack.server().lastReadNanos();
    assertThat(gained).isGreaterThanOrEqualTo(2 * Talk.DELAY_NANOS);
  }

  @Test
  void rackRepairsLostRetransmissionWithoutTimeout() {
    Talk sack = dropTwice(WITH_SACK).complete();
    Talk rack = dropTwice(WITH_RACK).complete();
    assertThat(sack.client(Counter.TIMEOUTS)).isEqualTo(1);
    assertThat(rack.client(Counter.TIMEOUTS)).isZero();
    assertThat(rack.server().lastReadNanos()).isLessThan(sack.server().lastReadNanos());
  }

  @Test
  void repairsTailLossByProbe() {
    AimedFault last = dropOctet(BYTES - 1);
    Talk sack = sending(WITH_SACK).aimOut(last).complete();
    assertThat(sack.client(Counter.TIMEOUTS)).isEqualTo(1);
    Talk rack = sending(WITH_RACK).aimOut(dropOctet(BYTES - 1)).complete();
    assertThat(rack.client(Counter.TIMEOUTS)).isZero();
    assertThat(rack.client(Counter.TAIL_PROBES)).isEqualTo(1);
  }

  @Test
  void undoesSpuriousRetransmission() {
    Talk talk = sending(WITH_SACK).aimOut(late(5L * MSS, 15 * Talk.MILLI)).complete();
    assertThat(talk.client(Counter.RETRANSMISSIONS)).isEqualTo(1);
    assertThat(talk.client(Counter.SPURIOUS_RETRANSMISSIONS)).isEqualTo(1);
    assertThat(talk.client(Counter.UNDOS)).isEqualTo(1);
    assertThat(talk.server(Counter.DUPLICATE_OCTETS)).isEqualTo(MSS);
  }

  @Test
  void distinguishesNetworkDuplicateFromSpuriousRetransmission() {
    AimedFault twice = AimedFault.duplicate(1, carrying(ISN, 5L * MSS), Talk.MILLI);
    Talk talk = sending(WITH_SACK).aimOut(twice).complete();
    assertThat(talk.client(Counter.NETWORK_DUPLICATES)).isEqualTo(1);
    assertThat(talk.client(Counter.SPURIOUS_RETRANSMISSIONS)).isZero();
  }

  @Test
  void doublesTimeoutUntilDelivery() {
    Talk talk = Talk.between(RENO, new Application().write(new byte[10]).close(), closing());
    for (int i = 1; i <= 4; i++) {
      talk.aimOut(drop(i, AimedFault::data));
    }
    talk.complete();
    assertThat(talk.client(Counter.TIMEOUTS)).isEqualTo(4);
    long rto = 200 * Talk.MILLI;
    assertThat(talk.server().lastReadNanos())
        .isEqualTo(3 * Talk.DELAY_NANOS + (1 + 2 + 4 + 8) * rto);
  }

  @Test
  void retransmitsWithOtherBoundaries() {
    Talk talk = withLosses(WITH_SACK.with(Behaviour.RECUT)).complete();
    assertThat(talk.client(Counter.RETRANSMISSIONS)).isGreaterThanOrEqualTo(4);
    assertThat(talk.client(Counter.DUPLICATE_OCTETS)).isZero();
    Talk small =
        Talk.between(
            RENO.with(Behaviour.RECUT).without(Behaviour.NAGLE, Behaviour.FAST_RETRANSMIT),
            oneByOne(50),
            closing());
    small.aimOut(drop(1, AimedFault::data)).aimOut(drop(2, AimedFault::data)).complete();
    assertThat(small.client(Counter.RETRANSMISSIONS)).isLessThan(50);
  }

  @Test
  void abortsAfterTooManyTimeouts() {
    EndpointOptions impatient = RENO.withMaxTimeouts(3);
    Path dead = Path.of(Talk.DELAY_NANOS).withFaults(WireFaults.losing(1));
    Talk talk =
        new Talk(
            dead,
            Party.opening(impatient, new Application()),
            Party.waiting(impatient, new Application()));
    talk.until(100 * Talk.SECOND);
    assertThat(talk.client().ending()).hasToString("TIMED_OUT");
    assertThat(talk.client(Counter.TIMEOUTS)).isEqualTo(4);
  }

  @Test
  void betterRecoveryIsFaster() {
    long classic = medianNanos(RENO.without(Behaviour.FAST_RETRANSMIT), 0.02);
    long reno = medianNanos(RENO, 0.02);
    long sack = medianNanos(WITH_SACK, 0.02);
    long rack = medianNanos(WITH_RACK, 0.02);
    assertThat(reno).isLessThan(classic);
    assertThat(sack).isLessThan(reno);
    assertThat(rack).isLessThanOrEqualTo(sack);
  }

  @Test
  void fillsWireWithoutLoss() {
    Path narrow = Path.of(Talk.DELAY_NANOS).withRate(1_000_000, 100_000);
    byte[] octets = Streams.random(1_000_000, 1);
    EndpointOptions modern = EndpointOptions.MODERN;
    Talk talk =
        new Talk(
            narrow,
            Party.opening(modern, new Application().write(octets).close()),
            Party.waiting(modern, closing()));
    talk.complete();
    double goodput = 1e9 * octets.length / talk.server().lastReadNanos();
    assertThat(goodput).isBetween(800_000.0, 1_000_000.0);
  }

  private static Talk sending(EndpointOptions options) {
    Application client = new Application().write(Streams.random(BYTES, 1)).close();
    return Talk.between(options, client, closing());
  }

  private static Talk withLosses(EndpointOptions options) {
    Talk talk = sending(options);
    for (int segment : new int[] {4, 6, 9, 11}) {
      talk.aimOut(dropOctet((long) segment * MSS));
    }
    return talk;
  }

  private static Talk dropTwice(EndpointOptions options) {
    return sending(options).aimOut(dropOctet(5L * MSS)).aimOut(drop(2, carrying(ISN, 5L * MSS)));
  }

  private static AimedFault dropOctet(long offset) {
    return drop(1, carrying(ISN, offset));
  }

  private static AimedFault late(long offset, long nanos) {
    return AimedFault.delay(1, carrying(ISN, offset), nanos);
  }

  private static Application closing() {
    return new Application().close();
  }

  private static Application oneByOne(int count) {
    Application application = new Application();
    for (int i = 0; i < count; i++) {
      application.write(new byte[] {(byte) i});
    }
    return application.close();
  }

  private static long medianNanos(EndpointOptions options, double loss) {
    long[] times = new long[101];
    for (int i = 0; i < times.length; i++) {
      Path lossy = Path.of(Talk.DELAY_NANOS).withFaults(WireFaults.losing(loss));
      SimulatedNetwork network = new SimulatedNetwork(lossy, i);
      Application client = new Application().write(Streams.random(200_000, i)).close();
      Conversation talk =
          network.open(
              Ends.IPV4, Party.opening(options, client), Party.waiting(options, closing()));
      assertThat(network.runUntilDone(3_600 * Talk.SECOND)).isTrue();
      StreamOracle.unchanged().checkComplete(talk);
      times[i] = talk.server().lastReadNanos();
    }
    Arrays.sort(times);
    return times[times.length / 2];
  }
}
