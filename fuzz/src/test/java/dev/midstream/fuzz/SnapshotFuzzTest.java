package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Connection;
import io.netty.buffer.UnpooledByteBufAllocator;
import org.junit.jupiter.api.DisplayName;

/** Arbitrary octets as a connection. */
class SnapshotFuzzTest {
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);

  @FuzzTest
  @DisplayName("HDP-17 any octets are a connection, which is written again, or are refused")
  void readsAnyOctets(byte[] input) {
    Engine engine = PassingEngine.of(allocator);
    try {
      Connection read = engine.moves().read(new StateReader(input, 0, input.length), 0);
      engine.moves().write(read, new StateWriter(), 0);
      read.free();
    } catch (MalformedState expected) {
      assertThat(expected.getMessage()).isNotBlank();
    }
    assertThat(engine.budget().usedBytes()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }
}
