package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.store.MemoryBudget;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What keeps one direction from rest: something waits, or the engine has a duty. */
class StreamRestTest {
  private static final MemorySegment OCTETS = MemorySegment.ofArray(new byte[100]);
  private static final long NOW = 1_000;

  private final MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
  private final Stream stream =
      new Stream(7, 100, 1_000, true, new UnpooledByteBufAllocator(true, true), budget);

  @AfterEach
  void free() {
    stream.free();
    assertThat(budget.usedBytes()).isZero();
  }

  private void waits(Consumer<Stream> change) {
    assertThat(stream.isQuiet()).isTrue();
    change.accept(stream);
    assertThat(stream.isQuiet()).isFalse();
    assertThat(stream.hasNoDuties()).isTrue();
  }

  private void hasDuty(Consumer<Stream> change) {
    assertThat(stream.hasNoDuties()).isTrue();
    change.accept(stream);
    assertThat(stream.hasNoDuties()).isFalse();
    assertThat(stream.isQuiet()).isTrue();
  }

  @Test
  void waitsWithHeldOctets() {
    waits(s -> s.sender().hold(OCTETS, 0, 1));
  }

  @Test
  void waitsWithUnreleasedOctets() {
    waits(s -> s.edits().map().decideTo(1));
  }

  @Test
  void waitsWithDelayedOctets() {
    waits(s -> assertThat(s.sender().delayed().add(5, OCTETS, 0, 1, false)).isTrue());
  }

  @Test
  void waitsWithTheFin() {
    waits(s -> assertThat(s.acceptFin(0, 0)).isTrue());
  }

  @Test
  void restsAmongOpaqueOctets() {
    stream.edits().opaque().begin(1);
    assertThat(stream.isQuiet()).isTrue();
  }

  @Test
  void waitsForTheOctetsOfGap() {
    waits(s -> s.sender().waitTimes().noteGap(NOW));
  }

  @Test
  @DisplayName("RFC 6582 it acknowledges octets that waited after a filled gap")
  void hasDutyWithTheGapTimer() {
    hasDuty(s -> s.sender().gapFill().startTimer(0, NOW));
  }

  @Test
  @DisplayName("RFC 6582 it takes octets into custody when a gap's segment is acknowledged")
  void hasDutyWithFilledGap() {
    hasDuty(s -> s.sender().gapFill().awaitAck(1, 1));
  }

  @Test
  void hasDutyToPace() {
    hasDuty(s -> s.receiver().pacer().begin(0, 0, 1));
  }

  @Test
  void hasDutyToRetransmit() {
    hasDuty(s -> s.receiver().retransmit().start(NOW, 1));
  }

  @Test
  void hasDutyToAcknowledge() {
    hasDuty(s -> s.sender().pendingAcks().addDelayed(1, 2, NOW));
  }

  @Test
  void hasDutyToSendAnAckOfTheSender() {
    hasDuty(s -> s.headers().requireAck());
  }

  @Test
  @DisplayName("RFC 6675 it looks for losses below what the receiver reported")
  void hasDutyWithReportedOctets() {
    hasDuty(s -> s.receiver().scoreboard().report(1, 2));
  }

  @Test
  @DisplayName("it keeps octets that it reported by SACK")
  void hasDutyWithVouchedOctets() {
    hasDuty(s -> s.sender().custody().vouch(1, 2));
  }

  @Test
  @DisplayName("it keeps octets that it acknowledged before their receiver did")
  void hasDutyWithOwnedOctets() {
    hasDuty(s -> {
      s.passUnkept(5);
      s.sender().advertise(1);
    });
    stream.receiver().sendWindow().acknowledgeTo(1);
    assertThat(stream.hasNoDuties()).isTrue();
  }

  @Test
  @DisplayName("H-16 it owns an insertion when the sender has nothing outstanding before it")
  void ownsInsertions() {
    stream.passUnkept(5);
    stream.reply(Octets.ofText("reply"));
    stream.sender().advertise(4);
    assertThat(stream.newOwned()).isEqualTo(4);
    stream.sender().advertise(5);
    assertThat(stream.newOwned()).isEqualTo(10);
    stream.receiver().sendWindow().acknowledgeTo(9);
    assertThat(stream.hasNoDuties()).isFalse();
    stream.receiver().sendWindow().acknowledgeTo(10);
    assertThat(stream.hasNoDuties()).isTrue();
  }

  @Test
  @DisplayName("H-16 it owns an edit when all octets of it are acknowledged to the sender")
  void ownsWholeEdits() {
    stream.passUnkept(5);
    stream.replace(4, Octets.ofText("xy"));
    stream.passUnkept(5);
    stream.sender().advertise(8);
    assertThat(stream.newOwned()).isEqualTo(5);
    stream.sender().advertise(9);
    assertThat(stream.newOwned()).isEqualTo(7);
    stream.sender().advertise(15);
    assertThat(stream.newOwned()).as("beyond the end, for a FIN").isEqualTo(12);
  }

  @Test
  @DisplayName("H-16 it owns an insertion before an edit that the advertised edge is inside of")
  void ownsInsertionsBeforeAnEdit() {
    stream.passUnkept(5);
    stream.reply(Octets.ofText("reply"));
    stream.replace(4, Octets.ofText("xy"));
    stream.sender().advertise(8);
    assertThat(stream.newOwned()).isEqualTo(10);
    stream.sender().advertise(9);
    assertThat(stream.newOwned()).isEqualTo(12);
  }
}
