package dev.midstream.cluster.member;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a node knows of the life and death of others. Not thread-safe. */
public final class Evidence {
  private final Set<NodeId> dead = new HashSet<>();
  private final Set<NodeId> deadInTime = new HashSet<>();
  private final Map<NodeAddress, Long> absentProbes = new HashMap<>();
  private final Map<NodeId, Long> heardNanos = new HashMap<>();
  private final Map<NodeId, Long> legNanos = new HashMap<>();
  private final Map<NodeAddress, Long> livedNanos = new HashMap<>();
  private long watchedSinceNanos;
  private long judgedUntilNanos = Long.MAX_VALUE;

  /** Evidence that begins at {@code nowNanos}. */
  public Evidence(long nowNanos) {
    watchedSinceNanos = nowNanos;
  }

  /**
   * The process of {@code node} is gone: its port refuses, or another incarnation answers.
   *
   * @param inTime whether this node has a lease at this time, so that it was not removed by {@code
   *     node} and its like without knowing it
   */
  public void prove(NodeId node, boolean inTime) {
    if (dead.add(node) && inTime) {
      deadInTime.add(node);
    }
  }

  /** The probe {@code number} found no process that listens at {@code address}. */
  public void absent(NodeAddress address, long number) {
    absentProbes.merge(address, number, Math::max);
  }

  /** A message of {@code node} arrived. */
  public void heard(NodeId node, long nowNanos) {
    heardNanos.put(node, nowNanos);
    answered(node.address(), nowNanos);
  }

  /** A process at {@code address} lives: it has answered, or sent something. */
  public void answered(NodeAddress address, long nowNanos) {
    livedNanos.put(address, nowNanos);
  }

  /** A probe of {@code node} arrived on one of the interfaces that forward packets. */
  public void heardOnLeg(NodeId node, long nowNanos) {
    legNanos.put(node, nowNanos);
  }

  /** This node was stopped or deaf, so that what it did not hear says nothing; it watches anew. */
  public void watchAnew(long nowNanos) {
    watchedSinceNanos = nowNanos;
  }

  /**
   * Silence is counted until then, and no longer: what came later may not have been heard yet.
   *
   * @param nanos {@link Long#MAX_VALUE} if all that came has been heard
   */
  public void judgeUntil(long nanos) {
    judgedUntilNanos = nanos;
  }

  private long silentNanos(long lastNanos, long nowNanos) {
    long until = Math.min(nowNanos, judgedUntilNanos);
    return Math.max(0, until - Math.max(lastNanos, watchedSinceNanos));
  }

  /** Whether {@code node} is proved dead. */
  public boolean isDead(NodeId node) {
    return dead.contains(node);
  }

  /** Whether {@code node} is proved dead by a proof that counts for the survivor rule. */
  public boolean isDeadInTime(NodeId node) {
    return deadInTime.contains(node);
  }

  /** Whether the probe {@code number} or a later one found nothing at {@code address}. */
  public boolean isAbsent(NodeAddress address, long number) {
    Long last = absentProbes.get(address);
    return last != null && last >= number;
  }

  /** How long {@code node} has been silent on the cluster's network. */
  public long silentNanos(NodeId node, long nowNanos) {
    return silentNanos(heardNanos.getOrDefault(node, watchedSinceNanos), nowNanos);
  }

  /** How long no process at {@code address} has answered, or sent anything. */
  public long quietNanos(NodeAddress address, long nowNanos) {
    return silentNanos(livedNanos.getOrDefault(address, watchedSinceNanos), nowNanos);
  }

  /**
   * Since when this node has watched: its beginning, or the end of the last time it was stopped.
   */
  public long watchedSinceNanos() {
    return watchedSinceNanos;
  }

  /** How long {@code node} has been silent on all interfaces. */
  public long silentOnAllNanos(NodeId node, long nowNanos) {
    long leg = silentNanos(legNanos.getOrDefault(node, watchedSinceNanos), nowNanos);
    return Math.min(silentNanos(node, nowNanos), leg);
  }

  /** Whether {@code node} was heard on a forwarding interface after {@code sinceNanos}. */
  public boolean wasOnLegAfter(NodeId node, long sinceNanos) {
    Long last = legNanos.get(node);
    return last != null && last - sinceNanos > 0;
  }
}
