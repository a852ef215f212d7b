package dev.midstream.engines.worker;

import dev.midstream.cluster.bucket.Bucket;
import dev.midstream.cluster.bucket.WaitingPackets;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.BucketReplica;
import dev.midstream.engines.log.Links;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.reassembly.Engine;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engines of a worker, one for each bucket of its share that the node owns. A packet goes to
 * the engine of its bucket if the node may send for it, waits if the node is about to go on with
 * the bucket, or is passed on to its owner.
 *
 * <p>After each step of the node, {@link #perform} carries out its effects, and then {@link #obey}
 * its table. The caller hands messages of other nodes to {@link #receive}.
 *
 * <p>Not thread-safe: one worker owns it.
 */
public final class BucketEngines implements Box {
  /** How many packets wait at most for their buckets. */
  public static final int MAX_WAITING = 1_024;

  /** How long a packet waits at most for its bucket: 50 ms. */
  public static final long WAITING_NANOS = 50_000_000;

  private final BucketShare share;
  private final Buckets buckets;
  private final BucketStates states;
  private final OpenEngines open;
  private final BucketChanges changes;
  private final LogExchange exchange;
  private final NodeExpectations expectations;
  private final Surroundings surroundings;
  private final EngineFailures failures;
  private final BucketDeadlines deadlines;
  private final Links links;
  private final Others others = new Others();
  private final BucketLoadMeter loads;
  private final WaitingPackets<KeptPacket> waiting =
      new WaitingPackets<>(MAX_WAITING, WAITING_NANOS);
  private final Deque<HandedOff> handedOff = new ArrayDeque<>();
  private final Packet restored = new Packet();
  private long nowNanos;

  private record HandedOff(int bucket, KeptPacket packet) {}

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
    links = new Links(share.workers());
    states = new BucketStates(node, share, buckets.count());
    open = new OpenEngines(states, buckets);
    expectations = new NodeExpectations(states, surroundings::announce);
    failures = new EngineFailures(states, open, this::refresh);
    changes =
        new BucketChanges(
            states,
            open,
            settings,
            links,
            engines,
            log -> new EngineRouter(log, buckets, expectations, others),
            expectations);
    exchange = new LogExchange(states, surroundings, expectations, this::showAll);
    deadlines = new BucketDeadlines(buckets.count());
    loads = new BucketLoadMeter(buckets.count());
  }

  // ---- packets and timers

  @Override
  public Disposition onPacket(Packet packet, long now, PacketOutput out) {
    return onPacket(buckets.of(packet), packet, now, out);
  }

  /** Processes a packet that another node has passed on as one of {@code bucket}. */
  public Disposition onPacket(int bucket, Packet packet, long now, PacketOutput out) {
    nowNanos = now;
    Disposition disposition = route(bucket, packet, out);
    playHandedOff(out);
    return disposition;
  }

  private Disposition route(int bucket, Packet packet, PacketOutput out) {
    OwnedBucket owned = states.sending(bucket, nowNanos);
    if (owned != null) {
      return process(bucket, owned, packet, out);
    }
    if (isComing(bucket)) {
      waiting.add(bucket, new KeptPacket(packet), nowNanos);
    } else if (states.isOfSibling(bucket)) {
      surroundings.handOver(bucket, packet);
    } else {
      surroundings.redirect(bucket, packet);
    }
    return Disposition.TAKEN;
  }

  private Disposition process(int bucket, OwnedBucket owned, Packet packet, PacketOutput out) {
    open.enter(bucket);
    loads.count(bucket);
    owned.settle(nowNanos, out);
    surroundings.onPacket(packet);
    Disposition disposition = owned.engine().onPacket(packet, nowNanos, out);
    open.leave();
    refresh(bucket, out);
    return disposition;
  }

  /** Whether a bucket has no owner yet, or this worker is about to go on with it. */
  private boolean isComing(int number) {
    Bucket bucket = states.agreed(number);
    OwnedBucket owned = states.owned(number);
    if (bucket == null || owned != null) {
      return owned != null && owned.log().isHeldBack();
    }
    if (bucket.owner() == null) {
      surroundings.tell(new ClusterInput.Wanted(number));
    }
    return bucket.owner() == null || (bucket.isOwnedBy(states.node().self()) && share.has(number));
  }

  private void playHandedOff(PacketOutput out) {
    for (HandedOff next = handedOff.poll(); next != null; next = handedOff.poll()) {
      play(next.bucket(), next.packet(), out);
    }
  }

  private void play(int bucket, KeptPacket kept, PacketOutput out) {
    Packet packet = kept.restore(restored);
    if (route(bucket, packet, out) == Disposition.FORWARD) {
      out.emit(KeptPacket.leaving(packet));
    }
  }

  @Override
  public void onTimer(long now, PacketOutput out) {
    nowNanos = now;
    waiting.expire(now, expired -> {});
    for (int i = 0; i < states.count() && deadlines.nextNanos() <= now; i++) {
      int bucket = deadlines.first();
      OwnedBucket owned = states.sending(bucket, now);
      if (owned != null) {
        open.enter(bucket);
        owned.settle(now, out);
        if (owned.dueNanos() <= now) {
          owned.engine().onTimer(now, out);
        }
        open.leave();
      }
      refresh(bucket, out);
    }
    playHandedOff(out);
  }

  @Override
  public long nextDeadlineNanos() {
    return deadlines.nextNanos();
  }

  /** Tells the engine of its log, sends the log, and notes when both are due. */
  private void refresh(int bucket, PacketOutput out) {
    OwnedBucket sending = states.sending(bucket, nowNanos);
    if (sending != null) {
      open.enter(bucket);
      sending.settle(nowNanos, out);
      open.leave();
    }
    exchange.send(bucket, nowNanos);
    long due = exchange.dueNanos(bucket);
    deadlines.set(bucket, sending == null ? due : Math.min(due, sending.dueNanos()));
    if (sending != null && waiting.isAwaited(bucket)) {
      waiting.release(bucket, each -> play(bucket, each, out));
    }
  }

  // ---- the node

  /**
   * Processes a message of another node about a log. One of no bucket of this cluster is dropped.
   */
  public void receive(NodeId from, LogMessage message, long now, PacketOutput out) {
    if (message.bucket() < states.count()) {
      nowNanos = now;
      exchange.receive(from, message, now);
      refresh(message.bucket(), out);
      links.takeBlocked(from).forEach(blocked -> refresh(blocked, out));
      playHandedOff(out);
    }
  }

  /** Carries out an effect of the node, if it concerns buckets of this worker. */
  public void perform(ClusterEffect effect, long now, PacketOutput out) {
    nowNanos = now;
    int bucket = BucketShare.bucketOf(effect);
    if (effect instanceof ClusterEffect.StepDown || effect instanceof ClusterEffect.Left) {
      forgetAll(out);
    } else if (bucket >= 0 && share.has(bucket)) {
      if (!(effect instanceof ClusterEffect.OpenBucket open)) {
        changes.perform(effect, now);
        if (effect instanceof ClusterEffect.StopBucket stop) {
          surroundings.tell(new ClusterInput.BucketSilent(bucket, stop.epoch()));
        }
      } else {
        loads.begin(bucket);
        if (!changes.open(open, now, out)) {
          surroundings.tell(new ClusterInput.ReplicaMissing(bucket, open.epoch()));
        }
      }
      refresh(bucket, out);
    }
    playHandedOff(out);
  }

  /** Takes what another worker of this node has {@linkplain Surroundings#announce announced}. */
  public void hear(int bucket, byte[] record, long now) {
    nowNanos = now;
    expectations.hear(bucket, record, this::showAll, now);
  }

  private void forgetAll(PacketOutput out) {
    for (int bucket = 0; bucket < states.count(); bucket++) {
      changes.forget(bucket);
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

  /** Does what the agreed table says of backups. To be called when the node has a new table. */
  public void obey(long now, PacketOutput out) {
    nowNanos = now;
    links.retain(states.memberIds());
    for (int bucket = 0; bucket < states.count(); bucket++) {
      exchange.obey(bucket, now);
      refresh(bucket, out);
      if (waiting.isAwaited(bucket) && !isComing(bucket)) {
        int number = bucket;
        waiting.release(bucket, each -> play(number, each, out)); // another node got it
      }
    }
    playHandedOff(out);
  }

  /** Lets the engines send what waited. To be called when the node has got a lease. */
  public void resume(long now, PacketOutput out) {
    nowNanos = now;
    for (int bucket = 0; bucket < states.count(); bucket++) {
      if (states.owned(bucket) != null) {
        refresh(bucket, out);
      }
    }
    playHandedOff(out);
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

  /** Shows the engine of each open bucket. */
  public void forEachEngine(BiConsumer<Integer, Engine> observer) {
    open.forEach((engine, bucket) -> observer.accept(bucket, engine));
  }

  /** Shows what this node would go on with of each bucket that it backs up, and its epoch. */
  public void forEachReplica(BiConsumer<Integer, BucketReplica> observer) {
    for (int bucket = 0; bucket < states.count(); bucket++) {
      BucketReplica replica = states.replica(bucket);
      if (replica != null) {
        observer.accept(bucket, replica);
      }
    }
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

  /** What the router of an engine needs of the others. */
  private final class Others implements EngineRouter.Others {
    @Override
    public long nowNanos() {
      return nowNanos;
    }

    @Override
    public void handOff(int bucket, Packet packet) {
      handedOff.add(new HandedOff(bucket, new KeptPacket(packet)));
    }

    @Override
    public void show(int except, Consumer<Engine> what) {
      forEachEngine((bucket, engine) -> {
        if (bucket != except) {
          what.accept(engine);
          noteDue(bucket);
        }
      });
    }

    @Override
    public void noteChanged(int bucket) {
      deadlines.set(bucket, nowNanos); // its log is sent then, too
    }
  }

  private void noteDue(int bucket) {
    @Nullable OwnedBucket owned = states.owned(bucket);
    if (owned != null) {
      deadlines.set(bucket, Math.min(exchange.dueNanos(bucket), owned.dueNanos()));
    }
  }
}
