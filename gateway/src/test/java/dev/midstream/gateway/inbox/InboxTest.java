package dev.midstream.gateway.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class InboxTest {
  private static final int LENGTH = 60_000;

  private final Inbox<Octets> inbox = new Inbox<>();
  private final AtomicInteger woken = new AtomicInteger();

  @Test
  @DisplayName("law 6: accepts octets up to its limit, and again after a poll")
  void acceptsUpToItsLimit() {
    int fit = Inbox.MAX_BYTES / (LENGTH + InboxMessage.OVERHEAD_BYTES);
    for (int i = 0; i < fit; i++) {
      assertThat(inbox.offer(packet())).isTrue();
    }
    assertThat(inbox.offer(packet())).isFalse();
    assertThat(inbox.poll()).isNotNull();
    assertThat(inbox.offer(packet())).isTrue();
    assertThat(inbox.offer(packet())).isFalse();
    for (int i = 0; i < fit; i++) {
      assertThat(inbox.poll()).isNotNull();
    }
    assertThat(inbox.poll()).isNull();
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  @DisplayName("a message that must not be lost is added when there is no room")
  void addsWhatMustNotBeLost() {
    while (inbox.offer(packet())) {
      // until it is full
    }
    inbox.put(new Octets(1));
    assertThat(inbox.offer(packet())).isFalse();
    Octets last = null;
    for (Octets next = inbox.poll(); next != null; next = inbox.poll()) {
      last = next;
    }
    assertThat(last).isEqualTo(new Octets(1));
    assertThat(inbox.offer(packet())).isTrue();
  }

  @Test
  void wakesItsOwnerOncePerSleep() {
    inbox.setWake(woken::incrementAndGet);
    assertThat(inbox.offer(packet())).isTrue();
    assertThat(inbox.offer(packet())).isTrue();
    assertThat(woken).hasValue(1);
    inbox.rearm();
    assertThat(woken).hasValue(1);
    assertThat(inbox.offer(packet())).isTrue();
    assertThat(woken).hasValue(2);
  }

  @Test
  @Timeout(30)
  @DisplayName("an owner that sleeps on an empty inbox gets every message")
  void wakesItsOwnerForEveryHandoff() throws InterruptedException {
    int count = 200_000;
    Semaphore wakeUps = new Semaphore(0);
    inbox.setWake(wakeUps::release);
    List<Thread> workers =
        Stream.generate(() -> offering(count / 2)).limit(2).map(Thread::new).toList();
    workers.forEach(Thread::start);
    for (int taken = 0; taken < count; ) {
      inbox.rearm();
      if (inbox.isEmpty()) {
        wakeUps.acquire();
      }
      while (inbox.poll() != null) {
        taken++;
      }
    }
    for (Thread worker : workers) {
      worker.join();
    }
    assertThat(inbox.isEmpty()).isTrue();
  }

  /** Offers small messages, each as soon as there is room. */
  private Runnable offering(int count) {
    return () -> {
      for (int i = 0; i < count; i++) {
        while (!inbox.offer(new Octets(60))) {
          Thread.onSpinWait();
        }
      }
    };
  }

  private static Octets packet() {
    return new Octets(LENGTH);
  }
}
