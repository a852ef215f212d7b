package dev.midstream.wire.fastpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a node makes of the entries and guards of a dead one, in maps of the real kernel. */
@Tag("live")
class AdoptionTest {
  private static final int ENTRIES = 64;
  private static final int INTERFACE = 2;
  private static final int SHIFT = 10;
  private static final long LONG_NANOS = 60_000_000_000L;
  private static final int BEFORE = Integer.MAX_VALUE - 5;
  private static final int AFTER = (int) (BEFORE + 1_000L); // numbers wrap (RFC 9293 section 3.4)

  private static final byte[] LINK = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};

  private final Object tableLock = new Object();
  private final CountingArena arena = new CountingArena();
  private final Orphans orphans = new Orphans();
  private @Nullable FastPathProgram program;
  private @Nullable FastPathTable flows;
  private @Nullable FastPathTable guards;

  @BeforeEach
  void load() {
    try {
      FastPathProgram loaded = FastPathProgram.load(new Linux(arena), ENTRIES, null);
      program = loaded;
      flows = loaded.flows(new Linux(arena), _ -> INTERFACE, 0);
      guards = loaded.guards(new Linux(arena), _ -> INTERFACE, 0);
    } catch (FastPathException e) {
      abort("skipped: " + e.getMessage());
    }
  }

  @AfterEach
  void close() {
    if (program != null) {
      program.close();
    }
    arena.close();
  }

  @Test
  @DisplayName(
      "an adopted connection has the newest numbers and addresses, of its entry or its guard")
  void adoptsTheNewestNumbers() {
    assertThat(guards().put(client(), up().newest(BEFORE, AFTER, 1, 2, 3).asShifted())).isTrue();
    assertThat(guards().put(server(), down().newest(BEFORE, BEFORE, 1, 2, 3).asShifted())).isTrue();
    assertThat(flows().put(client(), up().newest(AFTER, BEFORE, 1, 2, 3).link(LINK))).isTrue();
    adopt();
    assertThat(orphans.adopted()).isEqualTo(1);
    assertThat(found(client()).end()).isEqualTo(AFTER);
    assertThat(found(client()).acknowledgement()).isEqualTo(AFTER);
    assertThat(found(client()).sequenceShift()).isEqualTo(SHIFT);
    assertThat(found(client()).link().mismatch(MemorySegment.ofArray(LINK))).isEqualTo(-1);
    assertThat(found(server()).end()).isEqualTo(BEFORE);
    assertThat(found(server()).acknowledgement()).isEqualTo(BEFORE);
  }

  @Test
  @DisplayName("edits that changed no length make a connection an edited one, too")
  void adoptsWithoutAShift() {
    assertThat(guards().put(client(), entry().newest(BEFORE, BEFORE, 1, 2, 3).asShifted()))
        .isTrue();
    assertThat(guards().put(server(), entry().asShifted())).isTrue();
    assertThat(flows().put(client(), entry().newest(AFTER, BEFORE, 1, 2, 3))).isTrue();
    assertThat(flows().put(server(), entry())).isTrue();
    FlowKey unedited = client().source(0, 1, 2_000);
    assertThat(flows().put(unedited, entry())).isTrue();
    assertThat(flows().put(flows().newKey().setOpposite(unedited), entry())).isTrue();
    adopt();
    assertThat(orphans.adopted()).isEqualTo(1);
    assertThat(found(client()).end()).isEqualTo(AFTER);
    assertThat(found(server()).sequenceShift()).isZero();
    assertThat(flows().read(unedited, flows().newEntry())).isFalse();
  }

  private FlowEntry entry() {
    return flows().newEntry().begin(INTERFACE);
  }

  @Test
  @DisplayName(
      "an adopted connection is silent since the kernel forwarded, or since it was adopted")
  void isNotSilentBefore() {
    assertThat(guards().put(client(), up().nanos(1).asShifted())).isTrue();
    assertThat(guards().put(server(), down().nanos(1).asShifted())).isTrue();
    FlowKey other = client().source(0, 1, 2_000);
    assertThat(flows().put(other, up().nanos(1))).isTrue();
    FlowEntry passed = down().nanos(1);
    passed.count(100, 5 * LONG_NANOS);
    assertThat(flows().put(flows().newKey().setOpposite(other), passed)).isTrue();
    adopt(10 * LONG_NANOS);
    assertThat(orphans.adopted()).isEqualTo(2);
    assertThat(found(client()).nanos()).isEqualTo(10 * LONG_NANOS);
    assertThat(found(server()).nanos()).isEqualTo(10 * LONG_NANOS);
    assertThat(found(other).nanos()).isEqualTo(10 * LONG_NANOS);
    assertThat(found(flows().newKey().setOpposite(other)).nanos()).isEqualTo(5 * LONG_NANOS);
    assertThat(sweep(10 * LONG_NANOS + 1, ENTRIES)).isFalse();
    assertThat(orphans.adopted()).isEqualTo(2);
  }

  @Test
  @DisplayName(
      "the time of a guard's connection is that of its entry, which the kernel forwarded by")
  void takesTheTimeOfTheEntry() {
    assertThat(guards().put(client(), up().nanos(1).asShifted())).isTrue();
    assertThat(guards().put(server(), down().nanos(1).asShifted())).isTrue();
    FlowEntry passed = up().nanos(2);
    passed.count(100, LONG_NANOS);
    assertThat(flows().put(client(), passed)).isTrue();
    assertThat(flows().put(server(), down().nanos(2))).isTrue();
    adopt(3 * LONG_NANOS);
    assertThat(found(client()).nanos()).isEqualTo(LONG_NANOS);
    assertThat(found(server()).nanos()).isEqualTo(3 * LONG_NANOS);
  }

  @Test
  @DisplayName("sweeps need no more memory, however many there are")
  void sweepsWithoutMemory() {
    assertThat(guards().put(client(), up().asShifted())).isTrue();
    assertThat(guards().put(server(), down().asShifted())).isTrue();
    adopt();
    long before = arena.allocated();
    for (int i = 0; i < 100; i++) {
      assertThat(sweep(2, 2 * ENTRIES)).isFalse();
    }
    assertThat(orphans.adopted()).isEqualTo(1);
    assertThat(arena.allocated()).isEqualTo(before);
  }

  @Test
  @DisplayName("a sweep goes on where the one before has stopped, and visits each connection once")
  void sweepsInParts() {
    for (int i = 0; i < 3; i++) {
      FlowKey key = client().source(0, 1, 2_000 + i);
      assertThat(flows().put(key, up())).isTrue();
      assertThat(flows().put(flows().newKey().setOpposite(key), down())).isTrue();
    }
    adopt();
    assertThat(orphans.adopted()).isEqualTo(3);
    for (int round = 0; round < 2; round++) {
      assertThat(sweep(2, 2)).isTrue();
      assertThat(sweep(2, 2)).isTrue();
      assertThat(sweep(2, 2)).isFalse();
    }
    assertThat(orphans.adoptedConnections()).hasSize(3);
    while (sweep(LONG_NANOS + 2, 2)) {
      assertThat(orphans.adopted()).isLessThanOrEqualTo(3);
    }
    assertThat(orphans.adopted()).isZero();
    assertThat(flows().read(client().source(0, 1, 2_000), flows().newEntry())).isFalse();
  }

  @Test
  @DisplayName("a sweep removes nothing while an engine changes guards")
  void sweepsWithTheLock() throws InterruptedException {
    assertThat(guards().put(client(), up().asShifted())).isTrue();
    assertThat(guards().put(server(), down().asShifted())).isTrue();
    adopt();
    Thread sweeper = new Thread(() -> sweep(2 * LONG_NANOS, ENTRIES));
    synchronized (tableLock) {
      sweeper.start();
      while (sweeper.getState() != Thread.State.BLOCKED && sweeper.isAlive()) {
        Thread.onSpinWait();
      }
      FlowEntry taken = flows().newEntry(); // as the kernel does at a SYN
      assertThat(flows().take(client(), taken)).isTrue();
      assertThat(flows().take(server(), taken)).isTrue();
      assertThat(guards().put(client(), up().asHeld())).isTrue();
      assertThat(guards().put(server(), down().asHeld())).isTrue();
    }
    sweeper.join();
    assertThat(guards().read(client(), guards().newEntry())).isTrue();
    assertThat(guards().read(server(), guards().newEntry())).isTrue();
    assertThat(orphans.adopted()).isZero();
  }

  private boolean sweep(long nowNanos, int most) {
    return Objects.requireNonNull(program)
        .adoption(orphans, LegMoves.UNKNOWN)
        .sweep(nowNanos, LONG_NANOS, most, tableLock);
  }

  @Test
  @DisplayName("connections are reset until there is no more time, and the others are counted")
  void resetsInTime() {
    assertThat(guards().put(client(), up().asShifted())).isTrue();
    assertThat(guards().put(server(), down().asShifted())).isTrue();
    adopt();
    Adoption adoption = Objects.requireNonNull(program).adoption(orphans, LegMoves.UNKNOWN);
    assertThat(adoption.resetAll(System.nanoTime() - 1)).isEqualTo(1);
    assertThat(flows().read(client(), flows().newEntry())).isTrue();
    assertThat(adoption.resetAll(System.nanoTime() + LONG_NANOS)).isZero();
    assertThat(flows().read(client(), flows().newEntry())).isFalse();
    assertThat(orphans.adopted()).isZero();
    assertThat(adoption.resetAll(System.nanoTime() - 1)).isZero();
  }

  private FlowKey client() {
    return flows().newKey().begin(4, 5).source(0, 1, 1_024).destination(0, 2, 80);
  }

  private FlowKey server() {
    return flows().newKey().setOpposite(client());
  }

  private FlowEntry up() {
    return flows().newEntry().begin(INTERFACE).shift(SHIFT, 0);
  }

  private FlowEntry down() {
    return flows().newEntry().begin(INTERFACE).shift(0, -SHIFT);
  }

  private FlowEntry found(FlowKey key) {
    FlowEntry found = flows().newEntry();
    assertThat(flows().read(key, found)).isTrue();
    assertThat(found.isAdopted()).isTrue();
    return found;
  }

  private void adopt() {
    adopt(1);
  }

  private void adopt(long nowNanos) {
    Objects.requireNonNull(program).adoption(orphans, LegMoves.UNKNOWN).adopt(nowNanos);
  }

  private FastPathTable flows() {
    return Objects.requireNonNull(flows);
  }

  private FastPathTable guards() {
    return Objects.requireNonNull(guards);
  }
}
