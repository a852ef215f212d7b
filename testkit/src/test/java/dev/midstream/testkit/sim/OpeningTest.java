package dev.midstream.testkit.sim;

import static dev.midstream.testkit.sim.link.AimedFault.drop;
import static dev.midstream.testkit.sim.link.AimedFault.flags;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.sim.oracle.StreamOracle;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.Ending;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.TcpState;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opening: lost and retransmitted SYNs, simultaneous open, data on SYN, reused ports. */
final class OpeningTest {
  private static final EndpointOptions MODERN = EndpointOptions.MODERN;
  private static final EndpointOptions FAST = MODERN.with(Behaviour.FAST_OPEN);

  @Test
  void retransmitsLostSynAfterOneSecond() {
    Talk talk = talk().aimOut(drop(1, flags(TcpFlags.SYN))).complete();
    assertThat(talk.sent("INSIDE  >s S 0:0(0)")).isEqualTo(2);
    assertThat(talk.client(Counter.TIMEOUTS)).isEqualTo(1);
    assertThat(talk.server().lastReadNanos()).isEqualTo(Talk.SECOND + 3 * Talk.DELAY_NANOS);
  }

  @Test
  void retransmitsLostSynAck() {
    Talk talk = talk().aimBack(drop(1, flags(TcpFlags.SYN))).complete();
    assertThat(talk.sent("OUTSIDE >c S. 0:0(0)")).isBetween(2L, 3L);
  }

  @Test
  void recoversLostHandshakeAckByData() {
    Application silent = new Application().until(3 * Talk.SECOND).write("x").close();
    Talk talk = Talk.between(MODERN, silent, new Application().write("hello").close());
    talk.aimOut(drop(2, segment -> true)).complete();
    assertThat(talk.server(Counter.TIMEOUTS)).isEqualTo(1);
  }

  @Test
  @DisplayName("C-41 a simultaneous open becomes one connection")
  void opensSimultaneously() {
    Talk talk =
        new Talk(Party.opening(MODERN, sending(20_000)), Party.opening(MODERN, sending(30_000)));
    talk.complete();
    assertThat(talk.sent(" S 0:0(0)")).isEqualTo(2);
    assertThat(talk.sent(" S. 0:0(0)")).isEqualTo(2);
    assertThat(talk.client(Counter.RESETS_SENT) + talk.server(Counter.RESETS_SENT)).isZero();
  }

  @Test
  void closesSimultaneously() {
    Application both = new Application().until(Talk.SECOND).close();
    Talk talk = Talk.between(MODERN, both, both).complete();
    assertThat(talk.client().state()).isEqualTo(TcpState.TIME_WAIT);
    assertThat(talk.server().state()).isEqualTo(TcpState.TIME_WAIT);
  }

  @Test
  void sendsAfterPeerHasClosed() {
    Application server = new Application().awaitEnd().write(Streams.random(90_000, 1)).close();
    Talk talk = Talk.between(MODERN, new Application().write("all").close(), server).complete();
    assertThat(talk.client().receivedBytes()).isEqualTo(90_000);
    assertThat(talk.server().state()).isEqualTo(TcpState.CLOSED);
  }

  @Test
  void acknowledgesRetransmittedFinInTimeWait() {
    Talk talk = talk().aimOut(drop(1, OpeningTest::isLastAck)).complete();
    assertThat(talk.server().ending()).isEqualTo(Ending.CLOSED);
    assertThat(talk.network().lostFrames()).isEqualTo(1);
  }

  private static boolean isLastAck(FrameView segment) {
    int near = Ends.IPV4.serverIsn() + 1 + 20_000 + 1;
    return segment.isAck() && segment.acknowledgement() == near;
  }

  @Test
  @DisplayName("C-49 data on a SYN is accepted by a server with fast open")
  void deliversSynDataOneRttEarlier() {
    Talk talk = Talk.between(FAST, sending(700), new Application().close()).complete();
    assertThat(talk.server().lastReadNanos()).isEqualTo(Talk.DELAY_NANOS);
    assertThat(talk.sent("OUTSIDE >c S. 0:0(0) ack 701")).isEqualTo(1);
    assertThat(talk.client(Counter.RETRANSMISSIONS)).isZero();
  }

  @Test
  @DisplayName("C-49 data on a SYN is retransmitted if the server acknowledged only the SYN")
  void retransmitsSynDataThatServerIgnored() {
    Talk talk =
        new Talk(
            Party.opening(FAST, sending(5_000)), Party.waiting(MODERN, new Application().close()));
    talk.complete();
    assertThat(talk.sent("OUTSIDE >c S. 0:0(0) ack 1 ")).isEqualTo(1);
    assertThat(talk.client(Counter.RETRANSMISSIONS)).isEqualTo(1);
    assertThat(talk.client(Counter.TIMEOUTS)).isZero();
  }

  @Test
  @DisplayName("C-49 data on a lost SYN is sent after the handshake")
  void retransmitsSynWithoutData() {
    Talk talk = Talk.between(FAST, sending(5_000), new Application().close());
    talk.aimOut(drop(1, segment -> true)).complete();
    assertThat(talk.sent("INSIDE  >s S 0:0(0)")).isEqualTo(1);
  }

  @Test
  @DisplayName("C-41 a SYN with another ISN before the SYN-ACK replaces the first one")
  void opensAfterSynWithAnotherIsn() {
    Talk talk = new Talk(Party.opening(MODERN, sending(10)), waiting());
    talk.network().inject(Leg.INSIDE, syn(Ends.IPV4.withIsns(77, 0), Ends.IPV4));
    talk.complete();
    assertThat(talk.client().ending()).isEqualTo(Ending.CLOSED);
    assertThat(talk.server(Counter.RESETS_RECEIVED)).isPositive();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisplayName("C-40 the same ports again are a new connection")
  void reusesPortsAfterAndDuringTimeWait(boolean during) {
    SimulatedNetwork network = new SimulatedNetwork(Path.of(Talk.DELAY_NANOS), 1);
    Conversation first =
        network.open(
            Ends.IPV4,
            Party.opening(MODERN, new Application().write("one").awaitEnd().close()),
            Party.waiting(MODERN, new Application().write("two").close()));
    network.runUntil(10 * Talk.SECOND);
    assertThat(first.server().state()).isEqualTo(TcpState.TIME_WAIT);
    Conversation second =
        network.open(
            Ends.IPV4.withIsns(Ends.IPV4.clientIsn() + 1_000_000, 12_345),
            Party.opening(MODERN, sending(10_000)),
            waiting(),
            (during ? 20 : 100) * Talk.SECOND);
    assertThat(network.runUntilDone(200 * Talk.SECOND)).isTrue();
    StreamOracle.unchanged().checkComplete(first);
    StreamOracle.unchanged().checkComplete(second);
    assertThat(second.client().counters().get(Counter.TIMEOUTS)).isZero();
  }

  @Test
  @DisplayName("C-40 a restarted host connects to an endpoint that still has the old connection")
  void reconnectsAfterRestart() {
    SimulatedNetwork network = new SimulatedNetwork(Path.of(Talk.DELAY_NANOS), 1);
    Conversation first =
        network.open(
            Ends.IPV4,
            Party.opening(MODERN, new Application().write("one").pause(Talk.SECOND).vanish()),
            Party.waiting(MODERN, new Application().write("two")));
    network.runUntil(10 * Talk.SECOND);
    assertThat(first.server().state()).isEqualTo(TcpState.ESTABLISHED);
    Conversation second =
        network.open(
            Ends.IPV4.withIsns(999, 12_345), Party.opening(MODERN, sending(10_000)), waiting());
    assertThat(network.runUntilDone(200 * Talk.SECOND)).isTrue();
    StreamOracle.unchanged().checkComplete(second);
    assertThat(first.server().ending()).isEqualTo(Ending.RESET);
    assertThat(first.server().counters().get(Counter.CHALLENGE_ACKS)).isEqualTo(1);
  }

  private static Talk talk() {
    return Talk.between(MODERN, sending(10_000), new Application().write(new byte[20_000]).close());
  }

  private static Party waiting() {
    return Party.waiting(MODERN, new Application().awaitEnd().close());
  }

  private static Application sending(int bytes) {
    return new Application().write(Streams.random(bytes, bytes)).close();
  }

  private static byte[] syn(Ends from, Ends ends) {
    return new FrameBuilder(ends, Direction.CLIENT_TO_SERVER)
        .flags(TcpFlags.SYN)
        .sequence(from.clientIsn())
        .build();
  }
}
