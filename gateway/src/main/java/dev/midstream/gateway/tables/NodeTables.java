package dev.midstream.gateway.tables;

import dev.midstream.cluster.member.NodeId;
import dev.midstream.gateway.admin.CommonConnections;
import dev.midstream.gateway.admin.TablesStatus;
import dev.midstream.gateway.admin.TablesStatus.State;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.tables.CommonTables;
import dev.midstream.tables.TableCounts;
import dev.midstream.tables.TablesException;
import dev.midstream.tables.TablesListener;
import dev.midstream.tables.entry.ReplicatedEntry;
import dev.midstream.tables.entry.TableKey;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The common tables of a node, on a thread of their own: opened after each life of the node has
 * begun, and again as long as that fails. Nothing else waits for them. Thread-safe.
 */
public final class NodeTables implements AutoCloseable {
  /*
   * Each life has tables of its own, with its incarnation. A life that ends has lost its buckets,
   * and the epochs of the next one's may be lower, if a cluster is founded anew; tables that were
   * kept would take the entries of the next life for old ones. Opening them again delays nothing.
   */
  private static final long RETRY_MILLIS = 1_000;
  private static final long SWEEP_MILLIS = 1_000;
  private static final long CLOSE_MILLIS = 1_500;

  private final Function<NodeId, CommonTables> factory;
  private final NodeDescription description;
  private final NodeLog log;
  private final Thread thread;
  private volatile List<SweptWorker> workers = List.of();
  private volatile @Nullable NodeId wanted;
  private volatile boolean isEnding;
  private volatile @Nullable Opened opened;
  private volatile @Nullable String problem;

  /** The open tables of a life. */
  private record Opened(NodeId self, CommonTables tables, TableFiller filler) {}

  /**
   * Tables that are not open.
   *
   * @param factory makes the tables of a life
   */
  public NodeTables(
      Function<NodeId, CommonTables> factory, NodeDescription description, NodeLog log) {
    this.factory = factory;
    this.description = description;
    this.log = log;
    thread = Thread.ofPlatform().daemon().name("common-tables").unstarted(this::run);
  }

  /** The workers whose connections are listed. */
  public void setWorkers(List<SweptWorker> swept) {
    workers = List.copyOf(swept);
  }

  /** Opens the tables of {@code self} instead of those of the life before. Returns at once. */
  public synchronized void begin(NodeId self) {
    wanted = self;
    if (thread.getState() == Thread.State.NEW && !isEnding) {
      thread.start();
    }
    LockSupport.unpark(thread);
  }

  /**
   * The connections of all nodes. Waits for other nodes, seconds at most.
   *
   * @param limit how many are listed at most
   * @throws IOException if the tables are not open, or cannot be read
   */
  public CommonConnections connections(int limit) throws IOException {
    Opened present = opened;
    if (present == null) {
      String why = problem;
      throw new IOException("the common tables are not ready" + (why == null ? "" : ", " + why));
    }
    try {
      return CommonReading.of(present.tables, limit);
    } catch (TablesException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** The state of the tables. */
  public TablesStatus status() {
    Opened present = opened;
    if (present == null) {
      return TablesStatus.closed(isEnding ? State.CLOSED : State.STARTING, problem);
    }
    TableCounts counts = present.tables.counts();
    return new TablesStatus(
        State.READY,
        null,
        counts.tracked(),
        counts.connectionsPut(),
        counts.removed(),
        counts.failed(),
        counts.dropped(),
        counts.untracked());
  }

  // ---- the thread

  private void run() {
    while (!isEnding) {
      Opened present = opened;
      NodeId self = wanted;
      if (present != null && !present.self.equals(self)) {
        end(present);
      } else if (present == null && self != null) {
        open(self);
      } else if (present != null) {
        present.filler.sweep(workers, () -> isEnding || !present.self.equals(wanted));
        pause(SWEEP_MILLIS, present.self);
      }
    }
    Opened last = opened;
    if (last != null) {
      end(last);
    }
  }

  private void open(NodeId self) {
    CommonTables tables = factory.apply(self);
    try {
      tables.open(new Listener());
      opened = new Opened(self, tables, new TableFiller(self, description, tables));
      problem = null;
      log.info("common tables are ready");
    } catch (TablesException e) {
      String why = String.valueOf(e.getMessage());
      if (!why.equals(problem)) {
        problem = why;
        log.warn("common tables cannot be opened, and will be tried again: " + why);
      }
      pause(RETRY_MILLIS, self);
    }
  }

  private void end(Opened present) {
    opened = null;
    present.filler.end();
    present.tables.close();
  }

  /** Waits, but not if another life begins. */
  private void pause(long millis, NodeId self) {
    long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = endNanos - System.nanoTime();
        left > 0 && !isEnding && self.equals(wanted);
        left = endNanos - System.nanoTime()) {
      LockSupport.parkNanos(this, left);
    }
  }

  // ---- the end

  /** Begins to close the tables. Returns at once. */
  public synchronized void beginClose() {
    isEnding = true;
    LockSupport.unpark(thread);
  }

  /** Closes the tables, in 1.5 s at most: what is not done then, the other nodes do later. */
  @Override
  public void close() {
    close(CLOSE_MILLIS);
  }

  /** As {@link #close()}, in so many milliseconds at most if that is less. */
  public void close(long mostMillis) {
    beginClose();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      boolean ignored = thread.join(Duration.ofMillis(Math.min(CLOSE_MILLIS, mostMillis)));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says what is wrong. Changes of the tables are read by those that ask for them. */
  private final class Listener implements TablesListener {
    @Override
    public void onStored(ReplicatedEntry entry) {
      // read when it is asked for
    }

    @Override
    public void onRemoved(TableKey key) {
      // read when it is asked for
    }

    @Override
    public void onTrouble(String line) {
      log.warn(line);
    }
  }
}
