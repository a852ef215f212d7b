package dev.midstream.worlds.law;

import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/**
 * Checks a box that resets connections whose opening it has not seen (H-47): each packet causes at
 * most one, which is the same packet, or one without octets.
 */
final class MidStreamObserver implements PacketObserver {
  private final SegmentReader segment = new SegmentReader();
  private Octets arrived = Octets.empty();
  private int left;

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (place == Place.INTO_BOX) {
      arrived = Octets.of(Frames.octets(packet));
      left = 0;
    } else if (place == Place.OUT_OF_BOX) {
      left++;
      boolean same = arrived.equals(Octets.of(Frames.octets(packet)));
      boolean bare = segment.read(packet) && segment.payloadLength() == 0 && !segment.isFin();
      LawBroken.unless(
          left == 1 && (same || bare),
          Law.EXPLAINED,
          () -> "not one packet without octets: leg=" + leg + " nanos=" + nowNanos);
    }
  }
}
