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
    "2263, the number of a damaged SYN-ACK was believed",
    "125, a segment with a damaged port was answered with a reset",
    "133, a scaled window took back what the SYN had shown",
    "7, octets kept back from a SYN left with too small a window",
    "5, a sender with Nagle waited for half a frame",
    "81, a repeated segment that had arrived was never answered",
    "1151, the same with both ends sending",
    "472, growth into a small window came to a stop",
    "2771, the end of a growing edit was lost behind the box and never repeated",
    "338, a SYN-ACK repeated behind an acknowledgement of custody",
    "4278, delayed octets used the total up and their gap could not be filled",
    "26269, delayed octets that had left already left again when editing ended",
    "31803, keep-alives of a sender whose octets were all in custody had no answer",
    "72899, octets were reported by SACK where the acknowledgement ended",
    "175991, a receiver that shrank its window acknowledged half of what was reported",
    "817261, the deadline left out that octets refused at the total come again by timeout",
    "4131358, a keep-alive was answered with octets behind a gap, and so not at all",
    "3720128, the same with octets of which the agent deleted each",
    "5139925, a SYN-ACK that came behind both FINs passed with its old acknowledgement",
    "5727758, octets that an edit of equal length took out passed when its end was skipped",
    "7135246, the same where the agent had edited one direction only",
    "5482323, octets let alone came again when their connection was forgotten",
    "6550155, damage made a SYN of a segment let alone, and the engine mended its checksum",
    "8777244, an end sent keep-alives beside a FIN that probed the window",
    "11554450, the deadline left out that discarded octets come again by timeout",
    "34204736, what was lost behind the box came again with octets that found no room, and stayed",
    "40034910, a duplicate was reported inside a block that had been left out",
    "70033716, more octets waited than agents may cause, but no agent had wanted to see them",
    "70448392, the same where they had been delayed",
    "70016568, a window that its scale could not say was told again and again",
    "80388692, who looked on took what began where custody ends for told to the sender",
    "80652329, an acknowledgement took what filled a gap into custody, and no timer started",
    "110532192, an agent that asked for octet after octet made its sender send them one by one",
    "102530652, reported octets that left without a gap when editing ended were in no custody",
    "161514883, who looked on took it that a SYN brings no more than the window has room for"
  })
  @DisplayName("a world that once broke a law keeps all of them")
  void keepsTheLaws(long seed, String wrong) {
    LawBroken broken = Shrinker.broken(WorldDraw.of(seed));
    assertThat(broken).as("seed=%d: %s", seed, wrong).isNull();
  }
}
