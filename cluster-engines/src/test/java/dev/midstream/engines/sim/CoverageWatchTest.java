package dev.midstream.engines.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.engines.node.WorkerEngines;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.random.SeededRounds;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.tcp.Application;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is seen of faults that are planted. */
class CoverageWatchTest {
  private static final int BUCKETS = 8;
  private static final int TRANSFERS = 4;
  private static final long MILLI = EngineCluster.MILLI;

  private final RandomGenerator random = SeededRounds.generator(1);

  private static Plan plan(CommitMode mode) {
    return new Plan(
        3,
        BUCKETS,
        2,
        LogSettings.of(mode),
        ClusterStory.all(Texts.agent().exactly()),
        Timeouts.DEFAULTS,
        Path.of(20 * MILLI),
        1);
  }

  private void begin(ClusterStory story) {
    for (int i = 0; i < TRANSFERS; i++) {
      Ends ends = Ends.IPV4.withPorts(40_000 + i, 80);
      story.transfer(new Transfer(ends, EndpointOptions.MODERN, script(), script(), Texts::edited));
    }
  }

  private Application script() {
    Application script = new Application();
    for (int part = 0; part < 10; part++) {
      script.write(Texts.drawn(random, 10_000)).pause(random.nextLong(100 * MILLI));
    }
    return script.close();
  }

  /** Watches {@code story}, whose nodes should write records in {@code mode}. */
  private static CoverageWatch watch(ClusterStory story, CommitMode mode) {
    CoverageWatch watch =
        new CoverageWatch(story.cluster, mode, ClusterStory.reader(plan(mode)), _ -> false);
    story.cluster.departures = watch::leaves;
    return watch;
  }

  @ParameterizedTest
  @EnumSource(
      value = CommitMode.class,
      names = {"STRICT", "BEFORE_ACK", "ON_CHANGE", "INTERVAL"})
  @DisplayName("both backups of each bucket have what leaves its owner, also after that is killed")
  void isCovered(CommitMode mode) {
    ClusterStory story = new ClusterStory(plan(mode)).whole();
    CoverageWatch watch = watch(story, mode);
    begin(story);
    story.run(300);
    story.cluster.kill(story.ownerOf(story.transfers.getFirst().ends));
    story.run(mode.delaysAcknowledgements() ? 60_000 : 2_000);
    assertThat(watch.compared()).isGreaterThan(100);
    assertThat(watch.openings() > 0).isEqualTo(mode.delaysOpening());
  }

  @Test
  @DisplayName("it is seen that SYN-ACKs do not wait that should")
  void seesSynAcksThatDoNotWait() {
    ClusterStory story = new ClusterStory(plan(CommitMode.ON_CHANGE)).whole();
    watch(story, CommitMode.STRICT);
    begin(story);
    assertThatThrownBy(() -> story.run(2_000)).hasMessageContaining("a SYN-ACK without a record");
  }

  @Test
  @DisplayName("it is seen that octets do not wait that should")
  void seesOctetsThatDoNotWait() {
    ClusterStory story = new ClusterStory(plan(CommitMode.ON_CHANGE)).whole();
    begin(story);
    story.run(300);
    watch(story, CommitMode.STRICT);
    assertThatThrownBy(() -> story.run(2_000)).hasMessageContaining("octets without a record");
  }

  @Test
  @DisplayName("it is seen that acknowledgements do not wait that should")
  void seesAcknowledgementsThatDoNotWait() {
    ClusterStory story = new ClusterStory(plan(CommitMode.INTERVAL)).whole();
    begin(story);
    story.run(300);
    watch(story, CommitMode.BEFORE_ACK);
    assertThatThrownBy(() -> story.run(2_000))
        .hasMessageContaining("an acknowledgement without a record");
  }

  @Test
  @DisplayName("it is seen that one of two backups says that it has records which it has not")
  void seesWhatABackupDoesNotHave() {
    ClusterStory story = new ClusterStory(plan(CommitMode.STRICT)).whole();
    watch(story, CommitMode.STRICT);
    begin(story);
    story.run(300);
    Machine liar = story.heirOf(story.transfers.getFirst().ends);
    story.cluster.carrier.logLoss =
        (from, to, message) -> {
          boolean isLost = to == liar && message instanceof Append;
          if (isLost && message instanceof Append append) {
            story.cluster.at(story.cluster.now(), () -> answer(story.cluster, from, to, append));
          }
          return isLost;
        };
    assertThatThrownBy(() -> story.run(2_000))
        .hasMessageContaining("without a record")
        .hasMessageContaining("for " + liar);
  }

  /** {@code owner} hears that {@code backup} has applied what it has not got. */
  private static void answer(EngineCluster cluster, Machine owner, Machine backup, Append append) {
    long last = append.first() + append.records().size() - 1;
    Applied applied = new Applied(append.bucket(), append.epoch(), append.since(), last);
    cluster.run(
        owner,
        () -> {
          int number = owner.workerOf(append.bucket());
          WorkerEngines worker = owner.all().get(number);
          long clock = owner.clock(cluster.now());
          worker.receive(backup.id(), applied, clock, cluster.outputOf(owner));
          cluster.afterCall(owner, number);
        });
  }
}
