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
  private int mayLeave;
  private final List<WatchedCalls> watched = new CopyOnWriteArrayList<>();
  private final Thread thread = Thread.ofPlatform().name("watchdog").daemon().unstarted(this::work);

  private Watchdog(AgentTimes times, int maxLeft, NodeLog log) {
    endLooks = looks(times.endNanos());
    slowLooks = Math.min(looks(times.slowNanos()), endLooks);
    mayLeave = maxLeft;
    this.log = log;
  }

  /**
   * Starts a watchdog.
   *
   * @param maxLeft how many threads may be left behind in calls that do not return. Each may use a
   *     processor for ever, and keeps the memory that its agent was shown
   * @param log gets a line when an agent is named and when a call is given up
   */
  public static Watchdog start(AgentTimes times, int maxLeft, NodeLog log) {
    Watchdog watchdog = new Watchdog(times, maxLeft, log);
    watchdog.thread.start();
    return watchdog;
  }

  /**
   * Watches the calls of an engine that the calling thread is about to run.
   *
   * @param worker the number of its worker
   * @param engine what becomes of the engine when a call does not return
   */
  public void watch(CallMark mark, int worker, WatchedEngine engine) {
    Thread runs = Thread.currentThread();
    forget(mark);
    watched.add(
        new WatchedCalls(mark, worker, runs, slowLooks, endLooks, log, this::mayLeave, engine));
  }

  /** Does not watch these calls any more. */
  public void forget(CallMark mark) {
    watched.removeIf(each -> each.isOf(mark));
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
        watched.removeIf(WatchedCalls::isLeft);
      }
    } catch (InterruptedException _) {
      // The watch is over.
    }
  }

  /** Whether one more thread may be left, which is counted. Belongs to the watchdog's thread. */
  private boolean mayLeave() {
    mayLeave--;
    return mayLeave >= 0;
  }

  private static long looks(long nanos) {
    return Math.ceilDiv(nanos, TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
  }
}
