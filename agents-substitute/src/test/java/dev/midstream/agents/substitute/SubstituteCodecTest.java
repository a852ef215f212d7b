package dev.midstream.agents.substitute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.agent.Direction;
import dev.midstream.agent.StateCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The octets of the agent's state. The samples {@code state-N.hex} were written by version N of the
 * codec and must stay as they are; a new version adds a sample.
 */
final class SubstituteCodecTest {
  /** The agent that wrote the samples. */
  private final SubstituteAgent agent =
      new SubstituteAgent(
          Map.of(
              Direction.CLIENT_TO_SERVER,
              List.of(
                  GivenPair.find("a", "1").atMost(3).pair(),
                  GivenPair.find("b", "2").pair(),
                  GivenPair.find("c", "3").atMost(200).pair()),
              Direction.SERVER_TO_CLIENT,
              List.of(GivenPair.find("cat", "dog").asWholeWords().pair())));

  private final StateCodec<SubstituteState> codec = agent.codec();

  private final SubstituteState sample =
      SubstituteState.of(new Memory(false, List.of(3, 130)), new Memory(true, List.of()));

  @Test
  @DisplayName("HDP-14 reads the states that every version wrote")
  void readsKeptSamples() throws IOException {
    assertThat(codec.decode(1, kept(1))).isEqualTo(agent.newConnection());
    assertThat(codec.decode(2, kept(2))).isEqualTo(sample);
    assertThat(codec.version()).isEqualTo(2);
    assertThat(codec.encode(sample)).isEqualTo(kept(2));
  }

  @Test
  @DisplayName("HDP-14 goes on from a state that another node wrote")
  void goesOnFromKeptSample() throws IOException {
    Calls calls = new Calls(agent, codec.decode(2, kept(2)));

    assertThat(calls.decided("abc")).isEqualTo(3);
    assertThat(calls.state())
        .isEqualTo(
            SubstituteState.of(new Memory(false, List.of(3, 131)), new Memory(true, List.of())));
  }

  @Test
  void writesWhatItReads() {
    for (boolean isInWord : new boolean[] {false, true}) {
      SubstituteState state =
          SubstituteState.of(
              new Memory(isInWord, List.of(0, PairLimits.REPLACEMENTS)),
              new Memory(!isInWord, List.of()));
      assertThat(codec.decode(2, codec.encode(state))).isEqualTo(state);
    }
  }

  @Test
  void refusesWhatNoVersionWrote() {
    assertRefused(3, "version=3");
    assertRefused(1, "octets after the last value", 0);
    assertRefused(2, "octets are missing");
    assertRefused(2, "limited=1 expected=2", 0, 1, 0, 0, 0);
    assertRefused(2, "limited=1 expected=0", 0, 2, 0, 0, 0, 1, 0);
    assertRefused(2, "no truth value", 2, 2, 0, 0, 0, 0);
    assertRefused(2, "octets after the last value", 0, 2, 0, 0, 0, 0, 0);
  }

  @Test
  @DisplayName("C-14 knows nothing of octets that it left undecided")
  void knowsNothingOfUndecidedOctets() {
    SubstituteAgent words =
        new SubstituteAgent(
            Map.of(
                Direction.CLIENT_TO_SERVER,
                List.of(
                    GivenPair.find("cat", "dog").asWholeWords().atMost(2).pair(),
                    GivenPair.pattern("(ab){1,9}c", "").pair())));
    Calls calls = new Calls(words);
    calls.decided("x cat,");
    SubstituteState before = calls.state();
    for (String undecided : List.of("c", "cat", "ab", "abababa")) {
      assertThat(calls.decided(undecided)).isZero();
      assertThat(calls.state()).isSameAs(before);
    }
  }

  private void assertRefused(int version, String message, int... values) {
    byte[] octets = new byte[values.length];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) values[i];
    }
    assertThatThrownBy(() -> codec.decode(version, octets))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static byte[] kept(int version) throws IOException {
    String name = "state-" + version + ".hex";
    try (InputStream in = SubstituteCodecTest.class.getResourceAsStream(name)) {
      byte[] text = Objects.requireNonNull(in, name).readAllBytes();
      return HexFormat.of().parseHex(new String(text, StandardCharsets.US_ASCII).strip());
    }
  }
}
