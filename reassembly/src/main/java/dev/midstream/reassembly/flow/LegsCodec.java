package dev.midstream.reassembly.flow;

import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.flow.Phase.Legs;
import dev.midstream.wire.packet.Leg;
import org.jspecify.annotations.Nullable;

/** The legs of both ends as one octet. */
@SuppressWarnings("EnumOrdinal") // the numbers of legs are a part of the format
final class LegsCodec {
  private static final Leg[] LEGS = Leg.values();

  private LegsCodec() {}

  static void write(Legs legs, StateWriter out) {
    out.octet(number(legs.client()) | number(legs.server()) << 2);
  }

  static Legs read(StateReader in) {
    int both = in.count(15);
    return new Legs(leg(both & 3), leg(both >>> 2));
  }

  private static @Nullable Leg leg(int number) {
    if (number > LEGS.length) {
      throw new MalformedState("no such leg: number=" + number);
    }
    return number == 0 ? null : LEGS[number - 1];
  }

  private static int number(@Nullable Leg leg) {
    return leg == null ? 0 : leg.ordinal() + 1;
  }
}
