package dev.midstream.wire.fastpath;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.live.BpfFileSystem;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a load makes of that which a dead process has pinned. */
@Tag("live")
class PinnedProgramTest {
  private static final int ENTRIES = 64;
  private static final int CONNECTIONS = 20;
  private static final int INTERFACE = 2;
  private static final int LOOPBACK = 1;
  private static final int OTHER_LAYOUT = 1 << 20;
  private static final int BEGINNING = 64;
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  private final Arena arena = Arena.ofConfined();
  private final Linux linux = new Linux(arena);
  private final BpfRequest request = new BpfRequest(linux);
  private BpfFileSystem pins = new BpfFileSystem(Path.of(""));

  @BeforeEach
  void die() throws Exception {
    pins = BpfFileSystem.mount();
    try {
      FastPathProgram program = FastPathProgram.load(linux, ENTRIES, pins.path());
      program.pin();
      program.values().setLeg(LOOPBACK, INTERFACE, false, false);
      program.stamp(System.nanoTime() - HOUR_NANOS, HOUR_NANOS / 2);
      FastPathTable flows = program.flows(linux, _ -> INTERFACE, 0);
      FastPathTable guards = program.guards(linux, _ -> INTERFACE, 0);
      for (int i = 0; i < CONNECTIONS; i++) {
        assertThat(flows.put(key(flows, i), flows.newEntry().begin(INTERFACE))).isTrue();
        assertThat(guards.put(key(guards, i), guards.newEntry().begin(INTERFACE))).isTrue();
      }
      program.leave();
    } catch (FastPathException e) {
      abort("skipped: " + e.getMessage());
    }
  }

  @AfterEach
  void close() throws Exception {
    pins.close();
    arena.close();
  }

  private static FlowKey key(FastPathTable table, int number) {
    return table.newKey().begin(4, 0).source(0, 1, number + 1).destination(0, 2, 80);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, ENTRIES, 2 * ENTRIES})
  @DisplayName("all entries and guards are there still, also with less room than before")
  void keepsEntries(int room) throws FastPathException {
    FastPathProgram later = FastPathProgram.load(linux, room, pins.path());
    later.pin();
    FastPathTable flows = later.flows(linux, _ -> INTERFACE, 0);
    FastPathTable guards = later.guards(linux, _ -> INTERFACE, 0);
    for (int i = 0; i < CONNECTIONS; i++) {
      assertThat(flows.read(key(flows, i), flows.newEntry())).isTrue();
      assertThat(guards.read(key(guards, i), guards.newEntry())).isTrue();
    }
    later.close();
  }

  @Test
  @DisplayName("a version that has forgotten entries lets nothing pass before it lives")
  void closesTheWay() throws FastPathException {
    byte[] frame = new FrameDraw(new Random(1)).plain(true, false, false);
    setLayout();
    FastPathProgram later = FastPathProgram.load(linux, ENTRIES, pins.path());
    later.pin();
    assertThat(later.hasForgotten()).isTrue();
    KernelRun kernel = new KernelRun(linux, later.descriptor());
    assertThat(kernel.frame(frame)).isNull();
    assertThat(kernel.isDropped()).isFalse();
    later.stamp(System.nanoTime() - HOUR_NANOS, HOUR_NANOS / 2);
    assertThat(kernel.frame(frame)).isEqualTo(frame);
    later.close();
  }

  @Test
  @DisplayName("a load that fails leaves the way open, and what is pinned as it was")
  void leavesTheWayOpen() {
    setLayout();
    assertThatThrownBy(() -> FastPathProgram.load(linux, broken(), 2 * ENTRIES, pins.path()))
        .isInstanceOf(FastPathException.class);
    assertIsAsLeft();
    assertThat(read("owners", 2 * Long.BYTES).get(JAVA_LONG, Long.BYTES)).isEqualTo(HOUR_NANOS / 2);
    assertThat(read("layout", Integer.BYTES).get(JAVA_INT, 0)).isEqualTo(OTHER_LAYOUT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName(
      "a start that fails behind the load leaves what is pinned to the program that uses it")
  void leavesThePinned(boolean isReadable) throws FastPathException {
    if (!isReadable) {
      setLayout();
    }
    FastPathProgram.load(linux, 2 * ENTRIES, pins.path()).leave();
    assertIsAsLeft();
    assertThat(read("owners", 2 * Long.BYTES).get(JAVA_LONG, Long.BYTES)).isEqualTo(HOUR_NANOS / 2);
    assertThat(read("layout", Integer.BYTES).get(JAVA_INT, 0))
        .isEqualTo(isReadable ? FlowEntry.LAYOUT : OTHER_LAYOUT);
  }

  private void assertIsAsLeft() {
    for (String name : List.of("flows", "guards")) {
      int map = open(name);
      assertThat(request.entriesOf(map)).isEqualTo(ENTRIES);
      assertThat(MapKeys.ofFlows(request, arena, map)).hasSize(CONNECTIONS);
      assertThat(linux.close(map)).isZero();
    }
  }

  /** An object whose program the kernel refuses. */
  private static KernelObject broken() throws Exception {
    byte[] octets = KernelObjectTest.kept();
    byte[] program = KernelObject.read(octets).program("tc");
    int at = 0;
    while (!Arrays.equals(octets, at, at + BEGINNING, program, 0, BEGINNING)) {
      at++;
    }
    octets[at] = -1;
    return KernelObject.read(octets);
  }

  private int open(String name) {
    int map = request.open(pins.path().resolve(name).toString());
    assertThat(map).isPositive();
    return map;
  }

  private void setLayout() {
    int map = open("layout");
    MemorySegment value = arena.allocateFrom(JAVA_INT, OTHER_LAYOUT);
    assertThat(request.put(map, arena.allocateFrom(JAVA_INT, 0), value)).isZero();
    assertThat(linux.close(map)).isZero();
  }

  private MemorySegment read(String name, int bytes) {
    int map = open(name);
    MemorySegment value = arena.allocate(bytes, Long.BYTES);
    assertThat(request.find(map, arena.allocateFrom(JAVA_INT, 0), value)).isZero();
    assertThat(linux.close(map)).isZero();
    return value;
  }
}
