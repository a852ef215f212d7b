package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WorldDraw;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Worlds in which a law was broken, each with the fault. Each fault was in the engine, in a
 * simulated endpoint or in an oracle.
 */
class OnceBrokenTest {

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "2263, the sequence number of a damaged SYN-ACK was accepted",
    "125, a segment with a damaged port was answered with a reset",
    "133, the right edge advertised by a SYN moved left with the first scaled window",
    "7, octets removed from a SYN were sent with too small a window",
    "5, a sender with Nagle's algorithm waited for an ACK of half a held frame",
    "81, a retransmitted segment that had arrived was never acknowledged",
    "1151, a retransmitted segment was never acknowledged while both endpoints sent",
    "472, growth into a small window stalled",
    "26269, delayed octets that had left were sent again when editing ended",
    "72899, a SACK block started at the acknowledgement",
    "175991, a receiver that shrank its window acknowledged half of the vouched octets",
    "4131358, a keep-alive got no answer: the octets of its answer were delayed after a gap",
    "3720128, a keep-alive got no answer: the agent deleted the octets of its answer",
    "5139925, a SYN-ACK after both FINs passed with its old acknowledgement",
    "5482323, untouched octets were retransmitted when their connection was forgotten",
    "6550155, the engine corrected the checksum of an untouched segment damaged into a SYN",
    "8777244, an endpoint sent keep-alives while its FIN probed the window",
    "11554450, the oracle's deadline ignored that discarded octets are retransmitted by timeout",
    "70033716, the oracle counted waiting opaque octets as decided by an agent",
    "70448392, the oracle counted delayed opaque octets as decided by an agent",
    "70016568, a window that its scale could not express was advertised again and again",
    "80388692, the oracle took a block at the custody edge as sent",
    "80652329, an acknowledgement took octets that filled a gap into custody without a timer",
    "110532192, an agent that needed one more octet each time made its sender send single octets",
    "102530652, vouched octets that left when editing ended were not in custody",
    "161514883, the oracle assumed that a SYN carries no more than the window"
  })
  @DisplayName("a world that once broke a law keeps all of them")
  void keepsTheLaws(long seed, String fault) {
    assertKeepsTheLaws(WorldDraw.of(seed), seed, fault);
  }

  /** These worlds broke with the default limit of waiting octets; the draw makes it small too. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "2771, the end of a growing edit was lost after the engine and never retransmitted",
    "338, a SYN-ACK was retransmitted after a custody acknowledgement",
    "4278, delayed octets used up the total limit and their gap could not be filled",
    "31803, keep-alives of a sender with all octets in custody were not answered",
    "817261, the oracle's deadline ignored that refused octets are retransmitted by timeout",
    "5727758, octets replaced by an edit of equal length passed when the rest was skipped",
    "7135246, octets replaced in the only edited direction passed when the rest was skipped",
    "34204736, octets lost after the engine did not leave again when retransmitted with refused octets",
    "40034910, a D-SACK was sent without the block that contains it"
  })
  @DisplayName(
      "a world with the default limit of waiting octets that once broke a law keeps all of them")
  void keepsTheLawsWithTheDefaultLimitOfWaitingOctets(long seed, String fault) {
    SimulatedWorld drawn = WorldDraw.of(seed);
    EngineLimits limits = drawn.engine().limits();
    assertThat(limits).as("seed=%d draws small limits", seed).isNotEqualTo(EngineLimits.DEFAULTS);

    EngineLimits found = limits.withWaitingBytes(EngineLimits.DEFAULTS.waitingBytes());
    assertKeepsTheLaws(drawn.withEngine(engine -> engine.withLimits(found)), seed, fault);
  }

  private static void assertKeepsTheLaws(SimulatedWorld world, long seed, String fault) {
    assertThat(Shrinker.broken(world)).as("seed=%d: %s", seed, fault).isNull();
  }
}
