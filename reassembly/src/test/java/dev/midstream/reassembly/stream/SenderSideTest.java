package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.store.OctetSlice;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The engine as a receiver: what it reports, which timestamps it echoes, what it takes. */
class SenderSideTest {
  private static final MemorySegment OCTETS = MemorySegment.ofArray(new byte[20_000]);

  /** After this time, 2147 s, the order of timestamps is unknown (RFC 7323 section 5.5). */
  private static final long OUTDATED_NANOS = 2_147_000_000_000L;

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
  private final MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
  private final Stream stream = new Stream(7, 100, 1_000, true, allocator, budget);
  private final SenderSide sender = stream.sender();

  @Test
  @DisplayName("H-3 octets that are not kept are not reported")
  void vouchesForKeptOctetsOnly() {
    assertThat(sender.vouch(5, 10)).isFalse();
    assertThat(sender.custody().vouched().isEmpty()).isTrue();
    sender.delayed().add(5, OCTETS, 0, 5, false);
    assertThat(sender.vouch(5, 10)).isTrue();
    assertThat(sender.custody().vouched().contains(5, 10)).isTrue();
    assertThat(sender.vouch(5, 11)).isFalse();
  }

  @Test
  @DisplayName("H-3 octets are not reported in more than 256 ranges")
  void vouchesForLimitedRanges() {
    for (int i = 1; i <= 256; i++) {
      sender.delayed().add(10L * i, OCTETS, 0, 1, false);
      assertThat(sender.vouch(10L * i, 10L * i + 1)).isTrue();
    }
    sender.delayed().add(10, OCTETS, 0, 9, false);
    assertThat(sender.vouch(15, 16)).isFalse();
    assertThat(sender.vouch(10, 12)).as("a longer range").isTrue();
  }

  @Test
  @DisplayName("RFC 7323 section 4.3: of the receiver's echo and TS.Recent the newer one is sent")
  void echoesTheNewerTimestamp() {
    assertThat(sender.tsEcho(50, 0)).as("TS.Recent is unknown").isEqualTo(50);
    sender.setTsRecent(60, 1_000);
    assertThat(sender.tsEcho(50, 900)).isEqualTo(60);
    assertThat(sender.tsEcho(70, 900)).isEqualTo(70);
  }

  @Test
  @DisplayName("RFC 7323 section 5.5: an echo that is older by half an hour is outdated")
  void replacesAnOutdatedEcho() {
    sender.setTsRecent(60, 1_000 + OUTDATED_NANOS);
    assertThat(sender.tsEcho(70, 1_000)).isEqualTo(60);
    assertThat(sender.tsEcho(70, 1_001)).isEqualTo(70);
  }

  @Test
  @DisplayName("RFC 7323 section 5.3: a timestamp is old until TS.Recent is outdated")
  void knowsOldTimestamps() {
    assertThat(sender.isOlderThanTsRecent(59, 0)).isFalse();
    sender.setTsRecent(60, 1_000);
    assertThat(sender.isOlderThanTsRecent(59, 999 + OUTDATED_NANOS)).isTrue();
    assertThat(sender.isOlderThanTsRecent(60, 1_000)).isFalse();
    assertThat(sender.isOlderThanTsRecent(59, 1_000 + OUTDATED_NANOS)).isFalse();
  }

  @Test
  @DisplayName("law 6 it counts the arrays of replaced octets, marks, acknowledgements and reports")
  void countsItsArrays() {
    assertThat(sender.heapBytes()).isZero();
    sender.replaced().keep(0, OCTETS, 0, 1);
    long replaced = sender.replaced().heapBytes();
    sender.pushMarks().add(5);
    long marks = sender.pushMarks().heapBytes();
    sender.pendingAcks().addDelayed(5, 6, 0);
    long acks = sender.pendingAcks().heapBytes();
    sender.custody().vouch(5, 6);
    long reports = sender.custody().vouched().heapBytes();
    assertThat(new long[] {replaced, marks, acks, reports}).doesNotContain(0);
    assertThat(sender.heapBytes()).isEqualTo(replaced + marks + acks + reports);
  }

  @Test
  @DisplayName("law 6 arrays without content are released")
  void releasesItsArrays() {
    sender.replaced().keep(0, OCTETS, 0, 1);
    sender.pushMarks().add(5);
    sender.pendingAcks().addDelayed(5, 6, 0);
    sender.custody().vouch(5, 6);
    sender.hold(OCTETS, 0, 10_000);
    sender.replaced().freeBelow(1);
    sender.pushMarks().takeUpTo(5, 0);
    sender.pendingAcks().clear();
    sender.custody().onAcknowledged(6);
    sender.dropHeld(9_000);
    assertThat(sender.heapBytes()).isPositive();
    assertThat(sender.undecided().overheadBytes()).isPositive();
    sender.trim();
    assertThat(sender.heapBytes()).isZero();
    assertThat(sender.undecided().overheadBytes()).isZero();
  }

  @Test
  @DisplayName("law 6 a stream that is over keeps nothing")
  void freesAllOctets() {
    stream.pass(new OctetSlice().at(OCTETS, 0), 0, 1);
    sender.hold(OCTETS, 0, 1);
    sender.delayed().add(5, OCTETS, 0, 1, false);
    sender.replaced().keep(0, OCTETS, 0, 1);
    sender.unconfirmed().keep(7, OCTETS, 0, 1, false);
    assertThat(budget.usedBytes()).isPositive();
    stream.free();
    assertThat(budget.usedBytes()).isZero();
    assertThat(allocator.metric().usedDirectMemory()).isZero();
  }
}
