package dev.midstream.engines.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.engines.message.LogMessage.BaseWanted;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.testkit.random.SeededRounds;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A backup that gets the records of an owner over a network that loses, repeats and reorders. */
class StreamTest {
  private static final long EPOCH = 100;
  private static final long SINCE = 101;
  private static final long MILLI = 1_000_000;
  private static final NodeId OWNER = new NodeId(NodeAddress.ofIpv4(1, 1), new UUID(0, 1));
  private static final NodeId BACKUP = new NodeId(NodeAddress.ofIpv4(2, 1), new UUID(0, 2));

  /** A record that an empty replica can read: all connections are no more. */
  private static final byte[] RECORD = {4};

  private static BucketReplica replica() {
    return new BucketReplica(3, EPOCH, SINCE, OWNER, null, 0);
  }

  private static Append append(long first, byte[]... records) {
    return new Append(3, EPOCH, SINCE, first, 0, List.of(records));
  }

  private static Applied applied(long number) {
    return new Applied(3, EPOCH, SINCE, number);
  }

  @Test
  @DisplayName("HSI-5 a backup applies records in order and once, and none after a gap")
  void appliesInOrder() {
    BucketReplica replica = replica();
    assertThat(replica.append(append(2, RECORD), 0)).isEqualTo(applied(0));
    assertThat(replica.append(append(1, RECORD, RECORD), 0)).isEqualTo(applied(2));
    assertThat(replica.append(append(1, RECORD), 0)).isEqualTo(applied(2));
    assertThat(replica.append(append(2, RECORD, RECORD), 0)).isEqualTo(applied(3));
    assertThat(replica.append(append(5, RECORD), 0)).isEqualTo(applied(3));
  }

  @Test
  @DisplayName("HSI-5 a backup that cannot read a record answers no more, and is of no use")
  void endsAtUnreadableRecords() {
    BucketReplica replica = replica();
    assertThat(replica.noteCounted()).isTrue();
    assertThat(replica.isHeir()).isTrue();
    assertThat(replica.append(append(1, RECORD, new byte[] {99}, RECORD), 0)).isNull();
    assertThat(replica.append(append(2, RECORD), 0)).isNull();
    assertThat(replica.isHeir()).isFalse();
  }

  private static Append ofBase(long first, long baseEnd, byte[]... records) {
    return new Append(3, EPOCH, SINCE, first, baseEnd, List.of(records));
  }

  @Test
  @DisplayName("LD-14 HSI-5 what a backup holds of an owner before counts until the base is there")
  void countsWhatItHolds() {
    Replica held = new Replica();
    BucketReplica replica = new BucketReplica(3, EPOCH, SINCE, OWNER, held, 0);
    assertThat(replica.isHeir()).isTrue();
    replica.append(ofBase(1, 2, RECORD), 0);
    assertThat(replica.replica()).isSameAs(held);
    replica.append(ofBase(2, 2, RECORD, RECORD), 0);
    assertThat(replica.replica()).isNotSameAs(held);
    assertThat(replica.isHeir()).as("it counts without being told").isTrue();
  }

  @Test
  @DisplayName("LD-14 HSI-5 a base that cannot be read leaves what a backup holds as it is")
  void keepsWhatItHolds() {
    Replica held = new Replica();
    BucketReplica replica = new BucketReplica(3, EPOCH, SINCE, OWNER, held, 0);
    assertThat(replica.append(ofBase(1, 2, RECORD, new byte[] {99}), 0)).isNull();
    assertThat(replica.replica()).isSameAs(held);
    assertThat(replica.isHeir()).isTrue();
  }

  @Test
  @DisplayName("HSI-5 a replica that begins with nothing counts when its owner says so")
  void doesNotCountWithItsBaseOnly() {
    BucketReplica replica = replica();
    replica.append(ofBase(1, 1, RECORD), 0);
    assertThat(replica.isHeir()).isFalse();
  }

  @Test
  @DisplayName("HSI-5 a backup asks for a base every 10 ms until it counts")
  void asksUntilItCounts() {
    BucketReplica replica = replica();
    assertThat(replica.want(0)).isEqualTo(new BaseWanted(3, EPOCH, SINCE));
    assertThat(replica.want(10 * MILLI - 1)).isNull();
    assertThat(replica.want(10 * MILLI)).isNotNull();
    assertThat(replica.noteCounted()).isTrue();
    assertThat(replica.noteCounted()).isFalse();
    assertThat(replica.dueNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @DisplayName("PDP-1 HSI-5 a replica of what stays asks 10 ms later, and none that cannot read")
  void asksLater() {
    BucketReplica replica = BucketReplica.ofStaying(3, EPOCH, SINCE, OWNER, 0);
    assertThat(replica.dueNanos()).isEqualTo(10 * MILLI);
    assertThat(replica.want(10 * MILLI)).isEqualTo(new BaseWanted(3, EPOCH, SINCE));
    assertThat(replica.append(ofBase(1, 1, new byte[] {99}), 0)).isNull();
    assertThat(replica.dueNanos()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  @DisplayName("HSI-5 a backup follows the owner, epoch and table that it was told, and no other")
  void followsOneLog() {
    BucketReplica replica = replica();
    assertThat(replica.follows(OWNER, EPOCH, SINCE)).isTrue();
    assertThat(replica.follows(BACKUP, EPOCH, SINCE)).isFalse();
    assertThat(replica.follows(OWNER, EPOCH - 1, SINCE)).isFalse();
    assertThat(replica.follows(OWNER, EPOCH, SINCE + 1)).isFalse();
  }

  @Test
  @DisplayName("HSI-5 all records arrive whatever is lost, repeated or late")
  void allArrive() {
    SeededRounds.run(300, random -> new Run(random).run());
  }

  /** One stream, and what is on its way by the time at which it arrives. */
  private static final class Run {
    private final RandomGenerator random;
    private final BackupStream stream =
        new BackupStream(3, EPOCH, SINCE, new Link(Link.WINDOW_BYTES, Long.MAX_VALUE));
    private final BucketReplica replica = replica();
    private final TreeMap<Long, Append> there = new TreeMap<>();
    private final TreeMap<Long, Applied> back = new TreeMap<>();
    private long nowNanos;

    Run(RandomGenerator random) {
      this.random = random;
    }

    void run() {
      int records = 1 + random.nextInt(3_000);
      while (stream.applied() < records) {
        assertThat(nowNanos).isLessThan(600_000 * MILLI);
        for (int i = random.nextInt(40); i > 0 && stream.appended() < records; i--) {
          stream.append(RECORD);
        }
        stream.sendAgain(nowNanos, this::send);
        stream.send(nowNanos, this::send);
        nowNanos += random.nextLong(3 * MILLI);
        deliver();
      }
      assertThat(replica.append(append(records + 1), 0)).isEqualTo(applied(records));
      assertThat(stream.dueNanos()).isEqualTo(Long.MAX_VALUE);
    }

    private void send(Append append) {
      for (int copies = random.nextInt(4); copies > 1; copies--) {
        there.put(nowNanos + random.nextLong(15 * MILLI), append);
      }
    }

    private void deliver() {
      for (Map.Entry<Long, Append> next = there.firstEntry();
          next != null && next.getKey() <= nowNanos;
          next = there.firstEntry()) {
        there.pollFirstEntry();
        Applied answer = replica.append(next.getValue(), nowNanos);
        if (answer != null && random.nextInt(4) != 0) {
          back.put(nowNanos + random.nextLong(15 * MILLI), answer);
        }
      }
      for (Applied each : back.headMap(nowNanos, true).values()) {
        stream.noteApplied(each.number(), nowNanos);
      }
      back.headMap(nowNanos, true).clear();
    }
  }
}
