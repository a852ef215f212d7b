package dev.midstream.gateway.live;

import static dev.midstream.gateway.live.ClusterChecks.assertNoneLost;

import dev.midstream.demo.traffic.SocketPair;
import dev.midstream.testkit.random.SeededRounds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Faults of all kinds, one in each round, under the same transfers from the first round to the
 * last. {@code -Dmidstream.rounds=N} and {@code -Dmidstream.streams=N} make a longer run; {@code
 * -Dmidstream.seed=S} draws other kinds, {@code -Dmidstream.seed=fresh} such as no earlier run had.
 */
@Tag("live")
@Tag("alone")
@ExtendWith(ClusterDiary.class)
final class LiveClusterRoundsTest {
  private static final int PORT = 7000;
  private static final int STREAMS = Integer.getInteger("midstream.streams", 48);
  private static final int ROUNDS = Integer.getInteger("midstream.rounds", 3);
  private static final long SEED = SeededRounds.firstSeed();

  private static final int PAGE_MILLIS = 500;

  /** Octets that each stream brings between what happens: three pages. */
  private static final int PAGES = 3_000;

  /** On a busy machine a process may not run for a second. */
  private static final String SETTINGS = "detect: 3s\nbalance: 1s\ncopies: 2\ncommit: strict\n";

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @Test
  @DisplayName("faults drawn from a seed, one after the other: each transfer is whole and edited")
  void keepsTransfersThroughAnyFault() throws IOException {
    System.out.printf(
        Locale.ROOT,
        "-Dmidstream.seed=%d -Dmidstream.rounds=%d -Dmidstream.streams=%d%n",
        SEED,
        ROUNDS,
        STREAMS);
    try (LiveCluster cluster = new LiveCluster(directory, 4, "shared-mac", SETTINGS);
        SocketPair sockets =
            SocketPair.of(cluster.client(), cluster.server(), LiveCluster.SERVER, PORT)) {
      cluster.start(1, 2, 3);
      try (SteadyStreams streams = SteadyStreams.open(sockets, STREAMS, PAGE_MILLIS)) {
        streams.awaitEach(PAGES);
        cluster.nodes().awaitProtection();
        ClusterFaults faults = new ClusterFaults(cluster, streams, PAGES, SEED);
        for (int round = 1; round <= ROUNDS; round++) {
          befall(faults, round);
          assertNoneLost(cluster);
        }
        streams.assertWhole();
      }
      assertNoneLost(cluster);
    }
  }

  private static void befall(ClusterFaults faults, int round) throws IOException {
    ClusterFaults.Kind kind = faults.draw();
    System.out.println("round " + round + " of " + ROUNDS + ": " + kind);
    long beginNanos = System.nanoTime();
    faults.befall(kind);
    System.out.printf(
        Locale.ROOT, "  all go on, after %.1f s%n", (System.nanoTime() - beginNanos) / 1e9);
  }
}
