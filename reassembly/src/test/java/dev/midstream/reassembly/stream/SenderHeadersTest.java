package dev.midstream.reassembly.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Packet;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the engine remembers of the headers of one end. */
class SenderHeadersTest {
  /** After this time, 2147 s, the order of timestamps is unknown (RFC 7323 section 5.5). */
  private static final long OUTDATED_NANOS = 2_147_000_000_000L;

  private static final long SECOND = 1_000_000_000L;

  private final FrameBuilder frames = new FrameBuilder(Ends.IPV4, Direction.CLIENT_TO_SERVER);
  private final SenderHeaders headers = new SenderHeaders();

  private boolean capture(int carriedBytes) {
    byte[] frame = frames.build();
    FrameView view = new FrameView();
    view.read(new Packet().at(MemorySegment.ofArray(frame), 0, frame.length));
    return headers.capture(view, carriedBytes);
  }

  @Test
  @DisplayName("H-45 identifications follow each other, far from those of the sender")
  void drawsIdentificationsFarFromTheSenders() {
    frames.identification(40_000);
    capture(0);
    int before = headers.takeIdentification();
    for (int sent = 40_000; sent < 200_000; sent += 100) {
      frames.identification(sent & 0xffff);
      capture(0);
      for (int i = 0; i < 3; i++) {
        int drawn = headers.takeIdentification();
        assertThat(drawn).isBetween(0, 0xffff);
        assertThat(distance(drawn, sent)).isGreaterThanOrEqualTo(0x2000);
        boolean follows = drawn == ((before + 1) & 0xffff);
        assertThat(follows || drawn == ((sent + 0x8000) & 0xffff)).isTrue();
        before = drawn;
      }
    }
  }

  @Test
  @DisplayName(
      "H-45 a long series of identifications comes close to the sender's from neither side")
  void drawsManyIdentifications() {
    frames.identification(10);
    capture(0);
    int first = headers.takeIdentification();
    int count = 1;
    int drawn = headers.takeIdentification();
    while (drawn != first) {
      assertThat(drawn).isEqualTo((first + count) & 0xffff);
      count++;
      drawn = headers.takeIdentification();
    }
    assertThat(distance(first + count - 1, 10)).isGreaterThanOrEqualTo(0x2000);
    assertThat(count).isGreaterThan(0x5000);
    frames.identification((first + 1 - 0x2000) & 0xffff);
    capture(0);
    assertThat(headers.takeIdentification()).as("just far enough").isEqualTo(first + 1);
  }

  @Test
  @DisplayName("HDP-18 a SYN that comes again takes no place of a later segment")
  void keepsTheHeadersOfALaterSegment() {
    frames.flags(TcpFlags.SYN);
    capture(0);
    assertThat(headers.isTemplateOfSyn()).isTrue();
    frames.flags(TcpFlags.ACK);
    capture(0);
    headers.noteRecorded();

    frames.flags(TcpFlags.SYN);
    capture(0);
    assertThat(headers.isTemplateOfSyn()).isFalse();
    assertThat(headers.isRecorded()).isTrue();
  }

  private static int distance(int identification, int other) {
    int above = (identification - other) & 0xffff;
    return Math.min(above, 0x10000 - above);
  }

  @Test
  @DisplayName("RFC 7323 older timestamps change nothing until the known ones are outdated")
  void keepsTheNewestTimestamps() {
    assertThat(headers.hasTimestamps()).isFalse();
    assertThat(headers.updateTimestamps(100, 50, false, 7)).isFalse();
    assertThat(headers.hasTimestamps()).isTrue();
    assertTimestamps(100, 50, 7);
    assertThat(headers.updateTimestamps(99, 60, false, 8)).isTrue();
    assertThat(headers.updateTimestamps(100, 49, false, 8)).isTrue();
    assertTimestamps(100, 50, 7);
    assertThat(headers.updateTimestamps(100, 50, false, 9)).isFalse();
    assertTimestamps(100, 50, 9);
    assertThat(headers.updateTimestamps(99, 60, false, 8 + OUTDATED_NANOS)).isTrue();
    assertThat(headers.updateTimestamps(99, 40, false, 9 + OUTDATED_NANOS)).isFalse();
    assertTimestamps(99, 40, 9 + OUTDATED_NANOS);
  }

  @Test
  @DisplayName("RFC 7323 the echo 0 of a SYN is older than any other")
  void takesTheFirstEchoAfterSyn() {
    headers.updateTimestamps(100, 0, false, 0);
    assertThat(headers.updateTimestamps(100, -5, false, 0)).isFalse();
    assertTimestamps(100, -5, 0);
    assertThat(headers.updateTimestamps(100, -6, false, 0)).isTrue();
  }

  @Test
  @DisplayName("HDP-17 H-1 an echo renews the timestamp of its end, not what that has echoed")
  void keepsTheAgeOfTheEcho() {
    headers.updateTimestamps(100, 50, false, 0);
    SenderHeaders heir = inherit(headers, 0, 0);
    heir.takeEchoedTimestamp(110, SECOND);
    assertThat(heir.timestampValue()).isEqualTo(110);
    assertThat(heir.timestampNanos()).isEqualTo(SECOND);
    assertThat(heir.timestampEchoNanos()).isZero();
    heir.updateTimestamps(105, 60, false, 2 * SECOND);
    assertThat(heir.timestampEcho()).isEqualTo(60);
    assertThat(heir.timestampEchoNanos()).isEqualTo(2 * SECOND);
  }

  private void assertTimestamps(int value, int echo, long nanos) {
    assertThat(headers.timestampValue()).isEqualTo(value);
    assertThat(headers.timestampEcho()).isEqualTo(echo);
    assertThat(headers.timestampNanos()).isEqualTo(nanos);
  }

  @Test
  @DisplayName("H-5 of equal acknowledgements the last window counts, of lower ones none")
  void keepsTheNewestAcknowledgement() {
    assertThat(headers.acknowledgement()).isEqualTo(Long.MIN_VALUE);
    headers.updateAck(10, 500);
    headers.updateAck(10, 400);
    assertThat(headers.window()).isEqualTo(400);
    headers.updateAck(9, 600);
    assertThat(headers.acknowledgement()).isEqualTo(10);
    assertThat(headers.window()).isEqualTo(400);
    assertThat(headers.isAckPending()).isFalse();
    headers.setPendingAck(11, 300);
    assertThat(headers.isAckPending()).isTrue();
    assertThat(headers.acknowledgement()).isEqualTo(11);
    headers.onAckSent();
    assertThat(headers.isAckPending()).isFalse();
  }

  @Test
  void takesEachAnswerOfSynAckOnce() {
    assertThat(headers.takeSynAckAnswer()).isFalse();
    headers.requireSynAckAnswer();
    assertThat(headers.takeSynAckAnswer()).isTrue();
    assertThat(headers.takeSynAckAnswer()).isFalse();
  }

  @Test
  @DisplayName("H-4 ECE is news where it was clear; neither its end nor any CWR is")
  void noticesReports() {
    assertThat(headers.ecn().updateFlags(0, false)).isFalse();
    assertThat(headers.ecn().updateFlags(TcpFlags.CWR | TcpFlags.AE, false)).isFalse();
    assertThat(headers.ecn().updateFlags(TcpFlags.ECE, false)).isTrue();
    assertThat(headers.ecn().updateFlags(TcpFlags.ECE | TcpFlags.CWR, false)).isFalse();
    assertThat(headers.ecn().flags(false)).isEqualTo(TcpFlags.ECE | TcpFlags.CWR);
    assertThat(headers.ecn().updateFlags(0, false)).isFalse();
    assertThat(headers.ecn().updateFlags(TcpFlags.ECE, false)).isTrue();
  }

  @Test
  @DisplayName("H-46 ECE is not repeated once CWR has answered it, until the end says it again")
  void repeatsNoAnsweredReport() {
    assertThat(headers.ecn().takeReduction()).isFalse();
    headers.ecn().updateFlags(TcpFlags.ECE, false);
    assertThat(headers.ecn().takeReduction()).isTrue();
    assertThat(headers.ecn().flags(false)).isZero();
    assertThat(headers.ecn().takeReduction()).isFalse();
    assertThat(headers.ecn().updateFlags(TcpFlags.ECE, false)).isFalse();
    assertThat(headers.ecn().flags(false)).isEqualTo(TcpFlags.ECE);
    assertThat(headers.ecn().takeReduction()).isTrue();
  }

  @Test
  @DisplayName("H-46 the counter of accurate ECN begins with 5")
  void beginsTheAccurateCounterWithFive() {
    int five = TcpFlags.AE | TcpFlags.ECE;
    assertThat(headers.ecn().flags(true)).isEqualTo(five);
    assertThat(headers.ecn().updateFlags(five, true)).isFalse();
    assertThat(headers.ecn().updateFlags(0, true)).isTrue();
    assertThat(headers.ecn().flags(true)).isZero();
  }

  @Test
  @DisplayName("H-44 options of a SYN do not count, except timestamps")
  void countsOptions() {
    frames.flags(TcpFlags.SYN).options("mss 1460,sackOK,TS 1/0");
    capture(0);
    assertThat(headers.optionBytes()).isZero();
    headers.updateTimestamps(1, 0, false, 0);
    assertThat(headers.optionBytes()).isEqualTo(12);
    frames.flags(TcpFlags.ACK).options("nop,nop,nop,nop");
    capture(0);
    assertThat(headers.isTemplateOfSyn()).isFalse();
    assertThat(headers.optionBytes()).isEqualTo(4);
  }

  @Test
  @DisplayName("H-44 it knows the largest payload of one packet")
  void knowsTheLargestPayload() {
    assertThat(headers.isTemplateKnown()).isFalse();
    assertThat(capture(100)).isTrue();
    assertThat(headers.isTemplateKnown()).isTrue();
    capture(40);
    assertThat(headers.largestSegmentBytes()).isEqualTo(100);
  }

  /** The timestamp that the engine sends after a silence of two hours and one of 100 minutes. */
  private int advancedAfterSilences(long ticksOfSecond) {
    long heard = 7_200;
    long sent = heard + 6_000;
    headers.updateTimestamps(1, 1, false, 0);
    headers.updateTimestamps((int) (1 + heard * ticksOfSecond), 1, false, heard * SECOND);
    headers.advanceTimestamp(sent * SECOND);
    return headers.timestampValue() - (int) (1 + sent * ticksOfSecond);
  }

  @Test
  @DisplayName("H-1 a clock of microseconds that is heard each two hours alone is advanced, too")
  void knowsAClockOfMicrosecondsThatHasWrapped() {
    assertThat(advancedAfterSilences(1_000_000)).isBetween(-2_000_000, 0);
  }

  @Test
  @DisplayName("H-1 a clock of milliseconds is not advanced after a silence")
  void advancesNoClockOfMilliseconds() {
    assertThat(advancedAfterSilences(1_000)).isEqualTo(-6_000_000);
  }

  /**
   * What another engine knows that reads the essential state {@code seconds} after it is written.
   */
  private static SenderHeaders inherit(SenderHeaders of, long writtenSeconds, long seconds) {
    StateWriter out = new StateWriter();
    of.writeEssential(out, writtenSeconds * SECOND);
    byte[] octets = out.toOctets();
    long ageNanos = (seconds - writtenSeconds) * SECOND;
    SenderHeaders heir = new SenderHeaders();
    heir.readEssential(new StateReader(octets, 0, octets.length, ageNanos), seconds * SECOND);
    return heir;
  }

  @Test
  @DisplayName("H-1 a clock of microseconds is known from segments before and after a takeover")
  void knowsAClockOfMicrosecondsFromBeforeATakeover() {
    headers.updateTimestamps(1, 1, false, 0);
    SenderHeaders heir = inherit(headers, 1, 5);
    heir.updateTimestamps(10_000_001, 1, false, 10 * SECOND);
    assertThat(heir.hasMicroseconds()).isTrue();
    SenderHeaders slow = inherit(headers, 1, 5);
    slow.updateTimestamps(10_001, 1, false, 10 * SECOND);
    assertThat(slow.hasMicroseconds()).isFalse();
  }

  @Test
  @DisplayName("H-1 an echo after a takeover tells nothing of a clock: it may be old")
  void knowsNoClockFromAnEcho() {
    headers.updateTimestamps(1, 1, false, 0);
    SenderHeaders heir = inherit(headers, 1, 2_000);
    heir.takeEchoedTimestamp(100_000, 2_000 * SECOND);
    heir = inherit(heir, 2_000, 2_000);
    heir.updateTimestamps(2_000_000, 1, false, 2_001 * SECOND);
    assertThat(heir.hasMicroseconds()).isFalse();
  }

  /** The headers that a parked connection is built again with, or another engine has. */
  private SenderHeaders copy(boolean isParked) {
    StateWriter out = new StateWriter();
    headers.writeEssential(out, SECOND);
    headers.writeRest(out, SECOND);
    headers.writeRecorded(out);
    StateReader in = new StateReader(out.toOctets(), 0, out.length(), 0);
    SenderHeaders copy = new SenderHeaders();
    copy.readEssential(in, SECOND);
    copy.readRest(in, SECOND);
    if (isParked) {
      copy.readRecorded(in);
    }
    return copy;
  }

  @Test
  @DisplayName("HDP-17 headers that no record has are known as such after parking")
  void knowsWhatIsRecorded() {
    headers.updateTimestamps(1, 1, false, 0);
    headers.noteRecorded();
    assertThat(copy(true).isRecorded()).isTrue();
    capture(0);
    assertThat(headers.isRecorded()).isFalse();
    assertThat(copy(true).isRecorded()).isFalse();
    assertThat(copy(false).isRecorded()).as("what another engine has is what it read").isTrue();
    headers.noteRecorded();
    assertThat(copy(true).isRecorded()).isTrue();
  }
}
