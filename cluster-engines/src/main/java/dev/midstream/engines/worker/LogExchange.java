package dev.midstream.engines.worker;

import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.BucketLog;
import dev.midstream.engines.log.BucketReplica;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.message.LogMessage.Append;
import dev.midstream.engines.message.LogMessage.Applied;
import dev.midstream.engines.message.LogMessage.BaseWanted;
import dev.midstream.engines.message.LogMessage.Counted;
import dev.midstream.engines.message.LogMessage.Refused;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.LogState;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The messages between the owners of buckets and those that keep replicas of them. */
final class LogExchange {
  private final BucketStates states;
  private final OpenEngines open;
  private final Surroundings surroundings;
  private final NodeExpectations expectations;
  private final StayingHere here;
  private final StayingElsewhere elsewhere;
  private final Consumer<Consumer<Engine>> engines;

  /**
   * The messages of a worker.
   *
   * @param engines shows what others announce to each engine
   */
  LogExchange(
      BucketStates states,
      OpenEngines open,
      Surroundings surroundings,
      NodeExpectations expectations,
      StayingHere here,
      StayingElsewhere elsewhere,
      Consumer<Consumer<Engine>> engines) {
    this.here = here;
    this.elsewhere = elsewhere;
    this.states = states;
    this.open = open;
    this.surroundings = surroundings;
    this.expectations = expectations;
    this.engines = engines;
  }

  void receive(NodeId from, LogMessage message, long nowNanos) {
    switch (message) {
      case Append append -> onAppend(from, append, nowNanos);
      case Applied applied -> onApplied(from, applied, nowNanos);
      case BaseWanted wanted -> onBaseWanted(from, wanted, nowNanos);
      case Counted counted -> onCounted(from, counted);
      case Refused refused -> onRefused(from, refused, nowNanos);
    }
  }

  private void onAppend(NodeId from, Append append, long nowNanos) {
    if (append.since() == LogMessage.ANNOUNCEMENTS) {
      Applied answer = expectations.append(from, append, engines, nowNanos);
      if (answer != null) {
        surroundings.send(from, answer);
      }
      return;
    }
    if (elsewhere.follows(from, append)) {
      onStayingAppend(from, append, nowNanos);
      return;
    }
    int number = append.bucket();
    Bucket bucket = states.agreed(number);
    if (bucket == null) {
      return;
    }
    if (append.epoch() < bucket.epoch() && !bucket.isOwnedBy(from) && !from.equals(bucket.from())) {
      surroundings.send(from, new Refused(number, append.epoch(), bucket.epoch()));
      return;
    }
    BucketReplica replica = states.replica(number);
    if (replica != null && replica.follows(from, append.epoch(), append.since())) {
      Applied answer = replica.append(append, nowNanos);
      if (answer != null) {
        surroundings.send(from, answer);
      } else {
        surroundings.tell(new ClusterInput.ReplicaUnreadable(number, append.since()));
      }
    }
  }

  /** What stays with a node: only the owner of the bucket says of itself that it cannot read it. */
  private void onStayingAppend(NodeId from, Append append, long nowNanos) {
    LogMessage answer = elsewhere.append(from, append, nowNanos);
    if (answer != null) {
      surroundings.send(from, answer);
    }
    Bucket agreed = states.agreed(append.bucket());
    if (agreed == null || !agreed.isOwnedBy(states.node().self())) {
      return;
    }
    if (answer instanceof Refused refused) {
      surroundings.tell(new ClusterInput.StayingUnreadable(append.bucket(), refused.newer()));
    } else if (elsewhere.isListUnreadable(append.bucket())) {
      surroundings.tell(new ClusterInput.StayingUnreadable(append.bucket(), append.epoch()));
    }
  }

  private void onApplied(NodeId from, Applied applied, long nowNanos) {
    if (applied.since() == LogMessage.STAYING_KEYS) {
      here.lists().onApplied(from, applied, nowNanos);
      return;
    }
    boolean isOfOwner = LogMessage.isStayingLog(applied.since());
    BucketLog log =
        isOfOwner
            ? here.log(applied.bucket(), applied.epoch(), true)
            : log(applied.bucket(), applied.epoch());
    if (log != null) {
      log.noteApplied(from, applied.since(), applied.number(), nowNanos);
    }
  }

  private @Nullable BucketLog log(int bucket, long epoch) {
    OwnedBucket owned = states.owned(bucket);
    if (owned != null && owned.log().epoch() == epoch) {
      return owned.log();
    }
    GivenBucket given = states.given(bucket);
    return given != null && given.log().epoch() == epoch
        ? given.log()
        : here.log(bucket, epoch, false);
  }

  /** Begins a base if the table names the backup: it counts only for those that know that table. */
  private void onBaseWanted(NodeId from, BaseWanted wanted, long nowNanos) {
    if (LogMessage.isStayingLog(wanted.since())) {
      onStayingWanted(from, wanted);
      return;
    }
    OwnedBucket owned = writing(wanted.bucket(), nowNanos);
    Bucket bucket = states.agreed(wanted.bucket());
    Backup backup = bucket == null ? null : bucket.backupOf(from);
    boolean isNamed = backup != null && !backup.unreadable() && backup.since() == wanted.since();
    if (owned != null && isNamed && owned.log().epoch() == wanted.epoch() && owned.isSettled()) {
      open.enterAll(wanted.bucket());
      owned
          .log()
          .begin(from, wanted.since(), taker -> owned.engine().moves().writeBase(taker, nowNanos));
      open.leave();
    }
  }

  /** The owner of a bucket, which gets what stays here, waits for the word that it counts. */
  private void onStayingWanted(NodeId from, BaseWanted wanted) {
    BucketLog log = here.log(wanted.bucket(), wanted.epoch(), true);
    if (log != null && log.hasBackup(from)) {
      log.begin(from, wanted.since(), _ -> {});
    }
  }

  /**
   * The bucket, if a base of it may be begun. One whose owner waits for the list of what stays
   * elsewhere gives bases, too: if it cannot read that, the bucket is to move on.
   */
  private @Nullable OwnedBucket writing(int number, long nowNanos) {
    OwnedBucket owned = states.owned(number);
    boolean waits =
        owned != null
            && owned.isPaused()
            && !owned.log().isHeldBack()
            && owned.log().state() == LogState.COMMITTING
            && states.node().mayEmit(number, nowNanos);
    return waits ? owned : states.sending(number, nowNanos);
  }

  private void onCounted(NodeId from, Counted counted) {
    elsewhere.onCounted(from, counted);
    BucketReplica replica = states.replica(counted.bucket());
    if (replica != null
        && replica.follows(from, counted.epoch(), counted.since())
        && replica.noteCounted()) {
      surroundings.tell(new ClusterInput.ReplicaReady(counted.bucket(), counted.since()));
    }
  }

  private void onRefused(NodeId from, Refused refused, long nowNanos) {
    here.onRefused(from, refused.bucket(), refused.newer(), nowNanos);
    OwnedBucket owned = states.owned(refused.bucket());
    if (owned != null && owned.log().epoch() == refused.epoch()) {
      owned.log().refuse(refused.newer());
    }
  }

  /** Does what the agreed table says of the backups of an owned bucket, and of the members. */
  void obey(int number, long nowNanos) {
    elsewhere.obey(number, nowNanos);
    here.obey(number, nowNanos);
    OwnedBucket owned = states.owned(number);
    Bucket bucket = states.agreed(number);
    if (owned == null || bucket == null || bucket.epoch() != owned.log().epoch()) {
      return;
    }
    Map<NodeId, Long> named = new HashMap<>();
    bucket.backups().stream()
        .filter(each -> !each.unreadable())
        .forEach(each -> named.put(each.node(), each.since()));
    NodeId giver = bucket.from();
    if (giver != null) {
      named.put(giver, bucket.epoch());
    }
    owned.log().retain(named);
    owned
        .log()
        .announcements()
        .retain(expectations.others(), () -> expectations.live(number, nowNanos));
  }

  /** Sends what is due of one bucket. */
  void send(int number, long nowNanos) {
    OwnedBucket owned = states.owned(number);
    if (owned != null) {
      open.enterAll(number);
      owned.writeBase(nowNanos);
      open.leave();
      owned.log().send(nowNanos, surroundings::send);
    }
    here.send(number, nowNanos);
    ClusterInput news = elsewhere.takeNews(number);
    if (news != null) {
      surroundings.tell(news);
    }
    NodeId giver = elsewhere.giver(number);
    Applied answer = elsewhere.takeAnswer(number);
    if (giver != null && answer != null) {
      surroundings.send(giver, answer);
    }
    GivenBucket given = states.given(number);
    if (given != null) {
      given.log().send(nowNanos, surroundings::send);
      if (given.takeCompletion()) {
        surroundings.tell(new ClusterInput.BucketStopped(number, given.epoch()));
      }
    }
    want(states.replica(number), nowNanos);
    want(elsewhere.known(number), nowNanos);
  }

  private void want(@Nullable BucketReplica replica, long nowNanos) {
    BaseWanted wanted = replica == null ? null : replica.want(nowNanos);
    if (replica != null && wanted != null) {
      surroundings.send(replica.owner(), wanted);
    }
  }

  /** When {@link #send} is due next for a bucket. */
  long dueNanos(int number) {
    OwnedBucket owned = states.owned(number);
    GivenBucket given = states.given(number);
    long nanos = owned == null ? Long.MAX_VALUE : owned.log().dueNanos();
    nanos = Math.min(nanos, given == null ? Long.MAX_VALUE : given.log().dueNanos());
    nanos = Math.min(nanos, here.dueNanos(number));
    nanos = Math.min(nanos, dueNanos(elsewhere.known(number)));
    return Math.min(nanos, dueNanos(states.replica(number)));
  }

  private static long dueNanos(@Nullable BucketReplica replica) {
    return replica == null ? Long.MAX_VALUE : replica.dueNanos();
  }
}
