package dev.midstream.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.sim.link.AimedFault;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.packet.Leg;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Flow control: closed, small, scaled, shrinking and silly windows, and the timing of
 * acknowledgements.
 */
final class FlowControlTest {
  private static final int MSS = 1_000;
  private static final EndpointOptions PLAIN = EndpointOptions.CLASSIC.withMss(MSS);

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void probesClosedWindowUntilItOpens(boolean empty) {
    EndpointOptions options = empty ? PLAIN.with(Behaviour.EMPTY_PROBES) : PLAIN;
    Talk talk = stalled(options.withBuffer(3_000, 0)).complete();
    assertThat(talk.client(Counter.WINDOW_PROBES)).isBetween(4L, 8L);
    assertThat(talk.client(Counter.TIMEOUTS)).isZero();
    assertThat(talk.client(Counter.RETRANSMISSIONS)).isZero();
    assertThat(talk.sent(empty ? "3000:3000(0)" : "3001:3002(1)")).isGreaterThanOrEqualTo(4);
    assertThat(talk.sent("win 0")).isGreaterThanOrEqualTo(4);
  }

  @Test
  void recoversLostWindowUpdateByProbe() {
    Talk talk = stalled(PLAIN.withBuffer(3_000, 0));
    talk.aimBack(AimedFault.drop(1, segment -> isUpdate(segment.windowField(), talk)));
    talk.complete();
    assertThat(talk.network().lostFrames()).isEqualTo(1);
    assertThat(talk.client(Counter.TIMEOUTS)).isZero();
  }

  private static boolean isUpdate(int window, Talk talk) {
    return window == 3_000 && talk.server().receivedBytes() >= 3_000;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14})
  void deliversWithEveryWindowScale(int scale) {
    EndpointOptions options = EndpointOptions.MODERN.withBuffer(Math.max(2_000, 3 << scale), scale);
    Application reader = new Application().read(1_777, 3 * Talk.MILLI).close();
    Talk talk = Talk.between(options, writing(100_000), reader).complete();
    assertThat(talk.server(Counter.OCTETS_BEYOND_WINDOW)).isZero();
    assertThat(talk.client(Counter.TIMEOUTS)).isZero();
  }

  @Test
  void scalesWindowsOnlyIfBothEndpointsOfferIt() {
    EndpointOptions scaling = EndpointOptions.MODERN.withBuffer(1 << 20, 10);
    Talk talk =
        new Talk(
            Party.opening(scaling, writing(50_000)),
            Party.waiting(scaling.without(Behaviour.WINDOW_SCALING), new Application().close()));
    talk.complete();
    assertThat(talk.sent(" win 65535 ")).isGreaterThan(10);
  }

  @Test
  void deliversThroughTinyWindow() {
    EndpointOptions tiny = PLAIN.withBuffer(4, 0);
    Talk talk = Talk.between(tiny, writing(200), new Application().close()).complete();
    assertThat(talk.server(Counter.OCTETS_BEYOND_WINDOW)).isZero();
    assertThat(talk.client(Counter.DATA_SEGMENTS_SENT)).isGreaterThanOrEqualTo(50);
  }

  @Test
  void avoidsSillyWindowsByDefault() {
    Application slow = new Application().read(10, 10 * Talk.MILLI).close();
    EndpointOptions options = PLAIN.withBuffer(2_000, 0);
    Talk avoiding = Talk.between(options, writing(4_000), slow).complete();
    EndpointOptions silly = options.with(Behaviour.SILLY_WINDOWS);
    Talk wanted = Talk.between(silly, writing(4_000), slow).complete();
    assertThat(avoiding.client(Counter.DATA_SEGMENTS_SENT)).isLessThan(15);
    assertThat(wanted.client(Counter.DATA_SEGMENTS_SENT)).isGreaterThan(50);
  }

  @Test
  void announcesHalfOfTheBufferThatTheFieldRoundsDown() {
    EndpointOptions options =
        PLAIN
            .with(Behaviour.WINDOW_SCALING)
            .without(Behaviour.NAGLE, Behaviour.DELAYED_ACK)
            .withBuffer(134, 5);
    Application client =
        new Application()
            .until(Talk.SECOND)
            .write(new byte[134])
            .pause(100 * Talk.MILLI)
            .write(new byte[64])
            .write(Streams.random(2_000, 1))
            .close();
    Application server = new Application().read(134, Talk.MILLI).close();
    Talk talk = Talk.between(options, client, server).complete();
    assertThat(talk.sent("(64)")).as("then 128 at once").isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sendsNoUpdateOfTheLargestWindow(boolean silly) {
    EndpointOptions options = PLAIN.withBuffer(1 << 20, 0);
    EndpointOptions receiving = silly ? options.with(Behaviour.SILLY_WINDOWS) : options;
    Application slow = new Application().read(3 * MSS, 10 * Talk.MILLI).close();
    Talk talk = Talk.between(receiving, writing(100_000), slow).complete();
    assertThat(talk.client(Counter.DUPLICATE_ACKS)).isZero();
    assertThat(talk.client(Counter.RETRANSMISSIONS)).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shrinksWindowOnlyIfAllowed(boolean shrinks) {
    EndpointOptions options = PLAIN.withBuffer(20_000, 0);
    EndpointOptions receiving = shrinks ? options.with(Behaviour.SHRINKING_WINDOW) : options;
    Application server =
        new Application()
            .stopReading()
            .until(100 * Talk.MILLI)
            .buffer(2_000)
            .until(5 * Talk.SECOND)
            .buffer(20_000)
            .readAll()
            .close();
    Application client =
        new Application()
            .write(Streams.random(1_000, 1))
            .until(Talk.SECOND)
            .write(Streams.random(30_000, 2))
            .close();
    Talk talk = new Talk(Party.opening(options, client), Party.waiting(receiving, server));
    talk.until(4 * Talk.SECOND);
    assertThat(talk.sent("1001:2001(1000)")).isEqualTo(1);
    assertThat(talk.sent("2001:3001(1000)")).isEqualTo(shrinks ? 0 : 1);
    assertThat(talk.sent("20001:21001(1000)")).isZero();
    assertThat(talk.complete().server(Counter.OCTETS_BEYOND_WINDOW)).isZero();
  }

  @Test
  void delaysAckOfSingleSegment() {
    Application three =
        new Application()
            .write(new byte[MSS])
            .pause(200 * Talk.MILLI)
            .write(new byte[2 * MSS])
            .awaitEnd();
    Application closer = new Application().until(Talk.SECOND).close();
    Talk talk = Talk.between(PLAIN, three, closer).until(500 * Talk.MILLI);
    long alone = 3 * Talk.DELAY_NANOS + 40 * Talk.MILLI;
    long pair = 200 * Talk.MILLI + Talk.DELAY_NANOS;
    assertThat(talk.sent()).contains(line(alone) + "SENT       OUTSIDE >c . 1:1(0) ack 1001");
    assertThat(talk.sent()).contains(line(pair) + "SENT       OUTSIDE >c . 1:1(0) ack 3001");
    assertThat(talk.sent("1:1(0) ack 2001")).isZero();
  }

  @Test
  void acknowledgesEverySegmentWithoutDelayedAck() {
    EndpointOptions eager = PLAIN.without(Behaviour.DELAYED_ACK);
    Talk talk = Talk.between(eager, writing(10 * MSS), new Application().awaitEnd().close());
    talk.complete();
    assertThat(talk.sent("OUTSIDE >c . 1:1(0)")).isEqualTo(9);
    assertThat(talk.sent("OUTSIDE >c F. 1:1(0)")).as("with the last").isEqualTo(1);
  }

  @Test
  void nagleCoalescesSmallWrites() {
    Talk nagle = Talk.between(PLAIN, oneByOne(100), new Application().close()).complete();
    EndpointOptions eager = PLAIN.without(Behaviour.NAGLE).withInitialWindow(200);
    Talk other = Talk.between(eager, oneByOne(100), new Application().close()).complete();
    assertThat(nagle.client(Counter.DATA_SEGMENTS_SENT)).as("1, 99, FIN").isEqualTo(3);
    assertThat(other.client(Counter.DATA_SEGMENTS_SENT)).as("100 times 1, FIN").isEqualTo(101);
  }

  @Test
  void nagleWaitsForDelayedAck() {
    Application client =
        new Application()
            .until(Talk.SECOND)
            .write("half a ")
            .write("line\n")
            .awaitOctets(3)
            .close();
    Application server = new Application().awaitOctets(12).write("ok\n").close();
    Talk talk = Talk.between(PLAIN, client, server).complete();
    long answered = Talk.SECOND + 4 * Talk.DELAY_NANOS + 40 * Talk.MILLI;
    assertThat(talk.client().lastReadNanos()).isEqualTo(answered);
  }

  @ParameterizedTest
  @EnumSource(
      value = Behaviour.class,
      names = {"KEEP_ALIVE", "KEEP_ALIVE_GARBAGE"})
  void keepAliveProbesIdleConnection(Behaviour kind) {
    EndpointOptions probing =
        EndpointOptions.MODERN
            .with(Behaviour.KEEP_ALIVE, kind)
            .withTimes(EndpointOptions.MODERN.times().withKeepAlive(10 * Talk.SECOND));
    Application idle = new Application().write("hello").until(95 * Talk.SECOND).close();
    Talk talk =
        new Talk(
            Party.opening(probing, idle),
            Party.waiting(EndpointOptions.MODERN, new Application().awaitEnd().close()));
    talk.complete();
    assertThat(talk.client(Counter.KEEP_ALIVES)).isEqualTo(9);
    int octets = kind == Behaviour.KEEP_ALIVE_GARBAGE ? 1 : 0;
    assertThat(talk.sent("INSIDE  >s . 5:" + (5 + octets) + "(" + octets + ")")).isEqualTo(9);
    assertThat(talk.server(Counter.CONFLICTS)).isZero();
  }

  @Test
  void keepAliveReportsAMarkLikeAnyAck() {
    EndpointOptions probing =
        PLAIN
            .with(Behaviour.ECN, Behaviour.KEEP_ALIVE)
            .withTimes(PLAIN.times().withKeepAlive(10 * Talk.SECOND));
    Path marking =
        Path.of(Talk.DELAY_NANOS)
            .withFaults(Leg.INSIDE, Direction.CLIENT_TO_SERVER, WireFaults.NONE.withMarking(1));
    Application idle = new Application().write("hello").until(25 * Talk.SECOND).close();
    Talk talk =
        new Talk(
            marking,
            Party.opening(PLAIN.with(Behaviour.ECN), idle),
            Party.waiting(probing, new Application().awaitEnd().close()));
    talk.complete();
    assertThat(talk.server(Counter.KEEP_ALIVES)).isEqualTo(2);
    assertThat(talk.sent("OUTSIDE >c E. 0:0(0)")).isEqualTo(2);
  }

  @Test
  void keepAliveAbortsSilentPeer() {
    EndpointOptions probing =
        PLAIN.with(Behaviour.KEEP_ALIVE).withTimes(PLAIN.times().withKeepAlive(10 * Talk.SECOND));
    Talk talk = Talk.between(probing, new Application(), new Application());
    talk.aimOut(AimedFault.drop(3, AimedFault::any));
    for (int i = 3; i < 40; i++) {
      talk.aimOut(AimedFault.drop(i, AimedFault::any));
    }
    talk.until(300 * Talk.SECOND);
    assertThat(talk.client().ending()).hasToString("TIMED_OUT");
  }

  @Test
  void repeatsALostKeepAliveSoon() {
    Talk talk =
        new Talk(
            Party.opening(PLAIN.with(Behaviour.KEEP_ALIVE), new Application()),
            Party.waiting(PLAIN, new Application()));
    talk.until(10 * Talk.SECOND);
    talk.aimOut(AimedFault.drop(1, AimedFault::any));
    talk.until(7_260 * Talk.SECOND);
    assertThat(talk.client(Counter.KEEP_ALIVES)).isEqualTo(1);
    talk.until(14_400 * Talk.SECOND);
    assertThat(talk.client(Counter.KEEP_ALIVES)).isEqualTo(2);
  }

  private static Talk stalled(EndpointOptions options) {
    Application server =
        new Application().stopReading().until(10 * Talk.SECOND).readAll().awaitEnd().close();
    return Talk.between(options, writing(10_000), server);
  }

  private static Application writing(int bytes) {
    return new Application().write(Streams.random(bytes, bytes)).close();
  }

  private static Application oneByOne(int count) {
    Application application = new Application().until(Talk.SECOND);
    for (int i = 0; i < count; i++) {
      application.write(new byte[] {(byte) i});
    }
    return application.pause(Talk.SECOND).close();
  }

  private static String line(long nanos) {
    return String.format("%.6f ", nanos / 1e9);
  }
}
