package dev.midstream.gateway.fastpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.midstream.demo.network.Namespace;
import dev.midstream.demo.network.Privilege;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.wire.fastpath.FastPathTable;
import dev.midstream.wire.fastpath.FlowEntry;
import dev.midstream.wire.fastpath.FlowKey;
import dev.midstream.wire.packet.Leg;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a node that fails open keeps connections of an earlier life that send nothing. */
@Tag("live")
final class AdoptedSilenceTest {
  private static final String OPEN =
      """
      port: { kind: afpacket, inside: in0, outside: out0 }
      on-crash: open
      timeouts: { established: 1h }
      """;
  private static final long HOUR_NANOS = 3_600_000_000_000L;
  private static final long MINUTE_NANOS = 60_000_000_000L;

  @TempDir private Path directory = Path.of("");

  @ParameterizedTest
  @CsvSource({"fast-path: auto, false", "mode: monitor, false", "fast-path: auto, true"})
  @DisplayName("an adopted connection is forgotten for its silence, whatever the node does itself")
  void forgets(String more, boolean isRecording) throws Exception {
    String missing = Privilege.missing();
    assumeTrue(missing == null, () -> "skipped: no network name spaces: " + missing);
    Path file = Files.writeString(directory.resolve("c.yaml"), OPEN + more);
    Configuration configuration = ConfigurationFile.load(file);
    try (Namespace box = Namespace.make()) {
      box.ip("link add in0 type veth peer name out0", "link set in0 up", "link set out0 up");
      try (NodeFastPath path = box.call(() -> open(configuration, isRecording))) {
        FastPathTerms terms = adoptOne(path);
        assertThat(terms.orphans().adopted()).isEqualTo(1);
        long startNanos = System.nanoTime();
        assertThat(path.sweep(startNanos + HOUR_NANOS - MINUTE_NANOS)).isFalse();
        assertThat(terms.orphans().adopted()).isEqualTo(1);
        assertThat(path.sweep(startNanos + HOUR_NANOS + MINUTE_NANOS)).isFalse();
        assertThat(terms.orphans().adopted()).isZero();
      }
    }
  }

  private static NodeFastPath open(Configuration configuration, boolean isRecording) {
    try {
      return NodeFastPath.open(configuration, isRecording, (_, _) -> {});
    } catch (InputException e) {
      return abort("skipped: " + e.getMessage());
    }
  }

  /** As if an earlier node had edited it. */
  private static FastPathTerms adoptOne(NodeFastPath path) throws InputException {
    WorkerFastPath worker = path.worker(true, null, 0);
    FastPathTerms terms = worker.terms();
    FastPathTable guards = Objects.requireNonNull(terms.guards());
    FlowKey client = guards.newKey().begin(4, 0).source(0, 1, 1_024).destination(0, 2, 80);
    FlowEntry up = guards.newEntry().begin(guards.interfaceOf(Leg.OUTSIDE)).shift(5, 0);
    FlowKey server = guards.newKey().begin(4, 0).source(0, 2, 80).destination(0, 1, 1_024);
    FlowEntry down = guards.newEntry().begin(guards.interfaceOf(Leg.INSIDE)).shift(0, -5);
    assertThat(guards.put(client, up.asShifted())).isTrue();
    assertThat(guards.put(server, down.asShifted())).isTrue();
    worker.rejoin(0);
    return terms;
  }
}
