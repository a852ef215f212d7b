package dev.midstream.gateway.admin;

import java.util.Arrays;

/**
 * What a node of a cluster has counted, for metrics.
 *
 * @param leaseSeconds how long it may send yet if its lease is not prolonged; 0 without a lease
 * @param keepaliveSeconds the time between two keepalives of the coordinator
 * @param keepaliveLoss the greatest average loss of a member's keepalives, at the coordinator
 * @param records records of decisions that it has written to its logs, each counted once
 * @param recordOctets their octets
 * @param waiting records that are not committed yet
 * @param refused how often another node has refused its records because of a later owner
 * @param moves buckets that it has got by a planned move
 * @param otherConfigurations nodes that it refused because of their configuration
 * @param vetoes nodes that it refused for another reason
 * @param commits how long records waited until they were committed
 * @param takeovers how long it took to go on with each bucket of a node that was gone
 */
public record ClusterFigures(
    double leaseSeconds,
    double keepaliveSeconds,
    double keepaliveLoss,
    long records,
    long recordOctets,
    long waiting,
    long refused,
    long moves,
    long otherConfigurations,
    long vetoes,
    Times commits,
    Times takeovers) {

  /** A node that has done nothing yet. */
  public static final ClusterFigures NONE =
      new ClusterFigures(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Times.NONE, Times.NONE);

  /** How long something took, each time. */
  public static final class Times {
    private static final Times NONE = new Times(new double[0], new long[1], 0);

    private final double[] bounds;
    private final long[] counts;
    private final double sumSeconds;

    /**
     * Copies all.
     *
     * @param bounds upper bounds in seconds
     * @param counts how many took up to each bound and longer than the one before; one more for
     *     those that took longer than all bounds
     */
    public Times(double[] bounds, long[] counts, double sumSeconds) {
      this.bounds = bounds.clone();
      this.counts = counts.clone();
      this.sumSeconds = sumSeconds;
    }

    /** The upper bounds in seconds; the last one is infinite. */
    double[] bounds() {
      double[] all = Arrays.copyOf(bounds, counts.length);
      all[bounds.length] = Double.POSITIVE_INFINITY;
      return all;
    }

    /** How many took up to each bound and longer than the one before. */
    long[] counts() {
      return counts.clone();
    }

    double sumSeconds() {
      return sumSeconds;
    }
  }
}
