package dev.midstream.worlds.plan;

import dev.midstream.wire.packet.Leg;

/**
 * Narrow links behind the box. A packet that is too large is dropped and answered with an ICMP
 * error.
 *
 * @param insideBytes the MTU of the link to the inside endpoint; 0 for any size
 * @param outsideBytes the MTU of the link to the outside endpoint; 0 for any size
 * @param errorsOneIn one of so many packets causes an error although it passes; 0 for none
 * @param fromNanos the time until which the links carry any size
 * @param furtherBytes both links become narrower by so much at twice that time
 */
public record LinkPlan(
    int insideBytes, int outsideBytes, int errorsOneIn, long fromNanos, int furtherBytes) {
  /** Links for packets of any size. */
  public static final LinkPlan NONE = new LinkPlan(0, 0, 0, 0, 0);

  /** Whether packets may be too large. */
  public boolean isNarrow() {
    return insideBytes > 0 || outsideBytes > 0;
  }

  /** The MTU of the link to the endpoint on the side {@code leg}. */
  public int mtu(Leg leg, long nowNanos) {
    int bytes = leg == Leg.INSIDE ? insideBytes : outsideBytes;
    if (bytes == 0 || nowNanos < fromNanos) {
      return Integer.MAX_VALUE;
    }
    return nowNanos / 2 < fromNanos ? bytes : bytes - furtherBytes;
  }
}
