package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.LeaseTimes;
import dev.midstream.cluster.member.NodeId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What this node has promised and accepted: the part of every member in agreeing on a table.
 *
 * <p>Not thread-safe.
 */
final class Agreement {
  /** A candidate repeats what is not answered, so that it has given up after this time. */
  private static final int WAITING_TICKS = 4;

  /*
   * Tables are agreed on as in Paxos, one after the other. A candidate asks the members to follow
   * its term (Prepare); each tells the latest table that it accepted. The candidate proposes the
   * latest of them again in its own term, and then its own tables, each after the one before it is
   * agreed on. A table is agreed on when enough members of the table before it have accepted it.
   *
   * A promise of time comes on top: a member that supports a coordinator supports no other one for a
   * while, so that the coordinator may give leases that need no message to be kept. A lease may rest
   * on members that a later table leaves out. So whoever accepts or learns a table supports its
   * coordinator anew: enough of its members know then of every lease that was given before it.
   */
  private final NodeContext context;
  private @Nullable Term promised;
  private @Nullable NodeId coordinator;
  private @Nullable AllocationTable accepted;
  private @Nullable AllocationTable agreed;

  private boolean member;

  /** The latest table of another coordinator that this node accepted: it may be agreed on. */
  private @Nullable Version acceptedOfOther;

  private long greatestRound;
  private long promiseEndNanos;
  private long leaseEndNanos;
  private long boundEndNanos;
  private NodeId bound;
  private long clusterNanos;
  private @Nullable NodeId cluster;
  private @Nullable NodeId clusterLeader;

  /** The last candidate that was refused for the coordinator alone; null if it was answered. */
  private @Nullable Waiting waiting;

  private record Waiting(NodeId candidate, Term term, long sinceNanos) {}

  Agreement(NodeContext context) {
    this.context = context;
    promiseEndNanos = context.now();
    leaseEndNanos = context.now();
    boundEndNanos = context.now();
    bound = context.self;
    clusterNanos = context.now() - 2 * context.promiseNanos();
  }

  /** The latest term that this node follows. */
  @Nullable Term promised() {
    return promised;
  }

  /** The coordinator that this node follows; null while it knows none. */
  @Nullable NodeId coordinator() {
    return coordinator;
  }

  /** The latest table that this node accepted. */
  @Nullable AllocationTable accepted() {
    return accepted;
  }

  /** The latest table that this node knows to be agreed on. */
  @Nullable AllocationTable agreed() {
    return agreed;
  }

  /**
   * Who may say what is agreed on: the members of the table accepted last and of the agreed one,
   * and those whose agreement the former needs.
   */
  List<NodeId> named() {
    Set<NodeId> named = new LinkedHashSet<>();
    if (accepted != null) {
      named.addAll(accepted.memberIds());
      named.addAll(accepted.base());
    }
    if (agreed != null) {
      named.addAll(agreed.memberIds());
    }
    return List.copyOf(named);
  }

  /**
   * Whether this node made the table that is agreed on last. With two members that is true of one
   * of them at most: both accept a table before it is agreed on, so the one whose table was agreed
   * on before has accepted the later one. A table that only its maker has accepted makes no
   * coordinator.
   */
  boolean coordinatesLast() {
    return agreed != null
        && agreed.version().term().candidate().equals(context.self)
        && (acceptedOfOther == null || !acceptedOfOther.isAfter(agreed.version()));
  }

  @Nullable Version agreedVersion() {
    return agreed == null ? null : agreed.version();
  }

  boolean isMember() {
    return member;
  }

  long leaseEndNanos() {
    return leaseEndNanos;
  }

  boolean hasLease() {
    return hadLease(0);
  }

  /** Whether this node's lease had not ended so long ago. */
  boolean hadLease(long ageNanos) {
    return isMember() && leaseEndNanos - (context.now() - ageNanos) > 0;
  }

  void extendLease(long endNanos) {
    if (endNanos - leaseEndNanos > 0) {
      leaseEndNanos = endNanos;
    }
  }

  boolean isPromiseOver() {
    return promiseEndNanos - context.now() <= 0;
  }

  /** How long it takes until every lease has ended that this node knows of. */
  long promisedNanos() {
    long own = LeaseTimes.awaited(leaseEndNanos - context.now());
    return Math.max(0, Math.max(promiseEndNanos - context.now(), own));
  }

  /** A round greater than any that this node has heard of. */
  long nextRound() {
    return greatestRound + 1;
  }

  void noteRound(@Nullable Term term) {
    if (term != null) {
      greatestRound = Math.max(greatestRound, term.round());
    }
  }

  /** Follows {@code term} unless this node follows a later one; whether it does now. */
  boolean follow(Term term) {
    noteRound(term);
    if (promised != null && promised.isAfter(term)) {
      return false;
    }
    if (!term.equals(promised)) {
      promised = term;
      coordinator = null;
    }
    return true;
  }

  /** Follows {@code term}, whose candidate coordinates; whether it does now. */
  boolean followCoordinator(Term term) {
    boolean follows = follow(term);
    if (follows) {
      coordinator = term.candidate();
    }
    return follows;
  }

  /** Supports the coordinator and no other one for a while. */
  void support() {
    promiseEndNanos = context.now() + context.promiseNanos();
  }

  /** Whether a coordinator other than {@code node} is alive and has this node's support. */
  boolean supportsAnother(NodeId node) {
    if (coordinator == null || coordinator.equals(node) || !isCoordinatorAMember()) {
      return false;
    }
    if (coordinator.equals(context.self)) {
      return hasLease();
    }
    return !isPromiseOver() && context.isReachable(coordinator);
  }

  boolean isCoordinatorAMember() {
    return coordinator != null && (agreed == null || agreed.isMember(coordinator));
  }

  /** A coordinator with a lease was heard, so that a cluster exists. */
  void noteCluster(NodeId leader, @Nullable NodeId founder) {
    clusterNanos = context.now();
    clusterLeader = leader;
    cluster = founder;
  }

  /** Whether this node must not obey {@code table} yet, because it is bound to another node. */
  boolean isBoundElsewhere(AllocationTable table) {
    return isBoundElsewhere(table.founder(), table.version().term().candidate());
  }

  /*
   * A node that knows no table and has let a candidate form a cluster must not join the cluster of
   * another node for a while. A candidate that coordinates a cluster already will not form one.
   */
  private boolean isBoundElsewhere(@Nullable NodeId founder, @Nullable NodeId leader) {
    return agreed == null
        && boundEndNanos - context.now() > 0
        && !bound.equals(founder)
        && !bound.equals(leader);
  }

  /** Whether this node may ask to join the cluster that it heard of. */
  boolean mayJoin() {
    return !isBoundElsewhere(cluster, clusterLeader);
  }

  /** Whether a cluster exists, so that none may be formed. */
  private boolean isClusterNear() {
    return accepted == null && context.now() - clusterNanos < context.promiseNanos();
  }

  /** Answers a candidate. */
  void onPrepare(NodeId from, Term term) {
    waiting = null;
    noteRound(term);
    boolean joining = accepted != null && accepted.isMember(from);
    boolean foreign = agreed != null && !agreed.isMember(from) && !joining;
    boolean late = promised != null && promised.isAfter(term);
    if (foreign || late || isClusterNear()) {
      context.send(from, new ClusterMessage.Refused(promised, agreed));
    } else if (supportsAnother(from)) {
      context.send(from, new ClusterMessage.Refused(promised, agreed));
      waiting = new Waiting(from, term, context.now());
      verifyCoordinator();
    } else {
      promise(from, term);
    }
  }

  private void promise(NodeId from, Term term) {
    follow(term);
    if (accepted == null) {
      boundEndNanos = context.now() + context.promiseNanos();
      bound = from;
    }
    context.send(from, promise(term));
  }

  /** A candidate may know earlier than this node that the coordinator is dead. */
  private void verifyCoordinator() {
    if (coordinator != null && !coordinator.equals(context.self)) {
      context.add(new ClusterEffect.Verify(coordinator));
    }
  }

  /** Answers the candidate that was refused for a coordinator which is gone now. */
  void answerWaiting() {
    Waiting last = waiting;
    if (last == null || supportsAnother(last.candidate())) {
      return;
    }
    waiting = null;
    long nanos = context.now() - last.sinceNanos();
    if (nanos <= WAITING_TICKS * context.settings.tickNanos()
        && context.isReachable(last.candidate())) {
      onPrepare(last.candidate(), last.term());
    }
  }

  /** The promise to follow {@code term}. */
  ClusterMessage.Promised promise(Term term) {
    boolean known = accepted != null && accepted.version().equals(agreedVersion());
    return new ClusterMessage.Promised(term, accepted, known, promisedNanos());
  }

  /** Accepts a proposal of the coordinator that this node follows. */
  void onPropose(NodeId from, AllocationTable table) {
    boolean concerned = table.isMember(context.self) || table.base().contains(context.self);
    if (!concerned || isBoundElsewhere(table) || !from.equals(table.version().term().candidate())) {
      return;
    }
    if (!followCoordinator(table.version().term())) {
      context.send(from, new ClusterMessage.Refused(promised, agreed));
      return;
    }
    accept(table);
    if (table.base().contains(context.self)) {
      support();
    }
    context.send(from, new ClusterMessage.Accepted(table.version()));
  }

  void accept(AllocationTable table) {
    Version version = table.version();
    if (accepted == null || version.isAfter(accepted.version())) {
      accepted = table;
      acceptedOfOther = version.term().candidate().equals(context.self) ? acceptedOfOther : version;
    }
  }

  @Override
  public String toString() {
    return "term="
        + promised
        + " coordinator="
        + coordinator
        + " accepted="
        + accepted
        + " agreed="
        + agreedVersion();
  }

  /** Takes a table of this node's cluster that is agreed on; whether it is news. */
  boolean learn(AllocationTable table) {
    noteRound(table.version().term());
    boolean known =
        agreed != null
            && (!table.version().isAfter(agreed.version())
                || !table.founder().equals(agreed.founder()));
    if (known) {
      return false;
    }
    agreed = table;
    member = table.isMember(context.self);
    accept(table);
    if (isMember() && !table.version().term().candidate().equals(context.self)) {
      support();
    }
    if (promised == null || table.version().term().isAfter(promised)) {
      followCoordinator(table.version().term());
    }
    return true;
  }
}
