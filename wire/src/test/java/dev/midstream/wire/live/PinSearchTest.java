package dev.midstream.wire.live;

import static dev.midstream.wire.live.MovedPinsTest.leaveSilent;
import static dev.midstream.wire.live.MovedPinsTest.rename;
import static dev.midstream.wire.live.MovedPinsTest.wireOthers;
import static dev.midstream.wire.live.PinnedBridgeTest.directories;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.fastpath.FastPathBridge;
import dev.midstream.wire.fastpath.FastPathException;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which pins a start takes for its own, where names and indexes of interfaces are used again. */
@Tag("live")
final class PinSearchTest {
  private static final int MTU = 1_500;
  private static final int PATIENCE_MILLIS = 300;
  private static final long HOUR_NANOS = 3_600_000_000_000L;

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @Test
  @DisplayName("the program between renamed interfaces lives: its pins stay, others have their own")
  void startsBesideTheLiving() throws Exception {
    try (Network network = new Network(MTU)) {
      FastPathBridge live = network.box.in(PinnedBridgeTest::openOrSkip);
      live.stamp(System.nanoTime(), HOUR_NANOS);
      List<Path> pinned = directories(network.box);
      rename(network, "in0", "lan0");
      rename(network, "out0", "lan1");
      wireOthers(network);
      rename(network, "lan2", "in0");
      rename(network, "out1", "out0");
      leaveSilent(network.box.in(PinnedBridgeTest::open));
      assertThat(directories(network.box)).hasSize(2).containsAll(pinned);
      try (FastPathBridge next = network.box.in(PinnedBridgeTest::open)) {
        assertThat(next.hasTakenOver()).isTrue();
        assertThat(next.removed()).isNull();
      }
      assertThat(directories(network.box)).isEqualTo(pinned);
      live.close();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  @Test
  @DisplayName("a start waits while another one looks for its pins")
  void waitsForAnotherStart() throws Exception {
    try (Network network = new Network(MTU);
        Arena arena = Arena.ofShared()) {
      network.box.in(PinnedBridgeTest::openOrSkip).close();
      Linux linux = new Linux(arena);
      int folder = linux.open("/sys/fs/bpf/midstream/lock", 0);
      assertThat(linux.lock(folder)).isZero();
      CompletableFuture<FastPathBridge> next = new CompletableFuture<>();
      Thread.ofPlatform().start(() -> next.complete(network.box.in(PinnedBridgeTest::openOrSkip)));
      assertThat(next).failsWithin(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      assertThat(linux.close(folder)).isZero();
      assertThat(next).succeedsWithin(PATIENCE_MILLIS * 50L, TimeUnit.MILLISECONDS);
      next.join().close();
    }
  }

  @Test
  @DisplayName("an interface that got the index of another one has none of its links")
  void leavesLinksOfAnEarlierIndex() throws Exception {
    try (Network network = new Network(MTU);
        NameSpace other = new NameSpace()) {
      leaveSilent(network);
      bringBackIn0(network, other);
      assertThat(network.box.<Boolean>in(() -> remove("lan2", "lan3"))).isFalse();
      assertThat(directories(network.box)).hasSize(1);
      assertThat(network.box.<Boolean>in(() -> remove("in0", "out0"))).isTrue();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  @Test
  @DisplayName("an interface that came back with another index keeps no link of a dead program")
  void removesFromWhatCameBack() throws Exception {
    try (Network network = new Network(MTU);
        NameSpace other = new NameSpace()) {
      leaveSilent(network);
      bringBackIn0(network, other);
      rename(network, "out0", "x0");
      network.wire("out0", "s1", network.server, MTU);
      assertThat(network.box.<Boolean>in(() -> remove("in0", "out0"))).isTrue();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  @Test
  @DisplayName("an interface that got the index of another one is attached to, not that one")
  void attachesToWhatIsThere() throws Exception {
    try (Network network = new Network(MTU);
        NameSpace other = new NameSpace()) {
      leaveSilent(network);
      int index = index(network, "in0");
      network.box.ip("link set in0 netns " + other.pid());
      network.box.ip("link add in0 index " + index + " type veth peer name lan3");
      try (FastPathBridge _ = network.box.in(PinnedBridgeTest::open)) {
        assertThat(network.box.<Integer>in(() -> links(index))).isEqualTo(1);
      }
      assertThat(network.box.<Integer>in(() -> links(index))).isZero();
      assertThat(directories(network.box)).isEmpty();
    }
  }

  @Test
  @DisplayName("what a living node had on an interface that is gone keeps no other one from it")
  void startsOnTheIndexOfAnother() throws Exception {
    try (Network network = new Network(MTU);
        FastPathBridge live = network.box.in(PinnedBridgeTest::openOrSkip)) {
      live.stamp(System.nanoTime(), HOUR_NANOS);
      List<Path> pinned = directories(network.box);
      int index = index(network, "in0");
      network.box.ip("link del in0", "link add lan2 index " + index + " type veth peer name lan3");
      assertThat(network.box.<Boolean>in(() -> remove("lan2", "lan3"))).isFalse();
      assertThat(directories(network.box)).isEqualTo(pinned);
    }
  }

  /** How many programs process what an interface receives. */
  static int links(int index) {
    try (Arena arena = Arena.ofConfined()) {
      BpfRequest request = new BpfRequest(new Linux(arena));
      return request.linksOf(index, arena.allocate(JAVA_INT, BpfRequest.MAX_LINKS));
    }
  }

  private static int index(Network network, String name) {
    return network.box.<Integer>in(() -> new Linux(Arena.ofAuto()).interfaceIndex(name));
  }

  /** It was in another name space, and another interface has got its index, lan2. */
  private static void bringBackIn0(Network network, NameSpace other) {
    int index = index(network, "in0");
    network.box.ip("link set in0 netns " + other.pid());
    network.box.ip("link add lan2 index " + index + " type veth peer name lan3");
    other.ip("link set in0 netns " + network.box.pid());
    network.box.ip("link set in0 up");
    network.box.awaitCarrier("in0");
    network.client.awaitCarrier("c0");
  }

  private static boolean remove(String inside, String outside) throws FastPathException {
    return FastPathBridge.removePinned(inside, outside) != null;
  }
}
