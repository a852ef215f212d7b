package dev.midstream.worlds.law;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.worlds.plan.WholeStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The output of engines that died is known as far as they had decided it. */
class LostEditsTest {
  @ParameterizedTest
  @CsvSource({"ab, true", "ab-, true", "ab-c, true", "ab-cd, false", "abc, false", "b, false"})
  void knowsWhatWasDecided(String octets, boolean isKnown) {
    WholeStream stream = WholeStream.unchanged("abcdef".getBytes(US_ASCII));
    stream.insert(2, Octets.ofText("-"));
    LostEdits lost = new LostEdits();
    lost.note(Direction.CLIENT_TO_SERVER, stream, 3);
    assertThat(lost.begin(Direction.CLIENT_TO_SERVER, octets.getBytes(US_ASCII)))
        .isEqualTo(isKnown);
    assertThat(lost.begin(Direction.SERVER_TO_CLIENT, octets.getBytes(US_ASCII))).isFalse();
  }
}
