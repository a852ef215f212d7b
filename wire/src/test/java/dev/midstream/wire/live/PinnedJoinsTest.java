package dev.midstream.wire.live;

import static dev.midstream.wire.live.PinnedBridgeTest.bringBack;
import static dev.midstream.wire.live.PinnedBridgeTest.directories;
import static dev.midstream.wire.live.PinnedBridgeTest.follow;
import static dev.midstream.wire.live.PinnedBridgeTest.isPromiscuous;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.fastpath.FastPathBridge;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.packet.Leg;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is pinned follows interfaces that came back, also after a failure on the way. */
@Tag("live")
final class PinnedJoinsTest {
  private static final int MTU = 1_500;
  private static final int LEG_BYTES = 16;
  private static final int HIGH_INDEX = 1_000_000;

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @Test
  @DisplayName("a join that failed half-way is made up for by the next one")
  void joinsAgain() throws Exception {
    try (Network network = new Network(MTU);
        FastPathBridge bridge = network.box.in(PinnedBridgeTest::openOrSkip)) {
      List<Path> own = directories(network.box);
      Path full = Files.createDirectories(own.getFirst().resolve("link-x/y"));
      bringBack(network);
      assertThatThrownBy(() -> follow(network, bridge)).hasStackTraceContaining("cannot remove");
      Files.delete(full);
      Files.delete(full.getParent());
      follow(network, bridge);
      assertThat(isPromiscuous(network, "in0")).isTrue();
      assertThat(isPromiscuous(network, "out0")).isTrue();
      assertThat(bridge.isLeading()).isTrue();
    }
  }

  @Test
  @DisplayName("an interface whose link was not pinned is attached to by the next join")
  void attachesAgain() throws Exception {
    try (Network network = new Network(MTU);
        FastPathBridge bridge = network.box.in(PinnedBridgeTest::openOrSkip)) {
      List<Path> own = directories(network.box);
      bringBack(network);
      Path taken = Files.createDirectory(own.getFirst().resolve("link-" + index(network, "out0")));
      assertThatThrownBy(() -> follow(network, bridge)).hasStackTraceContaining("cannot pin");
      Files.delete(taken);
      follow(network, bridge);
      assertThat(Files.isRegularFile(taken)).isTrue();
      assertThat(isPromiscuous(network, "out0")).isTrue();
    }
  }

  private static int index(Network network, String name) {
    return network.box.<Integer>in(() -> new Linux(Arena.ofAuto()).interfaceIndex(name));
  }

  @Test
  @DisplayName("interfaces that changed their sides keep their links, also after a crash")
  void joinsTheOtherWayRound() throws Exception {
    try (Network network = new Network(MTU)) {
      int in0 = index(network, "in0");
      int out0 = index(network, "out0");
      FastPathBridge bridge = network.box.in(PinnedBridgeTest::openOrSkip);
      join(network, bridge, out0, in0);
      assertThat(bridge.table(0).interfaceOf(Leg.INSIDE)).isEqualTo(out0);
      assertLinks(network, in0, out0);
      bridge.leave();
      assertLinks(network, in0, out0);
      network.box.in(PinnedBridgeTest::open).close();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  @Test
  @DisplayName("an interface that is made anew with the index of before is attached to anew")
  void joinsTheSameIndex() throws Exception {
    try (Network network = new Network(MTU);
        FastPathBridge bridge = network.box.in(PinnedBridgeTest::openOrSkip)) {
      int in0 = index(network, "in0");
      network.box.ip(
          "link del in0",
          "link add in0 index " + in0 + " type veth peer name c0 netns " + network.client.pid());
      follow(network, bridge);
      assertLinks(network, in0, index(network, "out0"));
      assertThat(isPromiscuous(network, "in0")).isTrue();
    }
  }

  private static void join(Network network, FastPathBridge bridge, int inside, int outside) {
    assertThat(
            network.box.<Boolean>in(() -> {
              bridge.join(inside, outside);
              return true;
            }))
        .isTrue();
  }

  private static void assertLinks(Network network, int... indexes) throws Exception {
    Path own = directories(network.box).getFirst();
    for (int index : indexes) {
      assertThat(own.resolve("link-" + index)).exists();
      assertThat(network.box.<Integer>in(() -> PinSearchTest.links(index))).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("interfaces that are gone take no room from those that came back")
  void forgetsEarlierLegs() throws Exception {
    try (Network network = new Network(MTU)) {
      PinnedBridgeTest.leave(network);
      List<Path> own = directories(network.box);
      fillLegs(own.getFirst());
      bringBack(network);
      FastPathBridge next = network.box.in(PinnedBridgeTest::open);
      assertThat(isPromiscuous(network, "in0")).isTrue();
      next.close();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  /** As if many processes died there, after each of which the interfaces came back. */
  private static void fillLegs(Path directory) {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      BpfRequest request = new BpfRequest(linux);
      int map = request.open(directory.resolve("legs").toString());
      int index = HIGH_INDEX;
      while (request.put(map, arena.allocateFrom(JAVA_INT, index), arena.allocate(LEG_BYTES))
          >= 0) {
        index++;
      }
      assertThat(linux.close(map)).isZero();
    }
  }
}
