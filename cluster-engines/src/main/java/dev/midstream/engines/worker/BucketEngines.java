package dev.midstream.engines.worker;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.BucketReplica;
import dev.midstream.engines.log.Links;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.worker.AwaitingPackets.Ready;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.ConnectionPool;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engines of a worker, one for each bucket of its share that the node owns. A packet goes to
 * the engine of its bucket if the node may send for it, waits if the node is about to go on with
 * the bucket, or is passed on to its owner.
 *
 * <p>After each step of the node, {@link #perform} carries out its effects, and then each bucket is
 * to {@link #obey} its table. The caller hands messages of other nodes to {@link #receive}.
 *
 * <p>Not thread-safe: one worker owns it.
 */
public final class BucketEngines implements Box {
  /** When a bucket that has failed is due again, so that it does not keep others waiting. */
  private static final long RETRY_NANOS = 10_000_000;

  private final BucketShare share;
  private final Buckets buckets;
  private final BucketStates states;
  private final OpenEngines open;
  private final BucketChanges changes;
  private final LogExchange exchange;
  private final NodeExpectations expectations;
  private final Surroundings surroundings;
  private final StayingHere here;
  private final StayingElsewhere elsewhere;
  private final StayingPlaces staying;
  private final EngineFailures failures;
  private final BucketDeadlines deadlines;
  private final Links links;
  private final OtherEngines others;
  private final BucketLoadMeter loads;
  private final AwaitingPackets waiting;
  private final Packet restored = new Packet();
  private long nowNanos;

  /** The engines of a worker of {@code node}, which has no bucket yet. */
  public BucketEngines(
      NodeView node,
      BucketShare share,
      Buckets buckets,
      LogSettings settings,
      BucketEngineFactory engines,
      Surroundings surroundings) {
    this.share = share;
    this.buckets = buckets;
    this.surroundings = surroundings;
    links = new Links(share.workers(), settings.mode(), surroundings.meter());
    states = new BucketStates(node, share, buckets.count());
    open = new OpenEngines(states, buckets);
    waiting = new AwaitingPackets(open.counters());
    deadlines = new BucketDeadlines(states.places());
    others = new OtherEngines(states, open, waiting, deadlines, this::noteDue, () -> this.nowNanos);
    expectations = new NodeExpectations(states, surroundings::announce);
    ConnectionPool pool = engines.connections();
    here = new StayingHere(states, open, engines, links, pool, surroundings, expectations);
    elsewhere = new StayingElsewhere(states, open, pool);
    staying = new StayingPlaces(states, here, elsewhere, engines.staySteps(), surroundings);
    failures = new EngineFailures(states, open, staying, this::refresh);
    changes =
        new BucketChanges(
            states,
            open,
            settings,
            links,
            engines,
            log -> new EngineRouter(log, buckets, expectations, staying, others),
            expectations,
            this::showAll,
            here,
            elsewhere,
            surroundings);
    exchange =
        new LogExchange(states, open, surroundings, expectations, here, elsewhere, this::showAll);
    loads = new BucketLoadMeter(buckets.count());
  }

  // ---- packets and timers

  @Override
  public Disposition onPacket(Packet packet, long now, PacketOutput out) {
    return onPacket(buckets.of(packet), packet, now, out);
  }

  /**
   * Processes a packet that another node has passed on.
   *
   * @param place its bucket, or {@link Buckets#stayingPlace} if its connection stays here
   */
  public Disposition onPacket(int place, Packet packet, long now, PacketOutput out) {
    nowNanos = now;
    Disposition disposition = route(place, packet, out);
    playReady(out);
    return disposition;
  }

  private Disposition route(int place, Packet packet, PacketOutput out) {
    OwnedBucket owned = states.sending(place, nowNanos);
    if (owned != null && waiting.isAwaited(place)) {
      refresh(place, out); // what waited is played first
      waiting.addReady(place, packet);
    } else if (owned != null) {
      return process(place, owned, packet, out);
    } else if (place >= states.count()) {
      routeStaying(place, packet);
    } else if (isComing(place)) {
      waiting.add(place, packet, nowNanos);
    } else if (states.isOfSibling(place)) {
      surroundings.handOver(place, packet);
    } else {
      surroundings.redirect(place, packet);
    }
    return Disposition.TAKEN;
  }

  private void routeStaying(int place, Packet packet) {
    int bucket = states.bucketOf(place);
    if (!share.has(bucket)) {
      surroundings.handOver(place, packet);
    } else if (states.owned(place) != null) {
      waiting.add(place, packet, nowNanos); // until it may go on
    } else if (!here.isAny(bucket)) {
      surroundings.redirect(place, packet);
    }
  }

  private Disposition process(int place, OwnedBucket owned, Packet packet, PacketOutput out) {
    PacketOutput to = staying.outputOf(place, out);
    if (place < states.count()) {
      loads.count(place);
    } else {
      staying.noteArrival(place, packet);
    }
    surroundings.onPacket(packet);
    open.enter(place);
    owned.settle(nowNanos, to);
    open.enterWith(place, packet != restored);
    Disposition disposition = owned.engine().onPacket(packet, nowNanos, to);
    open.leave();
    refresh(place, out);
    if (disposition == Disposition.FORWARD && place >= states.count()) {
      to.emit(packet.leave());
      return Disposition.TAKEN;
    }
    return disposition;
  }

  private boolean isComing(int bucket) {
    if (states.isUnassigned(bucket)) {
      surroundings.tell(new ClusterInput.Wanted(bucket));
    }
    return states.isComing(bucket);
  }

  /** Not within a call of an engine, nor within itself: there is one packet for all. */
  private void playReady(PacketOutput out) {
    for (Ready next = waiting.nextReady(); next != null; next = waiting.nextReady()) {
      Packet packet = next.packet().restore(restored);
      if (route(next.place(), packet, out) == Disposition.FORWARD) {
        out.emit(packet.leave());
      }
    }
  }

  @Override
  public void onTimer(long now, PacketOutput out) {
    nowNanos = now;
    waiting.expire(now);
    for (int i = 0; i < states.places() && deadlines.nextNanos() <= now; i++) {
      int place = deadlines.first();
      deadlines.set(place, now + RETRY_NANOS);
      OwnedBucket owned = states.sending(place, now);
      if (owned != null) {
        PacketOutput to = staying.outputOf(place, out);
        open.enter(place);
        owned.settle(now, to);
        if (owned.dueNanos() <= now) {
          owned.engine().onTimer(now, to);
        }
        open.leave();
      }
      int bucket = states.bucketOf(place);
      open.enterAll(states.stayingPlace(bucket));
      staying.look(bucket, now, out);
      open.leave();
      refresh(place, out);
    }
    playReady(out);
  }

  @Override
  public long nextDeadlineNanos() {
    return Math.min(deadlines.nextNanos(), waiting.nextNanos());
  }

  /**
   * Tells an engine of its log, sends the log, and notes when both are due. What has failed before
   * of opening or stopping its bucket is done first.
   */
  private void refresh(int place, PacketOutput out) {
    OwnedBucket sending = states.sending(place, nowNanos);
    if (sending != null) {
      open.enter(place);
      sending.settle(nowNanos, staying.outputOf(place, out));
      open.leave();
    }
    int bucket = states.bucketOf(place);
    changes.finish(bucket, nowNanos, out);
    exchange.send(bucket, nowNanos);
    noteDue(bucket);
    noteDue(states.stayingPlace(bucket));
    if (waiting.isAwaited(place) && (sending != null || states.isOver(place))) {
      int to = sending == null ? bucket : place;
      waiting.release(place, to, nowNanos);
    }
  }

  /** Refreshes the engine of a bucket, and that of its connections that stay here. */
  private void refreshAll(int bucket, PacketOutput out) {
    if (here.isAny(bucket)) {
      refresh(states.stayingPlace(bucket), out);
    }
    refresh(bucket, out);
  }

  // ---- the node

  /** Processes a message of another node about a log; one of no bucket here is dropped. */
  public void receive(NodeId from, LogMessage message, long now, PacketOutput out) {
    if (message.bucket() < states.count()) {
      nowNanos = now;
      exchange.receive(from, message, now);
      refreshAll(message.bucket(), out);
      links.takeBlocked(from).forEach(blocked -> refreshAll(blocked, out));
      playReady(out);
    }
  }

  /** Carries out an effect of the node, if it concerns buckets of this worker. */
  public void perform(ClusterEffect effect, long now, PacketOutput out) {
    nowNanos = now;
    int bucket = BucketShare.bucketOf(effect);
    if (effect instanceof ClusterEffect.StepDown || effect instanceof ClusterEffect.Left) {
      forgetAll(out);
    } else if (effect instanceof ClusterEffect.GiveStaying) {
      staying.giveAll(now);
      resume(now, out);
    } else if (bucket >= 0 && share.has(bucket)) {
      if (effect instanceof ClusterEffect.OpenBucket) {
        loads.begin(bucket);
      }
      changes.perform(effect, now, out);
      refreshAll(bucket, out);
    }
    playReady(out);
  }

  /** Takes what another worker of this node has {@linkplain Surroundings#announce announced}. */
  public void hear(int bucket, byte[] record, long now) {
    nowNanos = now;
    expectations.hear(bucket, record, this::showAll, now);
  }

  private void forgetAll(PacketOutput out) {
    for (int bucket = 0; bucket < states.count(); bucket++) {
      changes.forget(bucket, nowNanos);
      here.forget(bucket);
      elsewhere.end(bucket);
      refresh(bucket, out);
    }
  }

  /**
   * What the open buckets do, to be told to the node at each {@link ClusterInput.Tick}; null if it
   * was told a short time ago.
   */
  public ClusterInput.@Nullable LoadReport takeLoads(long now) {
    return loads.take(this::isOpen, now);
  }

  /** Forgets the nodes that a new table does not name; to be called before any {@link #obey}. */
  public void forgetOthers() {
    links.retain(states.memberIds());
  }

  /** Does what a new table says of the backups of a bucket. To be called for each one. */
  public void obey(int bucket, long now, PacketOutput out) {
    nowNanos = now;
    exchange.obey(bucket, now);
    refreshAll(bucket, out);
    if (waiting.isAwaited(bucket) && !isComing(bucket)) {
      waiting.release(bucket, bucket, nowNanos); // another node got it
    }
    playReady(out);
  }

  /**
   * Lets the engines send what waited. To be called when the node has got a lease. If one of them
   * fails, the others go on at the next timer, which is due at once.
   */
  public void resume(long now, PacketOutput out) {
    nowNanos = now;
    open.forEach((_, place) -> deadlines.set(place, now));
    for (int place = 0; place < states.places(); place++) {
      if (states.owned(place) != null) {
        deadlines.set(place, now + RETRY_NANOS);
        refresh(place, out);
      }
    }
    playReady(out);
  }

  // ---- all engines

  /** What becomes of the engines if a call fails, or at their end. */
  public EngineFailures failures() {
    return failures;
  }

  /** All open engines as one. */
  public OpenEngines open() {
    return open;
  }

  /** The connections that stay with a node which does not own their bucket. */
  public StayingPlaces staying() {
    return staying;
  }

  /** Shows each engine and its place: its bucket, or {@link Buckets#stayingPlace}. */
  public void forEachEngine(BiConsumer<Integer, Engine> observer) {
    open.forEach((engine, bucket) -> observer.accept(bucket, engine));
  }

  /** Shows what this node would go on with of each bucket that it backs up, and its epoch. */
  public void forEachReplica(BiConsumer<Integer, BucketReplica> observer) {
    states.forEachReplica(observer);
  }

  /** Whether this worker has an engine of {@code bucket}. */
  public boolean isOpen(int bucket) {
    return states.owned(bucket) != null;
  }

  /** The number of backups that hold all that was released of a bucket; -1 if it is not open. */
  public int protectedBy(int bucket) {
    OwnedBucket owned = states.owned(bucket);
    return owned == null ? -1 : owned.log().protectedBy();
  }

  /** Shows what is expected elsewhere to each engine, which may be due earlier then. */
  private void showAll(Consumer<Engine> what) {
    others.show(EngineRouter.NO_BUCKET, what);
  }

  private void noteDue(int place) {
    OwnedBucket owned = states.sending(place, nowNanos);
    boolean isDue = place < states.count() || states.owned(place) != null;
    long due = isDue ? exchange.dueNanos(states.bucketOf(place)) : Long.MAX_VALUE;
    deadlines.set(place, owned == null ? due : Math.min(due, owned.dueNanos()));
  }
}
