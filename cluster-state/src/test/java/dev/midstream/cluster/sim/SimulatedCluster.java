package dev.midstream.cluster.sim;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Epoch;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.node.ClusterEffect;
import dev.midstream.cluster.node.ClusterInput;
import dev.midstream.cluster.node.ClusterMessage;
import dev.midstream.cluster.node.ClusterNode;
import dev.midstream.cluster.node.ClusterSettings;
import dev.midstream.testkit.sim.time.EventQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Hosts, their network and their group layer, in virtual time. */
final class SimulatedCluster {
  static final long MILLI = 1_000_000;

  final RandomGenerator random;
  final EventQueue time = new EventQueue();
  final ClusterSettings settings;
  final List<Host> hosts = new ArrayList<>();
  final Network network;
  final Tally tally = new Tally();
  final Oracle oracle;
  final Records records;
  final Probes probes = new Probes(this);
  private final Views views;

  /** Whether a node joins that a listener refuses. */
  @Nullable String veto;

  /** Which messages a test loses. */
  Loss loss = (from, to, message) -> false;

  /** The messages that are sent, while a test collects them. */
  @Nullable List<ClusterMessage> sent;

  boolean isTraced;

  /** Whether connections that stay at a node close after a while; else a story says when. */
  boolean closesStaying;

  private long steps;

  /** Whether a message of {@code from} to {@code to} is lost. */
  @FunctionalInterface
  interface Loss {
    boolean loses(Host from, Host to, ClusterMessage message);
  }

  SimulatedCluster(RandomGenerator random, ClusterSettings settings, List<Host> hosts) {
    this.random = random;
    this.settings = settings;
    this.hosts.addAll(hosts);
    network = new Network(random, hosts.size());
    oracle = new Oracle(this.hosts, settings.buckets(), tally);
    records = new Records(this);
    views = new Views(this);
  }

  long now() {
    return time.nowNanos();
  }

  long steps() {
    return steps;
  }

  void run(long nanos) {
    long end = now() + nanos;
    while (time.nextNanos() <= end) {
      time.runNext();
    }
    time.advanceTo(end);
  }

  void trace(String line) {
    if (isTraced) {
      System.out.printf("%,15d %s%n", now() / 1000, line);
    }
  }

  // ---- hosts

  void start(Host host) {
    if (host.isRunning()) {
      return;
    }
    host.start(settingsOf(host), now());
    trace(host + " starts as " + host.id());
    tickLater(host, host.id());
    probes.ofLegs(host, host.id());
    views.changeSoon(20 * MILLI, 300 * MILLI);
  }

  private ClusterSettings settingsOf(Host host) {
    return new ClusterSettings(
        settings.buckets(),
        settings.copies(),
        settings.maxMoves(),
        settings.detectNanos(),
        settings.balanceNanos(),
        settings.reallocation(),
        settings.lone(),
        host.configuration,
        settings.addresses(),
        settings.dispatchers(),
        host.role);
  }

  /** The process is killed; its host refuses connections from then on. */
  void kill(Host host) {
    if (!host.isRunning()) {
      return;
    }
    trace(host + " is killed");
    NodeId gone = host.id();
    host.end();
    for (Host other : hosts) {
      if (other != host && random.nextInt(4) != 0) {
        later(MILLI, 20 * MILLI, () -> probes.verify(other, gone));
      }
    }
    views.changeSoon(5 * MILLI, 60 * MILLI);
  }

  /** The machine is gone, with everything on it. */
  void crash(Host host) {
    if (host.isRunning()) {
      trace(host + " crashes");
      host.end();
    }
    host.isUp = false;
    views.changeSoon(400 * MILLI, 450 * MILLI);
  }

  void stop(Host host) {
    if (host.isRunning()) {
      trace(host + " is stopped");
      host.isStopped = true;
      views.changeSoon(400 * MILLI, 450 * MILLI);
    }
  }

  void resume(Host host) {
    if (host.isStopped) {
      trace(host + " goes on");
      host.isStopped = false;
      takeQueued(host);
      views.changeSoon(100 * MILLI, 500 * MILLI);
    }
  }

  /** Only the thread of {@code host} is held up, for so long; it is called once when it goes on. */
  void holdUp(Host host, long nanos) {
    if (!host.isRunning()) {
      return;
    }
    NodeId life = host.id();
    host.isHeldUp = true;
    time.at(
        now() + nanos,
        _ -> {
          if (host.runs(life)) {
            host.isHeldUp = false;
            takeQueued(host);
            input(host, new ClusterInput.Tick());
          }
        });
  }

  private void takeQueued(Host host) {
    while (!host.queued.isEmpty() && !host.isPaused() && host.isRunning()) {
      step(host, host.queued.removeFirst());
    }
    probes.sendOwed(host);
  }

  void cut(int side) {
    trace("the network is cut: " + Integer.toBinaryString(side));
    network.cut(side);
    views.changeSoon(400 * MILLI, 450 * MILLI);
  }

  void heal() {
    trace("the network is whole");
    network.heal();
    views.changeSoon(100 * MILLI, 1000 * MILLI);
  }

  /** The group layer shows every host at once whom it reaches. */
  void showViews() {
    views.changeSoon(0, 1);
  }

  // ---- inputs

  void later(long fromNanos, long toNanos, Runnable action) {
    time.at(now() + random.nextLong(fromNanos, toNanos), at -> action.run());
  }

  private void tickLater(Host host, NodeId life) {
    long tick = settings.tickNanos() * 9 / 10 - random.nextLong(settings.tickNanos() / 5);
    time.at(
        now() + tick,
        at -> {
          if (host.runs(life)) {
            if (!host.isPaused()) {
              input(host, new ClusterInput.Tick());
            }
            tickLater(host, life);
          }
        });
  }

  Host hostOf(NodeId node) {
    for (Host host : hosts) {
      if (host.address.equals(node.address())) {
        return host;
      }
    }
    throw new IllegalArgumentException("no such host: " + node);
  }

  void input(Host host, ClusterInput input) {
    if (!host.isRunning()) {
      return;
    }
    if (host.isPaused()) {
      host.queued.add(input);
    } else {
      step(host, input);
    }
  }

  private void step(Host host, ClusterInput input) {
    if (isTraced && !(input instanceof ClusterInput.Tick)) {
      trace(host + " <- " + input);
    }
    steps++;
    if (input instanceof ClusterInput.ViewChanged changed) {
      host.view(changed.members());
    }
    oracle.note(host, input, now());
    ClusterNode node = host.node();
    NodeId life = host.id();
    List<ClusterEffect> effects = host.step(input, now());
    boolean late =
        input instanceof ClusterInput.Received received && !host.view().contains(received.from());
    if (late && !effects.isEmpty()) {
      throw new AssertionError("a message of a node out of view is obeyed: " + input + effects);
    }
    for (ClusterEffect effect : effects) {
      if (effect instanceof ClusterEffect.Send send
          && send.message() instanceof ClusterMessage.Install install) {
        oracle.agreed(install.table());
      }
    }
    AllocationTable table = node.table();
    if (table != null && node.isCoordinator(host.clock(now()))) {
      oracle.agreed(table);
    }
    for (ClusterEffect effect : effects) {
      if (host.runs(life)) {
        if (isTraced) {
          trace(host + " -> " + effect);
        }
        oracle.note(host, effect);
        tally.note(effect, table);
        perform(host, effect);
      }
    }
    oracle.afterStep(now());
  }

  // ---- effects

  private void perform(Host host, ClusterEffect effect) {
    switch (effect) {
      case ClusterEffect.Send send -> send(host, send.to(), send.message());
      case ClusterEffect.OpenBucket open -> records.opened(host, open);
      case ClusterEffect.StopBucket stop -> {
        host.stops.add(stop);
        NodeId life = host.id();
        later(1, 2 * MILLI, () -> silence(host, life, stop));
        later(1, 5 * MILLI, () -> records.stopped(host, stop));
        if (stop.stays()) {
          later(MILLI, 2_000 * MILLI, () -> closeStaying(host, life, stop.bucket()));
        }
      }
      case ClusterEffect.KeepReplica keep -> {
        if (keep.held() == Epoch.NONE) {
          host.forget(keep.bucket());
        }
        records.copyLater(host, host.id(), keep);
      }
      case ClusterEffect.DropReplica drop -> host.forget(drop.bucket());
      case ClusterEffect.ForgetBucket forget -> host.forget(forget.bucket());
      case ClusterEffect.GiveStaying _ -> host.gives = true;
      case ClusterEffect.BecomeBackup _, ClusterEffect.GoOn _ -> {}
      case ClusterEffect.SetFilter filter -> host.received = filter.buckets();
      case ClusterEffect.Verify verify ->
          later(MILLI, 5 * MILLI, () -> probes.verify(host, verify.node()));
      case ClusterEffect.Probe probe -> later(MILLI, 5 * MILLI, () -> probes.answer(host, probe));
      case ClusterEffect.AskListeners ask -> {
        NodeId node = ask.node();
        later(1, 20 * MILLI, () -> input(host, new ClusterInput.JoinVerdict(node, veto)));
      }
      case ClusterEffect.Announce announce -> announce(host);
      case ClusterEffect.StepDown down -> restart(host, down);
      case ClusterEffect.Left left -> leave(host);
      case ClusterEffect.Report report -> host.reports.add(report);
    }
  }

  private void leave(Host host) {
    host.end();
    host.hasLeft = true;
    views.changeSoon(5 * MILLI, 60 * MILLI);
  }

  private void announce(Host host) {
    oracle.announced(host);
    host.announcements++;
  }

  private void silence(Host host, NodeId life, ClusterEffect.StopBucket stop) {
    if (host.runs(life)) {
      input(host, new ClusterInput.BucketSilent(stop.bucket(), stop.epoch()));
    }
  }

  /** The last connection of a bucket closes that stayed, unless a story says when. */
  private void closeStaying(Host host, NodeId life, int bucket) {
    if (closesStaying && host.runs(life)) {
      input(host, new ClusterInput.BucketIdle(bucket));
    }
  }

  private void restart(Host host, ClusterEffect.StepDown down) {
    host.endWith(down.order());
    views.changeSoon(5 * MILLI, 60 * MILLI);
    later(MILLI, 50 * MILLI, () -> start(host));
  }

  private void send(Host host, NodeId to, ClusterMessage message) {
    Host other = hostOf(to);
    if (sent != null) {
      sent.add(message);
    }
    if (!network.sends.test(host)
        || !network.carries(host.number, other.number)
        || network.loses(other.number)
        || loss.loses(host, other, message)) {
      return;
    }
    NodeId from = host.id();
    long arrival = network.arrivalNanos(host.number, other.number, message, now());
    time.at(
        arrival,
        at -> {
          if (other.runs(to) && network.carries(host.number, other.number)) {
            input(other, new ClusterInput.Received(from, message));
          }
        });
  }
}
