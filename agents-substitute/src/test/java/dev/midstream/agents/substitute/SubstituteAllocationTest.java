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
  private static final int MAX_MEASUREMENTS = 40;

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
      assertAllocatesNothing(agent(pairs), quiet, edited);
    }
  }

  @Test
  @DisplayName("HDP-8 caseless strings, whole words and patterns allocate nothing")
  void allocatesNothingForConditions() {
    MemorySegment quiet = memoryOf(QUIET);
    MemorySegment edited = memoryOf(QUIET + "Hello world, " + QUIET + "Hello wor");
    assertAllocatesNothing(agent(GivenPair.find("hello WORLD", "x").ignoringCase()), quiet, edited);
    assertAllocatesNothing(agent(GivenPair.find("Hello world", "x").asWholeWords()), quiet, edited);
    assertAllocatesNothing(agent(GivenPair.pattern("H[a-z]{1,4} world", "x")), quiet, edited);
  }

  /** Measures until the optimizing compiler, which runs beside the test, is done. */
  private void assertAllocatesNothing(
      SubstituteAgent agent, MemorySegment quiet, MemorySegment edited) {
    long allocated = Long.MAX_VALUE;
    for (int i = 0; i < MAX_MEASUREMENTS && allocated > NOISE_BYTES; i++) {
      allocated = measure(agent, quiet, edited);
    }
    assertThat(batch.decidedOctets()).isEqualTo(edited.byteSize() - "Hello wor".length());
    assertThat(allocated).isBetween(0L, NOISE_BYTES);
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
            .mapToObj(i -> Pair.of(find(i), Octets.ofText("Hi there")))
            .toList();
    return new SubstituteAgent(Map.of(Direction.CLIENT_TO_SERVER, pairs));
  }

  private static SubstituteAgent agent(GivenPair pair) {
    return new SubstituteAgent(Map.of(Direction.CLIENT_TO_SERVER, List.of(pair.pair())));
  }

  private static Octets find(int number) {
    return Octets.ofText(number == 0 ? "Hello world" : (char) ('A' + number) + "unheard-of");
  }

  private static MemorySegment memoryOf(String text) {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    return Arena.ofAuto().allocate(octets.length).copyFrom(MemorySegment.ofArray(octets));
  }
}
