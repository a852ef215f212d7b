package dev.midstream.gateway.cluster;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.bucket.Secret;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.engines.worker.BucketEngineFactory;
import dev.midstream.gateway.admin.ClusterStatus;
import dev.midstream.gateway.config.ClusterConfiguration;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The first worker of a node of a cluster, which has the node's state machine: what other nodes and
 * other workers say to that comes here.
 */
public final class LiveNode extends LiveWorker {
  private final Supplier<Secret> secrets;
  private final BucketEngineFactory engines;
  final Outside outside;
  final LegProbing probing;
  final Deque<ClusterInput> answers = new ArrayDeque<>();

  /** What happened while another worker was held up, in its order. */
  private final Deque<ClusterInput> deferred = new ArrayDeque<>();

  private @Nullable RunningLife running;

  /** How the life before was ordered to leave, and the next one is; null if it was not. */
  Member.@Nullable Role order;

  boolean hasLeft;

  /** What a node wants of the program around it. Called on the node's thread. */
  interface Outside extends LiveWorker.Outside {
    /** Has a worker receive only these packets from now on. */
    void setFilter(int worker, FilterProgram filter);

    /** Begins another life, because the present one is over. */
    void renew();

    /** The node has left the cluster as it was ordered to. */
    void left();
  }

  LiveNode(
      ClusterConfiguration configuration,
      Supplier<Secret> secrets,
      BucketEngineFactory engines,
      Inboxes inboxes,
      Outside outside,
      LegProbing probing,
      Takeovers takeovers,
      NodeLog log) {
    super(
        0,
        configuration,
        inboxes,
        new Pulses(inboxes.workers()),
        takeovers,
        new NodeFigures(),
        log);
    this.secrets = secrets;
    this.engines = engines;
    this.outside = outside;
    this.probing = probing;
  }

  @Override
  Outside outside() {
    return outside;
  }

  @Override
  @Nullable RunningLife running() {
    return running;
  }

  // ---- time and inputs

  @Override
  void tick(long lateNanos, long nowNanos, PacketOutput out) {
    warnOfPause(lateNanos);
    if (isHeldUp(nowNanos)) {
      return;
    }
    takeDeferred(nowNanos, out);
    probe(lateNanos, nowNanos, out);
    input(new ClusterInput.Tick(), nowNanos, out);
  }

  /** What arrived on the interfaces while this node was stopped says nothing of now. */
  private void probe(long lateNanos, long nowNanos, PacketOutput out) {
    if (lateNanos > pauseNanos()) {
      probing.discard();
    }
    for (ClusterInput heard : probing.heard()) {
      input(heard, nowNanos, out);
    }
    RunningLife present = running;
    if (present != null) {
      probing.send(present.node().state(), nowNanos);
    }
  }

  /** Whether another worker is held up: the lease of the node must end then, as if it were this. */
  private boolean isHeldUp(long nowNanos) {
    return inboxes.workers() > 1 && pulses.isAnyLate(number, pauseNanos(), nowNanos);
  }

  private void takeDeferred(long nowNanos, PacketOutput out) {
    for (ClusterInput next = deferred.poll(); next != null; next = deferred.poll()) {
      input(next, nowNanos, out);
    }
  }

  /** A node that is not called for the detection time loses its lease. */
  private void warnOfPause(long nanos) {
    if (running != null && nanos > pauseNanos()) {
      log.warn("this node was stopped, millis=" + TimeUnit.NANOSECONDS.toMillis(nanos));
    }
  }

  @Override
  void take(Arrival arrival, long nowNanos, PacketOutput out) {
    RunningLife present = running;
    switch (arrival) {
      case Arrival.Begun begun -> begin(begun.life(), nowNanos);
      case Arrival.Happened happened -> {
        if (present != null && happened.self().equals(present.self())) {
          takeInput(happened.input(), nowNanos, out);
        }
      }
      case Arrival.Proved proved -> {
        if (present != null && proved.self().equals(present.self())) {
          takeInput(proved.input(), nowNanos, out);
        }
      }
      case Arrival.Told told -> {
        if (present != null && present.isOfMember(told)) {
          hear(told.neighbours(), nowNanos);
        }
      }
      case Arrival.Ordered ordered -> takeInput(ordered.input(), nowNanos, out);
      default -> {
        // for a worker without the state machine
      }
    }
  }

  private void begin(Life life, long nowNanos) {
    deferred.forEach(this::noteOrder);
    deferred.clear();
    running = new RunningLife(life, secrets.get(), engines, this, nowNanos);
    tickAt(nowNanos);
  }

  private void takeInput(ClusterInput input, long nowNanos, PacketOutput out) {
    if (isHeldUp(nowNanos)) {
      deferred.add(input);
    } else {
      takeDeferred(nowNanos, out);
      input(input, nowNanos, out);
    }
  }

  private void input(ClusterInput input, long nowNanos, PacketOutput out) {
    RunningLife present = running;
    clockNanos = nowNanos;
    if (present != null) {
      present.node().input(input, nowNanos, out);
      afterCall(nowNanos, out);
    } else {
      noteOrder(input);
    }
  }

  /** An order to leave that meets no life is that of the next one. */
  private void noteOrder(ClusterInput input) {
    if (input instanceof ClusterInput.Drain drain && order != Member.Role.DRAINING) {
      order = drain.how();
    }
  }

  /** Does what may not be done during a call of the node. */
  @Override
  void afterCall(long nowNanos, PacketOutput out) {
    for (ClusterInput answer = answers.poll(); answer != null; answer = answers.poll()) {
      input(answer, nowNanos, out);
    }
    RunningLife present = running;
    if (present != null) {
      present.afterCall(nowNanos, out);
      if (present.node().state().isOver()) {
        running = null;
        endAnnouncement();
        present.end(hasLeft);
      }
    }
  }

  /** What this node knows of its cluster. */
  ClusterStatus status(long nowNanos, long staying, ClusterStatus.Passed passed) {
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
        member == null || table == null ? List.of() : StatusLists.members(table, this::nameAt),
        member == null || table == null || state == null
            ? List.of()
            : StatusLists.buckets(table, state),
        takeovers.count(),
        takeovers.lastMillis(),
        staying,
        passed,
        figures.show(state, nowNanos));
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

  /** The members of this name, or that listen at this address. */
  List<NodeId> members(String nameOrAddress) {
    RunningLife present = running;
    AllocationTable table = present == null ? null : present.node().state().table();
    return table == null
        ? List.of()
        : table.memberIds().stream()
            .filter(each ->
                each.address().toString().equals(nameOrAddress)
                    || nameOrAddress.equals(nameAt(each.address())))
            .toList();
  }

  private @Nullable String nameAt(NodeAddress address) {
    if (address.equals(configuration.bind())) {
      return configuration.node();
    }
    RunningLife present = running;
    return present == null ? null : present.nameAt(address);
  }
}
