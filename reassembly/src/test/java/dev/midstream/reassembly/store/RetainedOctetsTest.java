package dev.midstream.reassembly.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.world.SeededRounds;
import dev.midstream.wire.packet.MemoryOwner;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** First copies that a port refers to while the store goes on. */
class RetainedOctetsTest {
  private static final int STEPS = 60;

  private record Retained(MemoryOwner owner, MemorySegment octets, MemorySegment before) {}

  @Test
  void retainedOctetsStayWhateverIsFreedAndKept() {
    SeededRounds.run(
        200,
        random -> {
          UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
          ReleasedOctets released = new ReleasedOctets(allocator, new Ledger(Long.MAX_VALUE));
          List<Retained> retained = new ArrayList<>();
          long start = 0;
          long end = 0;
          for (int step = 0; step < STEPS; step++) {
            byte[] more = new byte[random.nextInt(20_000)];
            random.nextBytes(more);
            released.append(end, MemorySegment.ofArray(more), 0, more.length);
            end += more.length;
            if (end > start) {
              retained.add(retain(released, random.nextLong(start, end)));
            }
            start = random.nextLong(start, end + 1);
            released.freeBelow(start);
            if (random.nextInt(4) == 0) {
              retained.removeFirst().owner().release();
            }
          }
          released.free();
          for (Retained one : retained) {
            assertThat(one.octets().mismatch(one.before())).isNegative();
            one.owner().release();
          }
          assertThat(allocator.metric().usedDirectMemory()).isZero();
        });
  }

  @Test
  void countsThePiecesOfARange() {
    ReleasedOctets released =
        new ReleasedOctets(new UnpooledByteBufAllocator(true, true), new Ledger(Long.MAX_VALUE));
    MemorySegment octets = MemorySegment.ofArray(new byte[40_000]);
    released.append(0, octets, 0, 40_000);
    released.append(50_000, octets, 0, 10);
    assertThat(released.piecesOf(0, 40_000)).isEqualTo(3);
    assertThat(released.piecesOf(10, 16_384)).isOne();
    assertThat(released.piecesOf(10, 16_385)).isEqualTo(2);
    assertThat(released.piecesOf(39_999, 40_001)).isZero();
    assertThat(released.piecesOf(7, 7)).isZero();
    released.free();
  }

  private static Retained retain(ReleasedOctets released, long position) {
    MemorySegment octets =
        released
            .memoryAt(position)
            .asSlice(released.memoryOffsetOf(position), released.lengthAt(position));
    MemoryOwner owner = released.ownerAt(position);
    owner.retain();
    return new Retained(
        owner, octets, MemorySegment.ofArray(octets.toArray(ValueLayout.JAVA_BYTE)));
  }
}
