package dev.midstream.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InboxTest {
  private static final int LENGTH = 60_000;

  private final Inbox inbox = new Inbox();
  private final AtomicInteger woken = new AtomicInteger();

  @Test
  @DisplayName("law 6: takes up to its limit, and again what it gave away")
  void takesUpToItsLimit() {
    int fit = Inbox.MOST_BYTES / (LENGTH + Handover.OVERHEAD_BYTES);
    for (int i = 0; i < fit; i++) {
      assertThat(inbox.offer(packet())).isTrue();
    }
    assertThat(inbox.offer(packet())).isFalse();
    assertThat(inbox.take()).isNotNull();
    assertThat(inbox.offer(packet())).isTrue();
    assertThat(inbox.offer(packet())).isFalse();
    for (int i = 0; i < fit; i++) {
      assertThat(inbox.take()).isNotNull();
    }
    assertThat(inbox.take()).isNull();
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void wakesItsOwnerOnceUntilItIsAwake() {
    inbox.wakeBy(woken::incrementAndGet);
    assertThat(inbox.offer(packet())).isTrue();
    assertThat(inbox.offer(packet())).isTrue();
    assertThat(woken).hasValue(1);
    inbox.awake();
    assertThat(woken).hasValue(1);
    assertThat(inbox.offer(packet())).isTrue();
    assertThat(woken).hasValue(2);
  }

  private static Handover packet() {
    return new Handover.HandedPacket(
        new Packet().at(MemorySegment.ofArray(new byte[LENGTH]), 0, LENGTH));
  }
}
