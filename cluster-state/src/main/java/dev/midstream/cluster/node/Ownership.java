package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.NodeId;
import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The buckets that this node has opened, gives away, takes over and backs up. */
final class Ownership {
  private final NodeContext context;
  private final Agreement agreement;
  private final TablePlan plan;
  private final long[] open;
  private final long[] stopping;
  private final boolean[] silent;
  private final boolean[] stopped;
  private final long[] lasts;
  private final long[] coming;
  private final long[] received;
  private final long[] kept;
  private final Set<Integer> wanted = new TreeSet<>();
  private final Map<Integer, Long> loads = new TreeMap<>();
  private BitSet filter = new BitSet();
  private final Leaving leaving;
  private final BucketNews news;
  private long reportedNanos;

  Ownership(NodeContext context, Agreement agreement, TablePlan plan) {
    this.context = context;
    this.agreement = agreement;
    this.plan = plan;
    reportedNanos = context.now();
    int count = context.settings.buckets();
    open = new long[count];
    stopping = new long[count];
    silent = new boolean[count];
    stopped = new boolean[count];
    lasts = new long[count];
    coming = new long[count];
    received = new long[count];
    kept = new long[count];
    leaving = new Leaving(context.self, count);
    news = new BucketNews(context.self, leaving, count);
  }

  /**
   * The epoch with which this node has opened {@code bucket}; {@link Epoch#NONE} if it has not, or
   * gives it back.
   */
  long openEpoch(int bucket) {
    long epoch = open[bucket];
    boolean isLost = epoch != Epoch.NONE && news.lost[bucket] == epoch;
    return isLost && news.isGivenBack(bucket, agreement.agreed()) ? Epoch.NONE : epoch;
  }

  /** Whether this node has opened some bucket, and each that it owns and has a replica of. */
  boolean isOpen() {
    AllocationTable table = agreement.agreed();
    boolean hasAny = false;
    for (int number = 0; table != null && number < table.bucketCount(); number++) {
      Bucket bucket = table.bucket(number);
      if (bucket.isOwnedBy(context.self) && news.missing[number] != bucket.epoch()) {
        if (open[number] != bucket.epoch()) {
          return false;
        }
        hasAny = true;
      }
    }
    return hasAny;
  }

  boolean isDraining() {
    return leaving.role() != null;
  }

  /** Does what a newly agreed table asks for. */
  void apply() {
    AllocationTable table = agreement.agreed();
    if (table == null || !table.isMember(context.self)) {
      return;
    }
    for (int number = 0; number < table.bucketCount(); number++) {
      Bucket bucket = table.bucket(number);
      if (bucket.isOwnedBy(context.self)) {
        own(number, bucket);
      } else {
        giveAway(number, bucket);
        backUp(number, bucket);
      }
      leaving.noteObeyed(number, bucket);
      if (bucket.owner() != null) {
        wanted.remove(number);
      }
    }
    Member self = table.member(context.self);
    if (leaving.obey(self == null ? null : self.role())) {
      context.add(new ClusterEffect.GiveStaying());
    }
    tellFilter();
  }

  private void own(int number, Bucket bucket) {
    kept[number] = Epoch.NONE;
    stopping[number] = Epoch.NONE;
    boolean given = bucket.from() == null || lasts[number] == bucket.epoch();
    boolean isNew = open[number] != bucket.epoch() && news.missing[number] != bucket.epoch();
    if (given && isNew) {
      open[number] = bucket.epoch();
      news.noteOpen(number, agreement.agreed());
      context.add(new ClusterEffect.OpenBucket(number, bucket.epoch(), bucket.inherited()));
    }
  }

  private void giveAway(int number, Bucket bucket) {
    NodeId owner = bucket.owner();
    if (owner != null && context.self.equals(bucket.from())) {
      handOver(number, bucket.epoch(), owner);
    } else if (open[number] != Epoch.NONE || stopping[number] != Epoch.NONE) {
      open[number] = Epoch.NONE;
      stopping[number] = Epoch.NONE;
      context.add(
          bucket.isComplete(context.self)
              ? new ClusterEffect.BecomeBackup(number, bucket.epoch())
              : new ClusterEffect.ForgetBucket(number));
    }
  }

  private void handOver(int number, long epoch, NodeId taker) {
    if (stopping[number] != epoch) {
      stopping[number] = epoch;
      silent[number] = false;
      stopped[number] = false;
      open[number] = Epoch.NONE;
      boolean stays = leaving.stays(number, agreement.agreed());
      context.add(new ClusterEffect.StopBucket(number, epoch, taker, stays));
    }
  }

  private void backUp(int number, Bucket bucket) {
    Backup backup = bucket.backupOf(context.self);
    NodeId owner = bucket.owner();
    if (backup == null || owner == null || backup.unreadable()) {
      if (kept[number] != Epoch.NONE) {
        kept[number] = Epoch.NONE;
        news.ready[number] = Epoch.NONE;
        context.add(new ClusterEffect.DropReplica(number));
      }
    } else if (!backup.complete() && kept[number] != backup.since() && bucket.from() == null) {
      kept[number] = backup.since();
      context.add(
          new ClusterEffect.KeepReplica(
              number, bucket.epoch(), backup.since(), owner, backup.held()));
    } else if (backup.complete()) {
      kept[number] = backup.since();
    }
  }

  /**
   * A bucket that is handed over is received by its giver until its taker has all records and
   * receives it, too; and by its taker since the giver has stopped. So no packet is lost, and
   * neither receives what the other one sends.
   */
  private void tellFilter() {
    BitSet now = new BitSet(open.length);
    for (int number = 0; number < open.length; number++) {
      boolean isGiven = stopping[number] != Epoch.NONE && !isGone(number);
      now.set(number, openEpoch(number) != Epoch.NONE || isGiven || isComing(number));
    }
    if (!now.equals(filter)) {
      BitSet before = filter;
      filter = now;
      context.add(new ClusterEffect.SetFilter(now));
      now.stream().filter(number -> !before.get(number)).forEach(this::answerGiver);
    }
  }

  /** Whether the taker of a bucket has all records, and receives its packets. */
  private boolean isGone(int number) {
    return stopped[number] && received[number] == stopping[number];
  }

  private boolean isComing(int number) {
    long taken = epochBeingTaken(number);
    return taken != Epoch.NONE && coming[number] == taken && news.missing[number] != taken;
  }

  private void answerGiver(int number) {
    AllocationTable table = agreement.agreed();
    NodeId giver = table == null ? null : table.bucket(number).from();
    if (giver != null && isComing(number)) {
      context.send(giver, new ClusterMessage.Receiving(number, coming[number]));
    }
  }

  void onReady(int bucket, long since) {
    if (kept[bucket] == since) {
      news.ready[bucket] = since;
      report();
    }
  }

  /** A bucket that is being handed over to this node, which cannot read it, goes back. */
  void onUnreadable(int bucket, long since) {
    long taking = epochBeingTaken(bucket);
    if (taking != Epoch.NONE && news.missing[bucket] != taking) {
      news.missing[bucket] = taking;
      tellFilter();
      reportUnreadable();
    } else if (kept[bucket] == since && news.unreadable[bucket] != since) {
      news.unreadable[bucket] = since;
      reportUnreadable();
    }
  }

  /** The epoch of a bucket that another node hands over to this one; {@link Epoch#NONE} if none. */
  private long epochBeingTaken(int number) {
    AllocationTable table = agreement.agreed();
    if (table == null) {
      return Epoch.NONE;
    }
    Bucket bucket = table.bucket(number);
    boolean isTaken = bucket.isOwnedBy(context.self) && bucket.from() != null;
    return isTaken && open[number] != bucket.epoch() ? bucket.epoch() : Epoch.NONE;
  }

  private void reportUnreadable() {
    context.report(ClusterEffect.Event.UNREADABLE);
    report();
  }

  void onMissing(int bucket, long epoch) {
    if (open[bucket] == epoch) {
      open[bucket] = Epoch.NONE;
      news.missing[bucket] = epoch;
      tellFilter();
      report();
    }
  }

  /** The taker may receive the packets of a bucket: none of them is one that this node sends. */
  void onSilent(int bucket, long epoch) {
    if (stopping[bucket] == epoch && !silent[bucket]) {
      silent[bucket] = true;
      tellTaker(bucket);
    }
  }

  void onStopped(int bucket, long epoch) {
    onSilent(bucket, epoch);
    if (stopping[bucket] == epoch) {
      stopped[bucket] = true;
      letGo(bucket);
    }
  }

  /** The taker of a bucket keeps its packets from now on. */
  void onReceiving(int bucket, long epoch) {
    received[bucket] = Math.max(received[bucket], epoch);
    letGo(bucket);
  }

  void onStayingRefused(int bucket, long epoch) {
    if (stopping[bucket] == epoch && !stopped[bucket]) {
      leaving.refuse(bucket, epoch);
      report();
    }
  }

  private void letGo(int bucket) {
    if (isGone(bucket)) {
      tellFilter();
      if (leaving.isAnyStaying(bucket)) {
        context.add(new ClusterEffect.GoOn(bucket));
      }
      tellTaker(bucket);
    }
  }

  void onStayingListed(int bucket, long epoch) {
    news.listed[bucket] = Math.max(news.listed[bucket], epoch);
    report();
  }

  /** This node gives a bucket back: it neither sends nor receives packets of it from now on. */
  void onStayingLost(int bucket, long epoch) {
    news.lost[bucket] = Math.max(news.lost[bucket], epoch);
    tellFilter();
    report();
  }

  /** The giver of a bucket sends nothing of it any more: its packets wait here. */
  void onGiverStopped(int bucket, long epoch) {
    coming[bucket] = Math.max(coming[bucket], epoch);
    if (filter.get(bucket)) {
      answerGiver(bucket);
    }
    tellFilter();
  }

  void onLast(int bucket, long epoch) {
    lasts[bucket] = Math.max(lasts[bucket], epoch);
    apply();
    report();
  }

  void onWanted(int bucket) {
    AllocationTable table = agreement.agreed();
    if ((table == null || table.bucket(bucket).owner() == null) && wanted.add(bucket)) {
      report();
    }
  }

  void onLoads(Map<Integer, Long> report) {
    loads.putAll(report);
  }

  void drain(Member.Role how) {
    if (leaving.drain(how)) {
      context.add(new ClusterEffect.GiveStaying());
    }
    context.setOrder(leaving.last());
    report();
  }

  void onIdle(int bucket) {
    leaving.noteIdle(bucket);
    report();
  }

  void tick() {
    if (context.now() - reportedNanos >= 2 * context.settings.tickNanos()) {
      report();
      tellTakers();
    }
  }

  private void tellTakers() {
    for (int number = 0; number < open.length; number++) {
      tellTaker(number);
    }
  }

  /** Says to the node that takes over a bucket how far this node is, if it is to go on. */
  private void tellTaker(int number) {
    if (stopping[number] == Epoch.NONE) {
      return;
    }
    AllocationTable table = agreement.agreed();
    NodeId taker = table == null ? null : table.bucket(number).owner();
    long epoch = table == null ? Epoch.NONE : table.bucket(number).epoch();
    if (taker == null || stopping[number] != epoch) {
      return;
    }
    if (isGone(number)) {
      context.send(taker, new ClusterMessage.Last(number, epoch));
    } else if (silent[number] && received[number] != epoch) {
      context.send(taker, new ClusterMessage.Stopped(number, epoch));
    }
  }

  /** Tells the coordinator what the agreed table does not show yet. */
  void report() {
    NodeId coordinator = agreement.coordinator();
    ClusterMessage.BucketReport report = news.report(agreement.agreed(), open, wanted, loads);
    if (coordinator == null || report == null) {
      return;
    }
    reportedNanos = context.now();
    loads.clear();
    if (coordinator.equals(context.self)) {
      plan.report(context.self, report);
    } else {
      context.send(coordinator, report);
    }
  }
}
