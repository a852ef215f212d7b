package dev.midstream.gateway.admin;

import dev.midstream.gateway.event.EventJournal;
import dev.midstream.gateway.fastpath.NodeFastPath;
import dev.midstream.gateway.record.Recording;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.status.EngineStatus;
import dev.midstream.reassembly.status.StatusQuery;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All parts of a running node that its admin server shows. Thread-safe. */
public final class Node {
  private static final long TIMEOUT_MILLIS = 5_000;

  private final Mode mode;
  private final InterfaceStates interfaces;
  private final EventJournal events;
  private final @Nullable Recording recording;
  private final Supplier<List<String>> slowCalls;
  private final long startNanos = System.nanoTime();
  private final List<WorkerHandle> workers = new CopyOnWriteArrayList<>();
  private volatile @Nullable ClusterHandle cluster;
  private volatile Supplier<NodeFastPath.@Nullable State> fastPath = () -> null;

  /**
   * A node without workers.
   *
   * @param recording null if nothing is recorded
   * @param slowCalls the calls of agents that last, one clause each
   */
  public Node(
      Mode mode,
      InterfaceStates interfaces,
      EventJournal events,
      @Nullable Recording recording,
      Supplier<List<String>> slowCalls) {
    this.mode = mode;
    this.interfaces = interfaces;
    this.events = events;
    this.recording = recording;
    this.slowCalls = slowCalls;
  }

  public void add(WorkerHandle worker) {
    workers.add(worker);
  }

  /** Shows the cluster of which this node is a member. */
  public void setCluster(ClusterHandle handle) {
    cluster = handle;
  }

  /** Shows what of the node's connections stays in the kernel. */
  public void setFastPath(NodeFastPath path) {
    setFastPath(path::state);
  }

  void setFastPath(Supplier<NodeFastPath.@Nullable State> state) {
    fastPath = state;
  }

  /** What the kernel forwards; null if the configuration wants none of it. */
  NodeFastPath.@Nullable State fastPath() {
    return fastPath.get();
  }

  /** Null if the node is in no cluster. */
  @Nullable ClusterHandle cluster() {
    return cluster;
  }

  /** What the node knows of its cluster; null if it has none, or does not respond in time. */
  @Nullable ClusterStatus clusterStatus() throws InterruptedException {
    ClusterHandle handle = cluster;
    return handle == null ? null : await(handle.status());
  }

  /** The value, or null if it does not come in time. */
  static <T> @Nullable T await(CompletableFuture<T> future) throws InterruptedException {
    try {
      return future.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot query a worker", e);
    }
  }

  Mode mode() {
    return mode;
  }

  InterfaceStates interfaces() {
    return interfaces;
  }

  EventJournal.Counts events() {
    return events.counts();
  }

  /** Null if nothing is recorded. */
  Recording.@Nullable Status recording() {
    return recording == null ? null : recording.status();
  }

  /** The calls of agents that last and keep their workers from responding, one clause each. */
  List<String> slowCalls() {
    return slowCalls.get();
  }

  List<WorkerHandle> workers() {
    return workers;
  }

  double uptimeSeconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  /**
   * The combined state of all workers with {@code limit} connections; null if a worker does not
   * respond in time.
   */
  @Nullable EngineStatus scan(int limit) throws InterruptedException {
    List<CompletableFuture<EngineStatus>> scans =
        workers.stream().map(worker -> scan(worker, limit)).toList();
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
    EngineStatus all = EngineStatus.EMPTY;
    try {
      for (CompletableFuture<EngineStatus> scan : scans) {
        all = all.plus(scan.get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS), limit);
      }
      return all;
    } catch (TimeoutException _) {
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot query a worker", e);
    }
  }

  private static CompletableFuture<EngineStatus> scan(WorkerHandle worker, int limit) {
    return worker
        .submit(engines -> engines.scanStatus(limit))
        .thenCompose(scan -> step(worker, scan));
  }

  /** Each step is a task of its own, so that packets pass in between. */
  private static CompletableFuture<EngineStatus> step(WorkerHandle worker, StatusQuery scan) {
    return worker
        .submit(_ ->
            scan.step(worker.nowNanos())
                ? Optional.<EngineStatus>empty()
                : Optional.of(scan.result()))
        .thenCompose(result ->
            result.map(CompletableFuture::completedFuture).orElseGet(() -> step(worker, scan)));
  }
}
