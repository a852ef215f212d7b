package dev.midstream.wire.live;

import static dev.midstream.wire.live.PinnedBridgeTest.directories;
import static dev.midstream.wire.live.PinnedBridgeTest.isPromiscuous;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.fastpath.EarlierPins;
import dev.midstream.wire.fastpath.FastPathBridge;
import dev.midstream.wire.fastpath.FastPathException;
import dev.midstream.wire.fastpath.RecallReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pins that a dead process has left on interfaces that have other names now, or belong to another
 * pair. Its program is the first one there: it would forward each frame before the next one sees
 * it.
 */
@Tag("live")
final class MovedPinsTest {
  private static final int MTU = 1_500;
  private static final int ENTRIES = 16;
  private static final int FRAME_BYTES = 60;
  private static final int PATIENCE_MILLIS = 200;
  private static final long LIMIT_NANOS = 1_000_000_000;
  private static final long HOUR_NANOS = 3_600_000_000_000L;
  private static final byte[] MAC = {2, 0, 0, 0, 0, 9};

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  /** What has changed since the start before. */
  enum Change {
    NONE("in0", "out0"),
    SWAPPED("out0", "in0"),
    RENAMED("lan0", "out0"),
    RENAMED_AND_SWAPPED("out0", "lan0"),
    OTHER_CARD("in0", "out1");

    private final String inside;
    private final String outside;

    Change(String inside, String outside) {
      this.inside = inside;
      this.outside = outside;
    }

    private void make(Network network) {
      if (this == OTHER_CARD) {
        network.wire("out1", "s1", network.server, MTU);
      } else if (isRenamed()) {
        network.box.ip("link set in0 down", "link set in0 name lan0", "link set lan0 up");
        network.box.awaitCarrier("lan0");
        network.client.awaitCarrier("c0");
      }
    }

    private boolean isRenamed() {
      return this == RENAMED || this == RENAMED_AND_SWAPPED;
    }

    private String nameOfIn0() {
      return isRenamed() ? "lan0" : "in0";
    }

    private FastPathBridge open() throws FastPathException {
      return FastPathBridge.openPinned(inside, outside, ENTRIES, false);
    }

    private boolean remove() throws FastPathException {
      return FastPathBridge.removePinned(inside, outside) != null;
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("the next program sees each frame, and alone decides what becomes of it")
  void seesEachFrame(Change change) throws Exception {
    try (Network network = new Network(MTU)) {
      leaveSilent(network);
      change.make(network);
      assertThat(passes(network)).isTrue();
      try (FastPathBridge next = network.box.in(change::open)) {
        next.stamp(System.nanoTime(), HOUR_NANOS);
        long before = next.counts().packets(RecallReason.HEADERS);
        boolean isPassing = passes(network);
        assertThat(next.counts().packets(RecallReason.HEADERS)).isGreaterThan(before);
        assertThat(isPassing).isFalse();
        assertThat(next.hasTakenOver()).isEqualTo(change != Change.OTHER_CARD);
        List<Path> own = directories(network.box);
        assertThat(own).hasSize(1);
        assertThat(own.getFirst().toString()).endsWith("-" + change.inside + "-" + change.outside);
        assertThat(isPromiscuous(network, change.inside)).isTrue();
        assertThat(isPromiscuous(network, change.outside)).isTrue();
      }
      assertThat(directories(network.box)).isEmpty();
      assertThat(isPromiscuous(network, change.nameOfIn0())).isFalse();
      assertThat(isPromiscuous(network, "out0")).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("a start that wants no pins removes them, and nothing passes")
  void removes(Change change) throws Exception {
    try (Network network = new Network(MTU)) {
      leaveSilent(network);
      change.make(network);
      assertThat(passes(network)).isTrue();
      assertThat(network.box.<Boolean>in(change::remove)).isTrue();
      assertThat(passes(network)).isFalse();
      assertThat(directories(network.box)).isEmpty();
      assertThat(isPromiscuous(network, change.nameOfIn0())).isFalse();
      assertThat(isPromiscuous(network, "out0")).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @DisplayName("the same if the interfaces are in another network name space now")
  void seesEachFrameInAnotherNameSpace(boolean isPinned) throws Exception {
    try (Network network = new Network(MTU);
        NameSpace other = new NameSpace()) {
      leaveSilent(network);
      network.box.ip("link set in0 netns " + other.pid(), "link set out0 netns " + other.pid());
      other.ip("link set in0 up", "link set out0 up");
      network.client.awaitCarrier("c0");
      network.server.awaitCarrier("s0");
      assertThat(passes(network)).isTrue();
      if (isPinned) {
        try (FastPathBridge next = other.in(PinnedBridgeTest::open)) {
          assertThat(next.removed()).isNotNull();
          next.stamp(System.nanoTime(), HOUR_NANOS);
          assertThat(passes(network)).isFalse();
          assertThat(next.counts().packets(RecallReason.HEADERS)).isPositive();
        }
      } else {
        assertThat(other.<Boolean>in(Change.NONE::remove)).isTrue();
        assertThat(passes(network)).isFalse();
      }
      assertThat(directories(network.box)).isEmpty();
      assertThat(directories(other)).isEmpty();
    }
  }

  @Test
  @DisplayName("what is left open elsewhere is told, unless the process there is alive")
  void tellsOfOthers() throws Exception {
    try (Network network = new Network(MTU)) {
      FastPathBridge live = network.box.in(PinnedBridgeTest::openOrSkip);
      live.stamp(System.nanoTime(), HOUR_NANOS);
      assertThat(network.box.in(MovedPinsTest::openElsewhere)).isEmpty();
      live.leave();
      leaveSilent(network);
      assertThat(network.box.in(MovedPinsTest::openElsewhere))
          .isEqualTo(directories(network.box))
          .hasSize(1);
      assertThat(network.client.in(MovedPinsTest::openElsewhere)).isEmpty();
      assertThat(network.box.<Boolean>in(Change.NONE::remove)).isTrue();
      assertThat(network.box.in(MovedPinsTest::openElsewhere)).isEmpty();
    }
  }

  @Test
  @DisplayName("pins that are on both interfaces are taken over, whatever has their new name")
  void findsPinsByTheirInterfaces() throws Exception {
    try (Network network = new Network(MTU)) {
      wireOthers(network);
      rename(network, "lan2", "lan0");
      leaveSilent(network, "lan0", "out1");
      network.box.ip("link del lan0", "link del out1");
      leaveSilent(network);
      rename(network, "in0", "lan0");
      rename(network, "out0", "out1");
      try (FastPathBridge next = network.box.in(() -> open("lan0", "out1"))) {
        assertThat(next.hasTakenOver()).isTrue();
        assertThat(next.removed()).isNull();
      }
      assertThat(directories(network.box)).hasSize(1).first().asString().endsWith("-lan0-out1-1");
      removeDirectory(directories(network.box).getFirst());
    }
  }

  @Test
  @DisplayName("pins between interfaces that were renamed stay where they are, for others too")
  void leavesThoseOfOthers() throws Exception {
    try (Network network = new Network(MTU)) {
      leaveSilent(network);
      rename(network, "in0", "lan0");
      rename(network, "out0", "lan1");
      wireOthers(network);
      rename(network, "lan2", "in0");
      rename(network, "out1", "out0");
      assertThat(network.box.<Boolean>in(Change.NONE::remove)).isFalse();
      assertThat(passes(network)).isTrue();
      try (FastPathBridge next = network.box.in(PinnedBridgeTest::open)) {
        assertThat(next.hasTakenOver()).isFalse();
        assertThat(passes(network)).isTrue();
      }
      assertThat(passes(network)).isTrue();
      try (FastPathBridge next = network.box.in(() -> open("lan0", "lan1"))) {
        assertThat(next.hasTakenOver()).isTrue();
      }
      assertThat(directories(network.box)).isEmpty();
    }
  }

  @Test
  @DisplayName("pins of a program that lives in another name space are its own")
  void leavesThoseOfTheLiving() throws Exception {
    try (Network network = new Network(MTU);
        NameSpace other = new NameSpace();
        FastPathBridge live = network.box.in(PinnedBridgeTest::openOrSkip)) {
      live.stamp(System.nanoTime(), HOUR_NANOS);
      List<Path> pinned = directories(network.box);
      network.box.ip("link set in0 netns " + other.pid(), "link set out0 netns " + other.pid());
      other.ip("link set in0 up", "link set out0 up");
      assertThatThrownBy(() -> other.in(PinnedBridgeTest::open))
          .hasStackTraceContaining("another midstream holds the pins in ");
      assertThatThrownBy(() -> other.in(Change.NONE::remove))
          .hasStackTraceContaining("another midstream holds the pins in ");
      assertThat(directories(network.box)).hasSize(1).isEqualTo(pinned);
    }
  }

  /** Another pair of interfaces. */
  static void wireOthers(Network network) {
    network.wire("lan2", "c1", network.client, MTU);
    network.wire("out1", "s1", network.server, MTU);
  }

  static void rename(Network network, String from, String to) {
    network.box.ip(
        "link set " + from + " down", "link set " + from + " name " + to, "link set " + to + " up");
    network.box.awaitCarrier(to);
  }

  private static FastPathBridge open(String inside, String outside) throws FastPathException {
    return FastPathBridge.openPinned(inside, outside, ENTRIES, false);
  }

  private static void removeDirectory(Path directory) throws IOException {
    try (Stream<Path> pins = Files.list(directory)) {
      for (Path each : pins.toList()) {
        Files.delete(each);
      }
    }
    Files.delete(directory);
  }

  @Test
  @DisplayName("what is no directory of pins keeps no program from its start")
  void passesOverOthers() throws Exception {
    try (Network network = new Network(MTU)) {
      leaveSilent(network);
      Path own = directories(network.box).getFirst();
      Path gone = Files.createSymbolicLink(own.resolveSibling("gone"), Path.of("gone"));
      try (FastPathBridge next = network.box.in(PinnedBridgeTest::open)) {
        assertThat(next.removed()).isNull();
        assertThat(next.hasTakenOver()).isTrue();
      } finally {
        Files.delete(gone);
      }
    }
  }

  private static List<Path> openElsewhere() throws FastPathException {
    return EarlierPins.openElsewhere("tun0", "tun1");
  }

  /** As if a process died there a while ago: the kernel forwards all. */
  static void leaveSilent(Network network) throws FastPathException {
    leaveSilent(network.box.in(PinnedBridgeTest::openOrSkip));
  }

  private static void leaveSilent(Network network, String inside, String outside)
      throws FastPathException {
    FastPathBridge ignored = network.box.in(PinnedBridgeTest::openOrSkip);
    ignored.close();
    leaveSilent(network.box.in(() -> open(inside, outside)));
  }

  static void leaveSilent(FastPathBridge bridge) throws FastPathException {
    bridge.stamp(System.nanoTime() - 2 * LIMIT_NANOS, LIMIT_NANOS);
    bridge.leave();
  }

  /** Whether a frame of the client reaches the server. */
  static boolean passes(Network network) {
    try (RawEndpoint client = RawEndpoint.at(network.client, "c0", MAC);
        RawEndpoint server = RawEndpoint.at(network.server, "s0", MAC)) {
      byte[] frame = new byte[FRAME_BYTES];
      Arrays.fill(frame, 0, MAC.length, (byte) 0xff);
      System.arraycopy(MAC, 0, frame, MAC.length, MAC.length);
      frame[12] = (byte) 0x88; // of an experiment (IEEE 802 section 9.2.3)
      frame[13] = (byte) 0xb5;
      client.send(frame);
      return server.receive(PATIENCE_MILLIS) != null;
    }
  }
}
