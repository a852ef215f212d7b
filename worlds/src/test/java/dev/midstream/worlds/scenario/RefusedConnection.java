package dev.midstream.worlds.scenario;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;

/** Checks that nothing passes of the connection between {@code ends}. */
record RefusedConnection(Ends ends, SegmentReader view) implements PacketObserver {
  RefusedConnection(Ends ends) {
    this(ends, new SegmentReader());
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    boolean leaves = place == Place.OUT_OF_BOX && view.read(packet);
    LawBroken.unless(
        !leaves || !ExpectationBox.isBetween(ends, view),
        Law.UNTOUCHED,
        () -> "a packet leaves of a dropped connection: ends=" + ends + " nanos=" + nowNanos);
  }
}
