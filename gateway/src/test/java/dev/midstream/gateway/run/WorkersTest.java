package dev.midstream.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.gateway.PlainEngine;
import dev.midstream.gateway.command.FailureException;
import dev.midstream.gateway.command.InputException;
import dev.midstream.gateway.event.EventJournal;
import dev.midstream.gateway.event.TimedEvents;
import dev.midstream.reassembly.Engine;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.port.Idle;
import dev.midstream.wire.port.LegCounters;
import dev.midstream.wire.port.LoopTerms;
import dev.midstream.wire.port.Port;
import dev.midstream.wire.port.PortException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class WorkersTest {
  private final QuietPort first = new QuietPort();
  private final QuietPort second = new QuietPort();

  @Test
  @DisplayName("HDP-15 stop ends all workers, and their ports are closed")
  void endsAllWorkersAtStop() throws Exception {
    Workers workers = new Workers(List.of(worker(0, () -> first), worker(1, () -> second)));
    workers.open();
    assertThat(first.passes.getCount()).as("nothing passes before all are open").isOne();
    Thread stopping =
        Thread.ofPlatform()
            .start(() -> {
              first.awaitPass();
              second.awaitPass();
              workers.stop();
            });
    workers.run();
    stopping.join();
    assertThat(first.closed && second.closed).isTrue();
  }

  @Test
  @DisplayName("OWN-3 stop before the start: the ports open and close, and nothing passes")
  void closesPortsWithoutForwardingAfterEarlyStop() throws Exception {
    Workers workers = new Workers(List.of(worker(0, () -> first), worker(1, () -> second)));
    assertThat(workers.isStopped()).isFalse();
    workers.stop();
    assertThat(workers.isStopped()).isTrue();
    workers.open();
    workers.run();
    assertThat(first.closed && second.closed).isTrue();
    assertThat(first.passes.getCount() + second.passes.getCount()).isEqualTo(2);
  }

  @Test
  @DisplayName("a worker that fails ends the others, and one clause names it")
  void endsAllWorkersWhenOneFails() throws Exception {
    second.failure = new IllegalStateException("broken");
    Workers workers = new Workers(List.of(worker(0, () -> first), worker(1, () -> second)));
    workers.open();
    assertThatThrownBy(workers::run)
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("worker=1")
        .hasMessageContaining("broken");
    assertThat(first.closed && second.closed).isTrue();
  }

  @Test
  @DisplayName("OWN-3 if one port cannot be opened, none stays open, and the reason is reported")
  void opensAllOrNone() {
    Worker refused =
        worker(
            1,
            () -> {
              throw new PortException("no such interface: name=x");
            });
    Workers workers = new Workers(List.of(worker(0, () -> first), refused));
    assertThatThrownBy(workers::open)
        .isInstanceOf(InputException.class)
        .hasMessage("no such interface: name=x");
    assertThat(first.closed).isTrue();
    assertThat(first.passes.getCount()).isOne();
  }

  @Test
  void runsSubmittedTasksOnItsOwnThread() throws Exception {
    Worker worker = worker(3, () -> first);
    Workers workers = new Workers(List.of(worker));
    workers.open();
    Thread running =
        Thread.ofPlatform()
            .start(() -> {
              try {
                workers.run();
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    String name =
        worker.submit(engine -> Thread.currentThread().getName() + engine.connections()).get();
    assertThat(name).isEqualTo("worker-30");
    workers.stop();
    running.join();
  }

  private static Worker worker(int number, Worker.PortOpener opener) {
    TimedEvents events = journal().newEvents();
    Engine engine = PlainEngine.make();
    FailureGuard guard = new FailureGuard(engine);
    return new Worker(
        number,
        opener,
        engine,
        guard,
        new InlineBox(engine, guard, events, box -> box, () -> 0),
        (box, _, _) -> box,
        new LoopTerms(Idle.BLOCK),
        _ -> {});
  }

  private static EventJournal journal() {
    try {
      return EventJournal.open(null, 1, (_, _) -> {});
    } catch (InputException e) {
      throw new AssertionError(e);
    }
  }

  /** A port without frames. */
  private static final class QuietPort implements Port {
    private final Semaphore wakeUps = new Semaphore(0);
    private final CountDownLatch passes = new CountDownLatch(1);
    private volatile boolean closed;
    private volatile @Nullable RuntimeException failure;

    void awaitPass() {
      try {
        passes.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void await(long nanos) {
      try {
        boolean ignored = wakeUps.tryAcquire(nanos, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public int pass(Box box, long nowNanos) {
      passes.countDown();
      RuntimeException broken = failure;
      if (broken != null) {
        throw broken;
      }
      return 0;
    }

    @Override
    public void abandon() {}

    @Override
    public void tick(Box box, long nowNanos) {
      box.onTimer(nowNanos, packet -> {});
    }

    @Override
    public void wake() {
      wakeUps.release();
    }

    @Override
    public LegCounters counters(Leg leg) {
      return new LegCounters();
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
