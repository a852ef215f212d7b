package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.store.MemoryBudget;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The arrays of one direction: counted, charged, released. */
class StreamMemoryTest {
  private static final MemorySegment OCTETS = MemorySegment.ofArray(new byte[100_000]);

  /** What every direction has without a charge. */
  private static final int BASE_BYTES = 1_024;

  private final MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
  private final Stream stream =
      new Stream(7, 10_000, 1_000_000, true, new UnpooledByteBufAllocator(true, true), budget);
  private final StreamMemory memory = stream.memory();

  private void edit(int count) {
    for (int i = 0; i < count; i++) {
      stream.replace(1, Octets.ofText("xy"));
    }
  }

  @Test
  @DisplayName("law 6 the arrays of commands, of the sender and of reports count")
  void countsTheArrays() {
    edit(10);
    long commands = stream.edits().commands().heapBytes();
    stream.sender().pushMarks().add(5);
    long sender = stream.sender().heapBytes();
    stream.receiver().scoreboard().report(1, 2);
    long reports = stream.receiver().scoreboard().heapBytes();
    assertThat(new long[] {commands, sender, reports}).doesNotContain(0);
    assertThat(memory.heapBytes()).isEqualTo(commands + sender + reports);
  }

  @Test
  @DisplayName("law 6 arrays beyond one kibioctet are charged, until they are released")
  void chargesTheArrays() {
    memory.updateCharge();
    assertThat(memory.overheadBytes()).isZero();
    for (long i = 0; i < 250; i++) {
      stream.receiver().scoreboard().report(2 * i, 2 * i + 1);
    }
    assertThat(budget.usedBytes()).isZero();
    memory.updateCharge();
    long charged = memory.heapBytes() - BASE_BYTES;
    assertThat(charged).isPositive();
    assertThat(budget.usedBytes()).isEqualTo(charged);
    assertThat(memory.overheadBytes()).isEqualTo(charged);
    memory.updateCharge();
    assertThat(budget.usedBytes()).as("once").isEqualTo(charged);
    stream.receiver().scoreboard().onAcknowledged(500, 0);
    memory.trim();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  @DisplayName("law 6 octets after a gap that is filled are not kept twice")
  void movesDelayedOctets() {
    stream.sender().delayed().add(1, OCTETS, 0, 60_000, false);
    long delayed = budget.usedBytes();
    stream.sender().hold(OCTETS, 0, 1);
    assertThat(stream.appendDelayed(false)).isTrue();
    assertThat(stream.heldEnd()).isEqualTo(60_001);
    assertThat(stream.sender().delayed().isEmpty()).isTrue();
    assertThat(budget.peakBytes()).isLessThan(delayed * 3 / 2);
  }

  @Test
  @DisplayName("law 6 the charge ends with the connection")
  void endsTheCharge() {
    for (long i = 0; i < 250; i++) {
      stream.receiver().scoreboard().report(2 * i, 2 * i + 1);
    }
    memory.updateCharge();
    stream.free();
    assertThat(budget.usedBytes()).isZero();
  }

  @Test
  @DisplayName("law 6 memory that stores have for more octets is overhead, each store's")
  void countsTheOverheadOfStores() {
    stream.sender().hold(OCTETS, 0, 10_000);
    stream.sender().dropHeld(9_000);
    int held = stream.sender().undecided().overheadBytes();
    assertThat(memory.overheadBytes()).isEqualTo(held);
    stream.sender().replaced().keep(0, OCTETS, 0, 10_000);
    stream.sender().replaced().freeBelow(9_000);
    int replaced = stream.sender().replaced().overheadBytes();
    assertThat(memory.overheadBytes()).isEqualTo((long) held + replaced);
    for (int at = 0; at < 50; at += 2) {
      stream.edits().firstCopies().append(at, OCTETS, 0, 1);
    }
    long copies = stream.edits().firstCopies().overheadBytes();
    assertThat(new long[] {held, replaced, copies}).doesNotContain(0);
    assertThat(memory.overheadBytes()).isEqualTo(held + replaced + copies);
  }

  @Test
  @DisplayName(
      "H-10 acknowledged edits are folded later, and with them what they replaced is freed")
  void foldsEdits() {
    stream.sender().replaced().keep(0, OCTETS, 0, 1);
    edit(1);
    stream.receiver().sendWindow().noteWindow(100);
    assertThat(memory.foldDueNanos()).isEqualTo(WaitTimes.NEVER);
    stream.receiver().sendWindow().acknowledgeTo(2);
    memory.fold(0);
    assertThat(stream.edits().commands().isEmpty()).isFalse();
    assertThat(stream.sender().replaced().isEmpty()).isFalse();
    long due = memory.foldDueNanos();
    assertThat(due).isPositive().isNotEqualTo(WaitTimes.NEVER);
    memory.fold(due - 1);
    assertThat(stream.edits().commands().isEmpty()).isFalse();
    memory.fold(due);
    assertThat(stream.edits().commands().isEmpty()).isTrue();
    assertThat(stream.sender().replaced().isEmpty()).isTrue();
    assertThat(memory.foldDueNanos()).isEqualTo(WaitTimes.NEVER);
  }

  @Test
  @DisplayName("law 6 in silence, marks of octets that left and retransmitted ranges are forgotten")
  void forgetsInSilence() {
    stream.passUnkept(10);
    stream.sender().pushMarks().add(10);
    stream.receiver().scoreboard().retransmitted().add(0, 5);
    stream.receiver().sendWindow().acknowledgeTo(10);
    memory.trimInSilence();
    assertThat(memory.heapBytes()).isZero();
    assertThat(stream.sender().pushMarks().takeUpTo(10, 10)).isFalse();
  }

  @Test
  @DisplayName("HDP-20 in silence, the mark of octets that wait stays")
  void keepsMarksOfWaitingOctets() {
    stream.edits().map().decideTo(10);
    stream.sender().pushMarks().add(10);
    memory.trimInSilence();
    assertThat(stream.sender().pushMarks().takeUpTo(10, 10)).isTrue();
  }
}
