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
