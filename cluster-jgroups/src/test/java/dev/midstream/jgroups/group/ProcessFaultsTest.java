package dev.midstream.jgroups.group;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.jgroups.carrier.Recorder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes in processes that are killed and stopped. {@code -Dmidstream.kills=100} kills until a
 * hundred have bound their port again within 100 ms.
 */
@Tag("slow")
class ProcessFaultsTest {
  private static final int KILLS = Integer.getInteger("midstream.kills", 5);
  private static final long FOR_EVER_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long QUICK_MILLIS = 100;
  private static final int RECORD_BYTES = 60_000;

  @SuppressWarnings("NullAway.Init") // set before each test
  @TempDir
  private Path directory;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Nodes nodes;

  private final Recorder heard = new Recorder();

  @BeforeEach
  void makeNodes() {
    nodes = new Nodes(directory.resolve("authority"));
  }

  private NodeProcess standby(int number) throws Exception {
    return NodeProcess.start(nodes, number, Nodes.DETECT_NANOS);
  }

  private void awaitView(NodeId... members) {
    Set<NodeId> wanted = Set.of(members);
    heard.await("a view of " + wanted, each -> Set.copyOf(each.view()).equals(wanted));
  }

  /**
   * What became of one kill. All times count from the kill on.
   *
   * @param freeMillis when the process of the next life could bind the same port
   * @param boundMillis when its carrier had bound it, after its start
   * @param deadMillis when the node was proved dead
   * @param joinedMillis when the next life had joined
   * @param firstView the members of the first view of the next life
   */
  private record Restart(
      long freeMillis, long boundMillis, long deadMillis, long joinedMillis, int firstView) {
    boolean isQuick() {
      return freeMillis < QUICK_MILLIS;
    }
  }

  @Test
  @Timeout(1800)
  @DisplayName(
      "LD-4 LD-14 a killed node is proved dead, its next life on the same port joins at once")
  void survivesKills() throws Exception {
    List<Restart> restarts = new ArrayList<>();
    NodeProcess running = standby(2);
    try (GroupCarrier first = nodes.carrier(1)) {
      first.open(heard);
      running.open();
      awaitView(first.self(), running.life());
      while (quick(restarts) < KILLS && restarts.size() < 2 * KILLS + 20) {
        NodeProcess next = standby(2);
        NodeProcess before = running;
        running = next;
        restarts.add(restart(first, before, next));
      }
    } finally {
      running.kill();
      restarts.forEach(System.out::println);
      System.out.println(
          "on the port within 100 ms: " + quick(restarts) + " of " + restarts.size());
    }
    assertThat(heard.dead()).doesNotContain(running.life());
    assertThat(restarts)
        .allSatisfy(each -> {
          assertThat(each.deadMillis()).isLessThan(2_000);
          assertThat(each.joinedMillis()).isLessThan(10_000);
          assertThat(each.firstView()).isEqualTo(2);
        });
    assertThat(quick(restarts)).as("on the port within 100 ms").isEqualTo(KILLS);
  }

  private static long quick(List<Restart> restarts) {
    return restarts.stream().filter(Restart::isQuick).count();
  }

  /** Kills a node, and opens its next life, which waits for that in a process of its own. */
  private Restart restart(GroupCarrier first, NodeProcess killed, NodeProcess next)
      throws IOException {
    NodeId gone = killed.life();
    long begin = System.nanoTime();
    killed.kill();
    next.open();
    long openedMicros = (System.nanoTime() - begin) / 1_000;
    heard.await("a proof that " + gone + " is dead", each -> each.dead().contains(gone));
    long deadMillis = (System.nanoTime() - begin) / 1_000_000;
    awaitView(first.self(), next.life());
    long joinedMillis = (System.nanoTime() - begin) / 1_000_000;
    NodeProcess.Opened opened = next.awaitOpened();
    return new Restart(
        (openedMicros + opened.freeMicros()) / 1_000,
        (openedMicros + opened.boundMicros()) / 1_000,
        deadMillis,
        joinedMillis,
        opened.firstView());
  }

  @Test
  @Timeout(120)
  @DisplayName("LD-4 LD-6 a stopped node is suspected, not proved dead, and comes back")
  void survivesStops() throws Exception {
    try (GroupCarrier first = nodes.carrier(1);
        NodeProcess other = standby(2)) {
      first.open(heard);
      other.open();
      awaitView(first.self(), other.life());

      other.signal("STOP");
      awaitView(first.self());
      assertThat(heard.suspected()).contains(other.life());
      first.verify(other.life());
      other.signal("CONT");
      heard.await(
          "both again",
          each -> each.view().contains(other.life()) && each.view().contains(first.self()));
      assertThat(heard.dead()).isEmpty();
    }
  }

  @Test
  @Timeout(120)
  @DisplayName("HDP-17 a backup that is stuck delays no log of another one")
  void delaysNobodyElse() throws Exception {
    GroupSettings patient = nodes.settings(1, Nodes.CONFIGURATION, FOR_EVER_NANOS);
    try (GroupCarrier first = new GroupCarrier(patient, nodes.credentials(1), nodes.life(1));
        NodeProcess quick = NodeProcess.start(nodes, 2, FOR_EVER_NANOS);
        NodeProcess stuck = NodeProcess.start(nodes, 3, FOR_EVER_NANOS)) {
      first.open(heard);
      quick.open();
      awaitView(first.self(), quick.life());
      stuck.open();
      awaitView(first.self(), quick.life(), stuck.life());
      repeatUntilAnswered(first, quick.life(), 1);
      repeatUntilAnswered(first, stuck.life(), 2);

      stuck.signal("STOP");
      for (int each = 0; each < 500; each++) {
        first.send(stuck.life(), record(3 + each, RECORD_BYTES));
      }
      long longestNanos = 0;
      for (int each = 0; each < 200; each++) {
        longestNanos = Math.max(longestNanos, exchange(first, quick.life(), 10_000 + each));
      }
      assertThat(Duration.ofNanos(longestNanos)).isLessThan(Duration.ofSeconds(5));
      assertThat(heard.view()).contains(stuck.life());
      stuck.signal("CONT");
    }
  }

  private static LogMessage record(long number, int length) {
    return new LogMessage.Append(1, 1, 1, number, 0, List.of(new byte[length]));
  }

  /** A record may be lost as long as its receiver has not got the view. */
  private void repeatUntilAnswered(GroupCarrier first, NodeId to, long number) {
    int left = 100;
    do {
      assertThat(left--).isPositive();
      first.send(to, record(number, 200));
    } while (!heard.comes(Duration.ofMillis(200), each -> isAnswered(each, number)));
  }

  /** Sends a record and waits for its answer; returns how long that took. */
  private long exchange(GroupCarrier first, NodeId to, long number) {
    long begin = System.nanoTime();
    first.send(to, record(number, 200));
    heard.await("an answer", each -> isAnswered(each, number));
    return System.nanoTime() - begin;
  }

  private static boolean isAnswered(Recorder recorder, long number) {
    return recorder.logs().reversed().stream()
        .anyMatch(each -> each.equals(new LogMessage.Applied(1, 1, 1, number)));
  }
}
