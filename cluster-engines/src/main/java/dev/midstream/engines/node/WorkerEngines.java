package dev.midstream.engines.node;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.engines.log.LogMeter;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.engines.worker.BucketEngines;
import dev.midstream.engines.worker.BucketShare;
import dev.midstream.engines.worker.Buckets;
import dev.midstream.engines.worker.NodeView;
import dev.midstream.engines.worker.Surroundings;
import dev.midstream.reassembly.EngineBox;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.status.StatusQuery;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The engines of one worker of a node. One worker has the node's state machine ({@link
 * EngineNode}); if there are others, each has an {@link EngineShare}.
 *
 * <p>Not thread-safe: one worker owns it.
 */
public abstract sealed class WorkerEngines implements EngineBox permits EngineNode, EngineShare {
  private final BucketEngines engines;
  private final Buckets buckets;
  private final WorkerSurroundings surroundings;
  private final Deque<ClusterInput> told = new ArrayDeque<>();
  private final Deque<Part> parts = new ArrayDeque<>();

  /** A part of what a step of the state machine means for this worker. */
  @FunctionalInterface
  interface Part {
    void carryOut(long nowNanos, PacketOutput out);
  }

  WorkerEngines(
      NodeView node,
      BucketShare share,
      Buckets buckets,
      LogSettings log,
      BucketEngineFactory factory,
      WorkerSurroundings surroundings) {
    this.surroundings = surroundings;
    this.buckets = buckets;
    engines = new BucketEngines(node, share, buckets, log, factory, new Outside());
  }

  /** The engines, to look at. */
  public BucketEngines engines() {
    return engines;
  }

  /** Whether the node may send anything at {@code nowNanos}, whatever bucket it is of. */
  public abstract boolean mayTransmit(long nowNanos);

  /** Gives the state machine what the engines have told. */
  abstract void passOn(ClusterInput input, long nowNanos, PacketOutput out);

  final void passOnTold(long nowNanos, PacketOutput out) {
    for (ClusterInput next = told.poll(); next != null; next = told.poll()) {
      passOn(next, nowNanos, out);
    }
  }

  /** Adds a part of a step, for {@link #carryOutParts}. */
  final void add(Part part) {
    parts.add(part);
  }

  /** Adds what a new table says of each bucket. */
  final void addObeying() {
    add((_, _) -> engines.forgetOthers());
    for (int bucket = 0; bucket < buckets.count(); bucket++) {
      int number = bucket;
      add((now, out) -> engines.obey(number, now, out));
    }
  }

  /**
   * Carries out the parts that were added. If one fails, the others are carried out by the next
   * call of this worker: what they open, close or tell depends on no other one.
   */
  final void carryOutParts(long nowNanos, PacketOutput out) {
    for (Part next = parts.poll(); next != null; next = parts.poll()) {
      next.carryOut(nowNanos, out);
    }
  }

  /** Drops what the engines have told. */
  final void forgetTold() {
    told.clear();
  }

  // ---- packets, messages and the time

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    carryOutParts(nowNanos, out);
    Disposition disposition = engines.onPacket(packet, nowNanos, out);
    passOnTold(nowNanos, out);
    return disposition;
  }

  /**
   * Processes a packet that another node or worker has passed on.
   *
   * @param place its bucket, or {@link Buckets#stayingPlace} if its connection stays here
   */
  public Disposition onPacket(int place, Packet packet, long nowNanos, PacketOutput out) {
    carryOutParts(nowNanos, out);
    Disposition disposition = engines.onPacket(place, packet, nowNanos, out);
    passOnTold(nowNanos, out);
    return disposition;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    carryOutParts(nowNanos, out);
    engines.onTimer(nowNanos, out);
    passOnTold(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return parts.isEmpty() ? engines.nextDeadlineNanos() : 0;
  }

  /** Processes a message of another node about the log of a bucket of this worker. */
  public void receive(NodeId from, LogMessage message, long nowNanos, PacketOutput out) {
    carryOutParts(nowNanos, out);
    engines.receive(from, message, nowNanos, out);
    passOnTold(nowNanos, out);
  }

  /** Takes what another worker of this node has announced. */
  public void hear(int bucket, byte[] record, long nowNanos) {
    engines.hear(bucket, record, nowNanos);
  }

  // ---- failures, and what all engines know

  /** Whether {@code bucket} is open at this worker, and may be sent of at {@code nowNanos}. */
  public abstract boolean mayEmit(int bucket, long nowNanos);

  @Override
  public void leave(long nowNanos, PacketOutput out) {
    engines.failures().leave(nowNanos, out);
  }

  @Override
  public Disposition giveUp(String failure, long nowNanos, PacketOutput out) {
    return engines.failures().giveUp(failure, nowNanos, out);
  }

  @Override
  public void giveUpCall(long nowNanos, PacketOutput out) {
    engines.failures().giveUpCall(nowNanos, out);
  }

  @Override
  public void giveUpAll(String failure, long nowNanos, PacketOutput out) {
    engines.failures().giveUpAll(failure, nowNanos, out);
  }

  @Override
  public int connections() {
    return engines.open().connections();
  }

  @Override
  public Counters counters() {
    return engines.open().counters();
  }

  @Override
  public StatusQuery scanStatus(int maxConnections) {
    return engines.open().scanStatus(maxConnections);
  }

  @Override
  public @Nullable Rule ruleOf(FrameView view, long nowNanos) {
    return engines.open().ruleOf(view, nowNanos);
  }

  /** What the engines want. */
  private final class Outside implements Surroundings {
    @Override
    public void send(NodeId to, LogMessage message) {
      surroundings.send(to, message);
    }

    @Override
    public void tell(ClusterInput input) {
      told.add(input);
    }

    @Override
    public void redirect(int place, Packet packet) {
      surroundings.redirect(place, packet);
    }

    @Override
    public void handOver(int place, Packet packet) {
      surroundings.handOver(place, packet);
    }

    @Override
    public boolean leave(int bucket, Packet packet) {
      return surroundings.leave(bucket, packet);
    }

    @Override
    public boolean announce(int bucket, byte[] record) {
      return surroundings.announce(bucket, record);
    }

    @Override
    public void onPacket(Packet packet) {
      surroundings.onPacket(packet);
    }

    @Override
    public LogMeter meter() {
      return surroundings.meter();
    }
  }
}
