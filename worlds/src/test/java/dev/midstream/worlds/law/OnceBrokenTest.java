package dev.midstream.worlds.law;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.worlds.plan.WorldDraw;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Worlds that once broke a law, each with its cause. */
class OnceBrokenTest {

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "2263, the sequence number of a damaged SYN-ACK was accepted",
    "125, a segment with a damaged port was answered with a reset",
    "133, a scaled window moved the right edge of the SYN left",
    "7, octets removed from a SYN left with too small a window",
    "5, a sender with Nagle waited for half a frame",
    "81, a retransmitted segment that had arrived was never acknowledged",
    "1151, the same with both endpoints sending",
    "472, growth into a small window stalled",
    "2771, the end of a growing edit was lost after the engine and never retransmitted",
    "338, a SYN-ACK was retransmitted after a custody acknowledgement",
    "4278, delayed octets used up the total limit and their gap could not be filled",
    "26269, delayed octets that had left were sent again when editing ended",
    "31803, keep-alives of a sender with all octets in custody were not answered",
    "72899, a SACK block started at the acknowledgement",
    "175991, a receiver that shrank its window acknowledged half of the vouched octets",
    "817261, the deadline ignored that refused octets are retransmitted by timeout",
    "4131358, a keep-alive was answered with octets after a gap, which were delayed",
    "3720128, the same with octets that the agent deleted",
    "5139925, a SYN-ACK after both FINs passed with its old acknowledgement",
    "5727758, octets replaced by an edit of equal length passed when the rest was skipped",
    "7135246, the same where the agent had edited one direction only",
    "5482323, untouched octets were retransmitted when their connection was forgotten",
    "6550155, the engine corrected the checksum of an untouched segment damaged into a SYN",
    "8777244, an endpoint sent keep-alives while its FIN probed the window",
    "11554450, the deadline ignored that discarded octets are retransmitted by timeout",
    "34204736, octets lost after the engine were retransmitted with refused octets and never left",
    "40034910, a D-SACK was sent without the block that contains it",
    "70033716, the oracle counted waiting opaque octets as decided by an agent",
    "70448392, the same with delayed opaque octets",
    "70016568, a window that its scale could not express was advertised again and again",
    "80388692, the oracle took a block at the custody edge as sent",
    "80652329, an acknowledgement took octets that filled a gap into custody without a timer",
    "110532192, an agent with a need of one more octet made its sender send single octets",
    "102530652, vouched octets that left when editing ended were not in custody",
    "161514883, the oracle assumed that a SYN carries no more than the window"
  })
  @DisplayName("a world that once broke a law keeps all of them")
  void keepsTheLaws(long seed, String wrong) {
    LawBroken broken = Shrinker.broken(WorldDraw.of(seed));
    assertThat(broken).as("seed=%d: %s", seed, wrong).isNull();
  }
}
