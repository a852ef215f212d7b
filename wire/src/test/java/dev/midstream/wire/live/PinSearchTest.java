package dev.midstream.wire.live;

import static dev.midstream.wire.live.MovedPinsTest.leaveSilent;
import static dev.midstream.wire.live.MovedPinsTest.pinsOf;
import static dev.midstream.wire.live.MovedPinsTest.rename;
import static dev.midstream.wire.live.MovedPinsTest.wireOthers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.fastpath.FastPathBridge;
import java.nio.file.Path;
import java.util.List;
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
      List<Path> pinned = pinsOf(network.box);
      rename(network, "in0", "lan0");
      rename(network, "out0", "lan1");
      wireOthers(network);
      rename(network, "lan2", "in0");
      rename(network, "out1", "out0");
      leaveSilent(network.box.in(PinnedBridgeTest::open));
      assertThat(pinsOf(network.box)).hasSize(2).containsAll(pinned);
      try (FastPathBridge next = network.box.in(PinnedBridgeTest::open)) {
        assertThat(next.hasTakenOver()).isTrue();
        assertThat(next.removed()).isNull();
      }
      assertThat(pinsOf(network.box)).isEqualTo(pinned);
      live.close();
      assertThat(pinsOf(network.box)).isEmpty();
    }
  }
}
