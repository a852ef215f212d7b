package dev.midstream.agent.framing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.ArrayView;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ChunkSizeTest {

  @Test
  void readsChunkSizes() {
    assertThat(chunkSize("0")).isZero();
    assertThat(chunkSize("1aF")).isEqualTo(0x1AF);
    assertThat(chunkSize("09aF")).isEqualTo(0x9AF);
    assertThat(chunkSize("00000000000000f")).isEqualTo(15);
    assertThat(chunkSize("fffffffffffffff")).isEqualTo(0xFFF_FFFF_FFFF_FFFFL);
    assertThat(chunkSize("10;name=\"value\"")).isEqualTo(16);
    assertThat(chunkSize("10 \t;name")).isEqualTo(16);
    assertThat(ChunkSize.of(ArrayView.of("10 x"), 0, 2)).isEqualTo(16);
  }

  @Test
  void refusesAmbiguousChunkSizes() {
    List<String> lines =
        List.of("", ";x", " 1", "1 ", "1\t", "0 \t", "-1", "+1", "0x10", "1 2", "1_0", "g", "1g");
    for (String line : lines) {
      assertThat(chunkSize(line)).as(line).isEqualTo(Framing.MALFORMED);
    }
    assertThat(chunkSize("0000000000000000")).isEqualTo(Framing.TOO_LONG);
    assertThat(chunkSize("@")).isEqualTo(Framing.MALFORMED);
    assertThat(chunkSize("\u0010")).isEqualTo(Framing.MALFORMED);
  }

  private static long chunkSize(String line) {
    return ChunkSize.of(ArrayView.of("#" + line + "1"), 1, 1 + line.length());
  }
}
