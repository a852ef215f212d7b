package dev.midstream.gateway.run;

import dev.midstream.gateway.admin.ClusterHandle;
import dev.midstream.gateway.admin.ClusterStatus;
import dev.midstream.gateway.cluster.ClusterMember;
import dev.midstream.gateway.cluster.EngineMaker;
import dev.midstream.gateway.cluster.LiveNode;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.ClusterConfiguration;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.event.TimedEvents;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.wire.afpacket.Share;
import dev.midstream.wire.lock.InterfaceLock;
import dev.midstream.wire.packet.Box;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The one worker of a node of a cluster, and the node. */
final class ClusterWorker implements ClusterHandle, AutoCloseable {
  /** The program promises to end within 5 s. */
  private static final long DRAIN_MILLIS = 3_000;

  private final ClusterMember member;
  private final Worker worker;
  private final NodeLog log;

  private ClusterWorker(ClusterMember member, Worker worker, NodeLog log) {
    this.member = member;
    this.worker = worker;
    this.log = log;
  }

  /**
   * Prepares the node and its worker, which is not started.
   *
   * @param lock the lock of the interfaces; null if there is none
   * @throws InputException if the node's files or address cannot be used
   */
  static ClusterWorker open(
      Configuration whole,
      ClusterConfiguration cluster,
      Operations operations,
      @Nullable InterfaceLock lock,
      NodeLog log)
      throws InputException {
    Configuration configuration = whole.within(Runtime.getRuntime().maxMemory());
    TimedEvents events = operations.newEvents();
    SecureRandom random = new SecureRandom();
    EngineMaker engines =
        new EngineMaker(
            configuration.sharedEngine(1),
            new HashSeed(random.nextLong(), random.nextLong()),
            events,
            operations.watchdog());
    ClusterMember member = ClusterMember.open(cluster, engines, log);
    LiveNode node = member.node();
    FailureGuard guard = new FailureGuard(node);
    Share share = new Share(member.firstFilter(), 1, lock);
    Function<InlineBox.DatedBox, Box> around =
        dated ->
            WorkerFactory.filtered(operations.recorded(dated, node), node, configuration.port());
    InlineBox box = new InlineBox(node, guard, events, around, operations::clockNanos);
    Worker worker =
        new Worker(
            0,
            () -> Ports.open(configuration.port(), share, operations.interfaces()),
            node,
            guard,
            box,
            (joined, port, _) -> {
              member.attach(port);
              return joined;
            },
            configuration.workers().idle(),
            running -> {
              member.onFailure(running::fail);
              engines.watch(running);
            });
    return new ClusterWorker(member, worker, log);
  }

  List<Worker> workers() {
    return List.of(worker);
  }

  /** Meets the other nodes. */
  void begin() throws InputException {
    member.begin();
  }

  @Override
  public CompletableFuture<ClusterStatus> status() {
    return worker.submit(_ -> member.status(worker.nowNanos()));
  }

  @Override
  public CompletableFuture<Optional<String>> drain() {
    return worker.submit(_ -> member.drain());
  }

  @Override
  public CompletableFuture<Optional<String>> move(int bucket, String to) {
    return worker.submit(_ -> member.move(bucket, to));
  }

  /** Runs {@code stop} when the node has left the cluster because it was drained. */
  void whenLeft(Runnable stop) {
    CompletableFuture<Void> ignored = member.left().thenRunAsync(stop);
  }

  /** Hands the node's buckets over before the end, if there are others and time. */
  void leave() {
    try {
      long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DRAIN_MILLIS);
      if (drain().get(DRAIN_MILLIS, TimeUnit.MILLISECONDS).isEmpty()) {
        Void ignored = member.left().get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } catch (TimeoutException | ExecutionException _) {
      log.warn("buckets could not be handed over in time, milliseconds=" + DRAIN_MILLIS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    member.close();
  }
}
