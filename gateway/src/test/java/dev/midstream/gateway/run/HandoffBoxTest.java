package dev.midstream.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.gateway.PlainEngine;
import dev.midstream.gateway.inbox.Inbox;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketCopy;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HandoffBoxTest {
  private final List<String> seen = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private final Inbox<HandoffMessage> inbox = new Inbox<>();
  private final HandoffBox box =
      new HandoffBox(new LoggingBox(), PlainEngine.make(), inbox, null, Arena.ofAuto());

  @Test
  @DisplayName("HDP-15 packets handed off are processed first, and leave on the other side")
  void processesHandoffsFirst() {
    assertThat(inbox.offer(copy(packet(1, Leg.OUTSIDE)))).isTrue();
    assertThat(inbox.offer(copy(packet(2, Leg.INSIDE)))).isTrue();
    assertThat(box.onPacket(packet(3, Leg.INSIDE), 7, out())).isEqualTo(Disposition.FORWARD);
    assertThat(seen).containsExactly("1 OUTSIDE at 7", "2 INSIDE at 7", "3 INSIDE at 0");
    assertThat(left).containsExactly("1 INSIDE PARTIAL 1400", "2 OUTSIDE PARTIAL 1400");
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  @DisplayName("handoffs are due at once, the engine's timers when they are due")
  void handoffsAreDueAtOnce() {
    assertThat(box.nextDeadlineNanos()).isEqualTo(50);
    assertThat(inbox.offer(copy(packet(1, Leg.OUTSIDE)))).isTrue();
    assertThat(box.nextDeadlineNanos()).isZero();
    box.onTimer(7, out());
    assertThat(seen).containsExactly("1 OUTSIDE at 7");
    box.onTimer(50, out());
    assertThat(seen).containsExactly("1 OUTSIDE at 7", "timer at 50");
  }

  @Test
  @DisplayName("a worker about to sleep is woken, also if its last wake-up came too late")
  void wakesASleepingWorker() {
    AtomicInteger woken = new AtomicInteger();
    inbox.setWake(woken::incrementAndGet);
    // The state after the packet was polled, but before its wake-up arrives.
    assertThat(inbox.offer(copy(packet(1, Leg.OUTSIDE)))).isTrue();
    assertThat(inbox.poll()).isNotNull();
    assertThat(box.nextDeadlineNanos()).isEqualTo(50);
    assertThat(inbox.offer(copy(packet(2, Leg.OUTSIDE)))).isTrue();
    assertThat(woken).hasValue(2);
  }

  private PacketOutput out() {
    return packet ->
        left.add(
            "%s %s %s %d"
                .formatted(octet(packet), packet.leg(), packet.checksumState(), packet.gsoBytes()));
  }

  private static Packet packet(int octet, Leg leg) {
    return new Packet()
        .at(MemorySegment.ofArray(new byte[] {9, (byte) octet}), 1, 1)
        .from(LinkType.ETHERNET, leg, 0, 0)
        .offload(ChecksumState.PARTIAL, 1_400);
  }

  private static HandoffMessage copy(Packet packet) {
    return new HandoffMessage.CopiedPacket(new PacketCopy(packet));
  }

  private static byte octet(Packet packet) {
    return packet.memory().get(ValueLayout.JAVA_BYTE, packet.offset());
  }

  /** Passes everything and records its calls. */
  private final class LoggingBox implements Box {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      seen.add("%s %s at %d".formatted(octet(packet), packet.leg(), packet.timeNanos()));
      return Disposition.FORWARD;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      seen.add("timer at " + nowNanos);
    }

    @Override
    public long nextDeadlineNanos() {
      return 50;
    }
  }
}
