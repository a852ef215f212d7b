package dev.midstream.agents.substitute;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.call.DecisionBatch;
import dev.midstream.modcmd.call.MemoryView;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Needs escape analysis, and so the optimizing compiler, which the quick profile does not use. */
@Tag("slow")
final class SubstituteAllocationTest {
  private static final int ROUNDS = 20_000;

  /** Octets that the measurement itself may allocate; less than one octet for each round. */
  private static final long NOISE_BYTES = 4_096;

  private static final String QUIET = "The quick brown fox jumps over the lazy dog. ".repeat(32);

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final MemoryView view = new MemoryView();
  private final DecisionBatch batch = new DecisionBatch();

  @Test
  @DisplayName("HDP-8 passing, replacing and holding allocate nothing with one pair or many")
  void allocatesNothing() {
    MemorySegment quiet = memoryOf(QUIET);
    MemorySegment edited = memoryOf(QUIET + "Hello world" + QUIET + "Hello wor");
    for (int pairs : new int[] {1, 20}) {
      SubstituteAgent agent = agent(pairs);
      measure(agent, quiet, edited);
      long decided = batch.decidedOctets();
      long allocated = measure(agent, quiet, edited);

      assertThat(decided).isEqualTo(edited.byteSize() - "Hello wor".length());
      assertThat(allocated).as("pairs=%d", pairs).isBetween(0L, NOISE_BYTES);
    }
  }

  private long measure(SubstituteAgent agent, MemorySegment quiet, MemorySegment edited) {
    long start = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < ROUNDS; i++) {
      call(agent, quiet);
      call(agent, edited);
    }
    return threads.getCurrentThreadAllocatedBytes() - start;
  }

  private void call(SubstituteAgent agent, MemorySegment octets) {
    int length = (int) octets.byteSize();
    batch.open(length, false);
    view.show(octets, 0, length, 0);
    agent.onOctets(agent.newConnection(), Direction.CLIENT_TO_SERVER, view, batch);
  }

  private static SubstituteAgent agent(int count) {
    List<Pair> pairs =
        IntStream.range(0, count)
            .mapToObj(i -> new Pair(find(i), Octets.ofText("Hi there")))
            .toList();
    return new SubstituteAgent(Map.of(Direction.CLIENT_TO_SERVER, pairs));
  }

  private static Octets find(int number) {
    return Octets.ofText(number == 0 ? "Hello world" : (char) ('A' + number) + "unheard-of");
  }

  private static MemorySegment memoryOf(String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    return Arena.ofAuto().allocate(octets.length).copyFrom(MemorySegment.ofArray(octets));
  }
}
