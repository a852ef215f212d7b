package dev.midstream.wire.live;

import dev.midstream.wire.bucket.FilterProgram;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegCounter;
import dev.midstream.wire.port.LegCounters;
import dev.midstream.wire.port.LegListener;
import dev.midstream.wire.port.LegState;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import dev.midstream.wire.port.PortLoop;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** A running box between two interfaces, on its own thread inside a namespace. */
final class LiveBox implements LegListener, AutoCloseable {

  /** Opens the port, on the box's thread. */
  @FunctionalInterface
  interface Opening {
    Port open(LiveBox box) throws PortException;
  }

  /** A change of a leg's interface. */
  record Change(Leg leg, LegState state) {}

  /** A new name of a leg's interface. */
  record Name(Leg leg, String name) {}

  /** The interface of a leg and its MTU. */
  record Device(Leg leg, int index, int mtu) {}

  private static final Set<LegCounter> EXPECTED =
      EnumSet.range(LegCounter.RECEIVED_FRAMES, LegCounter.MISSED);

  private static final int TIMEOUT_MILLIS = 10_000;

  private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
  private final BlockingQueue<Name> names = new LinkedBlockingQueue<>();
  private final BlockingQueue<Device> devices = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> refusals = new LinkedBlockingQueue<>();
  private final CompletableFuture<PortLoop> started = new CompletableFuture<>();
  private final Thread thread;
  private volatile @Nullable Port port;
  private volatile @Nullable Exception failure;

  private LiveBox(NameSpace nameSpace, Box box, Opening opening) {
    thread = nameSpace.thread("box", () -> work(box, opening));
  }

  static LiveBox start(NameSpace nameSpace, Box box, Opening opening) {
    LiveBox live = new LiveBox(nameSpace, box, opening);
    live.thread.start();
    live.started.join();
    return live;
  }

  @Override
  public void onState(Leg leg, LegState state) {
    changes.add(new Change(leg, state));
  }

  @Override
  public void onName(Leg leg, String name) {
    names.add(new Name(leg, name));
  }

  @Override
  public void onRefused(Leg leg, String reason) {
    refusals.add(leg + ": " + reason);
  }

  @Override
  public void onDevice(Leg leg, int index, int mtu) {
    devices.add(new Device(leg, index, mtu));
  }

  /** Waits for the next change of an interface or its MTU. */
  Device nextDevice() {
    return next(devices);
  }

  /** Waits for the next change of state. */
  Change nextChange() {
    return next(changes);
  }

  /** Waits for the next change of a name. */
  Name nextName() {
    return next(names);
  }

  /** Waits until an interface is refused. */
  String nextRefusal() {
    return next(refusals);
  }

  boolean hasChanged() {
    return !changes.isEmpty();
  }

  LegCounters counters(Leg leg) {
    Port open = port;
    if (open == null) {
      throw new IllegalStateException("port is not open");
    }
    return open.counters(leg);
  }

  /**
   * Frames dropped or not received so far, by leg and cause. Frames missed by the kernel for lack
   * of buffer space are left out, because the box's thread may be delayed on a busy machine.
   */
  Map<String, Long> drops() {
    Map<String, Long> drops = new TreeMap<>();
    for (Leg leg : Leg.values()) {
      for (LegCounter counter : LegCounter.values()) {
        long count = counters(leg).get(counter);
        if (count > 0 && !EXPECTED.contains(counter)) {
          drops.put(leg + " " + counter, count);
        }
      }
    }
    return drops;
  }

  /** Runs {@code task} on the box's thread, soon, with the box's time. */
  void submit(LongConsumer task) {
    PortLoop loop = started.join();
    loop.submit(() -> task.accept(loop.nowNanos()));
  }

  /** Replaces the port's filter, on its thread, and waits until that is done. */
  void setFilter(FilterProgram filter) {
    FutureTask<Void> task =
        new FutureTask<>(() -> {
          Port open = port;
          if (open == null) {
            throw new IllegalStateException("port is not open");
          }
          open.setFilter(filter);
          return null;
        });
    started.join().submit(task);
    try {
      task.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Processor time of the box's thread, in user space and in the kernel. */
  long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId());
  }

  /** Octets that the box's thread allocated on the heap. */
  long allocatedBytes() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getThreadAllocatedBytes(thread.threadId());
  }

  @Override
  public void close() {
    started.join().stop();
    try {
      thread.join(TIMEOUT_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (thread.isAlive()) {
      throw new AssertionError("box does not stop");
    }
    if (failure != null) {
      throw new AssertionError("box failed", failure);
    }
  }

  private static <T> T next(BlockingQueue<T> queue) {
    try {
      T next = queue.poll(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      if (next == null) {
        throw new AssertionError("nothing has changed within 10 s");
      }
      return next;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void work(Box box, Opening opening) {
    try (Port open = opening.open(this)) {
      port = open;
      PortLoop loop = new PortLoop(open, box);
      started.complete(loop);
      loop.run();
    } catch (PortException | RuntimeException e) {
      failure = e;
      started.completeExceptionally(e);
    }
  }
}
