package dev.midstream.wire.live;

import static dev.midstream.wire.live.MovedPinsTest.leaveSilent;
import static dev.midstream.wire.live.PinnedBridgeTest.bringBack;
import static dev.midstream.wire.live.PinnedBridgeTest.directories;
import static dev.midstream.wire.live.PinnedBridgeTest.isPromiscuous;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.fastpath.FastPathBridge;
import dev.midstream.wire.fastpath.FastPathException;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node makes interfaces promiscuous and notes it in its pins: whatever ends its pins ends that,
 * and nothing ends what an operator has set.
 */
@Tag("live")
final class PromiscuousNoteTest {
  private static final int MTU = 1_500;
  private static final int HASH = 1;
  private static final int FREEZE = 22;
  private static final int EARLIER_LEG_BYTES = 16;
  private static final int EARLIER_LEGS = 64;

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  /** Ends the pins of the node before: by the end of one that adopted them, or by one without. */
  private static void end(NameSpace box, boolean isPinned) throws FastPathException {
    if (isPinned) {
      box.in(PinnedBridgeTest::open).close();
    } else {
      assertThat(box.in(() -> FastPathBridge.removePinned("in0", "out0"))).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("what a node of an earlier build has made promiscuous is so no more at the end")
  void readsLegsOfAnEarlierBuild(boolean isPinned) throws Exception {
    try (Network network = new Network(MTU)) {
      leaveSilent(network);
      pinEarlierLegs(network);
      end(network.box, isPinned);
      assertThat(isPromiscuous(network, "in0")).isFalse();
      assertThat(isPromiscuous(network, "out0")).isFalse();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  /** Its legs had one more number: the interface to which a slow frame was sent upward. */
  private static void pinEarlierLegs(Network network) throws Exception {
    Path legs = directories(network.box).getFirst().resolve("legs");
    Files.delete(legs);
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      BpfRequest request = new BpfRequest(linux);
      int map = request.makeMap("legs", HASH, Integer.BYTES, EARLIER_LEG_BYTES, EARLIER_LEGS);
      int in0 = index(network.box, "in0");
      int out0 = index(network.box, "out0");
      MemorySegment inside = arena.allocateFrom(JAVA_INT, in0);
      MemorySegment outside = arena.allocateFrom(JAVA_INT, out0);
      assertThat(request.put(map, inside, arena.allocateFrom(JAVA_INT, out0, 0, 0, 1))).isZero();
      assertThat(request.put(map, outside, arena.allocateFrom(JAVA_INT, in0, 0, 0, 1))).isZero();
      assertThat(request.pin(map, legs.toString())).isZero();
      assertThat(linux.close(map)).isZero();
    }
  }

  private static int index(NameSpace box, String name) {
    return box.<Integer>in(() -> new Linux(Arena.ofAuto()).interfaceIndex(name));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("the same if an interface has another index since")
  void followsTheInterface(boolean isPinned) throws Exception {
    try (Network network = new Network(MTU);
        NameSpace other = new NameSpace()) {
      leaveSilent(network);
      int index = index(network.box, "in0");
      network.box.ip("link set in0 netns " + other.pid());
      network.box.ip("link add lan2 index " + index + " type veth peer name lan3");
      other.ip("link set in0 netns " + network.box.pid());
      network.box.ip("link set in0 up");
      network.box.awaitCarrier("in0");
      assertThat(index(network.box, "in0")).isNotEqualTo(index);
      assertThat(isPromiscuous(network, "in0")).isTrue();
      end(network.box, isPinned);
      assertThat(isPromiscuous(network, "in0")).isFalse();
      assertThat(isPromiscuous(network, "out0")).isFalse();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("the same if the interfaces are in another network name space since")
  void followsToAnotherNameSpace(boolean isPinned) throws Exception {
    try (Network network = new Network(MTU);
        NameSpace other = new NameSpace()) {
      leaveSilent(network);
      network.box.ip("link set in0 netns " + other.pid(), "link set out0 netns " + other.pid());
      other.ip("link set in0 up", "link set out0 up");
      assertThat(other.show("ip", "-o", "link")).contains("PROMISC");
      end(other, isPinned);
      assertThat(other.show("ip", "-o", "link")).doesNotContain("PROMISC");
      assertThat(directories(network.box)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("an interface that an operator has made promiscuous stays so")
  void leavesWhatOthersSet(boolean isPinned) throws Exception {
    try (Network network = new Network(MTU)) {
      network.box.ip("link set out0 promisc on");
      leaveSilent(network);
      end(network.box, isPinned);
      assertThat(isPromiscuous(network, "in0")).isFalse();
      assertThat(isPromiscuous(network, "out0")).isTrue();
    }
  }

  @Test
  @DisplayName("an interface that came back with the index of another one has none of its notes")
  void takesNoNoteOfAnEarlierIndex() throws Exception {
    try (Network network = new Network(MTU);
        NameSpace other = new NameSpace()) {
      leaveSilent(network);
      int index = index(network.box, "in0");
      network.box.ip("link set in0 netns " + other.pid());
      network.box.ip(
          "link add in0 index " + index + " type veth peer name lan3", "link set in0 promisc on");
      network.box.in(PinnedBridgeTest::open).close();
      assertThat(isPromiscuous(network, "in0")).isTrue();
      assertThat(isPromiscuous(network, "out0")).isFalse();
    }
  }

  @Test
  @DisplayName("no interface becomes promiscuous of which that cannot be noted")
  void notesFirst() throws Exception {
    try (Network network = new Network(MTU)) {
      leaveSilent(network);
      Path own = directories(network.box).getFirst();
      freeze(own.resolve("legs"));
      bringBack(network);
      assertThatThrownBy(() -> network.box.in(PinnedBridgeTest::open))
          .hasStackTraceContaining("cannot set a leg");
      assertThat(isPromiscuous(network, "in0")).isFalse();
      assertThat(isPromiscuous(network, "out0")).isFalse();
      Files.delete(own.resolve("legs"));
      network.box.in(PinnedBridgeTest::open).close();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  /** No process changes the map any more (BPF_MAP_FREEZE). */
  private static void freeze(Path pin) {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      int map = new BpfRequest(linux).open(pin.toString());
      assertThat(linux.bpf(FREEZE, arena.allocateFrom(JAVA_INT, map))).isZero();
      assertThat(linux.close(map)).isZero();
    }
  }
}
