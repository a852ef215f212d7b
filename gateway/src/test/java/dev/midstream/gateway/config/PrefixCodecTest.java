package dev.midstream.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.rule.Prefix;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrefixCodecTest {

  @Test
  @DisplayName("addresses and prefixes of both IP versions are parsed")
  void parsesPrefixes() {
    assertThat(PrefixCodec.decode("10.0.0.0/8")).isEqualTo(new Prefix(4, 0, 0x0A00_0000L, 8));
    assertThat(PrefixCodec.decode("255.255.255.255")).isEqualTo(new Prefix(4, 0, 0xFFFF_FFFFL, 32));
    assertThat(PrefixCodec.decode("0.0.0.0/0")).isEqualTo(new Prefix(4, 0, 0, 0));
    assertThat(PrefixCodec.decode("2001:db8::1"))
        .isEqualTo(new Prefix(6, 0x2001_0DB8_0000_0000L, 1, 128));
    assertThat(PrefixCodec.decode("2001:db8::/32"))
        .isEqualTo(new Prefix(6, 0x2001_0DB8_0000_0000L, 0, 32));
    assertThat(PrefixCodec.decode("::/0")).isEqualTo(new Prefix(6, 0, 0, 0));
    assertThat(PrefixCodec.decode("::ffff:10.0.0.1"))
        .isEqualTo(new Prefix(6, 0, 0xFFFF_0A00_0001L, 128));
  }

  @Test
  @DisplayName("bits after the prefix length are ignored")
  void ignoresBitsAfterTheLength() {
    assertThat(PrefixCodec.decode("10.1.2.3/8")).isEqualTo(PrefixCodec.decode("10.0.0.0/8"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0", "10.0.0.256",
        "10.0.0.1.2", "010.0.0.1", "10.0.0.a", "10..0.1", " 10.0.0.1", "localhost", "::/129", ":::",
        "1::2::3", "fe80::1%lo", "[::1]", "12345::", "1:2:3:4:5:6:7", "::1.2.3", "٣.0.0.1"
      })
  @DisplayName("any other text is refused, and no name is resolved")
  void refusesOtherText(String text) {
    assertThat(PrefixCodec.decode(text)).isNull();
  }

  @Test
  @DisplayName("the text of a prefix parses to the same prefix")
  void parsesWhatItWrites() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 10_000; round++) {
      Prefix prefix =
          random.nextBoolean()
              ? new Prefix(4, 0, random.nextInt() & 0xFFFF_FFFFL, random.nextInt(33))
              : new Prefix(6, random.nextLong(), random.nextLong(), random.nextInt(129));
      assertThat(PrefixCodec.decode(PrefixCodec.encode(prefix)))
          .as("new Random(%dL), round %d", seed, round)
          .isEqualTo(prefix);
    }
    Prefix mapped = new Prefix(6, 0, 0xFFFF_0A00_0001L, 128);
    assertThat(PrefixCodec.decode(PrefixCodec.encode(mapped))).isEqualTo(mapped);
  }
}
