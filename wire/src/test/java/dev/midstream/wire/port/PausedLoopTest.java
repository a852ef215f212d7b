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
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A loop that was not run for a time. Times are in milliseconds. */
final class PausedLoopTest {
  private static final long NANOS = 1_000_000;
  private static final int ENDLESS = 1_000;
  private static final int MANY = 20;

  private final List<String> calls = new ArrayList<>();
  private final FakePort port = new FakePort();
  private final TimedBox box = new TimedBox();
  private long nowMillis;
  private long beatMillis = Long.MAX_VALUE;
  private long beatTakesMillis;
  private int urgentAfterFrame;
  private int urgent;
  private boolean isSilent;
  private @Nullable PortLoop loop;

  @BeforeEach
  void make() {
    LoopTerms terms = new LoopTerms(Idle.BLOCK, new Parts(), new Beats());
    loop = new PortLoop(port, box, terms, () -> nowMillis * NANOS);
  }

  @Test
  @DisplayName("frames that waited during a pause come before the timer that became due in it")
  void passesWhatWaitedFirst() {
    box.dueMillis = 1_000;
    port.waitsFor(3_000, 2);
    assertThat(run())
        .containsExactly("await 1000", "frame at 3000", "frame at 3000", "timer at 3000");
  }

  @Test
  @DisplayName("a timer that is due in time does not wait for frames")
  void runsTimersFirst() {
    box.dueMillis = 1_000;
    port.waitsFor(1_001, 2);
    assertThat(run())
        .containsExactly("await 1000", "timer at 1001", "frame at 1001", "frame at 1001");
  }

  @Test
  @DisplayName("a timer that frames have moved does not run")
  void asksForTheTimerAgain() {
    box.dueMillis = 1_000;
    box.movedByFrames = true;
    port.waitsFor(3_000, 1);
    assertThat(run()).containsExactly("await 1000", "frame at 3000");
  }

  @Test
  @DisplayName("frames that go on coming keep a timer waiting as long as it was late, at most")
  void waitsAsLongAsItWasLate() {
    box.dueMillis = 1_000;
    port.takesMillis = 50;
    port.waitsFor(1_200, ENDLESS);
    run();
    assertThat(calls.indexOf("timer at 1400")).isEqualTo(5);
  }

  @Test
  @DisplayName("frames that go on coming keep a timer waiting for half a second at most")
  void waitsForHalfASecond() {
    box.dueMillis = 1_000;
    port.takesMillis = 100;
    port.waitsFor(3_600_000, ENDLESS);
    run();
    assertThat(calls.indexOf("timer at 3600500")).isEqualTo(6);
  }

  @Test
  @DisplayName("a packet that takes long is a pause, too")
  void isPausedByTheBox() {
    port.takesMillis = 2_000;
    box.dueMillis = 1_000;
    box.nextMillis = 1_000;
    port.waiting = 2;
    assertThat(run().subList(0, 3)).containsExactly("frame at 0", "frame at 2000", "timer at 4000");
  }

  @Test
  @DisplayName("frames after a timer that took long have the time of their arrival")
  void takesTheTimeAfterTimers() {
    box.dueMillis = 1_000;
    box.takesMillis = 700;
    port.waitsFor(1_000, 1);
    assertThat(run()).containsExactly("await 1000", "timer at 1000", "frame at 1700");
  }

  @Test
  @DisplayName("a loop gives signs of life between the frames that have waited")
  void beatsBetweenFrames() {
    box.dueMillis = 1_000;
    beatMillis = 1_100;
    port.takesMillis = 60;
    port.waitsFor(3_000, 3);
    assertThat(run())
        .containsExactly(
            "await 1000",
            "beat at 3000",
            "frame at 3000",
            "frame at 3060",
            "beat at 3120",
            "frame at 3120",
            "timer at 3180");
  }

  @Test
  @DisplayName("signs of life that take long, and follow at once, keep no timer waiting")
  void runsTimersBetweenSlowBeats() {
    box.dueMillis = 1_000;
    beatMillis = 1_000;
    beatTakesMillis = 5;
    port.waitsFor(1_000, 0);
    assertThat(run()).startsWith("await 1000", "beat at 1000", "timer at 1005");
  }

  @Test
  @DisplayName("after a silence what has waited is dropped before timers, and not passed")
  void dropsAfterASilence() {
    box.dueMillis = 1_000;
    beatMillis = 1_100;
    isSilent = true;
    port.waitsFor(3_000, 3);
    assertThat(run())
        .containsExactly(
            "await 1000", "beat at 3000", "discard at 3000", "rejoin at 3000", "timer at 3000");
  }

  @Test
  @DisplayName("a timer that is due since ever shows no pause")
  void runsAtOnce() {
    nowMillis = 5_000;
    port.whenEmpty =
        () -> {
          box.dueMillis = 0; // as a box says that something was handed to it
          port.waiting = 2;
        };
    assertThat(run()).containsExactly("timer at 5000", "frame at 5000", "frame at 5000");
  }

  @Test
  @DisplayName("what is urgent comes before frames that have waited, part by part")
  void doesWhatIsUrgent() {
    box.dueMillis = 1_000;
    urgentAfterFrame = 2;
    port.waitsFor(3_000, 3);
    assertThat(run())
        .containsExactly(
            "await 1000",
            "frame at 3000",
            "urgent at 3000",
            "frame at 3000",
            "urgent at 3000",
            "frame at 3000",
            "timer at 3000");
  }

  @Test
  @DisplayName("a second pause is treated as the first one")
  void isPausedAgain() {
    box.dueMillis = 1_000;
    box.nextMillis = 1_000;
    port.waitsFor(3_000, 1);
    port.waitsFor(9_000, 1);
    assertThat(run())
        .containsExactly(
            "await 1000",
            "frame at 3000",
            "timer at 3000",
            "await 1000",
            "frame at 9000",
            "timer at 9000");
  }

  /** Runs the loop until it would wait for what does not come; returns what happened. */
  private List<String> run() {
    Objects.requireNonNull(loop).run();
    return calls;
  }

  private void stop() {
    Objects.requireNonNull(loop).stop();
  }

  /** Its waits last until given times, and bring frames; it ends the loop at the wait after. */
  private final class FakePort implements Port {
    private final List<long[]> waits = new ArrayList<>();
    private int waiting;
    private long takesMillis;
    private Runnable whenEmpty = () -> {};

    /** The next wait lasts until a time, when so many frames wait. */
    private void waitsFor(long untilMillis, int frames) {
      waits.add(new long[] {untilMillis, frames});
    }

    @Override
    public void await(long nanos) {
      if (nanos == 0) {
        return;
      }
      if (waits.isEmpty()) {
        stop();
        return;
      }
      calls.add("await " + nanos / NANOS);
      long[] next = waits.removeFirst();
      nowMillis = next[0];
      waiting = (int) next[1];
    }

    @Override
    public int pass(Box to, long nowNanos) {
      if (waiting == 0) {
        whenEmpty.run();
        whenEmpty = () -> {};
        return 0;
      }
      waiting--;
      Packet packet = new Packet().from(LinkType.ETHERNET, Leg.INSIDE, 0, nowNanos);
      assertThat(to.onPacket(packet, nowNanos, _ -> {})).isEqualTo(Disposition.TAKEN);
      nowMillis += takesMillis;
      if (waiting % ENDLESS == ENDLESS / 2) {
        stop();
      }
      return 1;
    }

    @Override
    public void discard() {
      calls.add("discard at " + nowMillis);
      waiting = 0;
    }

    @Override
    public void tick(Box to, long nowNanos) {
      to.onTimer(nowNanos, _ -> {});
    }

    @Override
    public void abandon() {}

    @Override
    public void wake() {}

    @Override
    public LegCounters counters(Leg leg) {
      return new LegCounters();
    }

    @Override
    public void close() {}
  }

  /** Has one timer. */
  private final class TimedBox implements Box {
    private long dueMillis = Long.MAX_VALUE;
    private long nextMillis = Long.MAX_VALUE;
    private long takesMillis;
    private boolean movedByFrames;

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      calls.add("frame at " + nowNanos / NANOS);
      urgent += urgentAfterFrame;
      urgentAfterFrame = 0;
      dueMillis = movedByFrames ? Long.MAX_VALUE : dueMillis;
      return Disposition.TAKEN;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      calls.add("timer at " + nowNanos / NANOS);
      nowMillis += takesMillis;
      dueMillis = nextMillis == Long.MAX_VALUE ? Long.MAX_VALUE : nowMillis + nextMillis;
      nextMillis = Long.MAX_VALUE;
    }

    @Override
    public long nextDeadlineNanos() {
      return dueMillis == Long.MAX_VALUE ? Long.MAX_VALUE : dueMillis * NANOS;
    }
  }

  /** What is urgent is done in parts, also while frames wait. */
  private final class Parts implements Drained {
    @Override
    public boolean isUrgent() {
      return urgent > 0;
    }

    @Override
    public boolean isDue() {
      return urgent > 0;
    }

    @Override
    public boolean isOverdue(long nowNanos) {
      return true;
    }

    @Override
    public void run(long nowNanos) {
      calls.add("urgent at " + nowNanos / NANOS);
      urgent--;
    }
  }

  /** A sign of life each 100 ms, if there are any. */
  private final class Beats implements Pulse {
    @Override
    public long dueNanos() {
      return beatMillis == Long.MAX_VALUE ? Long.MAX_VALUE : beatMillis * NANOS;
    }

    @Override
    public boolean beat(long nowNanos) {
      calls.add("beat at " + nowNanos / NANOS);
      beatMillis = isSilent ? Long.MAX_VALUE : nowMillis + (beatTakesMillis > 0 ? 4 : 100);
      nowMillis += beatTakesMillis;
      beatTakesMillis = calls.size() > MANY ? 0 : beatTakesMillis;
      return !isSilent;
    }

    @Override
    public void rejoin(long nowNanos) {
      calls.add("rejoin at " + nowNanos / NANOS);
    }

    @Override
    public boolean maySend() {
      return true;
    }

    @Override
    public boolean isAway() {
      return false;
    }
  }
}
