package dev.midstream.worlds.compare;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.testkit.agent.LineAgents;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.link.AimedFault;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.compare.FaultyTransfer.Outcome;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The cost of losses, compared with the same path without an engine. */
class LossTest {
  private static final long DELAY_NANOS = 25 * FaultyTransfer.MILLI;
  private static final int BYTES = 400_000;

  /** The lost octet, in the middle of a full window. */
  private static final long LOST = 150_000;

  private static final EndpointOptions RACK = EndpointOptions.MODERN;
  private static final EndpointOptions RFC_6675 = RACK.without(Behaviour.RACK);
  private static final EndpointOptions NO_SACK =
      RFC_6675.without(Behaviour.SACK, Behaviour.D_SACK, Behaviour.UNDO);

  static Stream<Arguments> sendersAndPlaces() {
    return Stream.of(RACK, RFC_6675)
        .flatMap(each -> Stream.of(1, 50, 99).map(at -> Arguments.of(each, at)));
  }

  private static FaultyTransfer bulk(EndpointOptions options, int boxPercent) {
    byte[] octets = new byte[BYTES];
    new SplittableRandom(1).nextBytes(octets);
    return new FaultyTransfer(Path.of(DELAY_NANOS).withBoxAt(boxPercent), options)
        .client(new Application().write(octets).close());
  }

  @ParameterizedTest(name = "box at {1} %")
  @MethodSource("sendersAndPlaces")
  @DisplayName("T-2 H-1 no delayed segment is dropped by PAWS")
  void delayedSegmentsPassPaws(EndpointOptions options, int boxPercent) {
    Outcome outcome = bulk(options, boxPercent).loseBefore(1, LOST).through(SimpleAgents.passing());
    assertThat(outcome.server(Counter.PAWS_DROPS)).isZero();
    assertThat(outcome.engine(Reason.DELAYED)).isGreaterThan(20);
  }

  @ParameterizedTest(name = "box at {1} %")
  @MethodSource("sendersAndPlaces")
  @DisplayName("H-2 a loss before the engine costs the same as without the engine")
  void lossBeforeTheEngineCostsTheSame(EndpointOptions options, int boxPercent) {
    FaultyTransfer path = bulk(options, boxPercent).loseBefore(1, LOST);
    Outcome direct = path.direct();
    Outcome through = path.through(SimpleAgents.passing());
    // The receiver may delay the acknowledgement of the last segment before the gap.
    assertThat(through.client(Counter.RETRANSMISSIONS))
        .isLessThanOrEqualTo(direct.client(Counter.RETRANSMISSIONS) + 1);
    assertThat(through.client(Counter.SPURIOUS_RETRANSMISSIONS)).isLessThanOrEqualTo(1);
    assertThat(through.client(Counter.TIMEOUTS)).isZero();
    assertThat(through.nanos()).isLessThanOrEqualTo(direct.nanos() * 105 / 100);
  }

  @ParameterizedTest(name = "box at {1} %")
  @MethodSource("sendersAndPlaces")
  @DisplayName("T-4 H-3 a second loss after the engine, of vouched octets, costs no timeout")
  void retransmitsVouchedOctets(EndpointOptions options, int boxPercent) {
    Outcome outcome =
        bulk(options, boxPercent)
            .loseBefore(1, LOST)
            .loseAfter(1, LOST + 15_000)
            .through(SimpleAgents.passing());
    assertThat(outcome.client(Counter.TIMEOUTS)).isZero();
    assertThat(outcome.client(Counter.RENEGINGS)).isZero();
    assertThat(outcome.engine(Reason.CUSTODY_REPEATED)).isPositive();
  }

  @Test
  @DisplayName("T-11 H-6 a growing stream causes no duplicate ACKs at a sender without SACK")
  void growthCausesNoDuplicateAcks() {
    FaultyTransfer path = bulk(NO_SACK, 50).edited(LossTest::grown);
    Outcome outcome = path.through(SimpleAgents.replacing("a", "aaaaaaaaa"));
    assertThat(outcome.client(Counter.DUPLICATE_ACKS)).isZero();
    assertThat(outcome.client(Counter.RETRANSMISSIONS)).isZero();
  }

  @Test
  @DisplayName("H-11 octets after a filled gap are not lost at a narrow link after the engine")
  void pacesAFilledGap() {
    FaultyTransfer path =
        new FaultyTransfer(Path.of(DELAY_NANOS).withRate(2_000_000, 80_000).withBoxAt(50), RACK)
            .client(new Application().write(new byte[BYTES]).close())
            .loseBefore(1, LOST);
    Outcome direct = path.direct();
    Outcome through = path.through(SimpleAgents.passing());
    assertThat(through.client(Counter.TIMEOUTS)).isEqualTo(direct.client(Counter.TIMEOUTS));
    assertThat(through.nanos()).isLessThanOrEqualTo(direct.nanos() * 110 / 100);
  }

  @Test
  @DisplayName("H-17 custody of partial requests causes no later timeout")
  void custodyDoesNotDistortTheRtt() {
    Application typing = new Application();
    for (int i = 0; i < 20; i++) {
      typing.write("RETR").pause(150 * FaultyTransfer.MILLI);
      typing.write(" file\n").pause(150 * FaultyTransfer.MILLI);
    }
    typing.write("0123456789\n".repeat(20_000)).close();
    FaultyTransfer path =
        new FaultyTransfer(Path.of(80 * FaultyTransfer.MILLI).withBoxAt(1), RACK).client(typing);
    Outcome direct = path.direct();
    Outcome through = path.through(LineAgents.passing());
    assertThat(through.engine(Reason.CUSTODY)).isGreaterThan(10);
    assertThat(through.client(Counter.TIMEOUTS)).isZero();
    assertThat(through.client(Counter.RETRANSMISSIONS)).isZero();
    assertThat(through.nanos()).isLessThanOrEqualTo(direct.nanos() * 110 / 100);
  }

  @Test
  @DisplayName("T-5 H-14 C-24 a sender with Nagle that writes single octets is not starved")
  void acknowledgesANagleSender() {
    Application typing = new Application();
    for (byte letter : "USER anonymous\r\nQUIT\r\n".getBytes(US_ASCII)) {
      typing.write(new byte[] {letter});
    }
    Outcome outcome =
        new FaultyTransfer(Path.of(DELAY_NANOS), EndpointOptions.CLASSIC)
            .client(typing.close())
            .through(LineAgents.passing());
    assertThat(outcome.client(Counter.TIMEOUTS)).isZero();
    assertThat(outcome.nanos()).isLessThan(1_000 * FaultyTransfer.MILLI);
  }

  @Test
  @DisplayName("H-21 a reply of 64 KiB with two losses arrives without a collapse")
  void retransmitsALongReply() {
    String answer = "z".repeat(65_535) + "\n";
    Outcome outcome =
        new FaultyTransfer(Path.of(DELAY_NANOS), RACK)
            .client(new Application().write("STAT\n").awaitOctets(65_536).close())
            .expectReply(answer)
            .aim(Leg.INSIDE, Direction.SERVER_TO_CLIENT, () -> lost(5_000))
            .aim(Leg.INSIDE, Direction.SERVER_TO_CLIENT, () -> lost(40_000))
            .through(LineAgents.denying("STAT", answer));
    assertThat(outcome.client(Counter.CONFLICTS)).isZero();
    assertThat(outcome.engine(Reason.CUSTODY_REPEATED)).isBetween(2L, 10L);
  }

  @Test
  @DisplayName("T-6 H-22 a reply larger than the window arrives although a window update is lost")
  void probesTheWindowForAReply() {
    String answer = "z".repeat(20_000) + "\n";
    Application slow = new Application().read(3_000, 100 * FaultyTransfer.MILLI).write("STAT\n");
    Outcome outcome =
        new FaultyTransfer(Path.of(DELAY_NANOS), RACK.withBuffer(4_000, 0), RACK)
            .client(slow.awaitOctets(20_001).close())
            .expectReply(answer)
            .aim(
                Leg.INSIDE,
                Direction.CLIENT_TO_SERVER,
                () -> AimedFault.drop(4, AimedFault::pureAck))
            .through(LineAgents.denying("STAT", answer));
    assertThat(outcome.client(Counter.OCTETS_BEYOND_WINDOW)).isZero();
    assertThat(outcome.client(Counter.CONFLICTS)).isZero();
  }

  @Test
  @DisplayName("T-6 H-23 growth into a zero window costs the sender no series of timeouts")
  void growthIntoAZeroWindowCausesNoTimeouts() {
    Application slow =
        new Application()
            .stopReading()
            .pause(20_000 * FaultyTransfer.MILLI)
            .readAll()
            .awaitEnd()
            .close();
    Outcome outcome =
        new FaultyTransfer(Path.of(DELAY_NANOS), RACK, RACK.withBuffer(8_000, 0))
            .client(
                new Application()
                    .write("a".repeat(6_000))
                    .pause(30_000 * FaultyTransfer.MILLI)
                    .close())
            .server(slow)
            .edited(LossTest::grown)
            .through(SimpleAgents.replacing("a", "aaaaaaaaa"));
    assertThat(outcome.client(Counter.TIMEOUTS)).isLessThanOrEqualTo(2);
    assertThat(outcome.server(Counter.OCTETS_BEYOND_WINDOW)).isZero();
  }

  private static AimedFault lost(long offset) {
    return AimedFault.drop(1, AimedFault.carrying(Ends.IPV4.serverIsn(), offset));
  }

  private static byte[] grown(byte[] octets) {
    String text = new String(octets, ISO_8859_1);
    return text.replace("a", "aaaaaaaaa").getBytes(ISO_8859_1);
  }
}
