package dev.midstream.wire.live;

import static dev.midstream.wire.live.MovedPinsTest.leaveSilent;
import static dev.midstream.wire.live.MovedPinsTest.wireOthers;
import static dev.midstream.wire.live.PinnedBridgeTest.directories;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.fastpath.FastPathBridge;
import dev.midstream.wire.fastpath.FastPathException;
import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes that start together, each on one of the interfaces of a dead one. */
@Tag("live")
final class PinRemovalTest {
  private static final int MTU = 1_500;
  private static final int ENTRIES = 16;

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @Test
  @DisplayName("of two starts that want no pins one removes those of a dead node, and none fails")
  void removesOnce() throws Exception {
    try (Network network = new Network(MTU)) {
      leaveSilent(network);
      wireOthers(network);
      List<Boolean> removed =
          both(
              () -> network.box.<Boolean>in(() -> remove("in0", "out1")),
              () -> network.box.<Boolean>in(() -> remove("lan2", "out0")));
      assertThat(removed).containsExactlyInAnyOrder(true, false);
      assertThat(directories(network.box)).isEmpty();
    }
  }

  @Test
  @DisplayName("of two starts that pin something one removes those of a dead node, and none fails")
  void removesOnceForOthers() throws Exception {
    try (Network network = new Network(MTU)) {
      leaveSilent(network);
      wireOthers(network);
      List<FastPathBridge> bridges =
          both(
              () -> network.box.in(() -> open("in0", "out1")),
              () -> network.box.in(() -> open("lan2", "out0")));
      assertThat(bridges).filteredOn(bridge -> bridge.removed() != null).hasSize(1);
      assertThat(directories(network.box)).hasSize(2);
      bridges.forEach(FastPathBridge::close);
      assertThat(directories(network.box)).isEmpty();
    }
  }

  @Test
  @DisplayName("a directory without pins is none that a dead node has left, also if it is locked")
  void passesOverAnEmptyDirectory() throws Exception {
    try (Network network = new Network(MTU);
        Arena arena = Arena.ofConfined()) {
      leaveSilent(network);
      Path own = directories(network.box).getFirst();
      assertThat(network.box.<Boolean>in(() -> remove("in0", "out0"))).isTrue();
      Files.createDirectory(own);
      Linux linux = new Linux(arena);
      int directory = linux.open(own.toString(), 0);
      assertThat(linux.lock(directory)).isZero();
      assertThat(network.box.<Boolean>in(() -> remove("in0", "out0"))).isFalse();
      assertThat(linux.close(directory)).isZero();
      Files.delete(own);
    }
  }

  private static boolean remove(String inside, String outside) throws FastPathException {
    return FastPathBridge.removePinned(inside, outside) != null;
  }

  private static FastPathBridge open(String inside, String outside) throws FastPathException {
    return FastPathBridge.openPinned(inside, outside, ENTRIES, false);
  }

  /** What both return, which begin at the same time. */
  private static <T> List<T> both(Callable<T> one, Callable<T> other) {
    CyclicBarrier start = new CyclicBarrier(2);
    List<CompletableFuture<T>> results = new ArrayList<>();
    for (Callable<T> each : List.of(one, other)) {
      CompletableFuture<T> result = new CompletableFuture<>();
      results.add(result);
      Thread.ofPlatform()
          .start(() -> {
            try {
              int ignored = start.await();
              result.complete(each.call());
            } catch (Exception e) {
              result.completeExceptionally(e);
            }
          });
    }
    return results.stream().map(result -> Objects.requireNonNull(result.join())).toList();
  }
}
