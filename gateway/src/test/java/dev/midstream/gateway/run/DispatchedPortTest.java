package dev.midstream.gateway.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.port.LegCounter;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DispatchedPortTest {
  private final List<Integer> sent = new ArrayList<>();
  private boolean hasDispatcher = true;
  private boolean maySend = true;
  private final DispatchedPort port = new DispatchedPort(this::send);

  private boolean send(Packet packet) {
    if (hasDispatcher) {
      sent.add(packet.length());
    }
    return hasDispatcher;
  }

  /** Emits a packet of three octets towards the server at each timer. */
  private static final class Emitting implements Box {
    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      throw new AssertionError("no packet comes by this port");
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      out.emit(
          new Packet()
              .at(MemorySegment.ofArray(new byte[3]), 0, 3)
              .from(LinkType.ETHERNET, Leg.OUTSIDE, 0, nowNanos));
    }

    @Override
    public long nextDeadlineNanos() {
      return 0;
    }
  }

  private long count(LegCounter counter) {
    return port.counters(Leg.OUTSIDE).get(counter);
  }

  @Test
  @DisplayName("PDP-9 what the box emits goes to a dispatcher, and is counted")
  void sendsToADispatcher() {
    assertThat(port.pass(new Emitting(), 0)).isZero();
    port.tick(new Emitting(), 0);

    assertThat(sent).containsExactly(3);
    assertThat(count(LegCounter.SENT_FRAMES)).isEqualTo(1);
    assertThat(count(LegCounter.SENT_BYTES)).isEqualTo(3);
    assertThat(port.counters(Leg.INSIDE).get(LegCounter.SENT_FRAMES)).isZero();
  }

  @Test
  @DisplayName("PDP-9 without a dispatcher it is dropped and counted")
  void countsWhatFindsNoDispatcher() {
    hasDispatcher = false;
    port.tick(new Emitting(), 0);

    assertThat(count(LegCounter.LINK_DOWN)).isEqualTo(1);
    assertThat(count(LegCounter.SENT_FRAMES)).isZero();
  }

  @Test
  @DisplayName("PDP-9 LD-6 after the end of the lease nothing is sent")
  void asksTheFence() {
    port.setFence(() -> maySend);
    port.tick(new Emitting(), 0);
    maySend = false;
    port.tick(new Emitting(), 0);

    assertThat(sent).hasSize(1);
    assertThat(count(LegCounter.FENCED)).isEqualTo(1);
  }

  @Test
  @DisplayName("a wake ends the next wait, and waits are bounded")
  void wakes() {
    port.wake();
    port.await(Long.MAX_VALUE);
    port.await(1);
    port.await(-1);
    port.close();
  }
}
