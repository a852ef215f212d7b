package dev.midstream.gateway.tables;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.engines.worker.SweptBucket;
import dev.midstream.tables.CommonTables;
import dev.midstream.tables.entry.NodeEntry;
import dev.midstream.tables.entry.NodeEntry.LeaseState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fills the open tables of one life of a node from sweeps of its workers. A worker is asked in
 * steps of about 0.1 ms, with packets in between. Owned by one thread.
 */
final class TableFiller {
  private static final long STEP_PAUSE_NANOS = 2_000_000;
  private static final long ANSWER_MILLIS = 100;
  private static final long SAY_NANOS = 10_000_000_000L;

  private final NodeId self;
  private final NodeDescription description;
  private final CommonTables tables;
  private final Census census;
  private final long sinceMillis = System.currentTimeMillis();
  private final Map<SweptWorker, NodeSweep> before = new HashMap<>();
  private long revision;
  private LeaseState lease = LeaseState.NONE;
  private @Nullable NodeEntry said;
  private long saidNanos;

  TableFiller(NodeId self, NodeDescription description, CommonTables tables) {
    this.self = self;
    this.description = description;
    this.tables = tables;
    census = new Census(self, tables);
  }

  /**
   * Tells the tables what has changed since the last sweep. Gives up when {@code isEnding} says so,
   * or a worker ends.
   */
  void sweep(List<SweptWorker> workers, BooleanSupplier isEnding) {
    List<Begun> sweeps = new ArrayList<>();
    Map<Integer, Long> open = new HashMap<>();
    boolean isLeased = false;
    for (SweptWorker worker : workers) {
      Optional<NodeSweep> begun =
          ask(worker.thread(), () -> Optional.ofNullable(begin(worker)), isEnding);
      if (begun == null) {
        return;
      }
      if (begun.isPresent() && begun.get().self().equals(self)) {
        sweeps.add(new Begun(worker, begun.get()));
        open.putAll(begun.get().buckets().epochs());
        isLeased |= begun.get().isLeased();
      }
    }
    census.begin(open);
    for (Begun each : sweeps) {
      before.put(each.worker, each.sweep);
      if (!finish(each, isEnding)) {
        return;
      }
    }
    census.review(System.nanoTime());
    say(isLeased);
  }

  private record Begun(SweptWorker worker, NodeSweep sweep) {}

  private @Nullable NodeSweep begin(SweptWorker worker) {
    return worker.sweeps().begin(before.get(worker));
  }

  /** Goes on with a sweep to its end; false if it was given up. */
  private boolean finish(Begun begun, BooleanSupplier isEnding) {
    boolean goesOn = true;
    while (goesOn) {
      Step step = ask(begun.worker.thread(), () -> step(begun.sweep), isEnding);
      if (step == null) {
        return false;
      }
      long nowMillis = System.currentTimeMillis();
      step.swept.forEach(bucket -> census.add(bucket, System.nanoTime(), nowMillis));
      goesOn = step.goesOn;
      if (goesOn) {
        LockSupport.parkNanos(this, STEP_PAUSE_NANOS);
      }
    }
    return true;
  }

  private record Step(List<SweptBucket> swept, boolean goesOn) {}

  private static Step step(NodeSweep sweep) {
    List<SweptBucket> swept = new ArrayList<>();
    boolean goesOn = sweep.buckets().step(swept::add);
    return new Step(swept, goesOn);
  }

  /** The answer of a worker's thread; null if it does not come. */
  private static <T> @Nullable T ask(
      Executor worker, Supplier<T> question, BooleanSupplier isEnding) {
    CompletableFuture<T> answer = CompletableFuture.supplyAsync(question, worker);
    while (!isEnding.getAsBoolean()) {
      try {
        return answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException _) {
        // the worker is busy, or has ended
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return null;
      } catch (ExecutionException _) {
        return null;
      }
    }
    return null;
  }

  /** Says what this node is, if that has changed, but not often. */
  private void say(boolean isLeased) {
    long nowNanos = System.nanoTime();
    LeaseState now =
        isLeased ? LeaseState.HELD : lease == LeaseState.NONE ? LeaseState.NONE : LeaseState.LOST;
    NodeEntry last = said;
    if (last != null && now == lease && nowNanos - saidNanos < SAY_NANOS) {
      return;
    }
    lease = now;
    NodeEntry entry = entry(last == null ? 0 : last.revision());
    if (last == null || !entry.equals(last)) {
      said = entry(++revision);
      tables.put(said);
    }
    saidNanos = nowNanos;
  }

  private NodeEntry entry(long number) {
    return new NodeEntry(
        self,
        number,
        description.name(),
        description.program(),
        description.configuration(),
        lease,
        census.buckets(),
        census.connections(),
        sinceMillis);
  }

  /** The life is over: other nodes go on with its connections. */
  void end() {
    census.releaseAll();
  }
}
