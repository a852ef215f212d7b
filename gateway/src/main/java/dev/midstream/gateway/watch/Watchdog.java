package dev.midstream.gateway.watch;

import dev.midstream.gateway.config.AgentTimes;
import dev.midstream.gateway.output.NodeLog;
import dev.midstream.reassembly.deliver.CallMark;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Watches the calls of agents on a thread of its own. It names an agent whose call is slow, and
 * gives up a call that lasts too long. Thread-safe.
 *
 * <p>Time is counted in looks, ten a second: no agent is blamed for a time in which the whole
 * program was stopped.
 */
public final class Watchdog implements AutoCloseable {
  private static final long LOOK_MILLIS = 100;

  private final long slowLooks;
  private final long endLooks;
  private final NodeLog log;
  private final List<WatchedCalls> watched = new CopyOnWriteArrayList<>();
  private final Thread thread = Thread.ofPlatform().name("watchdog").daemon().unstarted(this::work);

  private Watchdog(AgentTimes times, NodeLog log) {
    endLooks = looks(times.endNanos());
    slowLooks = Math.min(looks(times.slowNanos()), endLooks);
    this.log = log;
  }

  /**
   * Starts a watchdog.
   *
   * @param log gets a line when an agent is named and when a call is given up
   */
  public static Watchdog start(AgentTimes times, NodeLog log) {
    Watchdog watchdog = new Watchdog(times, log);
    watchdog.thread.start();
    return watchdog;
  }

  /**
   * Watches the calls of an engine that the calling thread is about to run.
   *
   * @param worker the number of its worker
   */
  public void watch(CallMark mark, int worker) {
    watched.add(new WatchedCalls(mark, worker, Thread.currentThread(), slowLooks, endLooks, log));
  }

  /** The slow calls that last, one clause each with worker, agent and connection; empty if none. */
  public List<String> slowCalls() {
    return watched.stream().map(WatchedCalls::slowCall).filter(Objects::nonNull).toList();
  }

  /** Ends the watch. */
  @Override
  public void close() {
    thread.interrupt();
  }

  private void work() {
    try {
      while (true) {
        Thread.sleep(LOOK_MILLIS); // the unit in which calls are measured
        watched.forEach(WatchedCalls::look);
      }
    } catch (InterruptedException _) {
      // The watch is over.
    }
  }

  private static long looks(long nanos) {
    return Math.ceilDiv(nanos, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
  }
}
