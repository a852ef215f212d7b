package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.modcmd.range.RangeSet;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The arrays of blocks. */
class OctetBlocksTest {
  private static final int COUNT = 1_000;
  private static final RangeSet NONE = new RangeSet();

  @Test
  @DisplayName("law 6 what each block is charged covers the arrays, which shrink with the blocks")
  void shrinks() {
    OctetBlocks blocks = new OctetBlocks(new UnpooledByteBufAllocator(true, true));
    for (int i = 0; i < COUNT; i++) {
      blocks.open(startOf(i), startOf(i) + 1);
      checkCovered(blocks, i + 1);
    }
    for (int i = COUNT - 1; i > 0; i--) {
      blocks.freeUnused(startOf(i), startOf(i) + 1, NONE);
      checkCovered(blocks, i);
    }
    blocks.freeUnused(0, 1, NONE);
    blocks.trim();
    assertThat(blocks.heapBytes()).isZero();
    assertThat(blocks.bytes()).isZero();
  }

  private static void checkCovered(OctetBlocks blocks, int count) {
    assertThat(blocks.heapBytes()).isBetween(1, OctetBlocks.OVERHEAD_BYTES * count);
  }

  private static long startOf(int block) {
    return (long) OctetBlock.BYTES * block;
  }
}
