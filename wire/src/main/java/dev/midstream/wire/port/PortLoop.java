package dev.midstream.wire.port;

import dev.midstream.wire.packet.Box;

/**
 * What one worker does: packets from the port through the box, timers when they are due, and sleep
 * in between. {@link #run} belongs to the thread that opened the port; {@link #stop} to any.
 */
public final class PortLoop {
  private final Port port;
  private final Box box;
  private final long startNanos = System.nanoTime();
  private volatile boolean stopped;

  /** Joins a port and a box, neither of which anybody else may use from now on. */
  public PortLoop(Port port, Box box) {
    this.port = port;
    this.box = box;
  }

  /** Works until {@link #stop}. The box's time starts near 0 with the loop's construction. */
  public void run() {
    while (!stopped) {
      turn();
    }
  }

  /** Ends {@link #run} after the present batch. */
  public void stop() {
    stopped = true;
    port.wake();
  }

  private void turn() {
    long nowNanos = System.nanoTime() - startNanos;
    if (box.nextDeadlineNanos() <= nowNanos) {
      port.tick(box, nowNanos);
    }
    if (port.pass(box, nowNanos) == 0) {
      port.await(waitNanos(nowNanos));
    }
  }

  private long waitNanos(long nowNanos) {
    long deadlineNanos = box.nextDeadlineNanos();
    return deadlineNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadlineNanos - nowNanos;
  }
}
