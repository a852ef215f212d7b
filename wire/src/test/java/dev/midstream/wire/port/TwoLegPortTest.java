package dev.midstream.wire.port;

import static dev.midstream.wire.header.TestFrames.ETHERNET_IPV4;
import static dev.midstream.wire.header.TestFrames.TIMESTAMPS;
import static dev.midstream.wire.header.TestFrames.counting;
import static dev.midstream.wire.header.TestFrames.hex;
import static dev.midstream.wire.header.TestFrames.ipv4;
import static dev.midstream.wire.header.TestFrames.join;
import static dev.midstream.wire.header.TestFrames.tcp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.midstream.wire.nativecall.Linux;
import dev.midstream.wire.nativecall.VirtioHeader;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A port of devices without interfaces. Needs Linux but no privilege. */
final class TwoLegPortTest {
  private static final byte[] FRAME = join(new byte[VirtioHeader.BYTES], counting(100));

  private static final byte[] LONG =
      join(new byte[VirtioHeader.BYTES], ETHERNET_IPV4, ipv4(tcp(TIMESTAMPS, counting(1_448))));

  private final RecordingLeg inside = new RecordingLeg(1_500);
  private final RecordingLeg outside = new RecordingLeg(1_500);
  private final Port port = open();
  private final ScriptedBox box = new ScriptedBox();

  private Port open() {
    Arena arena = Arena.ofShared();
    return new TwoLegPort(arena, new Linux(arena), inside, outside, () -> {});
  }

  @AfterEach
  void close() {
    port.close();
  }

  @Test
  void forwardsByOtherLeg() {
    inside.receiveNext(FRAME);
    assertThat(port.pass(box, 7)).isOne();
    assertThat(box.seen).containsExactly("INSIDE 100 at 7");
    assertThat(outside.sent()).containsExactly(FRAME);
    assertThat(inside.sent()).isEmpty();
    assertThat(port.counters(Leg.INSIDE).get(LegCounter.RECEIVED_BYTES)).isEqualTo(100);
  }

  @Test
  @DisplayName("frames that wait can be dropped, and are counted")
  void discardsFrames() {
    inside.receiveNext(FRAME);
    port.discard();
    assertThat(port.pass(box, 7)).isZero();
    assertThat(box.seen).isEmpty();
    assertThat(port.counters(Leg.INSIDE).get(LegCounter.FENCED)).isOne();
  }

  @Test
  void doesNotForwardTakenFrames() {
    box.disposition = Disposition.TAKEN;
    outside.receiveNext(FRAME);
    assertThat(port.pass(box, 7)).isOne();
    assertThat(inside.sent()).isEmpty();
    assertThat(outside.sent()).isEmpty();
  }

  @Test
  void servesBothLegs() {
    inside.receiveNext(FRAME);
    outside.receiveNext(FRAME);
    assertThat(port.pass(box, 7)).isEqualTo(2);
    assertThat(port.pass(box, 8)).isZero();
    assertThat(box.seen).hasSize(2).first().isEqualTo("INSIDE 100 at 7");
    assertThat(box.seen).last().asString().startsWith("OUTSIDE 100 at ");
  }

  @Test
  @DisplayName("if the frames of one leg took long, those of the other one have a later time")
  void givesTheTimeOfReceipt() {
    box.takesNanos = 2_000_000;
    inside.receiveNext(FRAME);
    outside.receiveNext(FRAME);
    assertThat(port.pass(box, 7)).isEqualTo(2);
    assertThat(box.lastNanos).isGreaterThanOrEqualTo(2_000_007);
  }

  @Test
  @DisplayName("HSI-10 a box that wants it sees all packets of a batch before it processes one")
  void showsABatchFirst() {
    box.prefetching = true;
    inside.receiveNext(FRAME, 2);
    assertThat(port.pass(box, 7)).isEqualTo(2);
    outside.receiveNext(FRAME);
    assertThat(port.pass(box, 8)).isOne();
    box.prefetching = false;
    inside.receiveNext(FRAME, 2);
    assertThat(port.pass(box, 9)).isEqualTo(2);
    assertThat(box.seen)
        .containsExactly(
            "ahead of INSIDE 100",
            "ahead of INSIDE 100",
            "INSIDE 100 at 7",
            "INSIDE 100 at 7",
            "OUTSIDE 100 at 8",
            "INSIDE 100 at 9",
            "INSIDE 100 at 9");
  }

  @Test
  void transmitsPacketsOfTimer() {
    port.tick(box, 9);
    assertThat(box.seen).containsExactly("timer at 9");
    assertThat(inside.sent()).hasSize(1);
  }

  @Test
  @DisplayName("C-74 a batch that its thread left is ended by another thread, which goes on")
  void passesToAnotherThread() {
    Box leaving =
        new Box() {
          @Override
          public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
            box.onTimer(nowNanos, out);
            throw new IllegalStateException("the thread does not come back");
          }

          @Override
          public void onTimer(long nowNanos, PacketOutput out) {}

          @Override
          public long nextDeadlineNanos() {
            return Long.MAX_VALUE;
          }
        };
    inside.receiveNext(FRAME);
    assertThatThrownBy(() -> port.pass(leaving, 7)).isInstanceOf(IllegalStateException.class);
    assertThat(inside.sent()).as("before the batch is ended").isEmpty();

    CompletableFuture.runAsync(
            () -> {
              port.abandon();
              outside.receiveNext(FRAME);
              port.pass(box, 8);
              port.tick(box, 9);
            })
        .join();

    assertThat(box.seen).containsExactly("timer at 7", "OUTSIDE 100 at 8", "timer at 9");
    assertThat(inside.sent()).hasSize(3);
  }

  @Test
  @DisplayName("C-44 a frame that is too long is answered by an error that the box lets pass")
  void answersFramesThatAreTooLong() {
    outside.narrow(1_400);
    inside.receiveNext(LONG);
    assertThat(port.pass(box, 7)).isOne();
    assertThat(box.seen).containsExactly("INSIDE 1514 at 7", "OUTSIDE 590 at 7");
    assertThat(outside.sent()).isEmpty();
    assertThat(inside.sent()).hasSize(1);
    byte[] error = inside.sent().getFirst();
    assertThat(error).hasSize(VirtioHeader.BYTES + 590).startsWith(new byte[VirtioHeader.BYTES]);
    assertThat(Arrays.copyOfRange(error, 44, 46)).isEqualTo(hex("0304"));
    assertThat(Arrays.copyOfRange(error, 48, 52)).isEqualTo(hex("0000 0578"));
  }

  @Test
  @DisplayName("C-44 the box may take the error")
  void givesTheErrorToTheBox() {
    outside.narrow(1_400);
    box.disposition = Disposition.TAKEN;
    box.timed = LONG;
    port.tick(box, 7);
    assertThat(box.seen).containsExactly("timer at 7", "OUTSIDE 590 at 7");
    assertThat(inside.sent()).isEmpty();
    assertThat(outside.sent()).isEmpty();
  }

  @Test
  @DisplayName("RFC 4443 section 2.4 at most 100 errors are caused in 100 ms")
  void limitsErrors() {
    outside.narrow(1_400);
    for (int i = 0; i < 200; i++) {
      inside.receiveNext(LONG);
      port.pass(box, 7);
    }
    assertThat(inside.sent()).hasSize(100);
    inside.receiveNext(LONG, 100);
    port.pass(box, 100_000_007);
    assertThat(inside.sent()).as("only 32 wait").hasSize(132);
    inside.receiveNext(LONG, 10);
    port.pass(box, 100_000_008);
    assertThat(inside.sent()).hasSize(142);
  }

  @Test
  void wakesNextWaitOnce() {
    port.wake();
    port.wake();
    port.await(Long.MAX_VALUE);
    long beforeNanos = System.nanoTime();
    port.await(2_000_000);
    assertThat(System.nanoTime() - beforeNanos).isGreaterThanOrEqualTo(2_000_000);
  }

  @Test
  void ignoresWakeUpAfterClose() {
    Port other = open();
    other.close();
    other.wake();
    assertThat(inside.sent()).isEmpty();
  }

  /** Emits one frame by the inside leg at each timer. */
  private static final class ScriptedBox implements Box {
    private final List<String> seen = new ArrayList<>();
    private Disposition disposition = Disposition.FORWARD;
    private boolean prefetching;
    private long takesNanos;
    private long lastNanos;
    private byte[] timed = {};

    @Override
    public boolean isPrefetching() {
      return prefetching;
    }

    @Override
    public void prefetch(Packet packet) {
      seen.add("ahead of " + packet.leg() + " " + packet.length());
    }

    @Override
    public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
      seen.add(packet.leg() + " " + packet.length() + " at " + nowNanos);
      lastNanos = nowNanos;
      for (long begin = System.nanoTime(); System.nanoTime() - begin < takesNanos; ) {
        Thread.onSpinWait();
      }
      return disposition;
    }

    @Override
    public void onTimer(long nowNanos, PacketOutput out) {
      seen.add("timer at " + nowNanos);
      if (timed.length > 0) {
        int length = timed.length - VirtioHeader.BYTES;
        out.emit(
            new Packet()
                .at(MemorySegment.ofArray(timed), VirtioHeader.BYTES, length)
                .from(LinkType.ETHERNET, Leg.OUTSIDE, 0, nowNanos));
        return;
      }
      byte[] frame = counting(60);
      out.emit(new Packet().at(MemorySegment.ofArray(frame), 0, frame.length));
    }

    @Override
    public long nextDeadlineNanos() {
      return Long.MAX_VALUE;
    }
  }
}
