package dev.midstream.worlds.plan;

/**
 * Routers between the endpoints and the box. Routes change, and with them the hop limit (TTL) that
 * packets arrive with; copies of packets arrive over longer routes.
 *
 * @param everyNanos the time between two changes; 0 for one route
 * @param untilNanos the time from which routes stay
 * @param most the most routers of a route
 * @param copies the rate of packets of which a copy arrives over a longer route
 * @param copyHops the further routers of that route
 */
public record HopPlan(long everyNanos, long untilNanos, int most, double copies, int copyHops) {
  /** No routers. */
  public static final HopPlan NONE = new HopPlan(0, 0, 0, 0, 0);

  /** Whether packets may arrive with a lower hop limit than those before. */
  public boolean isLowering() {
    return everyNanos > 0 || copies > 0;
  }
}
