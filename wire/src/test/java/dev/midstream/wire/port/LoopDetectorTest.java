package dev.midstream.wire.port;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.wire.packet.Leg;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopDetectorTest {
  private static final long MILLI_NANOS = 1_000_000L;
  private static final byte BROADCAST = (byte) 0xff;

  private int reports;
  private final LoopDetector detector = new LoopDetector(() -> reports++);
  private long nowNanos;

  @Test
  @DisplayName("a sender seen on both legs again and again is reported once")
  void reportsLoopOnce() {
    for (int frame = 0; frame < 5_000; frame++) {
      boolean changed = learn(BROADCAST, 1, frame % 2 == 0 ? Leg.INSIDE : Leg.OUTSIDE);
      assertThat(changed).isEqualTo(frame > 0);
    }
    assertThat(reports).isOne();
  }

  @Test
  @DisplayName("a loop that reappears is reported again")
  void reportsLaterLoopAgain() {
    loop();
    nowNanos += 5_000 * MILLI_NANOS;
    loop();
    assertThat(reports).isEqualTo(2);
  }

  @Test
  @DisplayName("many senders on their own legs, and one that moves now and then, are no loop")
  void reportsNoLoopForManySenders() {
    for (int frame = 0; frame < 100_000; frame++) {
      learn(BROADCAST, frame % 1_000, frame % 1_000 < 500 ? Leg.INSIDE : Leg.OUTSIDE);
    }
    for (int move = 0; move < 100; move++) {
      learn(BROADCAST, 2_000, move % 2 == 0 ? Leg.INSIDE : Leg.OUTSIDE);
      nowNanos += 40 * MILLI_NANOS;
    }
    assertThat(reports).isZero();
  }

  @Test
  @DisplayName("unicast frames and frames too short for addresses are ignored")
  void ignoresUnicastAndShortFrames() {
    for (int frame = 0; frame < 100; frame++) {
      Leg leg = frame % 2 == 0 ? Leg.INSIDE : Leg.OUTSIDE;
      assertThat(learn((byte) 2, 1, leg)).isFalse();
      MemorySegment stub = MemorySegment.ofArray(new byte[] {BROADCAST});
      assertThat(detector.learn(stub, 0, 1, leg, nowNanos)).isFalse();
    }
    assertThat(reports).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0x8100, 0x88a8, 0x9100})
  @DisplayName("a host whose frames are forwarded from one VLAN to another is no loop")
  void treatsVlansSeparately(int tagType) {
    for (int frame = 0; frame < 5_000; frame++) {
      boolean up = frame % 2 == 0;
      byte[] octets = frame(BROADCAST, 1);
      octets[12] = (byte) (tagType >> 8);
      octets[13] = (byte) tagType;
      octets[15] = (byte) (up ? 10 : 20);
      MemorySegment memory = MemorySegment.ofArray(octets);
      Leg leg = up ? Leg.INSIDE : Leg.OUTSIDE;
      assertThat(detector.learn(memory, 0, octets.length, leg, frame)).isFalse();
    }
    assertThat(reports).isZero();
  }

  private void loop() {
    for (int frame = 0; frame < 100; frame++) {
      learn(BROADCAST, 1, frame % 2 == 0 ? Leg.INSIDE : Leg.OUTSIDE);
    }
  }

  private boolean learn(byte first, int sender, Leg leg) {
    nowNanos += MILLI_NANOS;
    byte[] frame = frame(first, sender);
    return detector.learn(MemorySegment.ofArray(frame), 0, frame.length, leg, nowNanos);
  }

  private static byte[] frame(byte first, int sender) {
    byte[] frame = new byte[60];
    frame[0] = first;
    frame[6] = 2;
    frame[10] = (byte) (sender >> 8);
    frame[11] = (byte) sender;
    return frame;
  }
}
