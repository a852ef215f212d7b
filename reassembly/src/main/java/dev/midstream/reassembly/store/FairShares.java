package dev.midstream.reassembly.store;

import java.util.Arrays;

/**
 * An amount of memory that users share. While half of it is free, a user may keep what it asks for.
 * Then it may keep no more than its share: the users that keep most are stopped first, and one that
 * comes late finds about as much as each of the others keeps.
 */
final class FairShares {
  /*
   * The share is a water level (max-min fairness). Half of the memory is filled: users below the
   * level keep what they have, the n others and one more get the same. As some keep more than the
   * level, less than half may be free; then the same n + 1 share what is free.
   *
   * Users are counted and summed by the power of two at or below their use, so a change takes the
   * same time for any number of users. Those below 2^FIRST_BIT are one class, which is not counted:
   * they are below every level.
   */
  private static final int FIRST_BIT = 12;
  private static final int CLASSES = Long.SIZE - FIRST_BIT;

  private final int[] users = new int[CLASSES];
  private final long[] sums = new long[CLASSES];
  private int largeUsers;
  private long limitBytes;
  private long usedBytes;

  void setLimitBytes(long bytes) {
    limitBytes = bytes;
  }

  /** Forgets all users. */
  void clear() {
    Arrays.fill(users, 0);
    Arrays.fill(sums, 0);
    largeUsers = 0;
    usedBytes = 0;
  }

  /** The use of one user changes from {@code before} to {@code after} octets. */
  void change(long before, long after) {
    usedBytes += after - before;
    int from = classOf(before);
    int to = classOf(after);
    if (from == to) {
      sums[from] += after - before;
      return;
    }
    sums[from] -= before;
    sums[to] += after;
    users[from]--;
    users[to]++;
    largeUsers += Math.min(to, 1) - Math.min(from, 1);
  }

  /** Takes {@code bytes} that belong to no user; negative to give them back. */
  void take(long bytes) {
    usedBytes += bytes;
    sums[0] += bytes;
  }

  /** Whether more than half is used, so that shares count. */
  boolean isUnderPressure() {
    return usedBytes > limitBytes / 2;
  }

  /** Whether a user that keeps {@code own} octets may keep {@code bytes} more. */
  boolean mayKeep(long own, long bytes) {
    return usedBytes + bytes <= limitBytes / 2 || own + bytes <= shareOf(own);
  }

  /** How many octets more a user that keeps {@code own} octets may keep. */
  long roomOf(long own) {
    return Math.max(0, Math.max(limitBytes / 2 - usedBytes, shareOf(own) - own));
  }

  /** How much a user that keeps {@code own} octets now may keep if shares count. */
  long shareOf(long own) {
    int ownClass = classOf(own);
    long left = limitBytes / 2 - sums[0] + (ownClass == 0 ? own : 0);
    int others = largeUsers - (ownClass == 0 ? 0 : 1);
    int each = 1;
    while (each < CLASSES - 1 && (left / (others + 1)) >> (each + FIRST_BIT) > 0) {
      left -= sums[each] - (ownClass == each ? own : 0);
      others -= users[each] - (ownClass == each ? 1 : 0);
      each++;
    }
    long free = limitBytes - usedBytes + own;
    return Math.max(0, Math.min(left, free)) / (others + 1);
  }

  long usedBytes() {
    return usedBytes;
  }

  /** 0 below 2^12, 1 from there on, 2 from 2^13 on. */
  private static int classOf(long bytes) {
    return Long.SIZE - Long.numberOfLeadingZeros(Math.max(0, bytes) >>> FIRST_BIT);
  }
}
