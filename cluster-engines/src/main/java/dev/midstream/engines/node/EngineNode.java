package dev.midstream.engines.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.engines.log.LogSettings;
import dev.midstream.engines.message.LogMessage;
import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.engines.worker.BucketEngines;
import dev.midstream.engines.worker.Buckets;
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
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One life of a node: its state machine, and the engines of its buckets, which do what that wants.
 * Packets, messages and the time go in; packets, messages and wishes come out.
 *
 * <p>The caller gives it a {@link ClusterInput.Tick} at least every {@link
 * dev.midstream.cluster.node.ClusterSettings#tickNanos()}.
 *
 * <p>Not thread-safe: one worker owns it.
 */
public final class EngineNode implements EngineBox {
  private final ClusterNode node;
  private final BucketEngines engines;
  private final NodeSurroundings surroundings;
  private final Deque<ClusterInput> told = new ArrayDeque<>();

  /** A life that begins, with the state machine {@code node}, which was not stepped yet. */
  public EngineNode(
      ClusterNode node,
      Buckets buckets,
      LogSettings log,
      BucketEngineFactory factory,
      NodeSurroundings surroundings) {
    this.node = node;
    this.surroundings = surroundings;
    engines = new BucketEngines(node, buckets, log, factory, new Outside());
  }

  /** The state machine, to look at. */
  public ClusterNode state() {
    return node;
  }

  /** The engines, to look at. */
  public BucketEngines engines() {
    return engines;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Disposition disposition = engines.onPacket(packet, nowNanos, out);
    stepTold(nowNanos, out);
    return disposition;
  }

  /** Processes a packet that another node has passed on as one of {@code bucket}. */
  public Disposition onPacket(int bucket, Packet packet, long nowNanos, PacketOutput out) {
    Disposition disposition = engines.onPacket(bucket, packet, nowNanos, out);
    stepTold(nowNanos, out);
    return disposition;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    engines.onTimer(nowNanos, out);
    stepTold(nowNanos, out);
  }

  @Override
  public long nextDeadlineNanos() {
    return engines.nextDeadlineNanos();
  }

  // ---- failures, and what all engines know

  @Override
  public void leave(long nowNanos, PacketOutput out) {
    engines.leave(nowNanos, out);
  }

  @Override
  public @Nullable Disposition giveUp(String failure, long nowNanos, PacketOutput out) {
    return engines.giveUp(failure, nowNanos, out);
  }

  @Override
  public void giveUpCall(long nowNanos, PacketOutput out) {
    engines.giveUpCall(nowNanos, out);
  }

  @Override
  public void giveUpAll(String failure, long nowNanos, PacketOutput out) {
    engines.giveUpAll(failure, nowNanos, out);
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

  // ---- inputs

  /** Processes what has happened to the node. After the end of its life nothing does. */
  public void input(ClusterInput input, long nowNanos, PacketOutput out) {
    if (input instanceof ClusterInput.Tick) {
      ClusterInput.LoadReport loads = engines.takeLoads(nowNanos);
      if (loads != null) {
        step(loads, nowNanos, out);
      }
    }
    step(input, nowNanos, out);
    stepTold(nowNanos, out);
  }

  /** Processes a message of another node about a log. */
  public void receive(NodeId from, LogMessage message, long nowNanos, PacketOutput out) {
    engines.receive(from, message, nowNanos, out);
    stepTold(nowNanos, out);
  }

  private void stepTold(long nowNanos, PacketOutput out) {
    for (ClusterInput next = told.poll(); next != null; next = told.poll()) {
      step(next, nowNanos, out);
    }
  }

  private void step(ClusterInput input, long nowNanos, PacketOutput out) {
    surroundings.onInput(input);
    AllocationTable before = node.table();
    boolean wasLeased = node.isLeased(nowNanos);
    List<ClusterEffect> effects = node.step(input, nowNanos);
    AllocationTable changed = Objects.equals(before, node.table()) ? null : node.table();
    if (changed != null) {
      surroundings.onTable(changed, nowNanos, out);
    }
    for (ClusterEffect effect : effects) {
      surroundings.onEffect(effect);
      engines.perform(effect, nowNanos, out);
      if (effect instanceof ClusterEffect.Send send) {
        surroundings.send(send.to(), send.message());
      } else {
        surroundings.perform(effect);
      }
    }
    if (node.isOver()) {
      told.clear();
      return;
    }
    if (changed != null) {
      engines.obey(nowNanos, out);
    }
    if (!wasLeased && node.isLeased(nowNanos)) {
      engines.resume(nowNanos, out);
    }
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
    public void redirect(int bucket, Packet packet) {
      surroundings.redirect(bucket, packet);
    }

    @Override
    public void onPacket(Packet packet) {
      surroundings.onPacket(packet);
    }
  }
}
