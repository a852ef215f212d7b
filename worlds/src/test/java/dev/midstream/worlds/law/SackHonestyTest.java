package dev.midstream.worlds.law;

import static dev.midstream.worlds.law.BrokenWorlds.assertBroken;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.WholeStream;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a box may report by SACK: octets of the client, of which [100, 200) is missing. */
class SackHonestyTest {
  private static final Ends ENDS = Ends.IPV4;
  private static final int BYTES = 1_000;

  private final WholeStream stream = WholeStream.unchanged(new byte[BYTES]);
  private final BoxTap tap = new BoxTap(ENDS);
  private long decided;
  private long nowNanos;

  SackHonestyTest() {
    Windows windows = new Windows();
    tap.add(windows);
    tap.add(new HonestyOracle(Direction.CLIENT_TO_SERVER, stream, () -> decided, windows, false));
  }

  private void see(Place place, Leg leg, FrameBuilder frame) {
    tap.seen(place, leg, Frames.packet(frame.build(), leg, nowNanos), nowNanos);
  }

  private FrameBuilder octets(int start, int length) {
    return new FrameBuilder(ENDS, Direction.CLIENT_TO_SERVER)
        .sequence(ENDS.clientIsn() + 1 + start)
        .acknowledgement(ENDS.serverIsn() + 1)
        .payload(Octets.of(new byte[length]));
  }

  private FrameBuilder report(int ack, int left, int right) {
    return new FrameBuilder(ENDS, Direction.SERVER_TO_CLIENT)
        .sequence(ENDS.serverIsn() + 1)
        .acknowledgement(ENDS.clientIsn() + 1 + ack)
        .options("nop,nop,sack %d:%d".formatted(1 + left, 1 + right));
  }

  /** The segment passes the box in one call. */
  private void passes(int start, int length) {
    nowNanos++;
    decided = Math.max(decided, start + length);
    see(Place.INTO_BOX, Leg.INSIDE, octets(start, length));
    see(Place.OUT_OF_BOX, Leg.OUTSIDE, octets(start, length));
  }

  private void receives(int ack, int left, int right) {
    nowNanos++;
    see(Place.INTO_BOX, Leg.OUTSIDE, report(ack, left, right));
  }

  private void tells(int ack, int left, int right) {
    see(Place.OUT_OF_BOX, Leg.INSIDE, report(ack, left, right));
  }

  private void assertDishonest(int ack, int left, int right, String what) {
    assertThatExceptionOfType(LawBroken.class)
        .isThrownBy(() -> tells(ack, left, right))
        .satisfies(broken -> assertBroken(broken, Law.HONESTY, what));
  }

  @Test
  @DisplayName("law 3: a SACK block of octets that did not arrive")
  void seesReportsOfMissingOctets() {
    passes(0, 100);
    passes(200, 100);
    receives(100, 200, 300);
    tells(100, 200, 300);
    assertDishonest(100, 199, 300, "SACKs octets that did not arrive");
    assertDishonest(100, 200, 301, "SACKs octets that did not arrive");
    assertDishonest(100, 200, 200, "SACKs octets that did not arrive");
  }

  @Test
  @DisplayName("law 3: a SACK block of octets that passed, and that the receiver did not report")
  void seesEarlyReports() {
    passes(0, 100);
    passes(200, 200);
    receives(100, 200, 300);
    tells(100, 200, 300);
    assertDishonest(100, 200, 301, "SACKs octets that the receiver did not");
    assertDishonest(100, 300, 400, "SACKs octets that the receiver did not");
    receives(100, 300, 400);
    tells(100, 200, 400);
  }

  @Test
  @DisplayName("law 3: a SACK block of octets that the box keeps is honest")
  void allowsReportsOfLateOctets() {
    passes(0, 100);
    nowNanos++;
    see(Place.INTO_BOX, Leg.INSIDE, octets(200, 100));
    nowNanos++;
    receives(100, 0, 100);
    tells(100, 200, 300);
    assertDishonest(100, 200, 301, "SACKs octets that did not arrive");
  }

  /** Another engine goes on, which has copies of the octets below {@code known}. */
  private void dies(long known) {
    nowNanos++;
    Map<Direction, Long> ends = Map.of(Direction.CLIENT_TO_SERVER, decided);
    Map<Direction, Long> lacked = Map.of(Direction.CLIENT_TO_SERVER, known);
    tap.dies(new Death(ends, ends, Map.of(), Map.of(), lacked), nowNanos);
  }

  @Test
  @DisplayName("law 3: octets that passed, and that another engine keeps behind those it lacks")
  void allowsReportsOfOctetsThatAnEngineLacked() {
    passes(0, 300);
    receives(100, 0, 100);
    dies(100);
    nowNanos++;
    see(Place.INTO_BOX, Leg.INSIDE, octets(200, 100));
    nowNanos++;
    tells(100, 200, 300);
    assertDishonest(100, 199, 300, "SACKs octets that the receiver did not");
  }

  @Test
  @DisplayName("law 3: a SACK block of octets that passed again through another engine")
  void seesEarlyReportsOfOctetsThatPassedAgain() {
    passes(0, 300);
    receives(100, 0, 100);
    dies(100);
    passes(200, 100);
    nowNanos++;
    assertDishonest(100, 200, 300, "SACKs octets that the receiver did not");
  }

  @Test
  @DisplayName("law 3: a SACK block of octets that passed, and of which another engine has copies")
  void seesEarlyReportsOfKnownOctets() {
    passes(0, 300);
    receives(100, 0, 100);
    dies(300);
    nowNanos++;
    see(Place.INTO_BOX, Leg.INSIDE, octets(200, 100));
    nowNanos++;
    assertDishonest(100, 200, 300, "SACKs octets that the receiver did not");
  }
}
