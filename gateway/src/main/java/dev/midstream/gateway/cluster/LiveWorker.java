package dev.midstream.gateway.cluster;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.engines.worker.OpenEngines;
import dev.midstream.gateway.config.ClusterConfiguration;
import dev.midstream.gateway.inbox.Inbox;
import dev.midstream.gateway.inbox.InboxMessage;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.gateway.tables.NodeSweep;
import dev.midstream.reassembly.EngineBox;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.status.StatusQuery;
import dev.midstream.wire.afpacket.ProbeSocket;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.neighbour.AnnouncingBox;
import dev.midstream.wire.neighbour.Neighbour;
import dev.midstream.wire.neighbour.Neighbours;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A worker of a node of a cluster, on its own thread: it gives its present life packets, what
 * arrived for it, and the time. Without a life all packets are dropped. What other workers and
 * nodes say is taken before any packet that may depend on it.
 */
abstract sealed class LiveWorker implements EngineBox permits LiveNode, LiveShare {
  /** The capacity of an inbox. */
  private static final int MOST_ARRIVALS = Inbox.MAX_BYTES / InboxMessage.OVERHEAD_BYTES;

  private static final int MOST_DATAGRAMS = 1_024;

  final int number;
  final ClusterConfiguration configuration;
  final Inboxes inboxes;
  final Pulses pulses;
  final Takeovers takeovers;
  final NodeFigures figures;
  final NodeLog log;
  private final Inbox<Arrival> inbox;
  private final Inbox<Arrival.Datagram> datagrams;
  private final Counters counters = new Counters();
  private final Neighbours neighbours = new Neighbours();
  private @Nullable AnnouncingBox announcing;
  private volatile int staying;
  private boolean isForwarding;
  private boolean isInHand; // the engines have the packet of the port, and no arrival

  private long nextTickNanos;
  long clockNanos;

  /** What a worker wants of the program around it. Called on the worker's thread. */
  interface Outside {
    /** Sends a datagram; the octets are valid during the call. */
    void send(NodeId to, byte[] datagram, int length);

    /** A packet was passed on to another node. */
    void noteRedirected();

    /** So many packets that other nodes have passed on were given up. */
    void noteAbandoned(long packets);

    /** A frame was dropped that another node had forwarded. */
    void noteLooped();

    /** The worker may send for the first time. Called once. */
    void noteForwarding();
  }

  LiveWorker(
      int number,
      ClusterConfiguration configuration,
      Inboxes inboxes,
      Pulses pulses,
      Takeovers takeovers,
      NodeFigures figures,
      NodeLog log) {
    this.number = number;
    this.configuration = configuration;
    this.inboxes = inboxes;
    this.pulses = pulses;
    this.takeovers = takeovers;
    this.figures = figures;
    this.log = log;
    inbox = inboxes.of(number);
    datagrams = inboxes.datagramsOf(number);
  }

  /** What this worker wants of the program. */
  abstract Outside outside();

  /** The present life; null if there is none. */
  abstract @Nullable WorkerLife running();

  /** Takes what not every worker gets. */
  abstract void take(Arrival arrival, long nowNanos, PacketOutput out);

  /** Does what may not be done during a call of the life. */
  abstract void afterCall(long nowNanos, PacketOutput out);

  /** Some time has passed; {@code lateNanos} more than it should. */
  abstract void tick(long lateNanos, long nowNanos, PacketOutput out);

  /** A node of which a worker was not called for so long does not prolong its lease. */
  final long pauseNanos() {
    return configuration.settings().detectNanos() / 2;
  }

  /** Whether what was decided before may leave at {@code nowNanos}. */
  final boolean mayTransmit(long nowNanos) {
    WorkerLife present = running();
    return present != null && present.engines().mayTransmit(nowNanos);
  }

  /** How many connections stay at this worker whose bucket another node owns. Any thread. */
  final int staying() {
    return staying;
  }

  /** The next tick is due now. */
  final void tickAt(long nowNanos) {
    nextTickNanos = nowNanos;
  }

  // ---- neighbours

  /**
   * A box around the one of this worker, whose port is on the segments of the neighbours.
   *
   * @param announces whether neighbours are told to other nodes, and announced
   */
  final Box announcing(Box box, boolean announces) {
    AnnouncingBox around =
        new AnnouncingBox(box, neighbours, this::mayTransmit, () -> outside().noteLooped());
    announcing = announces ? around : null;
    return around;
  }

  /** Announces the neighbours from now on. */
  final void announce() {
    if (announcing != null) {
      announcing.announce(clockNanos);
    }
  }

  /** Announces nothing any more: the life is over, or has no buckets. */
  final void endAnnouncement() {
    if (announcing != null) {
      announcing.cancel();
    }
  }

  /** Learns from a packet that another node or worker has received. */
  final void learn(Packet packet, long nowNanos) {
    if (announcing != null) {
      boolean ignored = neighbours.learn(packet, nowNanos);
    }
  }

  /** Learns what another node has told. */
  final void hear(ClusterMessage.Neighbours told, long nowNanos) {
    ToldNeighbours.hear(told, neighbours, nowNanos);
  }

  /** There is another node, which knows no neighbours. */
  final void tellAgain() {
    neighbours.tellAgain();
  }

  private void tell(WorkerLife present, long nowNanos) {
    List<Neighbour> news = announcing == null ? List.of() : neighbours.takeNews(nowNanos);
    if (!news.isEmpty()) {
      present.tell(ToldNeighbours.of(news));
    }
  }

  // ---- packets and time

  @Override
  public final Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    isInHand = false;
    if (!inbox.isEmpty() || !datagrams.isEmpty()) {
      takeArrivals(nowNanos, out);
    }
    WorkerLife present = running();
    if (present == null || ProbeSocket.isProbe(packet)) {
      return Disposition.TAKEN;
    }
    isInHand = true;
    return present.engines().onPacket(packet, nowNanos, out);
  }

  /** Sends a packet through a dispatcher; false if that cannot be. */
  final boolean leave(Packet packet) {
    WorkerLife present = running();
    return present != null && present.delivery().leave(present.buckets.of(packet), packet);
  }

  @Override
  public final boolean isPrefetching() {
    WorkerLife present = running();
    return present != null && present.engines().isPrefetching();
  }

  @Override
  public final void prefetch(Packet packet) {
    WorkerLife present = running();
    if (present != null) {
      present.engines().prefetch(packet);
    }
  }

  @Override
  public final void onTimer(long nowNanos, PacketOutput out) {
    takeArrivals(nowNanos, out);
    WorkerLife present = running();
    if (present != null && present.engines().nextDeadlineNanos() <= nowNanos) {
      present.engines().onTimer(nowNanos, out);
    }
    if (nextTickNanos <= nowNanos) {
      long lateNanos = nowNanos - nextTickNanos;
      nextTickNanos = nowNanos + configuration.settings().tickNanos();
      pulses.beat(number, nowNanos);
      staying = present == null ? 0 : present.engines().engines().staying().size();
      if (present != null) {
        present.delivery().tick(nowNanos);
        tell(present, nowNanos);
      }
      tick(lateNanos, nowNanos, out);
      noteForwarding(nowNanos);
    }
  }

  private void noteForwarding(long nowNanos) {
    if (!isForwarding && mayTransmit(nowNanos)) {
      isForwarding = true;
      outside().noteForwarding();
    }
  }

  @Override
  public final long nextDeadlineNanos() {
    inbox.rearm();
    datagrams.rearm();
    if (!inbox.isEmpty() || !datagrams.isEmpty()) {
      return 0;
    }
    WorkerLife present = running();
    return present == null
        ? nextTickNanos
        : Math.min(nextTickNanos, present.engines().nextDeadlineNanos());
  }

  private void takeArrivals(long nowNanos, PacketOutput out) {
    clockNanos = nowNanos;
    for (int left = MOST_ARRIVALS; left > 0; left--) {
      Arrival next = inbox.poll();
      if (next == null) {
        break;
      }
      takeAny(next, nowNanos, out);
    }
    for (int left = MOST_DATAGRAMS; left > 0; left--) {
      Arrival.Datagram next = datagrams.poll();
      if (next == null) {
        break;
      }
      takeAny(next, nowNanos, out);
    }
  }

  private void takeAny(Arrival arrival, long nowNanos, PacketOutput out) {
    switch (arrival) {
      case Arrival.Logged logged -> {
        WorkerLife present = running(logged.self());
        if (present != null) {
          present.engines().receive(logged.from(), logged.message(), nowNanos, out);
          afterCall(nowNanos, out);
        }
      }
      case Arrival.Datagram datagram -> {
        WorkerLife present = running();
        if (present != null) {
          present.delivery().receive(datagram.octets(), nowNanos, out);
          afterCall(nowNanos, out);
        }
      }
      case Arrival.Handed handed -> {
        WorkerLife present = running(handed.self());
        if (present != null) {
          present.delivery().play(handed.packet(), nowNanos, out);
          afterCall(nowNanos, out);
        }
      }
      case Arrival.Announced announced -> {
        WorkerLife present = running(announced.self());
        if (present != null) {
          present.engines().hear(announced.bucket(), announced.record(), nowNanos);
        }
      }
      default -> take(arrival, nowNanos, out);
    }
  }

  /** The present life, if it is that of {@code self}. */
  private @Nullable WorkerLife running(NodeId self) {
    WorkerLife present = running();
    return present != null && present.self().equals(self) ? present : null;
  }

  /** Begins a sweep of the connections; null if there is no life. */
  final @Nullable NodeSweep sweep(@Nullable NodeSweep before, long nowNanos) {
    WorkerLife present = running();
    if (present == null) {
      return null;
    }
    NodeSweep last = before != null && before.self().equals(present.self()) ? before : null;
    OpenEngines open = present.engines().engines().open();
    return new NodeSweep(
        present.self(),
        present.engines().mayTransmit(nowNanos),
        nowNanos,
        last == null
            ? open.sweep(nowNanos, null, nowNanos)
            : open.sweep(last.beganNanos(), last.buckets(), nowNanos));
  }

  // ---- all engines

  @Override
  public final void leave(long nowNanos, PacketOutput out) {
    WorkerLife present = running();
    if (present != null) {
      present.engines().leave(nowNanos, out);
    }
  }

  @Override
  public final @Nullable Disposition giveUp(String failure, long nowNanos, PacketOutput out) {
    WorkerLife present = running();
    Disposition disposition =
        present == null ? null : present.engines().giveUp(failure, nowNanos, out);
    return disposition == null || isInHand ? disposition : Disposition.TAKEN;
  }

  @Override
  public final void giveUpCall(long nowNanos, PacketOutput out) {
    WorkerLife present = running();
    if (present != null) {
      present.engines().giveUpCall(nowNanos, out);
    }
  }

  @Override
  public final void giveUpAll(String failure, long nowNanos, PacketOutput out) {
    WorkerLife present = running();
    if (present != null) {
      present.engines().giveUpAll(failure, nowNanos, out);
    }
  }

  @Override
  public final int connections() {
    WorkerLife present = running();
    return present == null ? 0 : present.engines().connections();
  }

  @Override
  public final Counters counters() {
    return counters;
  }

  @Override
  public final StatusQuery scanStatus(int maxConnections) {
    WorkerLife present = running();
    return present == null ? StatusQuery.NONE : present.engines().scanStatus(maxConnections);
  }

  @Override
  public final @Nullable Rule ruleOf(FrameView view, long nowNanos) {
    WorkerLife present = running();
    return present == null ? null : present.engines().ruleOf(view, nowNanos);
  }
}
