package dev.midstream.cluster.bucket;

import dev.midstream.cluster.member.NodeId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a coordinator has heard since its last table, and what the next table will contain. Reports
 * are repeated until a table shows their effect, so those of an abandoned table are heard again.
 * Not thread-safe.
 */
public final class Changes {
  final Set<NodeId> gone = new LinkedHashSet<>();
  final Map<NodeId, Member.Role> joining = new LinkedHashMap<>();
  final Map<NodeId, Member.Role> draining = new LinkedHashMap<>();
  final Set<NodeId> idle = new LinkedHashSet<>();
  final Set<Integer> wanted = new LinkedHashSet<>();
  final Map<Integer, NodeId> ordered = new LinkedHashMap<>();
  final Set<Report> complete = new LinkedHashSet<>();
  final Set<Report> unreadable = new LinkedHashSet<>();
  final Set<Report> again = new LinkedHashSet<>();
  final Set<Report> opened = new LinkedHashSet<>();
  final Set<Report> closed = new LinkedHashSet<>();
  boolean isBalanceDue;

  record Report(NodeId node, int bucket, long since) {}

  /** {@code node} is dead, or its lease is over and it is silent. */
  public void gone(NodeId node) {
    gone.add(node);
  }

  /** {@code node} may join. */
  public void join(NodeId node, Member.Role role) {
    joining.put(node, role);
  }

  /** {@code node} is to leave; {@code role} says how. */
  public void drain(NodeId node, Member.Role role) {
    draining.put(node, role);
  }

  /** {@code node} has no open connections that it keeps until they close. */
  public void idle(NodeId node) {
    idle.add(node);
  }

  /** A packet of {@code bucket} came, which has no owner. */
  public void want(int bucket) {
    wanted.add(bucket);
  }

  /** An operator orders {@code bucket} to be moved to {@code node}. */
  public void order(int bucket, NodeId node) {
    ordered.put(bucket, node);
  }

  /** {@code node} has completed the replica that it began by the table {@code since}. */
  public void complete(NodeId node, int bucket, long since) {
    complete.add(new Report(node, bucket, since));
  }

  /**
   * {@code node} cannot read the records of the replica that it began by the table {@code since}.
   */
  public void unreadable(NodeId node, int bucket, long since) {
    unreadable.add(new Report(node, bucket, since));
  }

  /**
   * {@code node}, which could not read the records of the replica that it began by the table {@code
   * since}, may be asked again, if copies of the bucket are missing.
   */
  public void askAgain(NodeId node, int bucket, long since) {
    again.add(new Report(node, bucket, since));
  }

  /** {@code node} has opened {@code bucket} with {@code epoch}. */
  public void opened(NodeId node, int bucket, long epoch) {
    opened.add(new Report(node, bucket, epoch));
  }

  /**
   * No connection of {@code bucket} stays at {@code node} any more that could do so since that
   * handed it over to the owner with the epoch {@code since}.
   */
  public void closed(NodeId node, int bucket, long since) {
    closed.add(new Report(node, bucket, since));
  }

  /** The loads are to be balanced. */
  public void balance() {
    isBalanceDue = true;
  }

  /** Whether nothing was heard. */
  public boolean isEmpty() {
    return gone.isEmpty()
        && joining.isEmpty()
        && draining.isEmpty()
        && idle.isEmpty()
        && wanted.isEmpty()
        && ordered.isEmpty()
        && areReportsEmpty()
        && !isBalanceDue;
  }

  private boolean areReportsEmpty() {
    return complete.isEmpty()
        && unreadable.isEmpty()
        && again.isEmpty()
        && opened.isEmpty()
        && closed.isEmpty();
  }

  /** Forgets everything, after a table was made. */
  public void clear() {
    gone.clear();
    joining.clear();
    draining.clear();
    idle.clear();
    wanted.clear();
    ordered.clear();
    complete.clear();
    unreadable.clear();
    again.clear();
    opened.clear();
    closed.clear();
    isBalanceDue = false;
  }
}
