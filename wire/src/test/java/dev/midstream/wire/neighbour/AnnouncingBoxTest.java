package dev.midstream.wire.neighbour;

import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.octets;
import static dev.midstream.wire.header.TestFrames.packet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AnnouncingBoxTest {
  private static final long MILLI = 1_000_000;
  private static final byte[] FRAME = hex("02aaaaaaaa01 02bbbbbbbb02 0800 4500");

  private final Within within = new Within();
  private final Neighbours neighbours = new Neighbours();
  private final List<String> emitted = new ArrayList<>();
  private boolean mayAnnounce = true;
  private int looped;
  private final AnnouncingBox box =
      new AnnouncingBox(within, neighbours, _ -> mayAnnounce, () -> looped++);

  /** Forwards all, and counts. */
  private static final class Within implements Box {
    private int packets;
    private int timers;
    private long dueNanos = Long.MAX_VALUE;

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      packets++;
      return Disposition.FORWARD;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      timers++;
      dueNanos = Long.MAX_VALUE;
    }

    @Override
    public long nextDeadlineNanos() {
      return dueNanos;
    }
  }

  private Disposition receive(byte[] frame, Leg leg, long nowNanos) {
    Packet received = packet(LinkType.ETHERNET, frame).from(LinkType.ETHERNET, leg, 0, nowNanos);
    return box.onPacket(received, nowNanos, out -> {});
  }

  private void runTo(long nowNanos) {
    while (box.nextDeadlineNanos() <= nowNanos) {
      long at = box.nextDeadlineNanos();
      box.onTimer(
          at,
          packet -> {
            assertThat(Announcement.isAnnouncement(packet)).isTrue();
            emitted.add(at / MILLI + " " + packet.leg());
          });
    }
  }

  @Test
  @DisplayName("LD-2 what a box has seen is announced when it is told to, and not before")
  void announcesWhatItHasSeen() {
    assertThat(receive(FRAME, Leg.OUTSIDE, 0)).isEqualTo(Disposition.FORWARD);
    runTo(10_000 * MILLI);
    assertThat(emitted).isEmpty();

    box.announce(20_000 * MILLI);
    runTo(60_000 * MILLI);
    assertThat(emitted).containsExactly("20000 INSIDE", "20100 INSIDE", "21000 INSIDE");
    assertThat(within.packets).isEqualTo(1);
  }

  @Test
  @DisplayName("LD-2 C-72 a box that may not announce is silent; then the announcement begins anew")
  void isSilentWhileItMayNot() {
    receive(FRAME, Leg.INSIDE, 0);
    mayAnnounce = false;
    box.announce(0);
    runTo(500 * MILLI);
    assertThat(emitted).isEmpty();

    mayAnnounce = true;
    runTo(10_000 * MILLI);
    assertThat(emitted).containsExactly("510 OUTSIDE", "610 OUTSIDE", "1510 OUTSIDE");
  }

  @Test
  @DisplayName("LD-2 what is left of an announcement is cancelled")
  void isCancelled() {
    receive(FRAME, Leg.INSIDE, 0);
    box.announce(0);
    runTo(0);
    box.cancel();
    assertThat(box.nextDeadlineNanos()).isEqualTo(Long.MAX_VALUE);
    runTo(10_000 * MILLI);
    assertThat(emitted).containsExactly("0 OUTSIDE");
  }

  @Test
  @DisplayName("LD-2 an announcement of another box is dropped, and nothing is learned of it")
  void dropsAnnouncements() {
    receive(FRAME, Leg.INSIDE, 0);
    List<byte[]> frames = new ArrayList<>();
    box.announce(0);
    box.onTimer(0, packet -> frames.add(octets(packet)));

    Neighbours others = new Neighbours();
    AnnouncingBox other = new AnnouncingBox(within, others, _ -> true, () -> {});
    Packet received = packet(LinkType.ETHERNET, frames.getFirst());
    assertThat(
            other.onPacket(
                received.from(LinkType.ETHERNET, Leg.OUTSIDE, 0, 0), 0, emittedPacket -> {}))
        .isEqualTo(Disposition.TAKEN);
    assertThat(others.count(0)).isZero();
  }

  @Test
  @DisplayName("LD-9 a frame that another box has forwarded to the other leg ends here")
  void dropsLoopedFrames() {
    assertThat(receive(FRAME, Leg.INSIDE, 0)).isEqualTo(Disposition.FORWARD);
    assertThat(receive(FRAME, Leg.OUTSIDE, MILLI)).isEqualTo(Disposition.TAKEN);
    assertThat(receive(FRAME, Leg.INSIDE, 2 * MILLI)).isEqualTo(Disposition.FORWARD);
    assertThat(within.packets).isEqualTo(2);
    assertThat(looped).isEqualTo(1);
  }

  @Test
  @DisplayName("the timer of the box within runs when it is due")
  void keepsTheTimersWithin() {
    receive(FRAME, Leg.INSIDE, 0);
    box.announce(0);
    within.dueNanos = 50 * MILLI;
    runTo(0);
    assertThat(within.timers).isZero();
    runTo(60 * MILLI);
    assertThat(within.timers).isEqualTo(1);
  }
}
