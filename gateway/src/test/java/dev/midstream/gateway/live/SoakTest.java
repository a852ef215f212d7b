package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Impairment;
import dev.midstream.demo.network.Network;
import dev.midstream.wire.port.LegCounter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mixed traffic for a given time ({@code -Psoak}, minutes by {@code midstream.soak-minutes}). The
 * wire loses, delays and duplicates a few frames, interfaces go down now and then, and every buffer
 * of the box is watched for leaks.
 */
@Tag("live")
@Tag("alone")
final class SoakTest {
  private static final Impairment A_LITTLE = new Impairment(2, 2, 2);
  private static final long SEED = 11;
  private static final double GROWTH = 1.1;
  private static final long MEGABYTE = 1_000_000;

  /**
   * Half of the time. Closed connections are remembered for four minutes, so after five of ten
   * minutes their number no longer grows. In a shorter soak it does.
   */
  private static final int WARM_UP_SHARE = 2;

  /** Heap for each additional connection. */
  private static final long CONNECTION_BYTES = 1_500;

  /**
   * Frames for each one that the kernel may drop before the box gets it, as other processes need
   * the machine too: half as many drops as the wire's.
   */
  private static final long FRAMES_PER_MISS = 1_000;

  /**
   * One connection's frames while an interface is down, and until the kernel reports it up, up to a
   * second late: both documents and the acknowledgements, some of them twice.
   */
  private static final long FRAMES_PER_CUT = 5_000;

  @TempDir private Path directory = Path.of("");

  @Test
  @DisplayName(
      "OWN-3 after its first minutes the box's memory does not grow, and every drop has a reason")
  void staysWithinItsMemory() throws IOException {
    long minutes = Long.getLong("midstream.soak-minutes", 0);
    assumeTrue(minutes > 0, "skipped: only with -Psoak");
    Live.assumeNamespaces();
    try (Network network = Network.impaired(1_500, false, A_LITTLE, SEED);
        BoxProcess process = BoxProcess.start(network.box(), command())) {
      Node node = new Node(network.box(), process);
      long startNanos = System.nanoTime();
      long endNanos = startNanos + TimeUnit.MINUTES.toNanos(minutes);
      long warmNanos = startNanos + TimeUnit.MINUTES.toNanos(minutes) / WARM_UP_SHARE;
      SoakTraffic traffic = new SoakTraffic(network);
      runUntil(traffic, warmNanos);
      long warmBytes = node.residentBytes();
      long warmHeapBytes = node.heapBytes();
      long warmConnections = node.connections();
      runUntil(traffic, endNanos);
      long lastBytes = node.residentBytes();
      long lastHeapBytes = node.heapBytes();
      long moreConnections = Math.max(0, node.connections() - warmConnections);
      System.out.printf(
          "soak: %s faults=%d frames=%d more-connections=%d resident=%d..%d heap=%d..%d bytes"
              + " reasons=%s drops=%s%n",
          traffic,
          network.faults(),
          node.count(LegCounter.RECEIVED_FRAMES),
          moreConnections,
          warmBytes,
          lastBytes,
          warmHeapBytes,
          lastHeapBytes,
          node.reasons(),
          node.drops());
      assertThat(lastBytes).isLessThan((long) (GROWTH * warmBytes));
      assertThat(lastHeapBytes - CONNECTION_BYTES * moreConnections)
          .isLessThan((long) (GROWTH * warmHeapBytes) + MEGABYTE);
      assertExplained(network, node, traffic);
      assertEndsWell(process, traffic);
    }
  }

  private static void assertEndsWell(BoxProcess process, SoakTraffic traffic) throws IOException {
    assertThat(process.stop()).isZero();
    assertThat(process.errorLines())
        .hasSizeBetween(1, 2 * traffic.cuts())
        .allMatch(line -> line.matches(".* (WARN|INFO) {2}interface (in|out)0 is (down|up)"));
  }

  private static void assertExplained(Network network, Node node, SoakTraffic traffic)
      throws IOException {
    Map<String, Long> reasons = node.reasons();
    SoakReasons.Causes causes =
        new SoakReasons.Causes(network.faults(), traffic.resets(), traffic.cuts());
    assertThat(SoakReasons.unexplained(reasons, causes)).as("beyond %s", causes).isEmpty();
    Datagrams datagrams = traffic.datagrams();
    long missed = node.count(LegCounter.MISSED);
    assertThat(missed)
        .isLessThanOrEqualTo(node.count(LegCounter.RECEIVED_FRAMES) / FRAMES_PER_MISS);
    assertThat(reasons.get("not-ours")).isGreaterThanOrEqualTo(datagrams.sentFrames() - missed);
    assertThat(datagrams.lost())
        .isLessThan(10 + 3L * A_LITTLE.lost() * datagrams.sentFrames() / 1_000);
    assertThat(node.drops().keySet()).allMatch(drop -> drop.matches("\\w+ (missed|link-down)"));
    assertThat(node.count(LegCounter.LINK_DOWN)).isLessThan(FRAMES_PER_CUT * traffic.cuts());
  }

  /** The program with little memory, all of it touched at the start, and every buffer watched. */
  private List<String> command() throws IOException {
    return Live.runWithLeakDetection(
        directory, Live.EDITING, "-Xms192m", "-Xmx192m", "-XX:+AlwaysPreTouch");
  }

  private static void runUntil(SoakTraffic traffic, long endNanos) throws IOException {
    while (System.nanoTime() - endNanos < 0) {
      traffic.round();
    }
  }
}
