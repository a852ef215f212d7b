package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The numbers that a direction keeps after its end. */
class TimeWaitStreamTest {
  private static final int ISN = 5_000;

  private final MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, 0);
  private final Stream stream =
      new Stream(ISN, 100, 1_000, true, new UnpooledByteBufAllocator(true, true), budget);

  /** The numbers after 10 octets, of which the first was replaced by three, and a FIN. */
  private TimeWaitStream end() {
    stream.replace(1, Octets.ofText("abc"));
    stream.passUnkept(9);
    assertThat(stream.acceptFin(10, 10)).isTrue();
    stream.edits().settleFin();
    stream.edits().countEdit();
    return new TimeWaitStream(stream);
  }

  @Test
  void knowsTheEndInBothSpaces() {
    TimeWaitStream ended = end();
    assertThat(ended.orgOctets()).isEqualTo(10);
    assertThat(ended.newOctets()).isEqualTo(12);
    assertThat(ended.isShifted()).isTrue();
    assertThat(ended.edits()).isOne();
    assertThat(ended.leg()).isNull();
    assertThat(ended.orgNext()).isEqualTo(11);
    int afterFin = stream.space().sequenceOf(11);
    assertThat(ended.acknowledgement()).isEqualTo(afterFin);
    assertThat(ended.orgPosition(afterFin)).isEqualTo(11);
    assertThat(ended.newSequence(false)).isEqualTo(afterFin + 1);
    assertThat(ended.newSequence(true)).isEqualTo(afterFin + 2);
    assertThat(ended.isAcknowledgedBy(afterFin + 2)).isTrue();
    assertThat(ended.isAcknowledgedBy(afterFin + 1)).isFalse();
  }

  @Test
  void knowsTheLegOfItsSender() {
    byte[] frame = new FrameBuilder(Ends.IPV4, Direction.SERVER_TO_CLIENT).build();
    Packet packet = new Packet().at(MemorySegment.ofArray(frame), 0, frame.length);
    FrameView view = new FrameView();
    view.read(packet.from(LinkType.ETHERNET, Leg.OUTSIDE, 0, 0));
    stream.headers().capture(view, 0);
    assertThat(end().leg()).isEqualTo(Leg.OUTSIDE);
  }

  @Test
  void knowsAnUnshiftedEnd() {
    stream.passUnkept(10);
    stream.acceptFin(10, 10);
    stream.edits().settleFin();
    assertThat(new TimeWaitStream(stream).isShifted()).isFalse();
  }

  @Test
  @DisplayName("H-27 after the end the right edge does not go back")
  void keepsTheRightEdge() {
    stream.sender().window().onAdvertised(5, 1_000);
    TimeWaitStream ended = end();
    assertThat(ended.advertiseWindow(500)).as("edge 1005, of which 11 are used").isEqualTo(994);
    assertThat(ended.advertiseWindow(994)).isEqualTo(994);
    assertThat(ended.advertiseWindow(2_000)).isEqualTo(2_000);
    assertThat(ended.advertiseWindow(1)).isEqualTo(2_000);
  }

  @Test
  @DisplayName("H-27 with a window scale the field is rounded up, not down")
  void roundsTheWindowUp() {
    stream.sender().window().scale(7);
    stream.sender().window().onAdvertised(5, 10);
    TimeWaitStream ended = end();
    assertThat(ended.advertiseWindow(9)).as("1274 octets are left").isEqualTo(10);
    assertThat(ended.advertiseWindow(20)).isEqualTo(20);
    assertThat(ended.advertiseWindow(19)).as("2560 octets are left").isEqualTo(20);
  }

  @Test
  @DisplayName(
      "RFC 7323 section 5.2: older timestamps change nothing, of equal ones the newest echo")
  void keepsTheNewestTimestamps() {
    stream.headers().updateTimestamps(100, 50, false, 0);
    TimeWaitStream ended = end();
    assertTimestamps(ended, 100, 50);
    ended.updateTimestamps(99, 60);
    assertTimestamps(ended, 100, 50);
    ended.updateTimestamps(100, 49);
    assertTimestamps(ended, 100, 50);
    ended.updateTimestamps(100, 51);
    assertTimestamps(ended, 100, 51);
    ended.updateTimestamps(101, 40);
    assertTimestamps(ended, 101, 40);
  }

  private static void assertTimestamps(TimeWaitStream ended, int value, int echo) {
    assertThat(ended.timestampValue()).isEqualTo(value);
    assertThat(ended.timestampEcho()).isEqualTo(echo);
  }
}
