package dev.midstream.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.Ending;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.TcpState;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The resets, SYNs and acknowledgements that an endpoint accepts (RFC 5961). */
final class ResetTest {
  private static final EndpointOptions PLAIN = EndpointOptions.MODERN.without(Behaviour.TIMESTAMPS);

  @Test
  void acceptsExactReset() {
    Talk talk = established(PLAIN);
    inject(talk, TcpFlags.RST, 1_001, 0);
    assertThat(talk.server().ending()).isEqualTo(Ending.RESET);
  }

  @Test
  @DisplayName("C-39 a reset inside the window is challenged, one outside is ignored")
  void challengesInexactReset() {
    Talk talk = established(PLAIN);
    inject(talk, TcpFlags.RST, 1_002, 0);
    assertThat(talk.server(Counter.CHALLENGE_ACKS)).isEqualTo(1);
    inject(talk, TcpFlags.RST, 1_000, 0);
    inject(talk, TcpFlags.RST, 900_000, 0);
    assertThat(talk.server().state()).isEqualTo(TcpState.ESTABLISHED);
    assertThat(talk.server(Counter.CHALLENGE_ACKS)).isEqualTo(1);
    assertThat(talk.server(Counter.RESETS_RECEIVED)).isEqualTo(3);
    assertThat(talk.client().state()).isEqualTo(TcpState.ESTABLISHED);
  }

  @Test
  void acceptsResetInsideWindowWithoutChallenges() {
    Talk talk = established(PLAIN.without(Behaviour.CHALLENGE_ACKS));
    inject(talk, TcpFlags.RST, 900_000, 0);
    assertThat(talk.server().state()).isEqualTo(TcpState.ESTABLISHED);
    inject(talk, TcpFlags.RST, 5_000, 0);
    assertThat(talk.server().ending()).isEqualTo(Ending.RESET);
  }

  @Test
  void limitsChallengesOfBlindResets() {
    Talk talk = established(PLAIN);
    for (int number = 1_002; number < 200_000; number += 1_000) {
      talk.network().inject(Leg.INSIDE, frame(TcpFlags.RST, number, 0));
    }
    talk.until(2 * Talk.SECOND);
    assertThat(talk.server().state()).isEqualTo(TcpState.ESTABLISHED);
    assertThat(talk.server(Counter.CHALLENGE_ACKS)).isEqualTo(10);
  }

  @Test
  void challengesSynInsideWindow() {
    Talk talk = established(PLAIN);
    inject(talk, TcpFlags.SYN, 5_000, 0);
    assertThat(talk.server().state()).isEqualTo(TcpState.ESTABLISHED);
    assertThat(talk.server(Counter.CHALLENGE_ACKS)).isEqualTo(1);
  }

  @Test
  void challengesAckOfUnsentOctets() {
    Talk talk = established(PLAIN);
    inject(talk, TcpFlags.ACK, 1_001, 5_000);
    assertThat(talk.server(Counter.ACKS_BEYOND_SENT)).isEqualTo(1);
    assertThat(talk.server(Counter.CHALLENGE_ACKS)).isEqualTo(1);
  }

  @Test
  void abortResetsPeer() {
    Application client = new Application().write(new byte[50_000]).pause(90 * Talk.MILLI).abort();
    Talk talk = Talk.between(EndpointOptions.MODERN, client, new Application());
    assertThat(talk.network().runUntilDone(Talk.SECOND)).isTrue();
    assertThat(talk.client().ending()).isEqualTo(Ending.ABORTED);
    assertThat(talk.server().ending()).isEqualTo(Ending.RESET);
  }

  @Test
  @DisplayName("H-51 a restarted endpoint answers with the acknowledged number")
  void restartedEndpointResetsPeer() {
    Application server = new Application().awaitOctets(5).vanish();
    Application client = new Application().write("hello").until(2 * Talk.SECOND).write("more");
    Talk talk = Talk.between(EndpointOptions.MODERN, client, server).until(5 * Talk.SECOND);
    assertThat(talk.server().ending()).isEqualTo(Ending.VANISHED);
    assertThat(talk.client().ending()).isEqualTo(Ending.RESET);
    assertThat(talk.sent("OUTSIDE >c R")).isEqualTo(1);
  }

  @Test
  void sendsNothingAfterReset() {
    Application server = new Application().pause(2 * Talk.SECOND).write("more").close();
    Application client = new Application().pause(Talk.SECOND).abort();
    Talk talk = Talk.between(EndpointOptions.MODERN, client, server).until(Talk.SECOND);
    long before = talk.server(Counter.SEGMENTS_SENT);
    talk.until(20 * Talk.SECOND);
    assertThat(talk.server().ending()).isEqualTo(Ending.RESET);
    assertThat(talk.server(Counter.SEGMENTS_SENT)).isEqualTo(before);
  }

  @Test
  void closedPortRefusesConnection() {
    Talk talk = Talk.between(EndpointOptions.MODERN, new Application(), new Application().vanish());
    talk.until(Talk.SECOND);
    assertThat(talk.client().ending()).isEqualTo(Ending.RESET);
    assertThat(talk.client().lastReadNanos()).isZero();
  }

  @Test
  void resetsSegmentsOfClosedConnection() {
    Talk talk = established(PLAIN);
    inject(talk, TcpFlags.RST, 1_001, 0);
    talk.until(20 * Talk.SECOND);
    assertThat(talk.client().state()).isEqualTo(TcpState.CLOSED);
    assertThat(talk.client().ending()).isEqualTo(Ending.RESET);
  }

  /** A connection that has received 1000 octets from the client; more follow after 10 s. */
  private static Talk established(EndpointOptions options) {
    Application client =
        new Application().write(new byte[1_000]).until(10 * Talk.SECOND).write(new byte[10]);
    Talk talk = Talk.between(options, client, new Application()).until(Talk.SECOND);
    assertThat(talk.server().receivedBytes()).isEqualTo(1_000);
    return talk;
  }

  private static void inject(Talk talk, int flags, int start, int ack) {
    talk.network().inject(Leg.INSIDE, frame(flags, start, ack));
    talk.until(talk.network().nowNanos() + 2 * Talk.DELAY_NANOS);
  }

  private static byte[] frame(int flags, int start, int ack) {
    return new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER)
        .flags(flags)
        .sequence(Ends.IPV4.clientIsn() + start)
        .acknowledgement(Ends.IPV4.serverIsn() + ack)
        .build();
  }
}
