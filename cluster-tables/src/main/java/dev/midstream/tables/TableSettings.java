package dev.midstream.tables;

import java.time.Duration;

/**
 * Settings of the common tables; alike at all nodes of a cluster.
 *
 * @param buckets the number of buckets, a power of two up to 4,096
 * @param copies how many nodes keep an entry of the connections beside the first one; {@link #ALL}
 *     for all nodes (HSI-5)
 * @param rate how many connections one node writes in any second at most; 10 or more
 * @param maxTracked connections of this node that it looks after; more are left out of the table
 * @param maxEntries entries that one node holds of one table; the least used are left out
 */
public record TableSettings(
    int buckets, int copies, int rate, int maxTracked, int maxEntries, Times times) {
  /** Each node has a copy. */
  public static final int ALL = Integer.MAX_VALUE;

  /** The default of {@link #rate}. */
  public static final int DEFAULT_RATE = 2_000;

  private static final int DEFAULT_MAX_TRACKED = 262_144;
  private static final int DEFAULT_MAX_ENTRIES = 1_048_576;
  private static final int MIN_RATE = 10;
  private static final int MAX_BUCKETS = 4_096;

  /**
   * Times.
   *
   * @param age the age at which a connection enters the table
   * @param refresh how often a connection that changes is written
   * @param life how long a connection stays in the table without being written; it is written when
   *     half of this is over, even if it does not change
   * @param forget a connection that was not offered for so long is taken for ended
   * @param dead entries of a node are removed when it has been out of the view for so long
   */
  public record Times(
      Duration age, Duration refresh, Duration life, Duration forget, Duration dead) {
    /** The defaults. */
    public static final Times DEFAULT =
        new Times(
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMinutes(10),
            Duration.ofMinutes(1),
            Duration.ofSeconds(30));
  }

  /** Checks the ranges. */
  public TableSettings {
    if (buckets < 1 || buckets > MAX_BUCKETS || Integer.bitCount(buckets) != 1) {
      throw new IllegalArgumentException("buckets=" + buckets);
    }
    if (copies < 0 || rate < MIN_RATE || maxTracked < 1 || maxEntries < 1) {
      throw new IllegalArgumentException(
          "copies=" + copies + " rate=" + rate + " max=" + maxTracked + "," + maxEntries);
    }
  }

  /** The defaults of a cluster with so many buckets and copies. */
  public static TableSettings of(int buckets, int copies) {
    return of(buckets, copies, DEFAULT_RATE);
  }

  /** The same with another {@link #rate}. */
  public static TableSettings of(int buckets, int copies, int rate) {
    return new TableSettings(
        buckets, copies, rate, DEFAULT_MAX_TRACKED, DEFAULT_MAX_ENTRIES, Times.DEFAULT);
  }
}
