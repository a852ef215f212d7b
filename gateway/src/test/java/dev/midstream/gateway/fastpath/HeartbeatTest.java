package dev.midstream.gateway.fastpath;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
  private static final long LIMIT = 800;

  private final List<String> calls = new ArrayList<>();
  private long nanos = 1_000_000;
  private Runnable whenAsked = () -> {};
  private final Heartbeat heartbeat =
      new Heartbeat(
          LIMIT,
          this::now,
          (now, limit) -> calls.add("stamp " + now + " " + limit),
          silence -> calls.add("begin " + silence));
  private final Heartbeat.Member one = heartbeat.member();
  private final Heartbeat.Member other = heartbeat.member();

  private long now() {
    Runnable asked = whenAsked;
    whenAsked = () -> {};
    asked.run();
    return nanos;
  }

  private boolean beat(Heartbeat.Member member) {
    boolean isIn = member.beat(nanos, false);
    if (member.isBack()) {
      member.goOn();
    }
    return isIn;
  }

  private void start() {
    assertThat(beat(one)).isFalse();
    one.join();
    assertThat(beat(other)).isFalse();
    other.join();
    assertThat(beat(one)).isTrue();
    assertThat(beat(other)).isTrue();
    calls.clear();
  }

  @Test
  @DisplayName("the first sign is given when all workers are there, and none sends before")
  void beginsTogether() {
    assertThat(beat(one)).isFalse();
    one.join();
    assertThat(beat(one)).isTrue();
    assertThat(one.isAway()).isTrue();
    assertThat(one.maySend()).isFalse();
    assertThat(calls).isEmpty();
    assertThat(beat(other)).isFalse();
    other.join();
    assertThat(calls).containsExactly("begin 0", "stamp 1000000 800");
    assertThat(one.maySend()).isFalse();
    assertThat(beat(one)).isTrue();
    assertThat(one.isAway()).isFalse();
    assertThat(one.maySend()).isTrue();
  }

  @Test
  @DisplayName("the node forwards when the last worker has gone on after the first sign, once")
  void forwardsWhenAllGoOn() {
    heartbeat.whenForwarding(() -> calls.add("forwards"));
    assertThat(beat(one)).isFalse();
    one.join();
    assertThat(beat(other)).isFalse();
    other.join();
    assertThat(beat(other)).isTrue();
    assertThat(calls).containsExactly("begin 0", "stamp 1000000 800", "stamp 1000000 800");
    assertThat(beat(one)).isTrue();
    assertThat(calls).last().isEqualTo("forwards");
    nanos += 10 * LIMIT;
    start();
    assertThat(beat(one)).isTrue();
    assertThat(calls).doesNotContain("forwards");
  }

  @Test
  @DisplayName("the sign of any worker counts for all")
  void countsAnyWorker() {
    start();
    for (int i = 0; i < 10; i++) {
      nanos += 400;
      assertThat(beat(one)).isTrue();
    }
    assertThat(calls).hasSize(10).last().isEqualTo("stamp 1004000 800");
    assertThat(other.maySend()).isTrue();
    assertThat(beat(other)).isTrue();
  }

  @Test
  @DisplayName("after a silence no worker sends until all have forgotten what they knew")
  void beginsAnew() {
    start();
    nanos += 699;
    assertThat(one.maySend()).isTrue();
    nanos += 1;
    assertThat(one.maySend()).isFalse();
    assertThat(other.maySend()).isFalse();
    assertThat(beat(one)).isFalse();
    one.join();
    assertThat(calls).isEmpty();
    assertThat(one.maySend()).isFalse();
    assertThat(beat(other)).isFalse();
    nanos += 50;
    other.join();
    assertThat(calls).containsExactly("begin 750", "stamp 1000750 800");
    assertThat(beat(one)).isTrue();
    assertThat(one.maySend()).isTrue();
    assertThat(other.maySend()).isFalse();
    assertThat(beat(other)).isTrue();
    assertThat(other.maySend()).isTrue();
  }

  @Test
  @DisplayName("a sign that was decided before a stop and given after it does not open the way")
  void stampsWithTheTimeOfItsDecision() {
    start();
    long before = nanos;
    nanos += 10 * LIMIT;
    assertThat(one.beat(before, false)).isFalse();
    assertThat(calls).containsExactly("stamp 1000000 800");
    assertThat(one.maySend()).isFalse();
    assertThat(beat(one)).isFalse();
  }

  @Test
  @DisplayName("a sign that was decided in time and given after the way was open is a silence")
  void findsTheSilenceBeforeASign() {
    start();
    long decided = nanos + LIMIT / 2;
    nanos += LIMIT + 1;
    assertThat(one.beat(decided, false)).isFalse();
    assertThat(one.maySend()).isFalse();
    assertThat(other.maySend()).isFalse();
    assertThat(other.beat(nanos, false)).isFalse();
    calls.clear();
    one.join();
    other.join();
    assertThat(calls).containsExactly("begin " + (LIMIT + 1), "stamp " + nanos + " " + LIMIT);
  }

  @Test
  @DisplayName("a late sign that closes the way lets no other worker send with what it knew")
  void doesNotSendAfterALateSign() {
    start();
    long decided = nanos + LIMIT / 2;
    nanos += LIMIT + 1;
    assertThat(one.beat(decided, true)).isFalse();
    assertThat(calls).containsExactly("stamp " + decided + " 0");
    assertThat(one.maySend()).isFalse();
    assertThat(other.maySend()).isFalse();
    assertThat(beat(other)).isFalse();
  }

  @Test
  @DisplayName("until it is known whether a sign was late, no other worker sends on it")
  void doesNotSendOnASignThatMayBeLate() {
    start();
    assertThat(maySendWhenAsked(false)).isFalse();
    one.join();
    assertThat(beat(other)).isFalse();
    other.join();
    assertThat(beat(one)).isTrue();
    assertThat(beat(other)).isTrue();
    assertThat(maySendWhenAsked(true)).isFalse();
  }

  /** Whether the other worker may send when a late sign of one asks for the time. */
  private boolean maySendWhenAsked(boolean hasUnguarded) {
    List<Boolean> maySend = new ArrayList<>();
    long decided = nanos + LIMIT / 2;
    nanos += LIMIT + 1;
    whenAsked = () -> maySend.add(other.maySend());
    assertThat(one.beat(decided, hasUnguarded)).isFalse();
    return maySend.getFirst();
  }

  @Test
  @DisplayName("while a worker has connections without a guard, the way stays closed")
  void staysClosed() {
    start();
    assertThat(other.beat(nanos, true)).isTrue();
    assertThat(calls).containsExactly("stamp 1000000 0");
    nanos += 10 * LIMIT;
    assertThat(one.maySend()).isTrue();
    assertThat(beat(one)).isTrue();
    assertThat(other.beat(nanos, false)).isTrue();
    assertThat(calls).containsExactly("stamp 1000000 0", "stamp 1008000 0", "stamp 1008000 800");
  }

  @Test
  @DisplayName("a sign reaches the kernel before workers send on it")
  void tellsTheKernelFirst() {
    Told told = new Told(nanos);
    told.beat(600, false, 750);
    assertThat(told.mayHaveSent).isFalse();
    told.beat(1_200, true, 1_350);
    assertThat(told.mayHaveSent).as("the way stays closed").isFalse();
  }

  @Test
  @DisplayName("workers know that they may have to stop before the kernel may take over")
  void tellsWorkersFirst() {
    Told told = new Told(nanos);
    told.beat(0, true, 0);
    told.beat(10 * LIMIT, false, 10 * LIMIT + 700);
    assertThat(told.mayHaveSent).isFalse();
    assertThat(told.member.maySend()).isFalse();
  }

  @Test
  @DisplayName("an older sign of another worker does not count, to the kernel and to workers")
  void keepsTheNewestSign() {
    start();
    nanos += 600;
    assertThat(beat(one)).isTrue();
    assertThat(other.beat(nanos - 300, false)).isTrue();
    assertThat(calls).containsExactly("stamp 1000600 800", "stamp 1000600 800");
    nanos += 699;
    assertThat(one.maySend()).isTrue();
  }

  /** A worker that may send at any moment, also while the kernel is told. */
  private static final class Told {
    private final Heartbeat.Member member;
    private final long zero;
    private long now;
    private long whenTold;
    private boolean mayHaveSent;

    private Told(long zero) {
      this.zero = zero;
      now = zero;
      whenTold = zero;
      Heartbeat own = new Heartbeat(LIMIT, () -> now, (_, _) -> onStamp(), _ -> {});
      member = own.member();
      assertThat(member.beat(now, false)).isFalse();
      member.join();
      assertThat(member.isBack()).isTrue();
      member.goOn();
    }

    /** Gives a sign that is decided at one time, and given to the kernel at another one. */
    private void beat(long decided, boolean hasUnguarded, long told) {
      whenTold = zero + told;
      assertThat(member.beat(zero + decided, hasUnguarded)).isTrue();
    }

    private void onStamp() {
      now = whenTold;
      mayHaveSent = member.maySend();
    }
  }
}
