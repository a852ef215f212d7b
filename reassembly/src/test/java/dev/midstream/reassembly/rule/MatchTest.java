package dev.midstream.reassembly.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MatchTest {
  private static final long CLIENT = 0x0A01_0203L;
  private static final long SERVER = 0xC0A8_0001L;

  @Test
  @DisplayName("a match without conditions matches every connection")
  void matchesEveryConnection() {
    assertThat(Match.ANY.matches(4, 0, CLIENT, 0, SERVER, 0, 65_535)).isTrue();
    assertThat(Match.ANY.matches(6, -1, -1, 0, 0, 65_535, 0)).isTrue();
    assertThat(Match.ANY.anyPorts()).isTrue();
  }

  @Test
  @DisplayName("the source is the client's address, the destination the server's")
  void distinguishesSourceAndDestination() {
    Match match =
        new Match(
            List.of(new Prefix(4, 0, 0x0A00_0000L, 8)),
            List.of(new Prefix(4, 0, SERVER, 32)),
            List.of(),
            List.of());

    assertThat(match.matches(4, 0, CLIENT, 0, SERVER, 1, 2)).isTrue();
    assertThat(match.matches(4, 0, SERVER, 0, CLIENT, 1, 2)).isFalse();
    assertThat(match.matches(4, 0, CLIENT, 0, SERVER + 1, 1, 2)).isFalse();
    assertThat(match.matches(4, 0, 0x0B00_0000L, 0, SERVER, 1, 2)).isFalse();
  }

  @Test
  @DisplayName("one entry of each list must match")
  void needsOneEntryOfEachList() {
    Match match =
        new Match(
            List.of(),
            List.of(),
            List.of(new PortRange(1024, 65_536)),
            List.of(PortRange.of(80), PortRange.of(8080)));

    assertThat(match.matches(4, 0, CLIENT, 0, SERVER, 1024, 80)).isTrue();
    assertThat(match.matches(4, 0, CLIENT, 0, SERVER, 65_535, 8080)).isTrue();
    assertThat(match.matches(4, 0, CLIENT, 0, SERVER, 1023, 80)).isFalse();
    assertThat(match.matches(4, 0, CLIENT, 0, SERVER, 1024, 81)).isFalse();
    assertThat(match.anyPorts()).isFalse();
  }

  @Test
  @DisplayName("an IPv4 prefix never contains an IPv6 address with the same bits")
  void distinguishesIpVersions() {
    assertThat(new Prefix(4, 0, 0, 0).contains(6, 0, 0)).isFalse();
    assertThat(new Prefix(6, 0, 0, 0).contains(4, 0, 0)).isFalse();
  }

  @Test
  @DisplayName("a prefix contains addresses with the same first bits, as BigInteger compares them")
  void containsAddressesWithTheSameFirstBits() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      int version = random.nextBoolean() ? 4 : 6;
      int longest = Prefix.maxLength(version);
      int length = random.nextInt(longest + 1);
      long high = version == 4 ? 0 : random.nextLong();
      long low = version == 4 ? random.nextInt() & 0xFFFF_FFFFL : random.nextLong();
      Prefix prefix = new Prefix(version, high, low, length);
      BigInteger other = number(high, low).flipBit(random.nextInt(longest));
      if (random.nextBoolean()) {
        other = other.flipBit(random.nextInt(longest));
      }

      boolean expected =
          other.shiftRight(longest - length).equals(number(high, low).shiftRight(longest - length));

      assertThat(prefix.contains(version, other.shiftRight(64).longValue(), other.longValue()))
          .as("new Random(%dL), round %d: %s and %s", seed, round, prefix, other.toString(16))
          .isEqualTo(expected);
    }
  }

  @Test
  @DisplayName("prefixes with the same first bits are equal")
  void clearsBitsAfterThePrefix() {
    assertThat(new Prefix(4, 0, CLIENT, 8)).isEqualTo(new Prefix(4, 0, 0x0A00_0000L, 8));
    assertThat(new Prefix(6, -1, -1, 64)).isEqualTo(new Prefix(6, -1, 0, 64));
  }

  @Test
  @DisplayName("invalid prefix lengths, versions and ports are refused")
  void refusesInvalidPrefixesAndPorts() {
    assertThatThrownBy(() -> new Prefix(4, 0, 0, 33)).hasMessageContaining("length=33");
    assertThatThrownBy(() -> new Prefix(6, 0, 0, 129)).hasMessageContaining("length=129");
    assertThatThrownBy(() -> new Prefix(6, 0, 0, -1)).hasMessageContaining("length=-1");
    assertThatThrownBy(() -> new Prefix(5, 0, 0, 0)).hasMessageContaining("version=5");
    assertThatThrownBy(() -> new PortRange(5, 5)).hasMessageContaining("start=5 end=5");
    assertThatThrownBy(() -> new PortRange(-1, 5)).hasMessageContaining("start=-1");
    assertThatThrownBy(() -> PortRange.of(65_536)).hasMessageContaining("end=65537");
  }

  private static BigInteger number(long high, long low) {
    BigInteger mask = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    return BigInteger.valueOf(high).and(mask).shiftLeft(64).or(BigInteger.valueOf(low).and(mask));
  }
}
