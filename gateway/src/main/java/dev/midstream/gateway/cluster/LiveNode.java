package dev.midstream.gateway.cluster;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.gateway.admin.ClusterStatus;
import dev.midstream.gateway.config.ClusterConfiguration;
import dev.midstream.gateway.inbox.Inbox;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.reassembly.EngineBox;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.status.EngineStatus;
import dev.midstream.reassembly.status.StatusQuery;
import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A node of a cluster on its worker's thread: it gives its present life packets, what arrived from
 * other nodes, and the time, and does what that wants. Without a life all packets are dropped.
 */
public final class LiveNode implements EngineBox {
  private static final int BATCH = 1_024;

  final ClusterConfiguration configuration;
  private final Supplier<Secret> secrets;
  private final BucketEngineFactory engines;
  private final Inbox<Arrival> inbox;
  private final Inbox<Arrival.Datagram> datagrams;
  final Outside outside;
  final NodeLog log;
  private final Counters counters = new Counters();
  final Deque<ClusterInput> answers = new ArrayDeque<>();
  final Takeovers takeovers = new Takeovers();
  private @Nullable RunningLife running;
  boolean hasLeft;
  long redirected;
  private long nextTickNanos;
  long clockNanos;

  /** What a node wants of the program around it. Called on the node's thread. */
  interface Outside {
    /** Receives only these packets from now on. */
    void setFilter(FilterProgram filter);

    /** Sends a datagram; the octets are valid during the call. */
    void send(NodeId to, byte[] datagram, int length);

    /** Begins another life, because the present one is over. */
    void renew();

    /** The node has left the cluster as it was ordered to. */
    void left();
  }

  LiveNode(
      ClusterConfiguration configuration,
      Supplier<Secret> secrets,
      BucketEngineFactory engines,
      Inbox<Arrival> inbox,
      Inbox<Arrival.Datagram> datagrams,
      Outside outside,
      NodeLog log) {
    this.configuration = configuration;
    this.secrets = secrets;
    this.engines = engines;
    this.inbox = inbox;
    this.datagrams = datagrams;
    this.outside = outside;
    this.log = log;
  }

  // ---- packets and time

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    if (!inbox.isEmpty() || !datagrams.isEmpty()) {
      takeArrivals(nowNanos, out);
    }
    RunningLife present = running;
    return present == null ? Disposition.TAKEN : present.node().onPacket(packet, nowNanos, out);
  }

  @Override
  public boolean isPrefetching() {
    RunningLife present = running;
    return present != null && present.node().isPrefetching();
  }

  @Override
  public void prefetch(Packet packet) {
    RunningLife present = running;
    if (present != null) {
      present.node().prefetch(packet);
    }
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    takeArrivals(nowNanos, out);
    RunningLife present = running;
    if (present != null && present.node().nextDeadlineNanos() <= nowNanos) {
      present.node().onTimer(nowNanos, out);
    }
    if (nextTickNanos <= nowNanos) {
      warnOfPause(nowNanos - nextTickNanos);
      nextTickNanos = nowNanos + configuration.settings().tickNanos();
      input(new ClusterInput.Tick(), nowNanos, out);
      if (present != null) {
        present.expire(nowNanos);
      }
    }
  }

  /** A node that is not called for the detection time loses its lease. */
  private void warnOfPause(long nanos) {
    if (running != null && nanos > configuration.settings().detectNanos() / 2) {
      log.warn("this node was stopped, millis=" + TimeUnit.NANOSECONDS.toMillis(nanos));
    }
  }

  @Override
  public long nextDeadlineNanos() {
    inbox.rearm();
    datagrams.rearm();
    if (!inbox.isEmpty() || !datagrams.isEmpty()) {
      return 0;
    }
    RunningLife present = running;
    return present == null
        ? nextTickNanos
        : Math.min(nextTickNanos, present.node().nextDeadlineNanos());
  }

  private void takeArrivals(long nowNanos, PacketOutput out) {
    for (int left = BATCH; left > 0; left--) {
      Arrival next = inbox.poll();
      if (next == null) {
        break;
      }
      take(next, nowNanos, out);
    }
    for (int left = BATCH; left > 0; left--) {
      Arrival.Datagram next = datagrams.poll();
      if (next == null) {
        break;
      }
      take(next, nowNanos, out);
    }
  }

  private void take(Arrival arrival, long nowNanos, PacketOutput out) {
    RunningLife present = running;
    switch (arrival) {
      case Arrival.Begun begun -> begin(begun.life(), nowNanos);
      case Arrival.Happened happened -> {
        if (present != null && happened.self().equals(present.self())) {
          input(happened.input(), nowNanos, out);
        }
      }
      case Arrival.Logged logged -> {
        if (present != null && logged.self().equals(present.self())) {
          present.node().receive(logged.from(), logged.message(), nowNanos, out);
          afterCall(nowNanos, out);
        }
      }
      case Arrival.Datagram datagram -> {
        if (present != null) {
          present.receive(datagram.octets(), nowNanos, out);
          afterCall(nowNanos, out);
        }
      }
      case Arrival.Ordered ordered -> input(ordered.input(), nowNanos, out);
    }
  }

  private void begin(Life life, long nowNanos) {
    running = new RunningLife(life, secrets.get(), engines, this, nowNanos);
    nextTickNanos = nowNanos;
  }

  private void input(ClusterInput input, long nowNanos, PacketOutput out) {
    RunningLife present = running;
    clockNanos = nowNanos;
    if (present != null) {
      present.node().input(input, nowNanos, out);
      afterCall(nowNanos, out);
    }
  }

  /** Does what may not be done during a call of the node. */
  private void afterCall(long nowNanos, PacketOutput out) {
    for (ClusterInput answer = answers.poll(); answer != null; answer = answers.poll()) {
      input(answer, nowNanos, out);
    }
    RunningLife present = running;
    if (present != null) {
      present.afterCall(nowNanos, out);
      if (present.node().state().isOver()) {
        running = null;
        present.end(hasLeft);
      }
    }
  }

  // ---- all engines

  @Override
  public void leave(long nowNanos, PacketOutput out) {
    RunningLife present = running;
    if (present != null) {
      present.node().leave(nowNanos, out);
    }
  }

  @Override
  public @Nullable Disposition giveUp(String failure, long nowNanos, PacketOutput out) {
    RunningLife present = running;
    return present == null ? null : present.node().giveUp(failure, nowNanos, out);
  }

  @Override
  public void giveUpCall(long nowNanos, PacketOutput out) {
    RunningLife present = running;
    if (present != null) {
      present.node().giveUpCall(nowNanos, out);
    }
  }

  @Override
  public void giveUpAll(String failure, long nowNanos, PacketOutput out) {
    RunningLife present = running;
    if (present != null) {
      present.node().giveUpAll(failure, nowNanos, out);
    }
  }

  @Override
  public int connections() {
    RunningLife present = running;
    return present == null ? 0 : present.node().connections();
  }

  @Override
  public Counters counters() {
    return counters;
  }

  @Override
  public StatusQuery scanStatus(int maxConnections) {
    RunningLife present = running;
    return present == null ? new Nothing() : present.node().scanStatus(maxConnections);
  }

  @Override
  public @Nullable Rule ruleOf(FrameView view, long nowNanos) {
    RunningLife present = running;
    return present == null ? null : present.node().ruleOf(view, nowNanos);
  }

  /** What this node knows of its cluster. */
  ClusterStatus status(long nowNanos, long lostDatagrams) {
    RunningLife present = running;
    ClusterNode state = present == null ? null : present.node().state();
    AllocationTable table = state == null ? null : state.table();
    Member member = state == null || table == null ? null : table.member(state.self());
    return new ClusterStatus(
        configuration.name(),
        configuration.node(),
        configuration.bind().toString(),
        stateOf(state, member),
        state != null && state.isLeased(nowNanos),
        state != null && state.isCoordinator(nowNanos),
        member == null || table == null ? List.of() : StatusLists.members(table),
        member == null || table == null || state == null
            ? List.of()
            : StatusLists.buckets(table, state),
        takeovers.count(),
        takeovers.lastMillis(),
        redirected,
        lostDatagrams);
  }

  private ClusterStatus.State stateOf(@Nullable ClusterNode state, @Nullable Member member) {
    if (hasLeft) {
      return ClusterStatus.State.LEFT;
    }
    if (state == null || member == null) {
      return ClusterStatus.State.JOINING;
    }
    boolean isDraining = member.isDraining() || state.isDraining();
    return isDraining ? ClusterStatus.State.DRAINING : ClusterStatus.State.MEMBER;
  }

  /** Whether no other member could go on with the connections of this one. */
  boolean isAlone() {
    RunningLife present = running;
    if (present == null) {
      return true;
    }
    NodeId self = present.self();
    AllocationTable table = present.node().state().table();
    return table == null
        || table.members().stream().noneMatch(each -> each.isActive() && !each.id().equals(self));
  }

  /** The member that listens at {@code address}; null if there is none. */
  @Nullable NodeId memberAt(String address) {
    RunningLife present = running;
    AllocationTable table = present == null ? null : present.node().state().table();
    return table == null
        ? null
        : table.memberIds().stream()
            .filter(each -> each.address().toString().equals(address))
            .findFirst()
            .orElse(null);
  }

  /** A status of no engine. */
  private static final class Nothing implements StatusQuery {
    @Override
    public boolean step(long nowNanos) {
      return false;
    }

    @Override
    public EngineStatus result() {
      return EngineStatus.EMPTY;
    }
  }
}
