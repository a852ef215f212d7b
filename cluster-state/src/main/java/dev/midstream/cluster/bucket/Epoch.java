package dev.midstream.cluster.bucket;

/**
 * The epoch of a bucket: a number that grows whenever the bucket gets another owner. No two owners
 * of a bucket ever have the same epoch.
 */
public final class Epoch {
  /*
   * The epoch names the table that gave the bucket its owner: round, coordinator, number.
   *
   *     63      62        32 31            22 21                0
   *    +---+----------------+----------------+-------------------+
   *    | 0 | round          | member number  | number in the term |
   *    +---+----------------+----------------+-------------------+
   *
   * So it is unique even if two coordinators that cannot see each other give the same bucket away,
   * and it grows, because the terms of tables that follow each other have growing rounds.
   */
  /** No epoch: the bucket never had an owner. */
  public static final long NONE = 0;

  /** The greatest number of a table in one term; then the coordinator begins another term. */
  public static final long MAX_NUMBER = (1L << 22) - 1;

  /** The greatest round. */
  public static final long MAX_ROUND = (1L << 31) - 1;

  /** The greatest number of a member. */
  public static final int MAX_MEMBER = (1 << 10) - 1;

  private static final int MEMBER_SHIFT = 22;
  private static final int ROUND_SHIFT = 32;

  private Epoch() {}

  /** The epoch of buckets that get their owner by the table {@code version}. */
  static long of(Version version, int memberNumber) {
    long round = version.term().round();
    if (round > MAX_ROUND || version.number() > MAX_NUMBER || memberNumber > MAX_MEMBER) {
      throw new IllegalArgumentException(
          "no epoch left: version=" + version + " member=" + memberNumber);
    }
    return round << ROUND_SHIFT | (long) memberNumber << MEMBER_SHIFT | version.number();
  }

  /** The epoch as an operator reads it: round, coordinator, number. */
  public static String text(long epoch) {
    return (epoch >>> ROUND_SHIFT)
        + ("." + (epoch >>> MEMBER_SHIFT & MAX_MEMBER))
        + ("." + (epoch & MAX_NUMBER));
  }
}
