package dev.midstream.modcmd.framing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class FramingTest {
  @Test
  @DisplayName("C-14 finds the end of counted octets at every cut")
  void findsEndOfCountAtEveryCut() {
    String text = "0123456789";
    for (int from = 0; from <= text.length(); from++) {
      for (int count = 0; count < 12; count++) {
        for (int cut = from; cut <= text.length(); cut++) {
          int expected = from + count <= cut ? from + count : Framing.MORE;
          assertThat(Framing.countEnd(Views.of(text, 0, cut), from, count)).isEqualTo(expected);
        }
      }
    }
    assertThat(Framing.countEnd(Views.of(text), 5, Integer.MAX_VALUE)).isEqualTo(Framing.MORE);
  }

  @Test
  void readsChunkSizes() {
    assertThat(chunkSize("0")).isZero();
    assertThat(chunkSize("1aF")).isEqualTo(0x1AF);
    assertThat(chunkSize("00000000000000f")).isEqualTo(15);
    assertThat(chunkSize("fffffffffffffff")).isEqualTo(0xFFF_FFFF_FFFF_FFFFL);
    assertThat(chunkSize("10;name=\"value\"")).isEqualTo(16);
    assertThat(chunkSize("10 \t;name")).isEqualTo(16);
    assertThat(chunkSize("10 ")).isEqualTo(16);
  }

  @Test
  void refusesChunkSizesThatOthersMayReadDifferently() {
    for (String line : new String[] {"", ";x", " 1", "-1", "+1", "0x10", "1 2", "1_0", "g", "1g"}) {
      assertThat(chunkSize(line)).as(line).isEqualTo(Framing.MALFORMED);
    }
    assertThat(chunkSize("0000000000000000")).isEqualTo(Framing.TOO_LONG);
    assertThat(chunkSize("@")).isEqualTo(Framing.MALFORMED);
    assertThat(chunkSize("\u0010")).isEqualTo(Framing.MALFORMED);
  }

  private static long chunkSize(String line) {
    return ChunkSize.of(Views.of("#" + line + "1"), 1, 1 + line.length());
  }
}
