package dev.midstream.wire.live;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.fastpath.FastPathBridge;
import dev.midstream.wire.fastpath.FastPathException;
import dev.midstream.wire.fastpath.FastPathTable;
import dev.midstream.wire.fastpath.FlowEntry;
import dev.midstream.wire.fastpath.FlowKey;
import dev.midstream.wire.fastpath.Orphans;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Leg;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pins of a node that is to fail open. */
@Tag("live")
final class PinnedBridgeTest {
  private static final Path ROOT = Path.of("/sys/fs/bpf/midstream");
  private static final int ENTRIES = 16;
  private static final int GUARDS = 3_000;
  private static final int MTU = 1_500;
  private static final long LIMIT_NANOS = 1_000_000_000;

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @Test
  @DisplayName("pins are made and locked, interfaces become promiscuous, and the end undoes it")
  void pinsAndUnpins() throws Exception {
    try (Network network = new Network(MTU)) {
      FastPathBridge bridge = network.box.in(PinnedBridgeTest::openOrSkip);
      List<Path> own = directories(network.box);
      assertThat(own).hasSize(1);
      assertThat(names(own.getFirst()))
          .contains("flows", "guards", "legs", "owners", "counts")
          .filteredOn(name -> name.matches("link-[0-9]+"))
          .hasSize(2);
      assertThat(isPromiscuous(network, "in0")).isTrue();
      assertThat(isPromiscuous(network, "out0")).isTrue();
      assertThatThrownBy(() -> network.box.in(PinnedBridgeTest::open))
          .hasStackTraceContaining(
              "another midstream holds the pins in " + own.getFirst() + ", end that one first");
      bridge.close();
      assertThat(isPromiscuous(network, "in0")).isFalse();
      assertThat(isPromiscuous(network, "out0")).isFalse();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  @Test
  @DisplayName("a start that fails leaves what is pinned as it was, and the next one takes it over")
  void leavesWhatIsPinned() throws Exception {
    try (Network network = new Network(MTU)) {
      leave(network);
      List<Path> own = directories(network.box);
      List<String> pinned = names(own.getFirst());
      network.box.ip("link set out0 down", "link set out0 name other0");
      assertThatThrownBy(() -> network.box.in(PinnedBridgeTest::open))
          .hasStackTraceContaining("there is no such interface: name=out0");
      assertThat(names(own.getFirst())).containsExactlyInAnyOrderElementsOf(pinned);
      assertThat(limitNanos(own.getFirst())).isEqualTo(LIMIT_NANOS);
      assertThat(isPromiscuous(network, "in0")).isTrue();
      network.box.ip("link set other0 name out0", "link set out0 up");
      FastPathBridge next = network.box.in(PinnedBridgeTest::open);
      assertThat(next.hasTakenOver()).isTrue();
      next.close();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  @Test
  @DisplayName(
      "a start with a larger table that fails leaves the tables to the program that is there")
  void leavesTheTables() throws Exception {
    try (Network network = new Network(MTU)) {
      leave(network);
      List<Path> own = directories(network.box);
      network.box.ip("link set out0 down", "link set out0 name other0");
      assertThatThrownBy(() -> network.box.in(() -> open(2 * ENTRIES)))
          .hasStackTraceContaining("there is no such interface: name=out0");
      assertThat(entries(own.getFirst())).isEqualTo(ENTRIES);
      network.box.ip("link set other0 name out0", "link set out0 up");
      FastPathBridge next = network.box.in(() -> open(2 * ENTRIES));
      assertThat(next.hasTakenOver()).isTrue();
      assertThat(entries(own.getFirst())).isEqualTo(2 * ENTRIES);
      next.close();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  private static int entries(Path directory) {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      BpfRequest request = new BpfRequest(linux);
      int map = request.open(directory.resolve("flows").toString());
      int entries = request.entriesOf(map);
      assertThat(linux.close(map)).isZero();
      return entries;
    }
  }

  @Test
  @DisplayName("the way between interfaces that both came back is closed until the process lives")
  void closesTheWayBetweenOthers() throws Exception {
    try (Network network = new Network(MTU)) {
      leaveConnection(network);
      List<Path> own = directories(network.box);
      bringBack(network);
      FastPathBridge next = network.box.in(PinnedBridgeTest::open);
      assertThat(next.hasTakenOver()).isFalse();
      assertThat(has(next.table(0))).isFalse();
      assertThat(has(Objects.requireNonNull(next.guards(0)))).isFalse();
      assertThat(limitNanos(own.getFirst())).isZero();
      next.giveUp();
      assertThat(limitNanos(own.getFirst())).isZero();
      network.box.in(PinnedBridgeTest::open).close();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  /** As if a process died there that had given a connection away. */
  private static void leaveConnection(Network network) throws FastPathException {
    FastPathBridge bridge = network.box.in(PinnedBridgeTest::openOrSkip);
    putOne(bridge.table(0));
    putOne(Objects.requireNonNull(bridge.guards(0)));
    bridge.stamp(System.nanoTime(), LIMIT_NANOS);
    bridge.leave();
  }

  private static void putOne(FastPathTable table) {
    FlowEntry entry = table.newEntry().begin(table.interfaceOf(Leg.OUTSIDE)).shift(1, 0);
    FlowKey key = table.newKey();
    setPort(key, 1);
    assertThat(table.put(key, entry)).isTrue();
    assertThat(has(table)).isTrue();
  }

  private static boolean has(FastPathTable table) {
    FlowKey key = table.newKey();
    setPort(key, 1);
    return table.read(key, table.newEntry());
  }

  @Test
  @DisplayName("pins are removed between two interfaces that are there, or stay all as they are")
  void removesAllOrNothing() throws Exception {
    try (Network network = new Network(MTU)) {
      leave(network);
      List<Path> own = directories(network.box);
      List<String> pinned = names(own.getFirst());
      network.box.ip("link set out0 down", "link set out0 name other0");
      assertThatThrownBy(() -> network.box.in(PinnedBridgeTest::remove))
          .hasStackTraceContaining("there is no such interface: name=out0");
      assertThat(names(own.getFirst())).containsExactlyInAnyOrderElementsOf(pinned);
      assertThat(limitNanos(own.getFirst())).isEqualTo(LIMIT_NANOS);
      network.box.ip("link set other0 name out0", "link set out0 up");
      assertThat(network.box.in(PinnedBridgeTest::remove)).isNotNull();
      assertThat(isPromiscuous(network, "in0")).isFalse();
      assertThat(isPromiscuous(network, "out0")).isFalse();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  private static @Nullable Orphans remove() throws FastPathException {
    return FastPathBridge.removePinned("in0", "out0");
  }

  @Test
  @DisplayName("the link of an interface that came back with another index is removed")
  void removesLinksOfEarlierInterfaces() throws Exception {
    try (Network network = new Network(MTU)) {
      leave(network);
      List<Path> own = directories(network.box);
      network.box.ip("link del in0");
      network.wire("in0", "c0", network.client, MTU);
      FastPathBridge next = network.box.in(PinnedBridgeTest::open);
      assertThat(names(own.getFirst())).filteredOn(name -> name.startsWith("link-")).hasSize(2);
      next.close();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  @Test
  @DisplayName("guards are led in parts to interfaces that came back, and signs of life go between")
  void leadsInParts() throws Exception {
    try (Network network = new Network(MTU);
        FastPathBridge bridge = network.box.in(() -> openOrSkip(2 * GUARDS))) {
      FastPathTable guards = Objects.requireNonNull(bridge.guards(0));
      putGuards(guards);
      bringBack(network);
      follow(network, bridge);
      assertThat(ledGuards(guards)).isZero();
      assertThat(bridge.sweep(1, LIMIT_NANOS)).isTrue();
      assertThat(ledGuards(guards)).isBetween(1, 1_024); // some are visited twice
      while (bridge.sweep(1, LIMIT_NANOS)) {
        bridge.stamp(System.nanoTime(), LIMIT_NANOS);
      }
      assertThat(ledGuards(guards)).isEqualTo(GUARDS);
    }
  }

  @Test
  @DisplayName("a guard that was begun before an interface came back, and set later, leads to it")
  void leadsOneThatIsSetLater() throws Exception {
    try (Network network = new Network(MTU);
        FastPathBridge bridge = network.box.in(PinnedBridgeTest::openOrSkip)) {
      FastPathTable guards = Objects.requireNonNull(bridge.guards(0));
      FlowKey key = guards.newKey();
      FlowEntry entry = guards.newEntry().begin(guards.interfaceOf(Leg.OUTSIDE)).asShifted();
      setPort(key, 1);
      bringBack(network);
      follow(network, bridge);
      assertThat(bridge.sweep(1, LIMIT_NANOS)).isFalse();
      assertThat(guards.put(key, entry)).isTrue();
      assertThat(guards.read(key, entry)).isTrue();
      assertThat(entry.index()).isEqualTo(guards.interfaceOf(Leg.OUTSIDE));
    }
  }

  /** Both interfaces have the same names and other indexes. */
  static void bringBack(Network network) {
    network.box.ip("link del in0", "link del out0");
    network.wire("in0", "c0", network.client, MTU);
    network.wire("out0", "s0", network.server, MTU);
  }

  static void follow(Network network, FastPathBridge bridge) {
    assertThat(
            network.box.<Boolean>in(() -> {
              Linux linux = new Linux(Arena.ofAuto());
              bridge.join(linux.interfaceIndex("in0"), linux.interfaceIndex("out0"));
              return true;
            }))
        .isTrue();
  }

  private static void putGuards(FastPathTable guards) {
    FlowKey key = guards.newKey();
    FlowKey opposite = guards.newKey();
    FlowEntry entry = guards.newEntry();
    for (int port = 0; port < GUARDS / 2; port++) {
      setPort(key, port);
      entry.begin(guards.interfaceOf(Leg.OUTSIDE)).shift(1, 0).asShifted();
      assertThat(guards.put(key, entry)).isTrue();
      entry.begin(guards.interfaceOf(Leg.INSIDE)).shift(0, -1).asShifted();
      assertThat(guards.put(opposite.setOpposite(key), entry)).isTrue();
    }
  }

  private static void setPort(FlowKey key, int port) {
    key.begin(4, 0).source(0, 1, port).destination(0, 2, 80);
  }

  /** The guards that lead to the interfaces that are there. */
  private static int ledGuards(FastPathTable guards) {
    FlowKey key = guards.newKey();
    FlowKey opposite = guards.newKey();
    FlowEntry entry = guards.newEntry();
    int led = 0;
    for (int port = 0; port < GUARDS / 2; port++) {
      setPort(key, port);
      assertThat(guards.read(key, entry)).isTrue();
      led += entry.index() == guards.interfaceOf(Leg.OUTSIDE) ? 1 : 0;
      assertThat(guards.read(opposite.setOpposite(key), entry)).isTrue();
      led += entry.index() == guards.interfaceOf(Leg.INSIDE) ? 1 : 0;
    }
    return led;
  }

  /** As if a process died there. */
  static void leave(Network network) throws FastPathException {
    FastPathBridge bridge = network.box.in(PinnedBridgeTest::openOrSkip);
    bridge.stamp(System.nanoTime(), LIMIT_NANOS);
    bridge.leave();
  }

  private static long limitNanos(Path directory) {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      BpfRequest request = new BpfRequest(linux);
      int map = request.open(directory.resolve("owners").toString());
      MemorySegment owner = arena.allocate(JAVA_LONG, 2);
      assertThat(request.find(map, arena.allocateFrom(JAVA_INT, 0), owner)).isZero();
      assertThat(linux.close(map)).isZero();
      return owner.getAtIndex(JAVA_LONG, 1);
    }
  }

  static FastPathBridge openOrSkip() {
    return openOrSkip(ENTRIES);
  }

  private static FastPathBridge openOrSkip(int entries) {
    try {
      return open(entries);
    } catch (FastPathException e) {
      return abort("skipped: " + e.getMessage());
    }
  }

  static FastPathBridge open() throws FastPathException {
    return open(ENTRIES);
  }

  private static FastPathBridge open(int entries) throws FastPathException {
    return FastPathBridge.openPinned("in0", "out0", entries, false);
  }

  /** The directories of pins that were made in a name space. */
  static List<Path> directories(NameSpace box) throws IOException {
    if (!Files.exists(ROOT)) {
      return List.of();
    }
    Path space = Path.of("/proc/" + box.pid() + "/ns/net");
    String prefix = Files.readSymbolicLink(space).toString().replaceAll("[^0-9]", "") + "-";
    try (Stream<Path> all = Files.list(ROOT)) {
      return all.filter(each -> each.getFileName().toString().startsWith(prefix)).sorted().toList();
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(each -> each.getFileName().toString()).toList();
    }
  }

  static boolean isPromiscuous(Network network, String name) {
    return network.box.show("ip", "-o", "link", "show", name).contains("PROMISC");
  }
}
