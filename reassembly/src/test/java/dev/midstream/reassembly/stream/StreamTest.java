package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Octets;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.reassembly.store.OctetSlice;
import dev.midstream.reassembly.store.ReleasedOctets;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The places of one direction: what is held, passed, skipped, and where it ends. */
class StreamTest {
  private static final int MAX_COPIES = 1_000;
  private static final MemorySegment OCTETS = MemorySegment.ofArray(new byte[20_100]);

  static {
    for (int i = 0; i < OCTETS.byteSize(); i++) {
      OCTETS.set(ValueLayout.JAVA_BYTE, i, (byte) (i % 251));
    }
  }

  private final MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
  private final Stream stream =
      new Stream(7, 100, MAX_COPIES, true, new UnpooledByteBufAllocator(true, true), budget);

  @AfterEach
  void free() {
    stream.free();
    assertThat(budget.usedBytes()).isZero();
  }

  private void delay(long orgStart, int length) {
    DelayedSegments delayed = stream.sender().delayed();
    assertThat(delayed.add(orgStart, OCTETS, orgStart, length, false)).isTrue();
  }

  private void pass(int length) {
    stream.pass(new OctetSlice().at(OCTETS, 0), 0, length);
  }

  @Test
  @DisplayName("C-36 a FIN in order takes the place of one that waits behind a gap")
  void believesTheFinInOrder() {
    assertThat(stream.acceptFin(5, 10)).isTrue();
    assertThat(stream.isFinBeyondGap()).isTrue();
    assertThat(stream.acceptFin(0, 3)).isTrue();
    assertThat(stream.edits().fin().orgFin()).isEqualTo(3);
  }

  @Test
  @DisplayName("C-36 of two FINs behind a gap the first is right")
  void believesTheFirstFinBehindGap() {
    assertThat(stream.acceptFin(5, 10)).isTrue();
    assertThat(stream.acceptFin(6, 11)).isFalse();
    assertThat(stream.edits().fin().orgFin()).isEqualTo(10);
    assertThat(stream.acceptFin(5, 10)).as("the same again").isTrue();
  }

  @Test
  @DisplayName("C-36 a FIN below held octets contradicts them")
  void refusesFinBelowHeldOctets() {
    stream.sender().hold(OCTETS, 0, 5);
    assertThat(stream.acceptFin(0, 4)).isFalse();
    assertThat(stream.acceptFin(0, 5)).isTrue();
  }

  @Test
  void endsBehindItsFin() {
    stream.sender().noteSeen(5);
    assertThat(stream.orgNext()).isEqualTo(5);
    assertThat(stream.acceptFin(0, 5)).isTrue();
    assertThat(stream.orgNext()).isEqualTo(6);
  }

  @Test
  @DisplayName("RFC 9293 the FIN has a sequence number of its own to acknowledge")
  void knowsWhetherTheFinIsAcknowledged() {
    stream.passUnkept(5);
    stream.acceptFin(5, 5);
    stream.edits().settleFin();
    stream.edits().releaseFin();
    stream.receiver().sendWindow().acknowledgeTo(5);
    assertThat(stream.isFinAcknowledged()).isFalse();
    stream.receiver().sendWindow().acknowledgeTo(6);
    assertThat(stream.isFinAcknowledged()).isTrue();
  }

  @Test
  @DisplayName("H-30 a window is taken back if octets left beyond it, and it is not only rounding")
  void knowsWhetherTheWindowWasTakenBack() {
    stream.sender().window().scale(4);
    stream.passUnkept(100);
    SendWindow window = stream.receiver().sendWindow();
    window.setRightEdge(100);
    window.update(1, 80, 10);
    assertThat(stream.isWindowTakenBack()).as("10 octets").isFalse();
    window.update(2, 80, 5);
    assertThat(stream.isWindowTakenBack()).as("15 octets").isFalse();
    window.update(3, 80, 4);
    assertThat(stream.isWindowTakenBack()).as("16 octets: one unit").isTrue();
    window.update(4, 80, 40);
    window.update(5, 80, 20);
    assertThat(stream.isWindowTakenBack()).as("what left lies within it").isFalse();
  }

  @Test
  @DisplayName("H-38 first copies stay within their limit while no receiver was heard")
  void dropsTheOldestFirstCopies() {
    ReleasedOctets copies = stream.edits().firstCopies();
    pass(MAX_COPIES);
    stream.receiver().releaseTo(MAX_COPIES);
    assertThat(copies.nextStartAbove(-1)).isZero();
    pass(200);
    assertThat(copies.length()).isEqualTo(MAX_COPIES);
    assertThat(copies.nextStartAbove(-1)).isEqualTo(200);
    stream.receiver().releaseTo(MAX_COPIES + 200);
    stream.replace(0, Octets.ofText("x".repeat(50)));
    assertThat(copies.length()).isEqualTo(MAX_COPIES);
    assertThat(copies.nextStartAbove(-1)).isEqualTo(250);
    assertThat(copies.freedBelow()).as("nothing was acknowledged").isZero();
  }

  @Test
  @DisplayName("H-38 first copies that have not left, or that a receiver may acknowledge, stay")
  void keepsNeededFirstCopies() {
    ReleasedOctets copies = stream.edits().firstCopies();
    stream.receiver().releaseTo(100);
    pass(2 * MAX_COPIES);
    assertThat(copies.nextStartAbove(-1)).isEqualTo(100);
    stream.receiver().releaseTo(2 * MAX_COPIES);
    stream.receiver().sendWindow().notePickedUp(0);
    pass(1);
    assertThat(copies.nextStartAbove(-1)).isEqualTo(100);
  }

  @Test
  @DisplayName("H-43 opaque octets in order are stored, those behind a gap are not")
  void storesOpaqueOctetsInOrder() {
    stream.edits().opaque().begin(Long.MAX_VALUE);
    delay(0, 20_000);
    assertThat(stream.passDelayed(0, true)).isZero();
    stream.sender().delayed().removeFirst();
    assertThat(stream.decided()).isEqualTo(20_000);
    assertThat(stream.edits().opaque().isKeptFrom(0)).isTrue();
    assertHoldsCopies(20_000);

    delay(20_010, 10);
    assertThat(stream.passDelayed(20_010, true)).isEqualTo(20_010);
    assertThat(stream.edits().opaque().isKeptFrom(20_019)).isFalse();
    assertThat(stream.edits().opaque().isKeptFrom(20_020)).isTrue();
  }

  private void assertHoldsCopies(int length) {
    ReleasedOctets copies = stream.edits().firstCopies();
    for (int at = 0; at < length; at++) {
      assertThat(copies.lengthAt(at)).as("at %d", at).isPositive();
      byte octet = copies.memoryAt(at).get(ValueLayout.JAVA_BYTE, copies.memoryOffsetOf(at));
      assertThat(octet).as("at %d", at).isEqualTo((byte) (at % 251));
    }
  }

  @Test
  @DisplayName("H-43 opaque octets that are not vouched for are not stored")
  void storesNoOpaqueOctetsWithoutNeed() {
    stream.edits().opaque().begin(Long.MAX_VALUE);
    delay(0, 10);
    stream.passDelayed(0, false);
    assertThat(stream.edits().opaque().isKeptFrom(0)).isFalse();
    assertThat(stream.edits().firstCopies().length()).isZero();
    assertThat(stream.decided()).isEqualTo(10);
  }

  @Test
  @DisplayName("H-43 skipping to where the octets end already leaves them stored")
  void skipsNothing() {
    stream.edits().opaque().begin(Long.MAX_VALUE);
    delay(0, 10);
    stream.passDelayed(0, true);
    stream.edits().opaque().skipTo(10);
    assertThat(stream.edits().opaque().isKeptFrom(0)).isTrue();
  }

  @Test
  @DisplayName("C-67 held octets before the place where a stream begins left before")
  void beginsFurtherOnWithoutHeldOctets() {
    stream.sender().hold(OCTETS, 0, 10);
    stream.sender().cursor().setShownLength(10);
    stream.beginAt(4);
    assertThat(stream.sender().undecided().length()).isEqualTo(6);
    assertThat(stream.sender().cursor().shownLength()).isZero();
    assertThat(stream.decided()).isEqualTo(4);
    assertThat(stream.releasedEnd()).isEqualTo(4);
    stream.beginAt(11);
    assertThat(stream.sender().undecided().length()).isZero();
    assertThat(stream.decided()).isEqualTo(11);
    assertThat(stream.releasedEnd()).isEqualTo(11);
    assertThat(stream.sender().orgSeenEnd()).isEqualTo(11);
  }

  @Test
  @DisplayName("HDP-2 of delayed octets only what is new is appended")
  void appendsNewDelayedOctets() {
    stream.sender().hold(OCTETS, 0, 10);
    delay(5, 5);
    assertThat(stream.appendDelayed(false)).isFalse();
    assertThat(stream.sender().delayed().isEmpty()).isTrue();
    delay(5, 6);
    assertThat(stream.appendDelayed(false)).isTrue();
    assertThat(stream.heldEnd()).isEqualTo(11);
  }

  @Test
  @DisplayName("H-43 delayed octets are reached if only opaque ones are missing before them")
  void reachesDelayedOctetsBeyondOpaqueOnes() {
    assertThat(stream.isDelayedReached()).isFalse();
    delay(5, 1);
    assertThat(stream.isDelayedReached()).isFalse();
    stream.edits().opaque().begin(4);
    assertThat(stream.isDelayedReached()).isFalse();
    stream.edits().opaque().begin(5);
    assertThat(stream.isDelayedReached()).isTrue();
  }

  @Test
  @DisplayName("H-16 edits that were folded shift the end of what is owned")
  void ownsOctetsAfterFoldedEdits() {
    stream.replace(1, Octets.ofText("abc"));
    stream.passUnkept(9);
    stream.edits().commands().foldTo(3);
    assertThat(stream.edits().commands().isEmpty()).isTrue();
    stream.sender().advertise(5);
    assertThat(stream.newOwned()).isEqualTo(7);
  }
}
