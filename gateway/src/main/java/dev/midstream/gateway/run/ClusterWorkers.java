package dev.midstream.gateway.run;

import dev.midstream.gateway.admin.ClusterHandle;
import dev.midstream.gateway.admin.ClusterStatus;
import dev.midstream.gateway.admin.CommonConnections;
import dev.midstream.gateway.admin.TablesStatus;
import dev.midstream.gateway.cluster.ClusterMember;
import dev.midstream.gateway.cluster.EngineMaker;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.config.ClusterConfiguration;
import dev.midstream.gateway.config.Configuration;
import dev.midstream.gateway.config.PortSettings;
import dev.midstream.gateway.event.TimedEvents;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.gateway.tables.SweptWorker;
import dev.midstream.reassembly.EngineBox;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.wire.afpacket.Share;
import dev.midstream.wire.lock.InterfaceLock;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.LoopTerms;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The workers of a node of a cluster, and the node, which belongs to the first one. */
final class ClusterWorkers implements ClusterHandle, AutoCloseable {
  /** Leaves time for the rest of the end ({@link EndTime}). */
  private static final long DRAIN_MILLIS = 3_000;

  /** How long a node that finds no others does not say that it is ready. */
  private static final long READY_SECONDS = 5;

  private static final long LEFT_MILLIS = 1_000;

  private final ClusterMember member;
  private final List<Worker> workers;
  private final NodeLog log;
  private final EndTime end;
  private volatile boolean begun;

  private ClusterWorkers(ClusterMember member, List<Worker> workers, NodeLog log, EndTime end) {
    this.member = member;
    this.workers = workers;
    this.log = log;
    this.end = end;
    member.tables().setWorkers(workers.stream().map(each -> swept(each, member)).toList());
  }

  private static SweptWorker swept(Worker worker, ClusterMember member) {
    return new SweptWorker(
        task -> run(worker, task),
        before -> member.sweep(worker.number(), before, worker.nowNanos()));
  }

  private static void run(Worker worker, Runnable task) {
    CompletableFuture<Boolean> ignored =
        worker.submit(_ -> {
          task.run();
          return true;
        });
  }

  /**
   * Prepares the node and its workers, which are not started.
   *
   * @param lock the lock of the interfaces; null if there is none
   * @param end by when the program must have ended
   * @throws InputException if the node's files or address cannot be used
   */
  static ClusterWorkers open(
      Configuration whole,
      ClusterConfiguration cluster,
      Operations operations,
      @Nullable InterfaceLock lock,
      NodeLog log,
      EndTime end)
      throws InputException {
    Configuration configuration = whole.within(Runtime.getRuntime().maxMemory());
    boolean shares = configuration.port().kind() != PortSettings.Kind.TUN;
    int count =
        shares ? Math.min(configuration.workers().count(), cluster.settings().buckets()) : 1;
    SecureRandom random = new SecureRandom();
    HashSeed seed = new HashSeed(random.nextLong(), random.nextLong());
    EngineConfiguration share = configuration.sharedEngine(count);
    List<TimedEvents> events = Stream.generate(operations::newEvents).limit(count).toList();
    List<EngineMaker> engines =
        IntStream.range(0, count)
            .mapToObj(
                each -> new EngineMaker(each, share, seed, events.get(each), operations.watchdog()))
            .toList();
    ClusterMember member =
        ClusterMember.open(cluster, count, engines::get, configuration.port().bridged(), log);
    Parts parts = new Parts(configuration, operations, lock, member, count);
    return new ClusterWorkers(
        member,
        IntStream.range(0, count)
            .mapToObj(each -> worker(each, parts, engines.get(each), events.get(each)))
            .toList(),
        log,
        end);
  }

  /** What all workers have. */
  private record Parts(
      Configuration configuration,
      Operations operations,
      @Nullable InterfaceLock lock,
      ClusterMember member,
      int count) {}

  /** Only the first worker reports changes of the interfaces, which all of them see. */
  private static Worker worker(int number, Parts parts, EngineMaker engines, TimedEvents events) {
    Operations operations = parts.operations();
    ClusterMember member = parts.member();
    PortSettings port = parts.configuration().port();
    EngineBox engineBox = member.box(number);
    FailureGuard guard = new FailureGuard(engineBox);
    Share share = new Share(member.firstFilter(number), parts.count(), parts.lock());
    LegListener listener = number == 0 ? operations.interfaces() : (leg, state) -> {};
    Function<InlineBox.DatedBox, Box> around =
        dated ->
            WorkerFactory.filtered(
                member.passing(operations.recorded(dated, engineBox)), engineBox, port);
    return new Worker(
        number,
        port.kind() == PortSettings.Kind.NONE
            ? () -> new DispatchedPort(packet -> member.leave(number, packet))
            : () -> Ports.open(port, share, listener),
        engineBox,
        guard,
        new InlineBox(engineBox, guard, events, around, operations::clockNanos),
        (joined, open, _) -> {
          member.attach(number, open, Worker::timeNanos);
          return member.announcing(number, joined);
        },
        new LoopTerms(parts.configuration().workers().idle()),
        running -> {
          member.onFailure(number, running::fail);
          engines.watch(running);
        });
  }

  List<Worker> workers() {
    return workers;
  }

  /** Meets the other nodes. The ports of all workers are open. */
  void begin() throws InputException {
    member.begin();
    begun = true; // the workers run from now on, and own buckets not before
  }

  /**
   * Runs {@code ready} when all workers may send; if the others cannot be found, after 5 s, with a
   * line that says so.
   */
  void whenForwarding(Runnable ready) {
    CompletableFuture<Void> forwarding =
        member.forwarding().copy().orTimeout(READY_SECONDS, TimeUnit.SECONDS);
    CompletableFuture<Void> ignored =
        forwarding.handleAsync((_, late) -> {
          if (late instanceof TimeoutException) {
            log.warn("this node forwards nothing yet, it waits for other nodes");
          }
          if (late == null || late instanceof TimeoutException) {
            ready.run();
          }
          return null;
        });
  }

  @Override
  public CompletableFuture<ClusterStatus> status() {
    Worker first = workers.getFirst();
    return first.submit(_ -> member.status(first.nowNanos()));
  }

  @Override
  public CompletableFuture<Optional<String>> drain(boolean stays) {
    return workers.getFirst().submit(_ -> member.drain(stays));
  }

  @Override
  public CompletableFuture<Optional<String>> move(int bucket, String to) {
    Worker first = workers.getFirst();
    return first.submit(_ -> member.move(bucket, to, first.nowNanos()));
  }

  @Override
  public TablesStatus tables() {
    return member.tables().status();
  }

  @Override
  public CommonConnections connections(int limit) throws IOException {
    return member.tables().connections(limit);
  }

  /**
   * Runs {@code stop} when the node has left the cluster because it was drained, and has said so
   * for a second: an operator may wait for it.
   */
  void whenLeft(Runnable stop) {
    Executor later = CompletableFuture.delayedExecutor(LEFT_MILLIS, TimeUnit.MILLISECONDS);
    CompletableFuture<Void> ignored = member.left().thenRunAsync(stop, later);
  }

  /**
   * Hands the node's buckets over before the end, if there are others and time. Before the end of
   * {@link #begin} it has none, and its workers answer nothing.
   */
  void leave() {
    if (!begun) {
      return;
    }
    try {
      long millis = Math.min(DRAIN_MILLIS, end.leftMillis());
      long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      if (drain(false).get(millis, TimeUnit.MILLISECONDS).isEmpty()) {
        Void ignored = member.left().get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
    } catch (TimeoutException | ExecutionException | CompletionException _) {
      log.warn("buckets could not be handed over in time, milliseconds=" + DRAIN_MILLIS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    member.close(end.leftMillis());
  }
}
