package dev.midstream.gateway.admin;

import dev.midstream.gateway.event.EventJournal;
import dev.midstream.gateway.record.Recording;
import dev.midstream.reassembly.rule.Mode;
import dev.midstream.reassembly.status.EngineStatus;
import dev.midstream.reassembly.status.StatusScan;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Everything that runs, for those who look at it. For any thread. */
public final class Node {
  private static final long PATIENCE_MILLIS = 5_000;

  private final Mode mode;
  private final InterfaceStates interfaces;
  private final EventJournal events;
  private final @Nullable Recording recording;
  private final long startNanos = System.nanoTime();
  private final List<WatchedWorker> workers = new CopyOnWriteArrayList<>();

  /**
   * A node without workers.
   *
   * @param recording null if nothing is recorded
   */
  public Node(
      Mode mode, InterfaceStates interfaces, EventJournal events, @Nullable Recording recording) {
    this.mode = mode;
    this.interfaces = interfaces;
    this.events = events;
    this.recording = recording;
  }

  /** One more worker. */
  public void add(WatchedWorker worker) {
    workers.add(worker);
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
  Recording.@Nullable Progress recording() {
    return recording == null ? null : recording.progress();
  }

  List<WatchedWorker> workers() {
    return workers;
  }

  double uptimeSeconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  /**
   * What all workers know, with {@code most} connections; null if one of them does not answer in
   * time.
   */
  @Nullable EngineStatus survey(int most) throws InterruptedException {
    List<CompletableFuture<EngineStatus>> surveys =
        workers.stream().map(worker -> survey(worker, most)).toList();
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    EngineStatus all = EngineStatus.EMPTY;
    try {
      for (CompletableFuture<EngineStatus> survey : surveys) {
        all = all.plus(survey.get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS), most);
      }
      return all;
    } catch (TimeoutException _) {
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot look at a worker", e);
    }
  }

  private static CompletableFuture<EngineStatus> survey(WatchedWorker worker, int most) {
    return worker.ask(engine -> engine.survey(most)).thenCompose(survey -> step(worker, survey));
  }

  /** A task of its own for each step: packets pass in between. */
  private static CompletableFuture<EngineStatus> step(WatchedWorker worker, StatusScan survey) {
    return worker
        .ask(_ ->
            survey.step(worker.nowNanos())
                ? Optional.<EngineStatus>empty()
                : Optional.of(survey.result()))
        .thenCompose(result ->
            result.map(CompletableFuture::completedFuture).orElseGet(() -> step(worker, survey)));
  }
}
