package dev.midstream.testkit.sim.oracle;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.nio.ByteBuffer;

/** Checks that every frame that leaves a box has the VLAN tags of its connection. */
public final class TagOracle implements PacketObserver {
  private static final int TAGS_AT = 12;
  private static final int SERVICE_VLAN = 0x88a8;
  private static final int VLAN = 0x8100;

  private final int[] expected;

  /** Checks the frames of {@code ends}, which have one tag or two. */
  public TagOracle(Ends ends) {
    int outer = ends.vlanIds() >>> 12;
    int inner = ends.vlanIds() & 0xfff;
    expected = outer == 0 ? new int[] {VLAN, inner} : new int[] {SERVICE_VLAN, outer, VLAN, inner};
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (place != Place.OUT_OF_BOX) {
      return;
    }
    ByteBuffer frame = ByteBuffer.wrap(Frames.octets(packet));
    for (int i = 0; i < expected.length; i++) {
      int found = Short.toUnsignedInt(frame.getShort(TAGS_AT + 2 * i));
      if (found != expected[i]) {
        throw new AssertionError(
            "tags changed: leg=" + leg + " word=" + i + " found=" + found + " nanos=" + nowNanos);
      }
    }
  }
}
