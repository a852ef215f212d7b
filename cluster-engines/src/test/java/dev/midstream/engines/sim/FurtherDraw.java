package dev.midstream.engines.sim;

import dev.midstream.cluster.node.ClusterSettings.Lone;
import dev.midstream.reassembly.commit.NoCopy;
import java.util.random.RandomGenerator;

/** Settings of a cluster that are rare, drawn with random numbers of their own. */
final class FurtherDraw {
  private static final int ALL = Integer.MAX_VALUE;

  private final boolean isFurther;
  private final int copies;
  private final boolean holds;
  private final boolean stops;
  private final boolean bold;

  /**
   * Draws them from {@code random}.
   *
   * @param isFurther false for the usual ones
   */
  FurtherDraw(RandomGenerator random, boolean isFurther) {
    this.isFurther = isFurther;
    copies = random.nextInt(24);
    holds = random.nextInt(4) == 0;
    stops = random.nextInt(8) == 0;
    bold = random.nextInt(3) == 0;
  }

  /** How many copies there are of each bucket: often {@code usual}. */
  int copies(int usual) {
    if (!isFurther) {
      return usual;
    }
    return switch (copies) {
      case 0 -> 0;
      case 1, 2, 3, 4 -> 3;
      case 5, 6, 7, 8 -> ALL;
      default -> usual;
    };
  }

  /** Whether each bucket has a copy, if there are enough nodes. */
  boolean hasCopies() {
    return !isFurther || copies != 0;
  }

  /**
   * What happens while a bucket has no copy. Without copies nothing of an agent would ever pass.
   */
  NoCopy noCopy() {
    return isFurther && hasCopies() && holds ? NoCopy.HOLD : NoCopy.CONTINUE;
  }

  /** Whether agents reply, wait, fail and leave. */
  boolean hasBoldAgents() {
    return isFurther && bold;
  }

  /** Whether one of two nodes may go on without proof, if the interfaces permit it. */
  Lone lone() {
    return isFurther && stops ? Lone.STOP : Lone.PROVE;
  }
}
