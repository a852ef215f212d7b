package dev.midstream.cluster.member;

/**
 * Whether nodes with two versions of the configuration may be in one cluster (LD-13). The upper
 * half of a version is of the section of the cluster, and the lower half of all that treats
 * connections: 0 for a dispatcher, which treats none.
 */
public final class ConfigurationMatch {
  private ConfigurationMatch() {}

  /** The version of a configuration; {@code rest} is 0 for a dispatcher, and no other number. */
  public static long version(int cluster, int rest) {
    return (long) cluster << Integer.SIZE | Integer.toUnsignedLong(rest);
  }

  /** Whether nodes with these versions treat connections alike, or one of them treats none. */
  public static boolean isAlike(long one, long other) {
    boolean treatsBoth = (int) one != 0 && (int) other != 0;
    return one >>> Integer.SIZE == other >>> Integer.SIZE && (one == other || !treatsBoth);
  }
}
