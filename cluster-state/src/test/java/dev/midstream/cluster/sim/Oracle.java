package dev.midstream.cluster.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What must hold after every step of every node. */
final class Oracle {
  /** How many rounds lie at least between two tables if members went on that are no majority. */
  private static final int LEAP = 4096;

  private static final BitSet NOTHING = new BitSet();

  private final List<Host> hosts;
  private final int buckets;
  private final Tally tally;
  private final Map<Long, NodeId>[] ownerOfEpoch;
  private final BitSet emitted = new BitSet();
  private final long[] lastEpoch;
  private final long[] released;
  private final long[] contents;
  private @Nullable AllocationTable latest;
  private final Set<NodeId> founders = new HashSet<>();
  private final BitSet fenced = new BitSet();
  private final Founding founding;

  /** Two clusters that do not know each other own the same buckets. */
  boolean allowsTwo;

  @SuppressWarnings({"unchecked", "rawtypes"})
  Oracle(List<Host> hosts, int buckets, Tally tally) {
    this.hosts = hosts;
    this.buckets = buckets;
    this.tally = tally;
    founding = new Founding(hosts);
    ownerOfEpoch = new Map[buckets];
    for (int bucket = 0; bucket < buckets; bucket++) {
      ownerOfEpoch[bucket] = new HashMap();
    }
    lastEpoch = new long[buckets];
    released = new long[buckets];
    contents = new long[buckets];
  }

  /** {@code host} is about to process {@code input}. */
  void note(Host host, ClusterInput input, long nowNanos) {
    founding.note(host, input, nowNanos);
  }

  /** {@code host} is about to do something. It does not give up what those that are left know. */
  void note(Host host, ClusterEffect effect) {
    founding.note(host.id(), effect);
    boolean doubts =
        effect instanceof ClusterEffect.StepDown down
            && down.reason() == ClusterEffect.Reason.DOUBT;
    AllocationTable its = doubts ? host.node().table() : null;
    if (its != null) {
      tally.count(founding.checkDoubt(host.id(), its), Happening.UNDECIDED);
    }
  }

  /** No two nodes may emit packets of the same bucket, whatever their epochs. */
  void afterStep(long nowNanos) {
    emitted.clear();
    for (Host host : hosts) {
      BitSet open = host.isRunning() && !host.isPaused() ? host.open() : NOTHING;
      boolean isLeased = !open.isEmpty() && host.isEmitting(nowNanos);
      if (isLeased && emitted.intersects(open) && !allowsTwo) {
        throw new AssertionError(twoOwners(host, open, nowNanos));
      }
      if (isLeased) {
        emitted.or(open);
      }
      noteFenced(host, !open.isEmpty() && !isLeased);
    }
  }

  private void noteFenced(Host host, boolean isFenced) {
    if (isFenced && !fenced.get(host.number)) {
      tally.count(Happening.FENCED);
    }
    fenced.set(host.number, isFenced);
  }

  private String twoOwners(Host host, BitSet open, long nowNanos) {
    BitSet both = (BitSet) open.clone();
    both.and(emitted);
    int bucket = both.nextSetBit(0);
    Host other =
        hosts.stream().filter(each -> each.emits(bucket, nowNanos)).findFirst().orElseThrow();
    return "two owners: bucket="
        + bucket
        + " "
        + other
        + " "
        + text(other, bucket)
        + ", "
        + host
        + " "
        + text(host, bucket);
  }

  private static String text(Host host, int bucket) {
    return Epoch.text(host.node().openEpoch(bucket)) + " of " + host.node().table();
  }

  /** No two nodes ever open a bucket with the same epoch. */
  void opened(Host host, int bucket, long epoch, long nowNanos) {
    NodeId other = ownerOfEpoch[bucket].putIfAbsent(epoch, host.id());
    if (other != null && !other.equals(host.id()) && !allowsTwo) {
      throw new AssertionError(
          "two owners of an epoch: bucket="
              + bucket
              + " epoch="
              + Epoch.text(epoch)
              + " first="
              + other
              + " then="
              + host.id());
    }
    boolean differs =
        host.records[bucket] == released[bucket] && host.contents[bucket] != contents[bucket];
    if ((host.records[bucket] < released[bucket] || differs) && host.emits(bucket, nowNanos)) {
      throw new AssertionError(
          "a released record is lost: bucket="
              + bucket
              + " epoch="
              + Epoch.text(epoch)
              + " known="
              + host.records[bucket]
              + " released="
              + released[bucket]
              + " by "
              + host);
    }
  }

  /** A node that has opened no bucket announces nothing. */
  void announced(Host host) {
    for (int bucket = 0; bucket < buckets; bucket++) {
      if (host.node().openEpoch(bucket) != Epoch.NONE) {
        return;
      }
    }
    throw new AssertionError("it announces without buckets: " + host);
  }

  /**
   * A table is agreed on. A bucket without a complete replica has lost its records. A table is old
   * if there was a later one; unless all that knew that one are dead, and others go on.
   */
  void agreed(AllocationTable table) {
    AllocationTable before = latest;
    boolean isNew = founders.add(table.founder());
    boolean isOld =
        before != null
            && !isNew
            && (!before.founder().equals(table.founder())
                || (!table.version().isAfter(before.version()) && isKnown(before)));
    if (isOld) {
      return;
    }
    if (before != null) {
      note(before, table, isNew);
    }
    if (isNew) {
      Arrays.fill(lastEpoch, 0);
      Arrays.stream(ownerOfEpoch).forEach(Map::clear);
    }
    latest = table;
    for (int bucket = 0; bucket < buckets; bucket++) {
      NodeId owner = table.bucket(bucket).owner();
      boolean kept =
          owner != null && before != null && !isNew && before.bucket(bucket).isKnownTo(owner);
      if (!kept) {
        tally.count(released[bucket] > 0, Happening.LOST);
        released[bucket] = 0;
        contents[bucket] = 0;
      }
    }
  }

  private void note(AllocationTable before, AllocationTable table, boolean isNew) {
    long rounds = table.version().term().round() - before.version().term().round();
    List<Member> stay =
        before.members().stream()
            .filter(each -> each.isVoter() && table.isMember(each.id()))
            .toList();
    long active = stay.stream().filter(each -> each.role() != Member.Role.WITNESS).count();
    int most = before.voterIds().size();
    tally.count(isNew, Happening.FOUNDED_ANEW);
    tally.count(!isNew && rounds >= LEAP, Happening.LEAPT);
    boolean isLess = stay.size() < most;
    tally.count(isLess && 2 * active <= most && 2 * stay.size() > most, Happening.WITNESSED);
  }

  /**
   * Whether a process that runs and votes knows that {@code table}, or a later one, is agreed on.
   */
  private boolean isKnown(AllocationTable table) {
    for (Host host : hosts) {
      boolean votes = host.isRunning() && !host.isDispatcher();
      AllocationTable its = votes ? host.node().table() : null;
      if (its != null && !table.version().isAfter(its.version())) {
        return true;
      }
    }
    return false;
  }

  /** {@code host} releases its last record: every complete replica ends with the same one. */
  void replicated(Host host, Host replica, int bucket) {
    if (replica.records[bucket] != host.records[bucket]
        || replica.contents[bucket] != host.contents[bucket]) {
      throw new AssertionError(
          "a replica differs: bucket="
              + bucket
              + " record="
              + host.records[bucket]
              + " of "
              + host
              + ", "
              + replica.records[bucket]
              + " of "
              + replica);
    }
  }

  /** {@code host} releases a record: its epoch is never lower than that of an earlier release. */
  void released(Host host, int bucket, long record, long content) {
    long epoch = host.node().openEpoch(bucket);
    if (epoch < lastEpoch[bucket]) {
      throw new AssertionError(
          "a refused epoch emits: bucket="
              + bucket
              + " epoch="
              + Epoch.text(epoch)
              + " last="
              + Epoch.text(lastEpoch[bucket])
              + " "
              + host);
    }
    if (record <= released[bucket]) {
      throw new AssertionError(
          "a released record is lost: bucket="
              + bucket
              + " record="
              + record
              + " released="
              + released[bucket]
              + " by "
              + host);
    }
    tally.count(Happening.RELEASED);
    lastEpoch[bucket] = epoch;
    released[bucket] = record;
    contents[bucket] = content;
  }
}
