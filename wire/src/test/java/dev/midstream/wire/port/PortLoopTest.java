package dev.midstream.wire.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class PortLoopTest {
  private final List<String> calls = new ArrayList<>();
  private long deadlineNanos = Long.MAX_VALUE;

  @Test
  void waitsIndefinitelyWhenIdle() {
    run(0);
    assertThat(calls).containsExactly("pass", "await indefinitely", "wake");
  }

  @Test
  void passesUntilNoFramesAreLeft() {
    run(2);
    assertThat(calls).containsExactly("pass", "pass", "pass", "await indefinitely", "wake");
  }

  @Test
  void runsDueTimerFirst() {
    deadlineNanos = 0;
    run(0);
    assertThat(calls).containsExactly("tick", "pass", "await indefinitely", "wake");
  }

  @Test
  void waitsUntilNextDeadline() {
    deadlineNanos = 3_600_000_000_000L;
    run(0);
    assertThat(calls).containsExactly("pass", "await up to an hour", "wake");
  }

  @Test
  void runsTasksInOrderWithBatchBetween() {
    deadlineNanos = 0;
    FakePort port = new FakePort(0);
    PortLoop loop = new PortLoop(port, new IdleBox());
    port.stop = loop::stop;
    loop.submit(() -> calls.add("first"));
    loop.submit(() -> calls.add("second"));
    loop.run();
    assertThat(calls)
        .containsExactly(
            "wake",
            "wake",
            "first",
            "tick",
            "pass",
            "second",
            "pass",
            "await indefinitely",
            "wake");
  }

  @Test
  @DisplayName("a spinning worker polls without waiting, even if a timer is due later")
  void pollsWithoutWaitingWhenSpinning() {
    deadlineNanos = 3_600_000_000_000L;
    FakePort port = new FakePort(1);
    PortLoop loop = new PortLoop(port, new IdleBox(), Idle.SPIN);
    port.stop = loop::stop;
    loop.run();
    assertThat(calls).containsExactly("pass", "pass", "await 0", "wake");
  }

  @Test
  @DisplayName("what waits for an empty port is done when none of its frames waits")
  void isDrained() {
    assertThat(drain(0, false))
        .containsExactly("pass", "await 0", "pass", "drained", "await indefinitely");
  }

  @Test
  @DisplayName("what is done in parts keeps the loop awake until none is left")
  void isDrainedInParts() {
    assertThat(drain(0, new Task(false, 2)))
        .containsExactly(
            "pass",
            "await 0",
            "pass",
            "drained",
            "pass",
            "await 0",
            "pass",
            "drained",
            "await indefinitely");
  }

  @Test
  @DisplayName("what waits for an empty port is not done while frames come")
  void isNotDrained() {
    List<String> found = drain(2, false);
    assertThat(found.subList(0, 4)).containsExactly("pass", "pass", "pass", "await 0");
    assertThat(found.indexOf("drained")).isEqualTo(5);
  }

  @Test
  @DisplayName("what waits for an empty port is done while frames come, if it is overdue")
  void isOverdue() {
    List<String> found = drain(2, true);
    assertThat(found.subList(0, 2)).containsExactly("drained", "pass");
    assertThat(found).containsOnlyOnce("drained");
  }

  @Test
  @DisplayName("a loop gives signs of life, and waits no longer than until the next is due")
  void beats() {
    Beats beats = new Beats(true);
    beats.run();
    assertThat(calls).containsExactly("fence", "beat", "pass", "await up to an hour", "wake");
  }

  @Test
  @DisplayName("a loop that was silent for too long drops what waits and begins anew")
  void rejoins() {
    Beats beats = new Beats(false);
    beats.run();
    assertThat(calls)
        .containsExactly(
            "fence", "beat", "discard", "rejoin", "pass", "await up to an hour", "wake");
  }

  @Test
  @DisplayName("a loop does not wait for frames while its next sign of life is due")
  void beatsAgainAtOnce() {
    Beats beats = new Beats(false);
    beats.nextNanos = Long.MIN_VALUE;
    beats.run();
    assertThat(calls).endsWith("rejoin", "pass", "await 0", "wake");
  }

  @Test
  @DisplayName("a loop that waits for others takes all frames from its box, and runs no timer")
  void takesFramesWhileAway() {
    deadlineNanos = 0;
    Beats beats = new Beats(false);
    beats.isAway = true;
    beats.batches = 1;
    beats.run();
    assertThat(calls)
        .containsExactly(
            "fence",
            "beat",
            "discard",
            "rejoin",
            "pass elsewhere, TAKEN",
            "pass elsewhere, TAKEN",
            "await up to an hour",
            "wake");
  }

  @Test
  @DisplayName("a loop that waits for others does what is due, though frames come")
  void isDrainedWhileAway() {
    Beats beats = new Beats(true);
    beats.isAway = true;
    beats.batches = 1;
    beats.drained = new Task(false, 1);
    beats.nextNanos = Long.MIN_VALUE;
    beats.run();
    assertThat(calls)
        .containsExactly(
            "fence",
            "beat",
            "drained",
            "pass elsewhere, TAKEN",
            "beat",
            "pass elsewhere, TAKEN",
            "await 0",
            "wake");
  }

  private final class Beats implements Pulse {
    private final boolean isInTime;
    private long nextNanos = 3_600_000_000_000L;
    private long dueNanos;
    private boolean isAway;
    private int batches;
    private Drained drained = Drained.NOTHING;

    private Beats(boolean isInTime) {
      this.isInTime = isInTime;
    }

    private void run() {
      FakePort port = new FakePort(batches);
      LoopTerms terms = new LoopTerms(Idle.BLOCK, drained, this);
      PortLoop loop = new PortLoop(port, new IdleBox(), terms, System.nanoTime());
      port.stop = loop::stop;
      loop.run();
    }

    @Override
    public long dueNanos() {
      return dueNanos;
    }

    @Override
    public boolean beat(long nowNanos) {
      calls.add("beat");
      dueNanos = nextNanos;
      return isInTime;
    }

    @Override
    public void rejoin(long nowNanos) {
      calls.add("rejoin");
    }

    @Override
    public boolean maySend() {
      return true;
    }

    @Override
    public boolean isAway() {
      return isAway;
    }
  }

  private List<String> drain(int batches, boolean isOverdue) {
    return drain(batches, new Task(isOverdue, 1));
  }

  private List<String> drain(int batches, Task task) {
    FakePort port = new FakePort(batches);
    PortLoop loop =
        new PortLoop(port, new IdleBox(), new LoopTerms(Idle.BLOCK, task, Pulse.NONE), 0);
    port.stop =
        () -> {
          if (!task.isDue()) {
            loop.stop();
          }
        };
    loop.run();
    return calls.subList(0, calls.indexOf("wake"));
  }

  private final class Task implements Drained {
    private final boolean isOverdue;
    private int parts;

    private Task(boolean isOverdue, int parts) {
      this.isOverdue = isOverdue;
      this.parts = parts;
    }

    @Override
    public boolean isDue() {
      return parts > 0;
    }

    @Override
    public boolean isUrgent() {
      return false;
    }

    @Override
    public boolean isOverdue(long nowNanos) {
      return isOverdue;
    }

    @Override
    public void run(long nowNanos) {
      calls.add("drained");
      parts--;
    }
  }

  private void run(int batches) {
    FakePort port = new FakePort(batches);
    PortLoop loop = new PortLoop(port, new IdleBox());
    port.stop = loop::stop;
    loop.run();
  }

  /** Returns the given number of batches, and stops its loop when the loop waits. */
  private final class FakePort implements Port {
    private int batches;
    private Runnable stop = () -> {};

    private FakePort(int batches) {
      this.batches = batches;
    }

    @Override
    public void setFence(BooleanSupplier maySend) {
      calls.add("fence");
    }

    @Override
    public void discard() {
      calls.add("discard");
    }

    @Override
    public void await(long nanos) {
      boolean hour = nanos > 3_000_000_000_000L && nanos <= 3_600_000_000_000L;
      calls.add(
          nanos == Long.MAX_VALUE
              ? "await indefinitely"
              : hour ? "await up to an hour" : "await " + nanos);
      stop.run();
    }

    @Override
    public int pass(Box box, long nowNanos) {
      calls.add(box instanceof IdleBox ? "pass" : "pass elsewhere, " + passOne(box, nowNanos));
      batches--;
      return batches >= 0 ? 1 : 0;
    }

    private Disposition passOne(Box box, long nowNanos) {
      Packet packet = new Packet().from(LinkType.ETHERNET, Leg.INSIDE, 0, nowNanos);
      return box.onPacket(packet, nowNanos, _ -> calls.add("emit"));
    }

    @Override
    public void abandon() {
      calls.add("abandon");
    }

    @Override
    public void tick(Box box, long nowNanos) {
      calls.add("tick");
      box.onTimer(nowNanos, packet -> {});
    }

    @Override
    public void wake() {
      calls.add("wake");
    }

    @Override
    public LegCounters counters(Leg leg) {
      return new LegCounters();
    }

    @Override
    public void close() {
      calls.add("close");
    }
  }

  private final class IdleBox implements Box {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      return Disposition.FORWARD;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      deadlineNanos = Long.MAX_VALUE;
    }

    @Override
    public long nextDeadlineNanos() {
      return deadlineNanos;
    }
  }
}
