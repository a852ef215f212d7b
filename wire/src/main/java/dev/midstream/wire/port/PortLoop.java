package dev.midstream.wire.port;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The loop of one worker: it passes packets from the port through the box, runs timers when they
 * are due, and sleeps in between. After a pause packets that have waited come before timers. {@link
 * #run} belongs to the thread of the port; {@link #stop} and {@link #submit} may be called from any
 * thread.
 */
public final class PortLoop {
  private final Port port;
  private final Box box;
  private final Idle idle;
  private final LongSupplier clock;
  private final Drained drained;
  private final Pulse pulse;
  private final Backlog backlog = new Backlog();
  private final Box absent = new AbsentBox();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private volatile boolean stopped;

  /** Connects a port and a box, neither of which may be used elsewhere from now on. */
  public PortLoop(Port port, Box box) {
    this(port, box, Idle.BLOCK);
  }

  /** Connects a port and a box; {@code idle} says what to do while there is no work. */
  public PortLoop(Port port, Box box, Idle idle) {
    this(port, box, new LoopTerms(idle), System.nanoTime());
  }

  /**
   * Connects a port and a box, whose time starts when {@link System#nanoTime} was {@code
   * startNanos}: loops with one start have one time. The port sends only while the pulse of the
   * terms allows it.
   */
  public PortLoop(Port port, Box box, LoopTerms terms, long startNanos) {
    this(port, box, terms, () -> System.nanoTime() - startNanos);
  }

  /** The same with another clock. */
  PortLoop(Port port, Box box, LoopTerms terms, LongSupplier clock) {
    this.clock = clock;
    this.port = port;
    this.box = box;
    idle = terms.idle();
    drained = terms.drained();
    pulse = terms.pulse();
    if (!pulse.equals(Pulse.NONE)) {
      port.setFence(pulse::maySend);
    }
  }

  /**
   * Runs until {@link #stop}. The box's time starts at 0 when the loop is constructed, or as it
   * says.
   */
  public void run() {
    while (!stopped) {
      runOnce();
    }
  }

  /** Ends {@link #run} after the current batch. */
  public void stop() {
    stopped = true;
    port.wake();
  }

  /**
   * Runs {@code task} on the worker's thread, soon and between two batches, as required for
   * everything that touches the box. Tasks run in order, one between two batches. A task submitted
   * after the worker has ended never runs.
   */
  public void submit(Runnable task) {
    tasks.add(task);
    port.wake();
  }

  /** The box's time, which starts near 0; for any thread. */
  public long nowNanos() {
    return clock.getAsLong();
  }

  private void runOnce() {
    runTask();
    long nowNanos = nowNanos();
    if (pulse.dueNanos() <= nowNanos && !pulse.beat(nowNanos)) {
      port.discard();
      pulse.rejoin(nowNanos);
    }
    if (pulse.isAway()) {
      beAway(nowNanos());
    } else {
      work(nowNanos());
    }
  }

  /** The box sees neither frames nor time: what it decides could not leave. */
  private void beAway(long nowNanos) {
    if (drained.isDue()) {
      drained.run(nowNanos);
    }
    if (port.pass(absent, nowNanos) == 0 && tasks.isEmpty()) {
      await(pulse.dueNanos());
    }
  }

  private void work(long nowNanos) {
    if (drained.isUrgent()) {
      drained.run(nowNanos);
    }
    long dueNanos = box.nextDeadlineNanos();
    if (backlog.isBefore(dueNanos, nowNanos) && catchUp()) {
      return;
    }
    if (dueNanos <= nowNanos) {
      port.tick(box, nowNanos);
    }
    if (drained.isDue() && drained.isOverdue(nowNanos)) {
      drained.run(nowNanos);
    }
    // A look whether frames wait takes the wake-up of a task, so tasks are asked for after it.
    if (port.pass(box, nowNanos()) == 0 && isDrained() && tasks.isEmpty() && !stopped) {
      await(Math.min(box.nextDeadlineNanos(), pulse.dueNanos()));
    }
  }

  /** Passes a batch, if one waits; signs of life come between two. */
  private boolean catchUp() {
    port.await(0); // a port may learn only by waiting that frames are there
    boolean hasPassed = port.pass(box, nowNanos()) > 0;
    if (!hasPassed) {
      backlog.end();
    }
    return hasPassed;
  }

  /** Looks once more. */
  private boolean isDrained() {
    if (!drained.isDue()) {
      return true;
    }
    port.await(0); // as above
    boolean isEmpty = port.pass(box, nowNanos()) == 0;
    if (isEmpty) {
      drained.run(nowNanos());
    }
    return isEmpty && !drained.isDue(); // a part may be left
  }

  private void await(long untilNanos) {
    port.await(idle == Idle.SPIN ? 0 : waitNanos(untilNanos, nowNanos()));
    backlog.noteWait(untilNanos, nowNanos());
  }

  /** Runs only one task, so that packets pass between tasks that submit themselves again. */
  private void runTask() {
    @Nullable Runnable task = tasks.poll();
    if (task != null) {
      task.run();
    }
  }

  private static long waitNanos(long deadlineNanos, long nowNanos) {
    if (deadlineNanos <= nowNanos) {
      return 0;
    }
    return deadlineNanos == Long.MAX_VALUE ? Long.MAX_VALUE : deadlineNanos - nowNanos;
  }

  /** Drops and counts frames while others have not begun anew. */
  private final class AbsentBox implements Box {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      port.counters(packet.leg()).add(LegCounter.FENCED, 1);
      return Disposition.TAKEN;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {}

    @Override
    public long nextDeadlineNanos() {
      return Long.MAX_VALUE;
    }
  }
}
