package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.Replica;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;

/** Arbitrary octets as records of another engine, with which this one goes on. */
class ReplicaFuzzTest {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);

  @FuzzTest
  @DisplayName("HDP-17 any octets are records, with which an engine goes on, or are refused")
  void goesOnWithAnyRecords(byte[] input) {
    Replica replica = new Replica();
    int at = 0;
    while (at + 2 <= input.length) {
      int length =
          Math.min((input[at] & 0xff) << 8 | (input[at + 1] & 0xff), input.length - at - 2);
      apply(replica, Arrays.copyOfRange(input, at + 2, at + 2 + length));
      at += 2 + length;
    }
    Engine engine = PassingEngine.of(allocator);
    engine.inherit(replica, 0);
    while (engine.inheritedConnections() > 0) {
      engine.onTimer(0, packet -> {});
    }
    engine.finish(1, packet -> {});
    assertThat(engine.budget().usedBytes()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }

  private static void apply(Replica replica, byte[] record) {
    try {
      replica.apply(record, 0);
    } catch (MalformedState expected) {
      assertThat(expected.getMessage()).isNotBlank();
    }
  }
}
