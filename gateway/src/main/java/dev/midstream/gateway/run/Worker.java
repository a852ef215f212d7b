package dev.midstream.gateway.run;

import dev.midstream.gateway.admin.WorkerHandle;
import dev.midstream.gateway.command.FailureException;
import dev.midstream.gateway.watch.WatchedEngine;
import dev.midstream.reassembly.EngineBox;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.LegCounters;
import dev.midstream.wire.port.LoopTerms;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortLoop;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.lang.foreign.Arena;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One thread with a port, engines, and the loop between them. The engines belong to that thread;
 * other threads use {@link #submit}.
 */
public final class Worker implements WorkerHandle {

  /** The time of all workers, which starts near 0. */
  static long timeNanos() {
    return System.nanoTime() - START_NANOS;
  }

  /** What System.nanoTime() told when the time of all workers was 0. */
  static long zeroNanos() {
    return START_NANOS;
  }

  /** Opens the worker's port, on its thread. */
  @FunctionalInterface
  interface PortOpener {
    Port open() throws Exception;
  }

  /** All workers have one time, so that one of them can say to another when something ends. */
  private static final long START_NANOS = System.nanoTime();

  private final int number;
  private final PortOpener opener;
  private final EngineBox engines;
  private final FailureGuard guard;
  private final InlineBox box;
  private final Joint joint;
  private final LoopTerms terms;
  private final CallWatch watch;
  private final CompletableFuture<PortLoop> opened = new CompletableFuture<>();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile @Nullable Port port;
  private volatile @Nullable PortLoop loop;
  private volatile boolean stopped;

  /** Joins a box with what else its worker processes. */
  @FunctionalInterface
  interface Joint {
    /**
     * The box that the port serves. Called once, on the worker's thread.
     *
     * @param box leads to the worker's engines
     * @param port the worker's port
     * @param arena lives as long as the worker
     */
    Box join(InlineBox box, Port port, Arena arena);
  }

  /** Begins to watch the calls of agents. */
  @FunctionalInterface
  interface CallWatch {
    /**
     * Called on the thread that runs the engines from now on.
     *
     * @param worker what becomes of the engines when a call does not return
     */
    void begin(WatchedEngine worker);
  }

  /**
   * A worker that is not started.
   *
   * @param engines what questions are put to
   * @param guard gives up what has failed in them
   * @param box leads to {@code engines}
   * @param joint adds what else the worker processes
   * @param terms what its loop does beside passing frames
   * @param watch watches the calls of agents
   */
  Worker(
      int number,
      PortOpener opener,
      EngineBox engines,
      FailureGuard guard,
      InlineBox box,
      Joint joint,
      LoopTerms terms,
      CallWatch watch) {
    this.number = number;
    this.opener = opener;
    this.engines = engines;
    this.guard = guard;
    this.box = box;
    this.joint = joint;
    this.terms = terms;
    this.watch = watch;
  }

  /** The worker's number, from 0. */
  public int number() {
    return number;
  }

  @Override
  public <T> CompletableFuture<T> submit(Function<EngineBox, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    opened.join().submit(() -> answer(answer, question));
    return answer;
  }

  @Override
  public LegCounters counters(Leg leg) {
    Port open = port;
    if (open == null) {
      throw new IllegalStateException("port is not open: worker=" + number);
    }
    return open.counters(leg);
  }

  @Override
  public long nowNanos() {
    return opened.join().nowNanos();
  }

  /**
   * Starts the thread, which opens the port and waits for {@link #begin}. Netty's allocator caches
   * buffers for this kind of thread.
   */
  void start() {
    startThread(this::work);
  }

  /** Completes when the port is open. */
  CompletableFuture<PortLoop> opened() {
    return opened;
  }

  /** Starts forwarding. */
  void begin() {
    begun.countDown();
  }

  /** Ends the work after the current batch. Held octets are released. */
  void stop() {
    stopped = true;
    PortLoop open = loop;
    if (open != null) {
      open.stop();
    }
    begin();
  }

  /** Completes when the port is closed; exceptionally if the worker failed. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  @SuppressWarnings("IllegalCatch") // no question may end the worker
  private <T> void answer(CompletableFuture<T> answer, Function<EngineBox, T> question) {
    try {
      answer.complete(question.apply(engines));
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    }
  }

  private void work() throws Exception {
    run(
        this::open,
        running -> {
          opened.complete(running.loop);
          begun.await();
          running.forward();
        });
  }

  private Running open() throws Exception {
    Port open = opener.open();
    port = open;
    Arena arena = Arena.ofShared(); // the worker may pass to another thread
    Box joined = new GuardedBox(joint.join(box, open, arena), guard);
    PortLoop work = new PortLoop(open, joined, terms, START_NANOS);
    loop = work;
    if (terms.drained().isDue()) {
      terms.drained().run(work.nowNanos()); // no frame was passed yet
    }
    return new Running(arena, open, work);
  }

  /** Runs a step that begins or continues the work. Closes the port at the end of the work. */
  private void run(Callable<Running> source, Step step) throws Exception {
    try (Running running = source.call()) {
      step.run(running);
    }
    ended.complete(null);
  }

  /** Includes errors of the machine, such as a class that cannot be read. */
  @SuppressWarnings("IllegalCatch") // whatever ends one worker must end the program
  private void runGuarded(Work work) {
    try {
      work.run();
    } catch (Throwable e) {
      opened.completeExceptionally(e);
      ended.completeExceptionally(e);
    }
  }

  private void startThread(Work work) {
    Thread thread = new FastThreadLocalThread(() -> runGuarded(work), "worker-" + number);
    thread.setDaemon(true);
    thread.start();
  }

  /** What a thread of the worker does. */
  @FunctionalInterface
  private interface Work {
    void run() throws Exception;
  }

  /** A step of the work. */
  @FunctionalInterface
  private interface Step {
    void run(Running running) throws Exception;
  }

  /** The open port and its loop. They pass to a new thread when an agent does not return. */
  private final class Running implements WatchedEngine, AutoCloseable {
    private final Arena arena;
    private final Port port;
    private final PortLoop loop;

    private Running(Arena arena, Port port, PortLoop loop) {
      this.arena = arena;
      this.port = port;
      this.loop = loop;
    }

    private void forward() {
      watch.begin(this);
      if (!stopped) {
        loop.run();
      }
      port.tick(box.ending(), loop.nowNanos());
    }

    @Override
    public void continueWithout() {
      startThread(() -> Worker.this.run(() -> this, Running::resume));
    }

    private void resume() {
      port.abandon();
      port.tick(box.givingUp(), loop.nowNanos());
      forward();
    }

    @Override
    public void fail(String why) {
      ended.completeExceptionally(new FailureException(why, new TimeoutException()));
    }

    @Override
    public void close() {
      port.close();
      arena.close();
    }
  }
}
