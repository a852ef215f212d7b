package dev.midstream.worlds.law;

import static dev.midstream.worlds.law.BrokenWorlds.assertBroken;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.WholeStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a box that does not know a connection may tell an end, whose octets never arrived. */
class UnknownConnectionTest {
  private static final Ends ENDS = Ends.IPV4;
  private static final int OLD_BYTES = 1 << 30;

  private final BoxTap tap = new BoxTap(ENDS);

  UnknownConnectionTest() {
    Windows windows = new Windows();
    WholeStream stream = WholeStream.unchanged(new byte[8]);
    tap.add(windows);
    tap.add(new HonestyOracle(Direction.CLIENT_TO_SERVER, stream, () -> 0, windows, false));
  }

  /** The client is told that {@code ack} octets arrived, by a segment that starts at {@code at}. */
  private void tells(int at, int ack) {
    FrameBuilder frame =
        new FrameBuilder(ENDS, Direction.SERVER_TO_CLIENT)
            .sequence(ENDS.serverIsn() + 1 + at)
            .acknowledgement(ENDS.clientIsn() + 1 + ack);
    tap.seen(Place.OUT_OF_BOX, Leg.INSIDE, Frames.packet(frame.build(), Leg.INSIDE, 0), 0);
  }

  private void assertDishonest(int at) {
    assertThatExceptionOfType(LawBroken.class)
        .isThrownBy(() -> tells(at, 5))
        .satisfies(broken -> assertBroken(broken, Law.HONESTY, "acknowledges octets that did not"));
  }

  @Test
  @DisplayName("law 3: a segment that its receiver drops acknowledges nothing")
  void allowsTheProbeOfABoxThatLostTheConnection() {
    tap.losing();
    tells(1 - OLD_BYTES, 5);
    assertDishonest(-1);
    assertDishonest(0);
  }

  @Test
  @DisplayName("law 3: a box that loses no connection must not probe as if it had")
  void seesTheProbeOfABoxThatKnowsTheConnection() {
    assertDishonest(1 - OLD_BYTES);
  }
}
