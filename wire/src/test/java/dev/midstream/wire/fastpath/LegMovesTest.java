package dev.midstream.wire.fastpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.live.BpfFileSystem;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of entries and guards that lead to an interface that is gone. */
@Tag("live")
class LegMovesTest {
  private static final int ENTRIES = 64;
  private static final int INSIDE = 7;
  private static final int OUTSIDE = 8;
  private static final int GONE = 5;
  private static final int GONE_TOO = 6;
  private static final int SHIFT = 10;
  private static final int GUARDED = 1_000;
  private static final int FAST = 2_000;
  private static final int ADOPTED = 3_000;
  private static final int HELD = 4_000;

  private final Arena arena = Arena.ofShared();
  private final Orphans orphans = new Orphans();
  private BpfFileSystem pins = new BpfFileSystem(Path.of(""));
  private @Nullable FastPathProgram program;
  private @Nullable FastPathTable flows;
  private @Nullable FastPathTable guards;

  @BeforeEach
  void load() throws IOException {
    pins = BpfFileSystem.mount();
    try {
      FastPathProgram loaded = FastPathProgram.load(new Linux(arena), ENTRIES, pins.path());
      program = loaded;
      flows = loaded.flows(new Linux(arena), _ -> GONE, 0);
      guards = loaded.guards(new Linux(arena), _ -> GONE, 0);
    } catch (FastPathException e) {
      abort("skipped: " + e.getMessage());
    }
  }

  @AfterEach
  void close() throws IOException {
    if (program != null) {
      program.close();
    }
    arena.close();
    pins.close();
  }

  @Test
  @DisplayName("what led to an interface that came back leads to it again")
  void leadsToTheOneThatCameBack() {
    putAll(OUTSIDE, GONE);
    adopt();
    assertThat(orphans.adopted()).isEqualTo(3);
    assertThat(orphans.lost()).isZero();
    for (int port : new int[] {GUARDED, FAST, ADOPTED}) {
      assertLeads(flows(), port, OUTSIDE, INSIDE);
    }
    assertLeads(guards(), GUARDED, OUTSIDE, INSIDE);
    assertLeads(guards(), ADOPTED, OUTSIDE, INSIDE);
  }

  @Test
  @DisplayName("a connection both of whose interfaces are gone is lost, and nothing of it passes")
  void losesWhatLeadsNowhere() {
    putAll(GONE_TOO, GONE);
    orphans.adopt(client(flows(), ADOPTED));
    orphans.adopt(server(flows(), ADOPTED));
    adopt();
    assertThat(orphans.adopted()).isZero();
    assertThat(orphans.lost()).isEqualTo(3);
    for (int port : new int[] {GUARDED, FAST, ADOPTED}) {
      for (FlowKey each : new FlowKey[] {client(guards(), port), server(guards(), port)}) {
        assertThat(found(guards(), each).isHeld()).isTrue();
        assertThat(flows().read(each, flows().newEntry())).isFalse();
      }
    }
  }

  @Test
  @DisplayName("in a living process adopted entries and guards go on, also if both came back")
  void leadsWhileItLives() {
    putAll(GONE_TOO, GONE);
    put(
        guards(),
        HELD,
        guards().newEntry().begin(0).asHeld(),
        guards().newEntry().begin(0).asHeld());
    Leading leading = new Leading(this);
    leading.follow(new Legs(GONE, GONE_TOO), List.of());
    leading.follow(new Legs(INSIDE, OUTSIDE), adoption(leading).walks(this));
    assertThat(leading.lead(ENTRIES)).isFalse();
    assertLeads(flows(), ADOPTED, OUTSIDE, INSIDE);
    assertLeads(flows(), FAST, GONE_TOO, GONE);
    assertLeads(guards(), GUARDED, OUTSIDE, INSIDE);
    assertLeads(guards(), ADOPTED, OUTSIDE, INSIDE);
    assertThat(found(guards(), client(guards(), HELD)).isHeld()).isTrue();
    assertThat(found(guards(), client(guards(), HELD)).index()).isZero();
  }

  @Test
  @DisplayName(
      "what was not led yet when its interfaces came back again goes on, also after a silence")
  void leadsFromAnyEarlierInterfaces() {
    for (boolean isSilent : new boolean[] {false, true}) {
      putAll(GONE_TOO, GONE);
      Leading leading = new Leading(this);
      leading.follow(new Legs(GONE, GONE_TOO), List.of());
      leading.follow(new Legs(GONE + 10, GONE_TOO + 10), adoption(leading).walks(this));
      assertThat(leading.lead(1)).isTrue();
      leading.follow(new Legs(INSIDE, OUTSIDE), adoption(leading).walks(this));
      if (isSilent) {
        adoption(leading).adopt(1);
        assertThat(orphans.adopted()).isEqualTo(3);
        assertThat(orphans.lost()).isZero();
      } else {
        assertThat(leading.lead(ENTRIES)).isFalse();
        assertThat(leading.isOn()).isFalse();
      }
      assertLeads(flows(), ADOPTED, OUTSIDE, INSIDE);
      assertLeads(guards(), GUARDED, OUTSIDE, INSIDE);
      assertLeads(guards(), ADOPTED, OUTSIDE, INSIDE);
    }
  }

  @Test
  @DisplayName("a guard is led only while its engine does not change it")
  void leadsGuardsWithTheLock() throws InterruptedException {
    put(guards(), GUARDED, up(GONE_TOO).asShifted(), down(GONE).asShifted());
    assertLedWithTheLock(guards(), GUARDED);
  }

  @Test
  @DisplayName("an adopted entry is led only while no engine replaces it by one of its own")
  void leadsEntriesWithTheLock() throws InterruptedException {
    put(flows(), ADOPTED, up(GONE_TOO).asAdopted(), down(GONE).asAdopted());
    assertLedWithTheLock(flows(), ADOPTED);
  }

  private void assertLedWithTheLock(FastPathTable table, int port) throws InterruptedException {
    Object lock = new Object();
    Leading leading = new Leading(lock);
    leading.follow(new Legs(GONE, GONE_TOO), List.of());
    leading.follow(new Legs(INSIDE, OUTSIDE), adoption(leading).walks(lock));
    Thread walking =
        Thread.ofPlatform().unstarted(() -> assertThat(leading.lead(ENTRIES)).isFalse());
    synchronized (lock) {
      walking.start();
      while (walking.isAlive() && walking.getState() != Thread.State.BLOCKED) {
        Thread.onSpinWait();
      }
      assertLeads(table, port, GONE_TOO, GONE);
    }
    walking.join();
    assertLeads(table, port, OUTSIDE, INSIDE);
  }

  @Test
  @DisplayName("an entry that goes while it is led stays away: its connection began anew")
  void revivesNothing() throws FastPathException {
    put(flows(), ADOPTED, up(GONE_TOO).asAdopted(), down(GONE).asAdopted());
    Objects.requireNonNull(program).pin();
    Linux linux = new Linux(arena);
    BpfRequest request = new BpfRequest(linux);
    int map = request.open(pins.path().resolve("flows").toString());
    LegMoves moves = LegMoves.to(new Legs(GONE, GONE_TOO)).then(new Legs(INSIDE, OUTSIDE));
    LegWalk walk = new LegWalk(new KernelFlowMap(request, map), this::goes, this);
    assertThat(walk.lead(moves, 1)).isEqualTo(1);
    assertThat(linux.close(map)).isZero();
    assertThat(flows().read(client(flows(), ADOPTED), flows().newEntry())).isFalse();
    assertThat(flows().read(server(flows(), ADOPTED), flows().newEntry())).isFalse();
  }

  /** Removes both directions after one was found, as the kernel does at a SYN. */
  private boolean goes(FlowEntry found) {
    assertThat(flows().take(client(flows(), ADOPTED), flows().newEntry())).isTrue();
    boolean ignored = flows().take(server(flows(), ADOPTED), flows().newEntry());
    return found.isAdopted();
  }

  /** A connection with guards only, one with entries only, and one that was adopted before. */
  private void putAll(int up, int down) {
    put(guards(), GUARDED, up(up).asShifted(), down(down).asShifted());
    put(flows(), FAST, up(up), down(down));
    put(flows(), ADOPTED, up(up).asAdopted(), down(down).asAdopted());
    put(guards(), ADOPTED, up(up).asShifted(), down(down).asShifted());
  }

  private static void put(FastPathTable table, int port, FlowEntry up, FlowEntry down) {
    assertThat(table.put(client(table, port), up)).isTrue();
    assertThat(table.put(server(table, port), down)).isTrue();
  }

  private void assertLeads(FastPathTable table, int port, int up, int down) {
    FlowEntry ascending = found(table, client(table, port));
    FlowEntry descending = found(table, server(table, port));
    assertThat(ascending.index()).isEqualTo(up);
    assertThat(descending.index()).isEqualTo(down);
    assertThat(ascending.sequenceShift()).isEqualTo(SHIFT);
    assertThat(descending.acknowledgementShift()).isEqualTo(-SHIFT);
  }

  private static FlowEntry found(FastPathTable table, FlowKey key) {
    FlowEntry found = table.newEntry();
    assertThat(table.read(key, found)).isTrue();
    return found;
  }

  private static FlowKey client(FastPathTable table, int port) {
    return table.newKey().begin(4, 0).source(0, 1, port).destination(0, 2, 80);
  }

  private static FlowKey server(FastPathTable table, int port) {
    return table.newKey().setOpposite(client(table, port));
  }

  private FlowEntry up(int index) {
    return flows().newEntry().begin(index).shift(SHIFT, 0);
  }

  private FlowEntry down(int index) {
    return flows().newEntry().begin(index).shift(0, -SHIFT);
  }

  private void adopt() {
    LegMoves moves = LegMoves.to(new Legs(INSIDE, OUTSIDE));
    Objects.requireNonNull(program).adoption(orphans, moves).adopt(1);
  }

  private Adoption adoption(Leading leading) {
    return Objects.requireNonNull(program).adoption(orphans, leading.moves());
  }

  private FastPathTable flows() {
    return Objects.requireNonNull(flows);
  }

  private FastPathTable guards() {
    return Objects.requireNonNull(guards);
  }
}
