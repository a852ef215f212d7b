package dev.midstream.worlds.law;

import static dev.midstream.worlds.law.BrokenWorlds.assertBroken;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.WholeStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each observer of header fields and of repetitions sees a box that breaks its law. */
class FieldObserversTest {
  private static final Ends ENDS = Ends.IPV4;
  private static final int BYTES = 1_000;
  private static final int DSCP_AT = 15;
  private static final int FLAGS_AT = 20;
  private static final int MAC_AT = 11;

  private final BoxTap tap = new BoxTap(ENDS);
  private long nowNanos;

  private void see(Place place, Leg leg, byte[] frame) {
    tap.seen(place, leg, Frames.packet(frame, leg, nowNanos), nowNanos);
  }

  private void arrives(FrameBuilder frame) {
    nowNanos++;
    see(Place.INTO_BOX, Leg.INSIDE, frame.build());
  }

  private void answers(FrameBuilder frame) {
    nowNanos++;
    see(Place.INTO_BOX, Leg.OUTSIDE, frame.build());
  }

  private void leaves(FrameBuilder frame) {
    see(Place.OUT_OF_BOX, Leg.OUTSIDE, frame.build());
  }

  private void returns(FrameBuilder frame) {
    see(Place.OUT_OF_BOX, Leg.INSIDE, frame.build());
  }

  private static FrameBuilder octets(int start, int length) {
    return new FrameBuilder(ENDS, Direction.CLIENT_TO_SERVER)
        .flags(TcpFlags.ACK)
        .sequence(ENDS.clientIsn() + 1 + start)
        .acknowledgement(ENDS.serverIsn() + 1)
        .payload(Octets.of(new byte[length]));
  }

  private static FrameBuilder ack(int ack) {
    return new FrameBuilder(ENDS, Direction.SERVER_TO_CLIENT)
        .flags(TcpFlags.ACK)
        .sequence(ENDS.serverIsn() + 1)
        .acknowledgement(ENDS.clientIsn() + 1 + ack);
  }

  private static void assertSeen(Runnable fault, Law law, String what) {
    assertThatExceptionOfType(LawBroken.class)
        .isThrownBy(fault::run)
        .satisfies(broken -> assertBroken(broken, law, what));
  }

  private void assertLowerHeadersDiffer(int at, int bit) {
    byte[] frame = octets(0, 10).build();
    frame[at] ^= (byte) bit;
    assertSeen(
        () -> see(Place.OUT_OF_BOX, Leg.OUTSIDE, frame), Law.FIDELITY, "lower headers differ");
  }

  @Test
  @DisplayName("law 1: another DSCP, DF or link address than that of the sender")
  void seesOtherLowerHeaders() {
    tap.add(new HeaderOracle(Leg.INSIDE, false, false));
    arrives(octets(0, 10));
    leaves(octets(0, 10));
    assertLowerHeadersDiffer(DSCP_AT, 0x20);
    assertLowerHeadersDiffer(FLAGS_AT, 0x40);
    assertLowerHeadersDiffer(MAC_AT, 1);
  }

  @Test
  @DisplayName("law 1: a hop limit with which no segment of the sender arrived")
  void seesOtherHopLimits() {
    tap.add(new HeaderOracle(Leg.INSIDE, false, false));
    arrives(octets(0, 10).hopLimit(60));
    leaves(octets(0, 10).hopLimit(60));
    assertSeen(() -> leaves(octets(0, 10).hopLimit(61)), Law.FIDELITY, "hop limit differs");
    assertSeen(() -> leaves(octets(0, 10).hopLimit(59)), Law.FIDELITY, "hop limit differs");
  }

  @Test
  @DisplayName("law 1: options of a SYN elsewhere, options that were not agreed, other ECE")
  void seesOtherOptionsAndFlags() {
    tap.add(new HeaderOracle(Leg.INSIDE, false, false));
    arrives(octets(0, 10));
    assertSeen(() -> leaves(octets(0, 10).options("mss 1000")), Law.FIDELITY, "options of a SYN");
    assertSeen(
        () -> leaves(octets(0, 10).options("nop,nop,TS 1/2")), Law.FIDELITY, "timestamps differ");
    assertSeen(
        () -> leaves(octets(0, 0).options("nop,nop,sack 5:9")),
        Law.FIDELITY,
        "SACK without agreement");
    assertSeen(
        () -> leaves(octets(0, 10).flags(TcpFlags.ACK | TcpFlags.ECE)),
        Law.FIDELITY,
        "ECE differs");
    arrives(syn("mss 1000,sackOK"));
    leaves(syn("mss 1000,sackOK"));
    assertSeen(() -> leaves(syn("mss 1000")), Law.FIDELITY, "SYN differs");
  }

  @Test
  @DisplayName("H-46 law 1: ECE of a SYN-ACK on a segment without SYN")
  void seesEceOfASynAck() {
    tap.add(new HeaderOracle(Leg.INSIDE, false, false));
    int synAck = TcpFlags.SYN | TcpFlags.ACK | TcpFlags.ECE;
    arrives(octets(-1, 0).flags(synAck));
    leaves(octets(-1, 0).flags(synAck));
    leaves(octets(0, 0));
    assertSeen(
        () -> leaves(octets(0, 0).flags(TcpFlags.ACK | TcpFlags.ECE)), Law.FIDELITY, "ECE differs");
  }

  @Test
  @DisplayName("H-46 law 1: a segment below all that was acknowledged says nothing new of ECE")
  void takesNoEceFromOldSegments() {
    int echo = TcpFlags.ACK | TcpFlags.ECE;
    tap.add(new HeaderOracle(Leg.INSIDE, false, false));
    arrives(octets(0, 10).flags(echo));
    leaves(octets(0, 10).flags(echo));
    answers(ack(10).flags(TcpFlags.ACK | TcpFlags.CWR));
    returns(ack(10).flags(TcpFlags.ACK | TcpFlags.CWR));
    arrives(octets(0, 5).flags(echo));
    leaves(octets(10, 0));
    arrives(octets(10, 5).flags(echo));
    leaves(octets(10, 5).flags(echo));
    assertSeen(() -> leaves(octets(15, 0)), Law.FIDELITY, "ECE differs");
  }

  private static FrameBuilder syn(String options) {
    return octets(-1, 0).flags(TcpFlags.SYN).options(options);
  }

  @Test
  @DisplayName("H-46 law 1: more congestion marks than arrived, and a capable retransmission")
  void seesCongestionMarks() {
    tap.add(new CongestionOracle(Leg.INSIDE));
    arrives(octets(0, 10).trafficClass(3).flags(TcpFlags.ACK | TcpFlags.CWR));
    leaves(octets(0, 5).trafficClass(3).flags(TcpFlags.ACK | TcpFlags.CWR));
    assertSeen(() -> leaves(octets(5, 5).trafficClass(3)), Law.FIDELITY, "more marks than arrived");
    arrives(octets(5, 5).trafficClass(3));
    assertSeen(
        () -> leaves(octets(5, 5).flags(TcpFlags.ACK | TcpFlags.CWR)),
        Law.FIDELITY,
        "more CWR than arrived");
    answers(ack(0));
    assertSeen(() -> leaves(octets(0, 5).trafficClass(2)), Law.FIDELITY, "is ECN-capable");
    assertSeen(() -> leaves(octets(10, 0).trafficClass(2)), Law.FIDELITY, "is ECN-capable");
  }

  @Test
  @DisplayName("law 1: PSH that is lost, that was not set, or that has no octets")
  void seesLostAndForgedPushes() {
    WholeStream stream = WholeStream.unchanged(new byte[BYTES]);
    tap.add(new PushOracle(Direction.CLIENT_TO_SERVER, stream, false));
    arrives(octets(0, 10).flags(TcpFlags.ACK | TcpFlags.PSH));
    leaves(octets(0, 5));
    leaves(octets(5, 5).flags(TcpFlags.ACK | TcpFlags.PSH));
    arrives(octets(10, 10));
    assertSeen(
        () -> leaves(octets(10, 10).flags(TcpFlags.ACK | TcpFlags.PSH)),
        Law.FIDELITY,
        "PSH was not set");
    assertSeen(
        () -> leaves(octets(20, 0).flags(TcpFlags.ACK | TcpFlags.PSH)),
        Law.FIDELITY,
        "PSH without octets");
    leaves(octets(10, 10));
    arrives(octets(20, 10).flags(TcpFlags.ACK | TcpFlags.PSH));
    leaves(octets(20, 10));
    assertSeen(() -> arrives(octets(30, 10)), Law.FIDELITY, "PSH is lost");
  }

  @Test
  @DisplayName("law 11: octets that leave twice in one call")
  void seesRepetitions() {
    tap.add(new RepeatOracle(Leg.OUTSIDE));
    arrives(octets(0, 10));
    leaves(octets(0, 10));
    assertSeen(() -> leaves(octets(9, 10)), Law.PROGRESS, "octets leave twice in one call");
    tap.timer(nowNanos);
    leaves(octets(0, 10));
  }

  @Test
  @DisplayName("ACK-5 law 11: acknowledgements that answer acknowledgements")
  void seesAckStorms() {
    tap.add(new BareAckOracle(Leg.INSIDE));
    arrives(octets(0, 10));
    returns(ack(10));
    returns(ack(10));
    assertSeen(() -> returns(ack(10)), Law.PROGRESS, "without a cause");
    arrives(octets(10, 0));
    assertSeen(() -> returns(ack(10)), Law.PROGRESS, "without a cause");
    answers(ack(10));
    returns(ack(10));
    assertSeen(() -> returns(ack(10)), Law.PROGRESS, "without a cause");
  }

  @Test
  @DisplayName(
      "ACK-3 law 3: SACK blocks below the acknowledgement, that overlap, or in wrong order")
  void seesMalformedReports() {
    tap.add(new ReportOracle(Leg.INSIDE, false, false));
    arrives(octets(20, 10));
    returns(ack(10).options("nop,nop,sack 21:31 41:51"));
    returns(ack(10).options("nop,nop,sack 1:6 21:31"));
    assertMalformed("sack 41:51 21:31", "SACK block of the cause is not first");
    assertMalformed("sack 41:51 11:21", "SACK block below the acknowledgement");
    assertMalformed("sack 61:71 41:51 46:56", "SACK blocks overlap");
    assertMalformed("sack 41:51 61:61", "empty SACK block");
  }

  private void assertMalformed(String blocks, String what) {
    assertSeen(() -> returns(ack(10).options("nop,nop," + blocks)), Law.HONESTY, what);
  }
}
