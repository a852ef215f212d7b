package dev.midstream.reassembly.park;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Packed octets are the same when they are unpacked, and take less room where many are 0. */
class PackedOctetsTest {
  @Test
  @DisplayName("C-70 random octets come back, as many as are wanted, wherever they lie")
  void unpacksWhatWasPacked() {
    SeededRounds.run(
        2_000,
        random -> {
          byte[] octets = new byte[random.nextInt(70)];
          random.nextBytes(octets);
          for (int i = 0; i < octets.length; i++) {
            octets[i] = random.nextInt(3) == 0 ? octets[i] : 0;
          }
          int from = random.nextInt(octets.length + 1);
          int at = random.nextInt(9);
          byte[] packed = new byte[at + PackedOctets.maxBytes(octets.length)];
          int end = PackedOctets.pack(octets, from, octets.length, packed, at);
          assertThat(end).isBetween(at, at + PackedOctets.maxBytes(octets.length - from));

          int wanted = random.nextInt(octets.length - from + 1);
          byte[] unpacked = new byte[wanted];
          Arrays.fill(unpacked, (byte) 7);
          PackedOctets.unpack(packed, at, unpacked, 0, wanted);
          assertThat(unpacked).isEqualTo(Arrays.copyOfRange(octets, from, from + wanted));
        });
  }

  @Test
  @DisplayName("C-70 zeros take an eighth of their room")
  void packsZeros() {
    byte[] packed = new byte[PackedOctets.maxBytes(800)];
    assertThat(PackedOctets.pack(new byte[800], 0, 800, packed, 0)).isEqualTo(100);
  }
}
