package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Member;
import dev.midstream.cluster.member.ConfigurationMatch;
import dev.midstream.cluster.member.NodeAddress;
import java.util.List;

/**
 * The settings of a node; those of all members must be equal but for the role.
 *
 * @param buckets the number of buckets, a power of two from 1 to 4096
 * @param copies the number of backups of each bucket; {@link Integer#MAX_VALUE} for all
 * @param maxMoves how many buckets may be on the move at once, 1 or more
 * @param detectNanos the detection time, which is also how long a lease lasts
 * @param balanceNanos the time between two looks at the loads
 * @param reallocation what becomes of open connections when a bucket moves
 * @param lone what the one of two nodes does that does not hear the other any more
 * @param configuration the version of the configuration; those join that are {@linkplain
 *     ConfigurationMatch alike}
 * @param addresses the addresses of all nodes that may be members, without dispatchers; this one
 *     included, unless it is one
 * @param dispatchers the addresses of all dispatchers that may be members
 * @param role what this node asks to be: active, a witness, or a dispatcher
 */
public record ClusterSettings(
    int buckets,
    int copies,
    int maxMoves,
    long detectNanos,
    long balanceNanos,
    Reallocation reallocation,
    Lone lone,
    long configuration,
    List<NodeAddress> addresses,
    List<NodeAddress> dispatchers,
    Member.Role role) {
  private static final int TICKS = 40;
  private static final int TICKS_OF_A_PAUSE = 6;
  private static final int DETECTIONS_ALONE = 5;

  /** What becomes of open connections when their bucket gets another owner by plan. */
  public enum Reallocation {
    /** They move with the bucket (HSI-4). */
    MOVE,
    /** They stay with the old owner until they close (PDP-1). */
    STAY
  }

  /** What a node does that does not hear the others any more. */
  public enum Lone {
    /** It goes on only if a rule allows it. */
    PROVE,
    /**
     * It goes on. Two nodes that do not hear each other then own the same buckets. A node that has
     * no lease, because it starts or was stopped, looks for the others first ({@link #loneNanos}).
     */
    CONTINUE,
    /** It stops. */
    STOP
  }

  /** Checks the ranges. */
  public ClusterSettings {
    AllocationTable.checkedCount(buckets);
    if (copies < 0 || maxMoves < 1 || detectNanos < TICKS || balanceNanos < 1) {
      throw new IllegalArgumentException(
          "out of range: copies=" + copies + " moves=" + maxMoves + " detect=" + detectNanos);
    }
    addresses = List.copyOf(addresses);
    dispatchers = List.copyOf(dispatchers);
  }

  /** Whether this node has a vote and may coordinate. */
  boolean isVoter() {
    return role != Member.Role.DISPATCHER;
  }

  /** The longest time between two calls of a node. */
  public long tickNanos() {
    return detectNanos / TICKS;
  }

  /**
   * How long a node without a lease looks for the others before it is alone ({@link
   * Lone#CONTINUE}): five detection times, in which the group layer finds those that live.
   */
  long loneNanos() {
    return detectNanos * DETECTIONS_ALONE;
  }

  /** After a longer time between two calls a node is late: what came in it may still wait. */
  long pauseNanos() {
    return tickNanos() * TICKS_OF_A_PAUSE;
  }

  /**
   * After a longer time between two calls a node takes it that it was stopped, with all that brings
   * messages to it. Others may go on without it.
   */
  long stopNanos() {
    return detectNanos / 2 + tickNanos();
  }
}
