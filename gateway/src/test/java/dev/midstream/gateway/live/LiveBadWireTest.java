package dev.midstream.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.demo.network.BoxProcess;
import dev.midstream.demo.network.Impairment;
import dev.midstream.demo.network.Network;
import dev.midstream.demo.traffic.Connection;
import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.SocketPair;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Edited connections over wires that lose, delay and duplicate frames, on either side of the box.
 */
@Tag("live")
final class LiveBadWireTest {
  private static final long SEED = 3;

  @TempDir private Path directory = Path.of("");

  @BeforeAll
  static void assumeNamespaces() {
    Live.assumeNamespaces();
  }

  @ParameterizedTest(name = "{displayName} before={0} lost={1} late={2} doubled={3} of 1000")
  @CsvSource({
    "true, 10, 0, 0, 4000",
    "false, 10, 0, 0, 4000",
    "true, 50, 0, 0, 1000",
    "false, 50, 0, 0, 1000",
    "true, 0, 50, 50, 4000",
    "false, 0, 50, 50, 4000",
    "false, 20, 20, 20, 2000"
  })
  @DisplayName("OWN-3 both directions arrive with every edit, over a wire with faults")
  void deliversBothDirections(boolean before, int lost, int late, int doubled, int pages)
      throws IOException {
    Document up = new Document(1, pages, 1_000, Live.MARK);
    Document down = new Document(2, pages, 1_000, Live.MARK);
    Impairment impairment = new Impairment(lost, late, doubled);
    try (Site site =
            new Site(Network.impaired(1500, before, impairment, SEED), directory, Live.EDITING);
        Connection connection = site.connect(Network.SERVER, Site.EDITED_PORT)) {
      Live.assertBothArrive(connection, up, down, Live.REPLACEMENT);
      assertThat(site.network().faults()).isPositive();
      assertThat(site.box().errorLines()).isEmpty();
    }
  }

  @Test
  @DisplayName("OWN-3 all buffers are watched, and no leak is reported")
  void leaksNoBuffer() throws IOException {
    Document document = new Document(1, 1_000, 1_000, Live.MARK);
    try (Network network = Network.impaired(1500, false, new Impairment(20, 20, 20), SEED);
        BoxProcess box =
            BoxProcess.start(network.box(), Live.runWithLeakDetection(directory, Live.EDITING))) {
      Node node = new Node(network.box(), box);
      for (int round = 0; round < 3; round++) {
        try (SocketPair sockets =
                SocketPair.of(
                    network.client(), network.server(), Network.SERVER, Site.EDITED_PORT);
            Connection connection = sockets.connect()) {
          Live.assertBothArrive(connection, document, document, Live.REPLACEMENT);
        }
        assertThat(node.heapBytes()).as("in use when all others are collected").isPositive();
      }
      assertThat(box.stop()).isZero();
      assertThat(box.errorLines()).isEmpty();
    }
  }
}
