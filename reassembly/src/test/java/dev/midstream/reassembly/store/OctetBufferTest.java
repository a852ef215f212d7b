package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.testkit.random.SeededRounds;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A run of octets against an array. */
class OctetBufferTest {
  private static final int ROUNDS = 100;
  private static final int STEPS = 60;
  private static final int SMALLEST = 2_048;

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
            long memory = allocator.metric().usedDirectMemory();
            assertThat(budget.usedBytes()).isEqualTo(Math.max(twin.length, memory - SMALLEST));
            if (random.nextInt(20) == 0) {
              buffer.trim();
              assertThat(allocator.metric().usedDirectMemory()).isLessThan(most(twin.length));
            }
          }
          buffer.free();
          assertThat(budget.usedBytes() + allocator.metric().usedDirectMemory()).isZero();
          assertThat(buffer.length()).isZero();
        });
  }

  /** The memory that a trimmed buffer of {@code length} octets does not reach. */
  private static long most(int length) {
    return length == 0 ? 1 : Math.max(SMALLEST + 1, 4L * length);
  }

  @Test
  @DisplayName("law 6 a large buffer that is mostly unused gives its memory back")
  void shrinksWhenMostlyUnused() {
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
    OctetBuffer buffer = new OctetBuffer(allocator, budget.openAccount());
    buffer.append(MemorySegment.ofArray(new byte[65_536]), 0, 65_536);

    buffer.dropFront(65_535);

    assertThat(buffer.length()).isOne();
    assertThat(allocator.metric().usedDirectMemory()).isEqualTo(SMALLEST);
    assertThat(budget.usedBytes()).isOne();
  }

  @Test
  @DisplayName("law 6 a buffer that is trimmed after each octet moves its octets seldom")
  void trimsWithoutMovingEachTime() {
    MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    OctetBuffer buffer = new OctetBuffer(allocator, budget.openAccount());
    MemorySegment octets = MemorySegment.ofArray(new byte[65_536]);
    buffer.append(octets, 0, 65_536);
    int moves = 0;
    for (int i = 0; i < 1_000; i++) {
      MemorySegment before = buffer.memory();
      buffer.append(octets, 0, 1);
      moves += buffer.memory().equals(before) ? 0 : 1;
      buffer.dropFront(1);
      buffer.trim();
    }
    assertThat(moves).isEqualTo(1);
    buffer.dropFront(20_000);
    buffer.trim();
    assertThat(buffer.memory().byteSize()).isEqualTo(65_536);
    buffer.free();
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(first);
    all.writeBytes(second);
    return all.toByteArray();
  }
}
