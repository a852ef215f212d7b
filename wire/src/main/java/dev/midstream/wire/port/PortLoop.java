package dev.midstream.wire.port;

import dev.midstream.wire.packet.Box;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What one worker does: packets from the port through the box, timers when they are due, and sleep
 * in between. {@link #run} belongs to the thread that opened the port; {@link #stop} and {@link
 * #submit} to any.
 */
public final class PortLoop {
  private final Port port;
  private final Box box;
  private final Idle idle;
  private final long startNanos = System.nanoTime();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  /** Joins a port and a box, neither of which anybody else may use from now on. */
  public PortLoop(Port port, Box box) {
    this(port, box, Idle.BLOCK);
  }

  /** The same, doing what {@code idle} says while there is nothing to do. */
  public PortLoop(Port port, Box box, Idle idle) {
    this.port = port;
    this.box = box;
    this.idle = idle;
  }

  /** Works until {@link #stop}. The box's time starts near 0 with the loop's construction. */
  public void run() {
    while (!stopped) {
      runOnce();
    }
  }

  /** Ends {@link #run} after the present batch. */
  public void stop() {
    stopped = true;
    port.wake();
  }

  /**
   * Lets the worker run {@code task}, soon and between two batches, as everything that touches the
   * box must. Tasks run in order, one between two batches; what is submitted once the worker has
   * ended is never run.
   */
  public void submit(Runnable task) {
    tasks.add(task);
    port.wake();
  }

  /** The box's time, which starts near 0; for any thread. */
  public long nowNanos() {
    return System.nanoTime() - startNanos;
  }

  private void runOnce() {
    runTask();
    long nowNanos = nowNanos();
    if (box.nextDeadlineNanos() <= nowNanos) {
      port.tick(box, nowNanos);
    }
    if (port.pass(box, nowNanos) == 0 && tasks.isEmpty()) {
      port.await(idle == Idle.SPIN ? 0 : waitNanos(nowNanos));
    }
  }

  /** Only one: what submits itself again lets packets pass in between. */
  private void runTask() {
    @Nullable Runnable task = tasks.poll();
    if (task != null) {
      task.run();
    }
  }

  private long waitNanos(long nowNanos) {
    long deadlineNanos = box.nextDeadlineNanos();
    return deadlineNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadlineNanos - nowNanos;
  }
}
