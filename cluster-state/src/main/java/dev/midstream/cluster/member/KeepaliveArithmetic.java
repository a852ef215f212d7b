package dev.midstream.cluster.member;

/**
 * How many keepalives a node sends in one detection time, by the average loss (WO 00/31945,
 * failover handling).
 *
 * <p>All methods are pure and may be called by any thread.
 */
public final class KeepaliveArithmetic {
  /*
   * n keepalives are lost one after the other with the probability Pⁿ. A node that would be called
   * dead by loss alone once in K = 3,600 units of time has n·Pⁿ = 1/K. So the least n with
   * n·Pⁿ < 1/3600 is taken: loss costs more keepalives, and the detection time stays.
   *
   * A lease is counted from when a keepalive was sent, so its answer must have arrived before the
   * lease ends. An eighth of the detection time is left for that round trip: with n - 1 keepalives
   * lost in a row, the next one is still answered in time.
   */
  /** The least number of keepalives in a detection time. */
  public static final int MIN_COUNT = 2;

  /** The greatest number, which is also taken if no number is large enough. */
  public static final int MAX_COUNT = 20;

  private static final double GREATEST_CHANCE = 1.0 / 3600;
  private static final int EIGHTHS = 8;

  private KeepaliveArithmetic() {}

  /**
   * The number n of keepalives in one detection time: the least from {@link #MIN_COUNT} to {@link
   * #MAX_COUNT} with n·Pⁿ below 1/3600.
   *
   * @param loss the average loss P, 0 or more
   */
  public static int count(double loss) {
    double power = loss;
    for (int n = MIN_COUNT; n <= MAX_COUNT; n++) {
      power *= loss;
      if (n * power < GREATEST_CHANCE) {
        return n;
      }
    }
    return MAX_COUNT;
  }

  /**
   * The loss of an exchange, a keepalive and its answer, if {@code loss} of the messages of either
   * are lost: 1 − (1 − P)². A lease needs the answer too.
   */
  public static double ofExchange(double loss) {
    double heard = Math.max(0, 1 - loss);
    return 1 - heard * heard;
  }

  /**
   * The time between two keepalives: seven eighths of the detection time, in {@code count} parts.
   */
  public static long intervalNanos(long detectNanos, int count) {
    return detectNanos / EIGHTHS * (EIGHTHS - 1) / count;
  }
}
