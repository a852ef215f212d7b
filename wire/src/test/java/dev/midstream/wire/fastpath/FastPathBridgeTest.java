package dev.midstream.wire.fastpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.live.NameSpace;
import dev.midstream.wire.nativecall.BpfRequest;
import dev.midstream.wire.nativecall.Linux;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The end of a pinned program. */
@Tag("live")
final class FastPathBridgeTest {
  private static final int ENTRIES = 16;

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @Test
  @DisplayName("an end that fails at the connections removes pins and modes, and unlocks")
  void removesAllWhenTheEndFails() {
    try (NameSpace box = new NameSpace()) {
      box.ip("link add in0 type veth peer name out0", "link set in0 up", "link set out0 up");
      FastPathBridge bridge = box.in(FastPathBridgeTest::openOrSkip);
      bridge.orphans().adopt(new FlowKey(MemorySegment.ofArray(new long[FlowKey.BYTES])));
      assertThatThrownBy(bridge::close).isInstanceOf(IndexOutOfBoundsException.class);
      assertThat(box.show("ip", "-o", "link")).contains("in0", "out0").doesNotContain("PROMISC");
      FastPathBridge next = box.in(FastPathBridgeTest::open);
      assertThat(next.hasTakenOver()).isFalse();
      next.close();
    }
  }

  @Test
  @DisplayName("an end removes also what another build has pinned, and leaves no directory")
  void removesPinsOfOtherBuilds() {
    try (NameSpace box = new NameSpace()) {
      box.ip("link add in0 type veth peer name out0", "link set in0 up", "link set out0 up");
      FastPathBridge bridge = box.in(FastPathBridgeTest::openOrSkip);
      Path own = box.in(() -> PinDirectory.named("in0", "out0"));
      pinMap(own.resolve("of_another_build"));
      bridge.close();
      assertThat(own).doesNotExist();
    }
  }

  private static void pinMap(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      Linux linux = new Linux(arena);
      BpfRequest request = new BpfRequest(linux);
      int map = request.makeMap("other", BpfRequest.HASH, Integer.BYTES, Integer.BYTES, 1);
      assertThat(request.pin(map, file.toString())).isZero();
      assertThat(linux.close(map)).isZero();
    }
  }

  @Test
  @DisplayName("workers change the tables of a pinned program with the lock of its sweeps only")
  void locksTablesOfWorkers() {
    try (NameSpace box = new NameSpace()) {
      box.ip("link add in0 type veth peer name out0", "link set in0 up", "link set out0 up");
      try (FastPathBridge bridge = box.in(FastPathBridgeTest::openOrSkip)) {
        assertThat(bridge.table(0)).isInstanceOf(LockedTable.class);
        assertThat(bridge.guards(0)).isInstanceOf(LockedTable.class);
      }
    }
  }

  private static FastPathBridge openOrSkip() {
    try {
      return open();
    } catch (FastPathException e) {
      return abort("skipped: " + e.getMessage());
    }
  }

  private static FastPathBridge open() throws FastPathException {
    return FastPathBridge.openPinned("in0", "out0", ENTRIES, false);
  }
}
