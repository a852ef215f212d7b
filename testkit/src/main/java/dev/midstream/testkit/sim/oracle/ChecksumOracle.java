package dev.midstream.testkit.sim.oracle;

import dev.midstream.testkit.notation.Frames;
import dev.midstream.testkit.segment.IcmpReader;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.util.Arrays;

/**
 * Checks that whatever leaves a box is intact: a segment with right checksums of TCP and, over
 * IPv4, of IP, or an ICMP error with a right one. A damaged packet may only leave as it came.
 */
public final class ChecksumOracle implements PacketObserver {
  private final SegmentReader segment = new SegmentReader();
  private final IcmpReader error = new IcmpReader();
  private byte[] damaged = {};

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (place == Place.INTO_BOX) {
      damaged = isIntact(packet) ? new byte[0] : Frames.octets(packet);
    } else if (place == Place.OUT_OF_BOX && !isIntact(packet)) {
      if (!Arrays.equals(damaged, Frames.octets(packet))) {
        throw new AssertionError("a damaged packet leaves: leg=" + leg + " nanos=" + nowNanos);
      }
    }
  }

  private boolean isIntact(Packet packet) {
    return segment.read(packet)
        ? segment.isIpChecksumRight() && segment.isTcpChecksumRight()
        : error.read(packet) && error.isChecksumRight();
  }
}
