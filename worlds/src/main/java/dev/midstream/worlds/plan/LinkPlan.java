package dev.midstream.worlds.plan;

/**
 * Narrow links behind the box. A packet that is too large is dropped and answered with an ICMP
 * error.
 *
 * @param insideBytes the MTU of the link to the inside endpoint; 0 for any size
 * @param outsideBytes the MTU of the link to the outside endpoint; 0 for any size
 * @param errorsOneIn one of so many packets causes an error although it passes; 0 for none
 */
public record LinkPlan(int insideBytes, int outsideBytes, int errorsOneIn) {
  /** Links for packets of any size. */
  public static final LinkPlan NONE = new LinkPlan(0, 0, 0);

  /** Whether packets may be too large. */
  public boolean isNarrow() {
    return insideBytes > 0 || outsideBytes > 0;
  }
}
