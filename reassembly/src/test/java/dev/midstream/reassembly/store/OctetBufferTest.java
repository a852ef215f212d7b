package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** A run of octets against an array. */
class OctetBufferTest {
  private static final int ROUNDS = 100;
  private static final int STEPS = 60;

  @Test
  void keepsOctetsInOneRun() {
    SeededRounds.run(
        ROUNDS,
        random -> {
          MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
          UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
          OctetBuffer buffer = new OctetBuffer(allocator, budget.openAccount());
          byte[] twin = {};
          int largest = random.nextBoolean() ? 300 : 30_000;
          for (int step = 0; step < STEPS; step++) {
            if (random.nextBoolean()) {
              byte[] more = TestOctets.random(random, random.nextInt(largest));
              twin = joined(twin, more);
              buffer.append(MemorySegment.ofArray(joined(new byte[3], more)), 3, more.length);
            } else {
              int gone = random.nextInt(twin.length + 1);
              twin = Arrays.copyOfRange(twin, gone, twin.length);
              buffer.dropFront(gone);
            }
            assertThat(TestOctets.read(buffer.memory(), buffer.memoryOffset(), buffer.length()))
                .isEqualTo(twin);
            assertThat(budget.usedBytes()).isEqualTo(twin.length);
          }
          buffer.free();
          assertThat(budget.usedBytes() + allocator.metric().usedDirectMemory()).isZero();
          assertThat(buffer.length()).isZero();
        });
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(first);
    all.writeBytes(second);
    return all.toByteArray();
  }
}
