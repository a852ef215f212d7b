package dev.midstream.gateway.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.PlainEngine;
import dev.midstream.gateway.config.ConfigurationFile;
import dev.midstream.reassembly.Engine;
import dev.midstream.testkit.box.FastPathBox;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Script;
import dev.midstream.wire.fastpath.FastPathModel;
import dev.midstream.wire.fastpath.FastPathTable;
import dev.midstream.wire.fastpath.FlowEntry;
import dev.midstream.wire.fastpath.FlowKey;
import dev.midstream.wire.fastpath.Orphans;
import dev.midstream.wire.packet.Leg;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker whose table fails: what it has given to the kernel must not stay there. */
class WorkerFastPathTest {
  private static final String SETTLED =
      """
      c> S 0:0(0) <mss 1460>
      >s same
      s> S. 0:0(0) ack 1 <mss 1460>
      >c same
      c> P. 1:4(3) ack 1
      >s same
      s> . 1:1(0) ack 4
      >c same
      """;
  private static final String CONFIGURATION =
      """
      port: { kind: tun, inside: a, outside: b }
      fast-path: { mode: auto, least-octets: 0 }
      """;
  private static final int CONNECTIONS = 2;
  private static final int MOST_RUNS = 100;

  @TempDir private Path directory = Path.of("");
  private final List<String> lines = new ArrayList<>();
  private final FastPathModel model = new FastPathModel(8);
  private int failures;
  private NodeFastPath node;
  private WorkerFastPath worker;
  private Engine engine;

  @BeforeEach
  void giveAway() throws Exception {
    Path file = Files.writeString(directory.resolve("c.yaml"), CONFIGURATION);
    node =
        NodeFastPath.open(
            ConfigurationFile.load(file), false, (level, line) -> lines.add(level + line));
    lines.clear();
    worker =
        new WorkerFastPath(
            node,
            true,
            new NodeFastPath.Tables(new FailingTable(), null, new Orphans(), 0),
            null,
            0);
    engine = PlainEngine.make(worker.terms());
    worker.setEngine(engine);
    Script script = new Script(new FastPathBox(engine, model));
    for (int i = 0; i < CONNECTIONS; i++) {
      script.between(Ends.IPV4.withPorts(5_000 + i, 80)).run(SETTLED);
    }
    assertThat(run()).isEqualTo(1);
    assertThat(engine.fastPath().connections()).isEqualTo(CONNECTIONS);
  }

  @AfterEach
  void close() {
    node.close();
  }

  /** Returns how often it ran until nothing was due. */
  private int run() {
    int runs = 0;
    while (worker.isDue() && runs < MOST_RUNS) {
      worker.run(runs);
      runs++;
    }
    return runs;
  }

  private void changeInterface() {
    worker.listener((_, _) -> {}).onDevice(Leg.INSIDE, 3, 1_500);
  }

  @Test
  @DisplayName("after a failure all connections are taken back, and none is given away any more")
  void takesAllBackAfterAFailure() {
    failures = 1;
    changeInterface();
    assertThat(run()).isBetween(2, 3);
    assertThat(engine.fastPath().connections()).isZero();
    assertThat(model.size()).isZero();
    assertThat(engine.fastPath().isOn()).isFalse();
    assertThat(lines).hasSize(1).first().asString().contains("without the fast path", "no table");
  }

  @Test
  @DisplayName("what leads to an interface that is gone is taken back before frames that wait")
  void isUrgent() {
    assertThat(worker.isUrgent()).isFalse();
    changeInterface();
    for (int i = 0; worker.isUrgent() && i < MOST_RUNS; i++) {
      worker.run(i);
    }
    assertThat(engine.fastPath().connections()).isZero();
    assertThat(worker.isUrgent()).isFalse();
  }

  @Test
  @DisplayName("a worker that failed follows a later change of the interfaces")
  void followsAfterAFailure() {
    failures = 1;
    changeInterface();
    assertThat(run()).isPositive();
    changeInterface();
    assertThat(worker.isDue()).isTrue();
    assertThat(run()).isPositive();
    assertThat(lines).hasSize(1);
  }

  @Test
  @DisplayName("a worker whose table fails again and again gives up, and says so once")
  void givesUp() {
    failures = Integer.MAX_VALUE;
    changeInterface();
    assertThat(run()).isBetween(2, MOST_RUNS - 1);
    assertThat(worker.isDue()).isFalse();
    assertThat(engine.fastPath().connections()).isEqualTo(CONNECTIONS);
    assertThat(lines).hasSize(1);
  }

  /** Takes no entry back as long as there are failures left. */
  private final class FailingTable implements FastPathTable {
    @Override
    public FlowKey newKey() {
      return model.newKey();
    }

    @Override
    public FlowEntry newEntry() {
      return model.newEntry();
    }

    @Override
    public int interfaceOf(Leg leg) {
      return model.interfaceOf(leg);
    }

    @Override
    public boolean put(FlowKey key, FlowEntry entry) {
      return model.put(key, entry);
    }

    @Override
    public boolean read(FlowKey key, FlowEntry entry) {
      return model.read(key, entry);
    }

    @Override
    public boolean take(FlowKey key, FlowEntry entry) {
      if (failures > 0) {
        failures--;
        throw new IllegalStateException("no table");
      }
      return model.take(key, entry);
    }
  }
}
