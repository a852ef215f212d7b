package dev.midstream.cluster.member;

/**
 * The average loss of one node's keepalives, from their growing sequence numbers (WO 00/31945,
 * failover handling): lost = this − last − 1, P ← P·127/128 + lost·1/128.
 *
 * <p>Not thread-safe.
 */
public final class LossAverage {
  private static final double KEPT = 127.0 / 128;
  private static final double ADDED = 1.0 / 128;

  private long lastSequence = -1;
  private double loss;

  /**
   * Takes the number of a keepalive that arrived.
   *
   * @param sequence 0 or more; one that is not greater than the last one is a repetition and is
   *     ignored
   */
  public void heard(long sequence) {
    if (sequence <= lastSequence) {
      return;
    }
    if (lastSequence >= 0) {
      long lost = sequence - lastSequence - 1;
      loss = loss * KEPT + lost * ADDED;
    }
    lastSequence = sequence;
  }

  /** The average loss P: 0 or more, above 1 only after long silence. */
  public double loss() {
    return loss;
  }
}
