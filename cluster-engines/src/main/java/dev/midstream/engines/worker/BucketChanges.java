package dev.midstream.engines.worker;

import dev.midstream.cluster.bucket.Backup;
import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.BucketLog;
import dev.midstream.engines.log.BucketReplica;
import dev.midstream.engines.log.Links;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.wire.packet.PacketOutput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens, stops and forgets buckets, and begins and drops replicas, as the node says. What fails of
 * opening or stopping one is done again, as the node waits for it ({@link #finish}).
 */
final class BucketChanges {
  private final BucketStates states;
  private final OpenEngines open;
  private final LogSettings settings;
  private final Links links;
  private final BucketEngineFactory engines;
  private final Function<BucketLog, ConnectionRouter> routers;
  private final NodeExpectations expectations;
  private final Consumer<Consumer<Engine>> shown;
  private final StayingHere here;
  private final StayingElsewhere elsewhere;
  private final Surroundings surroundings;

  /** The buckets that are to be opened or stopped, until that is done: it may fail. */
  private final @Nullable ClusterEffect[] unfinished;

  BucketChanges(
      BucketStates states,
      OpenEngines open,
      LogSettings settings,
      Links links,
      BucketEngineFactory engines,
      Function<BucketLog, ConnectionRouter> routers,
      NodeExpectations expectations,
      Consumer<Consumer<Engine>> shown,
      StayingHere here,
      StayingElsewhere elsewhere,
      Surroundings surroundings) {
    this.surroundings = surroundings;
    this.here = here;
    this.elsewhere = elsewhere;
    this.states = states;
    this.open = open;
    this.settings = settings;
    this.links = links;
    this.engines = engines;
    this.routers = routers;
    this.expectations = expectations;
    this.shown = shown;
    unfinished = new @Nullable ClusterEffect[states.count()];
  }

  /** Does what {@code effect} says of a bucket. */
  void perform(ClusterEffect effect, long nowNanos, PacketOutput out) {
    switch (effect) {
      case ClusterEffect.OpenBucket opening -> {
        unfinished[opening.bucket()] = opening;
        finish(opening.bucket(), nowNanos, out);
      }
      case ClusterEffect.StopBucket stop -> {
        unfinished[stop.bucket()] = stop;
        finish(stop.bucket(), nowNanos, out);
      }
      case ClusterEffect.GoOn staying -> here.goOn(staying.bucket(), nowNanos);
      case ClusterEffect.BecomeBackup backup -> becomeBackup(backup.bucket(), nowNanos);
      case ClusterEffect.ForgetBucket forget -> forget(forget.bucket(), nowNanos);
      case ClusterEffect.KeepReplica keep -> keep(keep, nowNanos);
      case ClusterEffect.DropReplica drop -> states.setReplica(drop.bucket(), null);
      default -> throw new IllegalArgumentException("changes no bucket: " + effect);
    }
  }

  /** Opens or stops a bucket that is to be, also if that has failed before. */
  void finish(int bucket, long nowNanos, PacketOutput out) {
    ClusterEffect effect = unfinished[bucket];
    if (effect instanceof ClusterEffect.OpenBucket opening) {
      boolean isThere = open(opening, nowNanos, out);
      unfinished[bucket] = null;
      if (!isThere) {
        surroundings.tell(new ClusterInput.ReplicaMissing(bucket, opening.epoch()));
      }
    } else if (effect instanceof ClusterEffect.StopBucket stop) {
      stop(stop, nowNanos);
      unfinished[bucket] = null;
      surroundings.tell(new ClusterInput.BucketSilent(bucket, stop.epoch()));
    }
  }

  /** Goes on with a bucket; false if there is nothing to go on with, and the bucket is closed. */
  private boolean open(ClusterEffect.OpenBucket opening, long nowNanos, PacketOutput out) {
    int number = opening.bucket();
    Bucket bucket = states.agreed(number);
    NodeId giver = bucket == null ? null : bucket.from();
    boolean areElsewhere = giver != null && elsewhere.areAllAt(number, giver, opening.epoch());
    BucketReplica kept = areElsewhere ? states.replica(number) : null;
    Replica inherited =
        areElsewhere || opening.inherited() == Epoch.NONE
            ? new Replica()
            : inherited(opening, nowNanos);
    release(number);
    states.setGiven(number, null);
    states.setReplica(number, null);
    if (inherited == null) {
      return false;
    }
    BucketLog log = new BucketLog(number, opening.epoch(), settings, links);
    if (giver != null) {
      inherited.noteHandedOver();
      log.adopt(giver, opening.epoch());
    } else if (bucket != null) {
      log.begin(holders(bucket));
    }
    log.announcements().retain(expectations.others(), List::of);
    withdrawLost(opening, giver, inherited, log, nowNanos);
    Engine engine = engines.create(number, log, routers.apply(log));
    expectations.show(engine, nowNanos);
    OwnedBucket owned = new OwnedBucket(log, engine, inherited, nowNanos, out);
    states.setOwned(number, owned);
    unfinished[number] = null;
    elsewhere.open(number, owned, kept != null && kept.isHeir() ? kept : null, nowNanos);
    elsewhere.obey(number, nowNanos);
    here.goOn(number, nowNanos);
    return true;
  }

  /** What connections expected of which no node goes on is expected no more. */
  private void withdrawLost(
      ClusterEffect.OpenBucket opening,
      @Nullable NodeId giver,
      Replica inherited,
      BucketLog log,
      long nowNanos) {
    if (giver == null && states.stayer(opening.bucket()) == null) {
      expectations.withdrawLost(log, inherited, shown, nowNanos);
    }
  }

  /** The backups that hold what an owner before has sent, each with its {@code since}. */
  private static Map<NodeId, Long> holders(Bucket bucket) {
    Map<NodeId, Long> holders = new LinkedHashMap<>();
    for (Backup each : bucket.backups()) {
      if (each.held() != Epoch.NONE) {
        holders.put(each.node(), each.since());
      }
    }
    return holders;
  }

  /**
   * What this node knows of a bucket; null if it lacks what may have been released. If its engine
   * still runs, the bucket was to be handed over, and the taker died before this node had stopped
   * it: no node knows more.
   */
  private @Nullable Replica inherited(ClusterEffect.OpenBucket opening, long nowNanos) {
    OwnedBucket owned = states.owned(opening.bucket());
    if (owned == null || !isWritable(owned)) {
      return complete(opening.bucket(), opening.inherited());
    }
    Replica inherited = new Replica();
    open.enterAll(opening.bucket());
    owned
        .engine()
        .moves()
        .writeMoved(record -> inherited.apply(record.toOctets(), nowNanos), nowNanos);
    open.leave();
    inherited.noteHandedOver();
    return inherited;
  }

  private static boolean isWritable(OwnedBucket owned) {
    return owned.log().state() == LogState.COMMITTING && owned.isSettled();
  }

  /**
   * Stops a bucket, and writes the rest of its log. This node keeps what it has as a replica: it is
   * the owner again if the taker dies, and a backup if not. If its connections stay, that is none
   * of them.
   */
  private void stop(ClusterEffect.StopBucket stop, long nowNanos) {
    int number = stop.bucket();
    OwnedBucket owned = states.owned(number);
    elsewhere.obey(number, nowNanos); // what stayed at a node that is gone goes on with the bucket
    if (stop.stays() && here.begin(stop, owned, nowNanos)) {
      states.setReplica(number, BucketReplica.ofGiver(number, stop.epoch(), stop.to()));
      return;
    }
    if (owned == null || !isWritable(owned)) {
      release(number);
      return;
    }
    BucketReplica kept = BucketReplica.ofGiver(number, stop.epoch(), stop.to());
    owned.log().retainOnly(stop.to());
    open.enterAll(number);
    handOver(owned.engine(), kept.replica(), nowNanos);
    open.leave();
    close(number, owned.engine());
    states.setGiven(number, new GivenBucket(owned.log(), stop.to(), stop.epoch()));
    states.setReplica(number, kept);
  }

  /** Hands all connections over. If that fails, the engine has again what was handed over. */
  private static void handOver(Engine engine, Replica kept, long nowNanos) {
    boolean isOver = false;
    try {
      isOver = engine.moves().beginHandOver(kept).step(Integer.MAX_VALUE, true, nowNanos);
    } finally {
      if (!isOver) {
        kept.noteHandedOver();
        engine.inherit(kept, nowNanos);
      }
    }
  }

  /** The bucket is handed over, and what this node has of it stays. */
  private void becomeBackup(int number, long nowNanos) {
    unfinished[number] = null;
    elsewhere.forget(number);
    here.goOn(number, nowNanos);
    release(number);
    states.setGiven(number, null);
  }

  void forget(int number, long nowNanos) {
    becomeBackup(number, nowNanos);
    states.setReplica(number, null);
  }

  /** Keeps a replica from a new base, and until that is there the one that counts, if it does. */
  private void keep(ClusterEffect.KeepReplica keep, long nowNanos) {
    boolean holds = keep.held() != Epoch.NONE;
    states.setReplica(
        keep.bucket(),
        new BucketReplica(
            keep.bucket(),
            keep.epoch(),
            keep.since(),
            keep.owner(),
            holds ? complete(keep.bucket(), keep.held()) : null,
            nowNanos));
  }

  /** What this node has of a bucket, if that is complete, and of {@code epoch} or a later one. */
  private @Nullable Replica complete(int number, long epoch) {
    BucketReplica kept = states.replica(number);
    return kept != null && kept.isHeir() && kept.epoch() >= epoch ? kept.replica() : null;
  }

  /** Forgets the connections of a bucket, if it is open: their ends notice nothing. */
  private void release(int number) {
    OwnedBucket owned = states.owned(number);
    if (owned != null) {
      owned.engine().moves().releaseAll();
      owned.log().end();
      close(number, owned.engine());
    }
  }

  private void close(int number, Engine engine) {
    states.setOwned(number, null);
    open.close(engine);
    engines.closed(engine);
  }
}
