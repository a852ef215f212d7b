package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.gateway.network.BoxProcess;
import dev.midstream.gateway.network.Impairment;
import dev.midstream.gateway.network.Network;
import dev.midstream.gateway.traffic.Connection;
import dev.midstream.gateway.traffic.Document;
import dev.midstream.gateway.traffic.Ends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mixed traffic for a given time ({@code -Psoak}, minutes by {@code midstream.soak-minutes}), over
 * a wire that loses, delays and doubles a little, with every buffer of the box watched for leaks.
 */
@Tag("live")
final class SoakTest {
  private static final Impairment A_LITTLE = new Impairment(2, 2, 2);
  private static final long SEED = 11;
  private static final double GROWTH = 1.1;
  private static final long A_MEGABYTE = 1_000_000;

  /**
   * Of ten minutes five: finished connections are remembered for four, so that their number does
   * not grow any more.
   */
  private static final int WARM_UP_SHARE = 2;

  /** What such a wire and such ends explain; anything else would be a fault of the box. */
  private static final Set<String> EXPLAINED =
      Set.of(
          "absorbed",
          "ack-made",
          "after-reset",
          "below-window",
          "custody",
          "custody-repeated",
          "delayed",
          "end-of-stream",
          "held",
          "keep-alive",
          "not-ours",
          "out-of-window",
          "paws",
          "re-segmented",
          "reset",
          "reset-invalid",
          "retransmission",
          "syn-repeated",
          "window-full",
          "window-mapped");

  @TempDir private Path directory = Path.of("");

  @Test
  @DisplayName(
      "OWN-3 after its first minutes the box's memory does not grow, and no drop is unexplained")
  void runsOn() throws IOException {
    long minutes = Long.getLong("midstream.soak-minutes", 0);
    assumeTrue(minutes > 0, "skipped: only with -Psoak");
    Live.assumeAllowed();
    try (Network network = Network.impaired(1_500, false, A_LITTLE, SEED);
        BoxProcess process = BoxProcess.start(network.box(), command())) {
      Node node = new Node(network.box(), process);
      long startNanos = System.nanoTime();
      long endNanos = startNanos + TimeUnit.MINUTES.toNanos(minutes);
      long warmNanos = startNanos + TimeUnit.MINUTES.toNanos(minutes) / WARM_UP_SHARE;
      int rounds = runUntil(network, warmNanos, 0);
      long warmBytes = node.residentBytes();
      long warmHeapBytes = node.heapBytes();
      rounds = runUntil(network, endNanos, rounds);
      long lastBytes = node.residentBytes();
      long lastHeapBytes = node.heapBytes();
      System.out.printf(
          "soak: rounds=%d faults=%d resident=%d..%d heap=%d..%d bytes reasons=%s drops=%s%n",
          rounds,
          network.faults(),
          warmBytes,
          lastBytes,
          warmHeapBytes,
          lastHeapBytes,
          node.reasons(),
          node.drops());
      assertThat(lastBytes).isLessThan((long) (GROWTH * warmBytes));
      assertThat(lastHeapBytes).isLessThan((long) (GROWTH * warmHeapBytes) + A_MEGABYTE);
      assertThat(EXPLAINED).containsAll(node.reasons().keySet());
      assertThat(node.drops()).isEmpty();
      assertThat(process.stop()).isZero();
      assertThat(process.complaints()).isEmpty();
    }
  }

  /** The program with little memory, all of it touched at once, and every buffer watched. */
  private List<String> command() throws IOException {
    return Live.runWatched(directory, Live.EDITING, "-Xms192m", "-Xmx192m", "-XX:+AlwaysPreTouch");
  }

  private static int runUntil(Network network, long endNanos, int rounds) throws IOException {
    int round = rounds;
    while (System.nanoTime() - endNanos < 0) {
      String server = round % 2 == 0 ? Network.SERVER : Network.SERVER_6;
      transfer(network, server, Site.EDITED_PORT, Live.REPLACEMENT, round);
      transfer(network, server, Site.OTHER_PORT, Live.MARK, round);
      chat(network, server, round);
      round++;
    }
    return round;
  }

  private static void transfer(
      Network network, String server, int port, String replacement, int round) throws IOException {
    Document up = new Document(round, 500, 2_000 + round % 500, Live.MARK);
    Document down = new Document(round + 1L, 1_000, 1_000 + round % 500, Live.MARK);
    try (Ends ends = Ends.of(network.client(), network.server(), server, port);
        Connection connection = ends.connect()) {
      Live.assertBothArrive(connection, up, down, replacement);
    }
  }

  private static void chat(Network network, String server, int round) throws IOException {
    try (Ends ends = Ends.of(network.client(), network.server(), server, Site.EDITED_PORT)) {
      for (int number = 0; number < 50; number++) {
        Connection connection = ends.connect();
        Connection.say(connection.client(), "Hello world " + number + "\n");
        assertThat(Connection.hear(connection.server())).isEqualTo("Hi there " + number);
        if ((round + number) % 5 == 0) {
          Connection.reset(connection.client());
        }
        connection.close();
      }
    }
  }
}
