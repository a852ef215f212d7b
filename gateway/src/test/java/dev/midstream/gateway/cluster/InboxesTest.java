package dev.midstream.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.gateway.inbox.Inbox;
import dev.midstream.jgroups.carrier.Octets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class InboxesTest {
  private static final NodeId SELF =
      new NodeId(NodeAddress.ofIpv4(0x0a090001, 7800), new UUID(1, 1));

  private final Inboxes inboxes = new Inboxes(3);

  @Test
  @DisplayName("HDP-15 HSI-6 what is announced reaches all other workers")
  void announcesToTheOthers() {
    assertThat(inboxes.announce(1, SELF, 4, new byte[] {5})).isTrue();
    assertThat(inboxes.of(0).poll()).isInstanceOf(Arrival.Announced.class);
    assertThat(inboxes.of(1).isEmpty()).isTrue();
    assertThat(inboxes.of(2).poll()).isInstanceOf(Arrival.Announced.class);
  }

  @Test
  @DisplayName("HDP-15 HSI-6 if one worker has no room, none is told, and the agent hears of it")
  void announcesToAllOrNone() {
    inboxes.of(2).put(new Arrival.Announced(SELF, 4, new byte[Inbox.MAX_BYTES]));
    assertThat(inboxes.announce(1, SELF, 4, new byte[] {5})).isFalse();
    assertThat(inboxes.of(0).isEmpty()).isTrue();
  }

  @Test
  @DisplayName(
      "HSI-2 tables of other nodes take the room that they need, and no more wait than fit")
  void chargesTables() {
    AllocationTable table =
        AllocationTable.first(
            new Version(new Term(1, SELF), 1),
            SELF,
            new Secret(new byte[Secret.BYTES]),
            Member.Role.ACTIVE,
            AllocationTable.MAX_BUCKETS);
    for (ClusterMessage message :
        List.of(
            new ClusterMessage.Install(table),
            new ClusterMessage.Propose(table),
            new ClusterMessage.Promised(table.version().term(), table, true, 0),
            new ClusterMessage.Refused(null, table))) {
      int octets = Octets.of(message).length;
      int charged = happened(message).bytes();
      assertThat(charged).isBetween(octets, 3 * octets); // here without backups
    }
    int tables = 0;
    while (inboxes.ofNode().offer(happened(new ClusterMessage.Install(table)))) {
      tables++;
    }
    assertThat(tables)
        .isLessThanOrEqualTo(Inbox.MAX_BYTES / Octets.of(new ClusterMessage.Install(table)).length);
    assertThat(happened(new ClusterMessage.JoinPending()).bytes()).isEqualTo(1_024);
  }

  @Test
  @DisplayName("HSI-2 a report takes room for each bucket of which it tells")
  void chargesReports() {
    Map<Integer, Long> all =
        IntStream.range(0, AllocationTable.MAX_BUCKETS)
            .boxed()
            .collect(Collectors.toMap(each -> each, _ -> 1L << 40));
    ClusterMessage report =
        new ClusterMessage.BucketReport(all, all, all, all, all.keySet(), all, null, false);
    int octets = Octets.of(report).length;
    assertThat(happened(report).bytes()).isBetween(octets, 2 * octets);
  }

  private static Arrival happened(ClusterMessage message) {
    return new Arrival.Happened(SELF, new ClusterInput.Received(SELF, message));
  }

  @Test
  @DisplayName("HDP-15 each bucket has one worker")
  void dividesBuckets() {
    assertThat(inboxes.workerOf(0)).isZero();
    assertThat(inboxes.workerOf(5)).isEqualTo(2);
  }

  @Test
  @DisplayName("LD-5 a node is late if another of its workers was not at work for a while")
  void noticesLateWorkers() {
    Pulses pulses = new Pulses(3);
    assertThat(pulses.isAnyLate(0, 10, 1_000)).as("none has begun").isFalse();
    pulses.beat(0, 0);
    pulses.beat(1, 990);
    assertThat(pulses.isAnyLate(0, 10, 1_000)).isFalse();
    assertThat(pulses.isAnyLate(0, 10, 1_001)).isTrue();
    assertThat(pulses.isAnyLate(1, 10, 1_000)).isTrue();
  }
}
