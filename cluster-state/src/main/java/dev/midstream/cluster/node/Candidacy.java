package dev.midstream.cluster.node;

import dev.midstream.cluster.bucket.AllocationTable;
import dev.midstream.cluster.bucket.Term;
import dev.midstream.cluster.bucket.Version;
import dev.midstream.cluster.member.LeaseTimes;
import dev.midstream.cluster.member.NodeAddress;
import dev.midstream.cluster.member.NodeId;
import dev.midstream.cluster.member.SurvivorRule.Standing;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a node becomes the coordinator: it asks the others to follow its term. */
final class Candidacy {
  /*
   * Members that died may have followed terms that no living one has heard of. A candidate that goes
   * on without a majority therefore leaps over as many rounds as they can have used.
   */
  private static final int LEAP = 4096;
  private static final int RETRY_TICKS = 2;

  private final NodeContext context;
  private final Agreement agreement;
  private final Survival survival;
  private final Leadership leadership;
  private final Doubt doubt;
  private final Map<NodeId, ClusterMessage.Promised> promises = new HashMap<>();
  private @Nullable Term term;
  private @Nullable AllocationTable doubted;
  private boolean leapt;
  private long sentNanos;
  private long begunNanos;
  private long neededNanos;

  private long nextProbe = 1;
  private long firstProbe;
  private long secondProbe;

  Candidacy(NodeContext context, Agreement agreement, Survival survival, Leadership leadership) {
    this.context = context;
    this.agreement = agreement;
    this.survival = survival;
    this.leadership = leadership;
    doubt = new Doubt(context);
    neededNanos = context.now();
  }

  private boolean isRunning() {
    return term != null && term.equals(agreement.promised()) && !leadership.isLeading();
  }

  /** Begins, retries or gives up, as time passes. */
  void tick() {
    if (!context.settings.isVoter()) {
      return;
    }
    doubt.tick();
    if (leadership.isLeading() && !leadership.mustBeginAgain()) {
      neededNanos = context.now();
      doubt.end();
      return;
    }
    if (!leadership.mustBeginAgain() && !isFirst()) {
      term = null;
    } else if (!isRunning()) {
      begin(leadership.needsLeap() || willLeap());
    } else if (agreement.accepted() == null && context.now() - begunNanos >= windowNanos()) {
      begin(false);
    } else if (context.now() - sentNanos >= RETRY_TICKS * context.settings.tickNanos()) {
      ask();
    }
    if (isRunning()) {
      decide();
    }
  }

  /** How long answers to one attempt to form a cluster may take. */
  private long windowNanos() {
    return context.settings.detectNanos() / 2;
  }

  /** Whether this node is the one that should coordinate, as far as it can see. */
  private boolean isFirst() {
    AllocationTable table = latestWithSelf();
    if (!isNeeded() || (table == null && agreement.agreed() != null)) {
      neededNanos = context.now();
      doubt.end();
      return false;
    }
    List<NodeId> order =
        context.votersInView().stream()
            .filter(node -> table == null || table.isMember(node))
            .filter(node -> !context.evidence.isDead(node) && !isLapsed(node))
            .toList();
    return !order.isEmpty() && order.get(turn(table, order.size())).equals(context.self);
  }

  /** Whether no coordinator is in sight that this node could follow. */
  private boolean isNeeded() {
    NodeId coordinator = agreement.coordinator();
    return coordinator == null
        || coordinator.equals(context.self)
        || !context.isReachable(coordinator)
        || !agreement.isCoordinatorAMember()
        || (agreement.isPromiseOver() && (agreement.isMember() || survival.isSilent(coordinator)));
  }

  /**
   * Which member in view is to try. The first one may not know that it is a member, because the
   * table that says so did not reach it; so after a promise it is the turn of the next one.
   */
  private int turn(@Nullable AllocationTable table, int count) {
    long turns = (context.now() - neededNanos) / context.promiseNanos();
    return table == null ? 0 : (int) (turns % count);
  }

  /** The latest table; the one before it if that is not agreed on and leaves this node out. */
  private @Nullable AllocationTable latestWithSelf() {
    AllocationTable accepted = agreement.accepted();
    AllocationTable table =
        accepted != null && accepted.isMember(context.self) ? accepted : agreement.agreed();
    return table != null && table.isMember(context.self) ? table : null;
  }

  /**
   * Whether those that can follow are no majority and may go on all the same. They are asked once
   * then, with a leap.
   */
  private boolean willLeap() {
    AllocationTable table = latestWithSelf();
    if (table == null) {
      return false;
    }
    boolean agreed = table.version().equals(agreement.agreedVersion());
    Standing best = survival.standing(table, agreed, context::isReachable);
    return best.suffices() && best != Standing.MAJORITY;
  }

  private boolean isLapsed(NodeId node) {
    return !node.equals(context.self)
        && node.equals(agreement.coordinator())
        && agreement.isPromiseOver()
        && survival.isSilent(node);
  }

  private void begin(boolean leap) {
    leapt = leap;
    long round = agreement.nextRound() + (leap ? LEAP : 0);
    Term next = new Term(round, context.self);
    term = next;
    begunNanos = context.now();
    firstProbe = nextProbe;
    secondProbe = 0;
    doubted = agreement.accepted();
    promises.clear();
    agreement.follow(next);
    promises.put(context.self, agreement.promise(next));
    prepare();
    if (agreement.accepted() == null) {
      probeAbsent();
    }
  }

  /** Asks again, and whether those live that do not answer. */
  private void ask() {
    prepare();
    probeAbsent();
  }

  /*
   * What listens at other addresses matters where no node knows a table, or not enough members
   * answer. The probes would be in the way of members that do.
   */
  private void prepare() {
    sentNanos = context.now();
    Term asked = term;
    if (asked != null) {
      for (NodeId node : context.votersInView()) {
        if (!promises.containsKey(node)) {
          context.send(node, new ClusterMessage.Prepare(asked));
        }
      }
    }
    if (doubted != null) {
      missing(doubted).forEach(node -> context.add(new ClusterEffect.Verify(node)));
    }
  }

  void onPromised(NodeId from, ClusterMessage.Promised promise) {
    if (isRunning() && promise.term().equals(term)) {
      promises.put(from, promise);
      decide();
    }
  }

  /** Takes note of a later term, so that the next attempt is later still. */
  void onRefused(ClusterMessage.Refused refusal) {
    agreement.noteRound(refusal.term());
    if (isRunning() && refusal.term() != null && refusal.term().isAfter(term())) {
      term = null;
    }
  }

  private Term term() {
    if (term == null) {
      throw new IllegalStateException("no candidate");
    }
    return term;
  }

  private void decide() {
    promises.put(context.self, agreement.promise(term()));
    AllocationTable latest = null;
    boolean agreed = false;
    long waitNanos = 0;
    for (ClusterMessage.Promised each : promises.values()) {
      AllocationTable table = each.accepted();
      waitNanos = Math.max(waitNanos, each.promisedNanos());
      if (table == null) {
        continue;
      }
      int order = latest == null ? 1 : table.version().compareTo(latest.version());
      agreed = order > 0 ? each.agreed() : agreed || (order == 0 && each.agreed());
      latest = order > 0 ? table : latest;
    }
    if (latest == null) {
      form();
      return;
    }
    agreed |= isAccepted(latest);
    if (latest.isMember(context.self)) {
      lead(latest, agreed, waitNanos);
    } else {
      giveUpIfInDoubt(latest, agreed);
    }
  }

  /**
   * Whether a majority has accepted {@code table}, although its coordinator may have died before it
   * could say so: the coordinator itself, and those that say so now. A join needs more.
   */
  private boolean isAccepted(AllocationTable table) {
    Term by = table.version().term();
    return !table.isJoin()
        && survival.of(table.base(), node -> node.equals(by.candidate()) || accepts(node, table))
            == Standing.MAJORITY;
  }

  private boolean accepts(NodeId node, AllocationTable table) {
    ClusterMessage.Promised promise = promises.get(node);
    AllocationTable accepted = promise == null ? null : promise.accepted();
    return accepted != null && accepted.version().equals(table.version());
  }

  private void lead(AllocationTable latest, boolean agreed, long waitNanos) {
    Standing standing = survival.standing(latest, agreed, promises::containsKey);
    if (!standing.suffices()) {
      giveUpIfInDoubt(latest, agreed);
      return;
    }
    if (latest.version().term().round() >= term().round()) {
      agreement.noteRound(latest.version().term());
      begin(leapt);
    } else if (standing != Standing.MAJORITY && !leapt) {
      begin(true);
      decide();
    } else {
      leadership.lead(term(), leapt, latest, agreed, LeaseTimes.awaited(waitNanos));
    }
  }

  /**
   * Steps down if no other node can exist that knows more: the members of {@code latest} that are
   * missing are dead, and may have removed this one before, so that its replicas are old. But not
   * while their silence may come to show that they have not, nor before those that follow had their
   * turns: to one of them the others may have been proved dead in time.
   */
  private void giveUpIfInDoubt(AllocationTable latest, boolean agreed) {
    doubted = latest;
    boolean waits =
        latest.isMember(context.self) && survival.maySuffice(latest, agreed, promises::containsKey);
    boolean known = !context.settings.addresses().isEmpty() && isEverybodyKnown();
    if (known && missing(latest).isEmpty() && !waits) {
      doubt.giveUpInTime(voters(latest).filter(this::mayGoOn).collect(Collectors.toSet()));
    }
  }

  /** Whether another node follows that has a turn: one that knows no table is not waited for. */
  private boolean mayGoOn(NodeId node) {
    ClusterMessage.Promised promise = promises.get(node);
    return !node.equals(context.self) && promise != null && promise.accepted() != null;
  }

  /** The voters of {@code table}, and of the one before it, that neither follow nor are dead. */
  private List<NodeId> missing(AllocationTable table) {
    return voters(table)
        .filter(node -> !promises.containsKey(node) && !context.evidence.isDead(node))
        .toList();
  }

  private static Stream<NodeId> voters(AllocationTable table) {
    return Stream.concat(table.voterIds().stream(), table.base().stream()).distinct();
  }

  /**
   * Forms a cluster of this node alone, if no other one can exist: at every address a node follows
   * and knows no table, or nothing listens there.
   */
  private void form() {
    boolean viewed = promises.keySet().containsAll(context.votersInView());
    if (viewed && (isNobodyElse() || isLeftAlone())) {
      AllocationTable first =
          AllocationTable.first(
              new Version(term(), 1),
              context.self,
              context.secret,
              context.settings.role(),
              context.settings.buckets());
      leadership.lead(term(), leapt, first, false, 0);
    }
  }

  /*
   * A node that follows without a table is bound for a while and joins no other cluster in that
   * time, so all answers must have come within it. That leaves processes that start where nothing
   * listened, join a node whose end is seen only later, and end themselves. So the absent ones are
   * probed again after all nodes were heard of: a node that lives then and was not seen could have
   * got a table only from another such node, and for the first of them there is none.
   */
  private boolean isNobodyElse() {
    if (context.now() - begunNanos >= LeaseTimes.leaseNanos(context.settings.detectNanos())) {
      return false;
    }
    if (secondProbe == 0 && isEverybodyKnown()) {
      secondProbe = nextProbe;
      probeAbsent();
    }
    return secondProbe != 0 && isEverybodyKnownBy(secondProbe);
  }

  /** Whether this node is to continue alone, and no node has answered that does not follow it. */
  private boolean isLeftAlone() {
    return context.settings.lone() == ClusterSettings.Lone.CONTINUE
        && context.settings.addresses().stream()
            .allMatch(address -> isAnswering(address) || context.isDeserted(address));
  }

  /** Whether at every address a node follows this one, or nothing listens. */
  private boolean isEverybodyKnown() {
    return isEverybodyKnownBy(firstProbe);
  }

  private boolean isEverybodyKnownBy(long probe) {
    return context.settings.addresses().stream()
        .allMatch(address -> isAnswering(address) || context.evidence.isAbsent(address, probe));
  }

  private boolean isAnswering(NodeAddress address) {
    return promises.keySet().stream().anyMatch(node -> node.address().equals(address));
  }

  private void probeAbsent() {
    for (NodeAddress address : context.settings.addresses()) {
      if (!isAnswering(address)) {
        context.add(new ClusterEffect.Probe(address, nextProbe++));
      }
    }
  }

  void onAbsent() {
    if (isRunning()) {
      decide();
    }
  }
}
