package dev.midstream.wire.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.midstream.wire.fastpath.FastPathBridge;
import dev.midstream.wire.fastpath.FastPathException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The pins of a node that is to fail open. */
@Tag("live")
final class PinnedBridgeTest {
  private static final Path ROOT = Path.of("/sys/fs/bpf/midstream");
  private static final int ENTRIES = 16;
  private static final int MTU = 1_500;

  @BeforeAll
  static void requireNameSpaces() {
    NameSpace.assumeAllowed();
  }

  @Test
  @DisplayName("pins are made and locked, interfaces become promiscuous, and the end undoes it")
  void pinsAndUnpins() throws Exception {
    List<Path> others = directories();
    try (Network network = new Network(MTU)) {
      FastPathBridge bridge = network.box.in(PinnedBridgeTest::openOrSkip);
      List<Path> own = directories();
      own.removeAll(others);
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
    }
    assertThat(directories()).isEqualTo(others);
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

  private static List<Path> directories() throws IOException {
    if (!Files.exists(ROOT)) {
      return new ArrayList<>();
    }
    try (Stream<Path> all = Files.list(ROOT)) {
      return new ArrayList<>(all.sorted().toList());
    }
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(each -> each.getFileName().toString()).toList();
    }
  }

  private static boolean isPromiscuous(Network network, String name) {
    return network.box.show("ip", "-o", "link", "show", name).contains("PROMISC");
  }
}
