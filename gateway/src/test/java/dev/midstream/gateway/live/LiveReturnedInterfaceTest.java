package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An interface disappears and comes back: the kernel's table leads to the one that is there. */
@Tag("live")
@Tag("alone")
final class LiveReturnedInterfaceTest {
  private static final int MTU = 1_500;
  private static final int MANY = 200_000;
  private static final int FEW = 2_000;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumePrograms() {
    Live.assumeFastPath();
  }

  @Test
  @DisplayName("a connection that the kernel forwards survives an interface that comes back unseen")
  void survivesUnseenReturn() throws IOException {
    try (Network network = Network.make(MTU);
        BoxProcess box = CrashNetwork.start(network, directory, Live.SETTLING);
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED);
        Connection shifted = edited.connect()) {
      CrashNetwork.greet(shifted, CrashNetwork.REPLACEMENT);
      CrashNetwork.exchange(shifted, MANY);
      Eventually.holds("it is given away", () -> CrashNetwork.fast(network, "connections") == 1);
      box.signal("STOP");
      bringBack(network);
      box.signal("CONT");
      CrashNetwork.exchange(shifted, MANY);
      assertThat(box.stop()).isZero();
    }
  }

  @Test
  @DisplayName("an edited connection survives an interface that came back after a crash, or later")
  void survivesReturnAfterCrash() throws IOException {
    try (Network network = CrashNetwork.make();
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED);
        BoxProcess first = CrashNetwork.start(network, directory, CrashNetwork.OPEN);
        Connection shifted = edited.connect()) {
      CrashNetwork.greet(shifted, CrashNetwork.REPLACEMENT);
      CrashNetwork.exchange(shifted, MANY);
      first.kill();
      bringBack(network);
      try (BoxProcess second = CrashNetwork.start(network, directory, CrashNetwork.OPEN);
          Connection young = edited.connect()) {
        assertThat(CrashNetwork.fast(network, "on-crash/adopted")).isEqualTo(1);
        CrashNetwork.exchange(shifted, FEW);
        CrashNetwork.greet(young, CrashNetwork.REPLACEMENT);
        CrashNetwork.exchange(young, FEW);
        bringBack(network);
        CrashNetwork.exchange(young, FEW);
        CrashNetwork.exchange(shifted, FEW);
        second.kill();
        CrashNetwork.exchange(shifted, FEW);
        CrashNetwork.exchange(young, FEW);
      }
      try (BoxProcess third = CrashNetwork.start(network, directory, CrashNetwork.OPEN)) {
        assertThat(third.stop()).isZero();
      }
      assertThat(CrashNetwork.pins(network)).isEmpty();
    }
  }

  @Test
  @DisplayName("what the kernel refused when an interface came back is asked for again")
  void asksAgain() throws IOException {
    try (Network network = CrashNetwork.make();
        SocketPair edited = CrashNetwork.pair(network, CrashNetwork.EDITED);
        BoxProcess box = CrashNetwork.start(network, directory, CrashNetwork.OPEN);
        Connection shifted = edited.connect()) {
      CrashNetwork.greet(shifted, CrashNetwork.REPLACEMENT);
      Path pins = CrashNetwork.pins(network).getFirst();
      Path full = Files.createDirectories(pins.resolve("link-x/y"));
      bringBack(network);
      Eventually.holds("it is off", () -> says(box, "the fast path is off: cannot remove"));
      Files.delete(full);
      Files.delete(full.getParent());
      Eventually.holds("it is on again", () -> says(box, "the fast path is on again"));
      CrashNetwork.exchange(shifted, MANY);
      Eventually.holds("it is given away", () -> CrashNetwork.fast(network, "connections") == 1);
      box.kill();
      CrashNetwork.exchange(shifted, FEW);
      try (BoxProcess next = CrashNetwork.start(network, directory, CrashNetwork.OPEN)) {
        assertThat(next.stop()).isZero();
      }
    }
  }

  private static boolean says(BoxProcess box, String text) {
    return box.fastPathLines().stream().anyMatch(line -> line.contains(text));
  }

  /** The interface has the same name and another index. */
  private static void bringBack(Network network) throws IOException {
    network.box().ip("link del out0");
    network.server().addVeth("s0", network.box(), "out0", MTU);
    network.box().disableIpv6("out0");
    network.server().ip("addr add " + Network.SERVER + "/24 dev s0");
    network.client().ip("neigh flush dev c0");
  }
}
