package dev.midstream.worlds.law;

import dev.midstream.reassembly.commit.KeptRecord;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Phase;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.law.DeathStates.State;
import dev.midstream.worlds.plan.CommitPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An engine whose records are committed after a time, in order. After each call it is checked that
 * nothing has left or was acknowledged that waits for a record, and that the records hold all that
 * is essential. After some calls the engine dies: then another one goes on with all records that
 * are committed, and with some of the others. After some calls no other engine keeps the records
 * for a while.
 */
public final class CommittingBox implements Box {
  private static final int MOST_HAND_OVERS = 40;

  private final Engines engines;
  private final MemoryLog log;
  private final EngineInputs inputs;
  private final CommitPlan plan;
  private final SplittableRandom random;
  private final SplittableRandom fate;
  private final CommitChecks checks;
  private final ReplicaChecks replicas;
  private final DeathObserver observer;
  private final WaitingCommits commits;
  private final LostStreams lost;
  private final LostCopies copies;
  private final DeathStates states = new DeathStates();
  private final ArrivedRecords arrived;
  private final Runnable begun;
  private Runnable committed;
  private boolean isDue;
  private long dueNanos;
  private @Nullable Replica kept;
  private long darkEndNanos;
  private int deaths;
  private int handOvers;
  private int takeovers;
  private boolean cutsCalls;
  private BooleanSupplier mayEnd = () -> true;
  private BooleanSupplier hasFragments = () -> false;

  /** Commits the records of {@code noted} as {@code plan} says. */
  public CommittingBox(
      Engines engines, NotedLog noted, CommitPlan plan, long seed, DeathObserver observer) {
    this.engines = engines;
    log = noted.log();
    inputs = new EngineInputs(engines, log);
    this.plan = plan;
    this.observer = observer;
    random = new SplittableRandom(seed);
    fate = new SplittableRandom(~seed);
    commits = new WaitingCommits(seed);
    copies = new LostCopies(engines, log, plan, random);
    lost = new LostStreams(engines, observer);
    checks = new CommitChecks(engines, log);
    replicas = new ReplicaChecks(engines, log);
    arrived = new ArrivedRecords(log);
    begun = observer.memento();
    committed = begun;
    noted.observe(record -> commits.noteRecord(observer.memento()));
  }

  /** The engine may die between the records of one call, too. */
  CommittingBox cuts() {
    cutsCalls = true;
    return this;
  }

  /** Lets {@code replay} get what the engine gets. */
  void replayBy(EngineReplay replay) {
    inputs.replayBy(replay);
  }

  /** Lets the engine die or hand over only while {@code drawn} says so. */
  public void endWhile(BooleanSupplier drawn) {
    mayEnd = drawn;
  }

  /** Lets {@code kept} say whether the engine keeps fragments of a segment that is not whole. */
  void keepingFragments(BooleanSupplier kept) {
    hasFragments = kept;
  }

  /** Whether the next call must be one of the timer, in which the engine dies. */
  public boolean isDue() {
    return isDue;
  }

  /** How many times another engine went on, because one died or handed over. */
  public int takeovers() {
    return takeovers;
  }

  /** How many of these were hand-overs: no record was lost. */
  public int handOvers() {
    return handOvers;
  }

  /** The longest time that something may have waited until now because records were lost. */
  long lostNanos(long nowNanos) {
    return plan.noCopy() == NoCopy.HOLD ? copies.longestNanos(nowNanos) : 0;
  }

  /** The states in which engines died. */
  public DeathStates deathStates() {
    return states;
  }

  /** Whether an engine has died, and no other one goes on yet. */
  public boolean isDark() {
    return kept != null;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Disposition disposition = inputs.onPacket(packet, nowNanos, checks.before(packet, out));
    checks.noteLeft(disposition, packet);
    afterCall(nowNanos);
    return disposition;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    WaitingCommits.Commit first = commits.first();
    if (isDue) {
      isDue = false;
      end(nowNanos);
      return;
    }
    if (kept != null) {
      if (darkEndNanos <= nowNanos) {
        goOn(kept, nowNanos);
      }
      return;
    }
    LogState state = copies.take(nowNanos);
    if (state != null) {
      change(state, nowNanos, checks.before(out));
      return;
    }
    if (first != null && first.dueNanos() <= nowNanos) {
      commits.remove(1);
      committed = first.memento();
      inputs.commitTo(first.number());
      checks.commit();
      inputs.onCommitted(nowNanos, checks.before(out));
    } else {
      inputs.onTimer(nowNanos, checks.before(out));
    }
    afterCall(nowNanos);
  }

  @Override
  public long nextDeadlineNanos() {
    if (kept != null) {
      return darkEndNanos;
    }
    WaitingCommits.Commit first = commits.first();
    long nanos =
        Math.min(
            engines.get().nextDeadlineNanos(), first == null ? Long.MAX_VALUE : first.dueNanos());
    return isDue ? dueNanos : Math.min(copies.dueNanos(), nanos);
  }

  /** The other engine that keeps the records dies, or there is another one. */
  private void change(LogState state, long nowNanos, PacketOutput out) {
    inputs.setState(state);
    if (state == LogState.ALONE) {
      checks.lose();
      copies.lose(commits.firstWrittenNanos(nowNanos));
      commits.clear();
      inputs.loseAfter(log.committed());
      replicas.forget();
    }
    inputs.onLogChanged(nowNanos, out);
    if (plan.noCopy() == NoCopy.CONTINUE) {
      checks.settle();
    }
    afterCall(nowNanos);
  }

  private void afterCall(long nowNanos) {
    if (log.appended() > commits.lastNumber(log.committed())) {
      long delay = plan.delayNanos() == 0 ? 0 : random.nextLong(plan.delayNanos());
      commits.add(log.appended(), log.committed(), nowNanos, nowNanos + delay);
      checks.noteAppended(nowNanos);
    }
    arrived.note(nowNanos);
    lost.noteTakenOver();
    checks.check(nowNanos);
    replicas.check(nowNanos);
    if (mayEnd() && random.nextInt(plan.takeOverOneIn()) == 0) {
      isDue = true;
      dueNanos = nowNanos;
    }
    copies.afterCall(nowNanos);
  }

  /** Whether the engine may die or hand over now: not while no other one could go on with all. */
  private boolean mayEnd() {
    boolean isOver = deaths >= SimulatedWorld.MOST_TAKEOVERS || handOvers >= MOST_HAND_OVERS;
    boolean isKept = plan.diesAlone() || copies.isKept();
    return plan.takeOverOneIn() > 0 && !isOver && isKept && mayEnd.getAsBoolean();
  }

  /** The engine dies, or hands its connections over. */
  private void end(long nowNanos) {
    inputs.compareReplay(nowNanos);
    boolean isDrawn = plan.handOverOneIn() > 0 && fate.nextInt(plan.handOverOneIn()) == 0;
    boolean handsOver = isDrawn && copies.isKept();
    if (!handsOver || isOpening()) {
      deaths++; // what an opening waits for is lost by a hand-over, too
    }
    if (handsOver) {
      handOvers++;
      handOver(nowNanos);
      return;
    }
    Replica replica = die(nowNanos);
    if (plan.darkNanos() == 0) {
      goOn(replica, nowNanos);
    } else {
      kept = replica;
      darkEndNanos = nowNanos + fate.nextLong(plan.darkNanos());
    }
  }

  /** Whether a connection is opening, or is not inspected: it may wait for a SYN-ACK, too. */
  private boolean isOpening() {
    int[] open = new int[1];
    engines.get().forEachConnection(each -> open[0] += isInspected(each) ? 1 : 0);
    return open[0] < engines.get().connections();
  }

  private static boolean isInspected(Connection connection) {
    return connection.phase() instanceof Phase.Open
        && connection.state() != ConnectionState.OPENING;
  }

  /** All records are committed, and the last ones hold all of the connections. */
  private void handOver(long nowNanos) {
    engines
        .get()
        .forEachConnection(each -> {
          @Nullable LeftStreams streams = LeftStreams.of(each, true);
          if (engines.get().isRecorded(each) && streams != null) {
            lost.add(each, streams);
          }
        });
    checks.settle();
    inputs.handOver(nowNanos);
    Replica replica = handedOver(nowNanos);
    inputs.keep(() -> handedOver(nowNanos));
    inputs.commitTo(log.appended());
    commits.clear();
    committed = observer.memento();
    observer.handsOver();
    replicas.forget();
    goOn(replica, nowNanos);
  }

  private Replica handedOver(long nowNanos) {
    Replica replica = arrived.replica(log.appended(), nowNanos);
    replica.noteHandedOver();
    return replica;
  }

  private void goOn(Replica replica, long nowNanos) {
    kept = null;
    takeovers++;
    inputs.inherit(replica, nowNanos);
    arrived.note(nowNanos);
  }

  /**
   * The engine dies. Some of the records that were not committed are lost, and all of them if no
   * other engine keeps any.
   */
  private Replica die(long nowNanos) {
    boolean isKept = copies.isKept();
    noteStates(isKept);
    long number = isKept ? drawLast() : log.committed();
    boolean loses = commits.size() > 0 || plan.mode().writesAtIntervals();
    if (!isKept) {
      begun.run();
      lost.clear();
    } else if (loses) {
      committed.run();
    }
    lost.forgetMoved();
    Replica replica = isKept ? left(number, nowNanos) : new Replica();
    inputs.keep(() -> isKept ? left(number, nowNanos) : new Replica());
    checks.forget();
    engines.get().forEachParked(each -> note(each, null, replica, nowNanos));
    engines
        .get()
        .forEachConnection(each -> note(each, LeftStreams.of(each, false), replica, nowNanos));
    if (replica.size() == 0) {
      observer.losesAll();
    }
    noteForgotten(isKept ? arrived.replica(number, nowNanos) : new Replica(), nowNanos);
    states.end();
    observer.died();
    if (isKept) {
      inputs.die(number, loses, nowNanos);
    } else {
      inputs.dieAlone(nowNanos);
      committed = observer.memento();
      copies.end();
    }
    commits.clear();
    replicas.forget();
    return replica;
  }

  private void noteStates(boolean isKept) {
    states.begin(engines.get());
    states.note(State.HEIR, takeovers > 0);
    states.note(State.FAILED, engines.get().counters().of(Reason.AGENT_FAILED) > 0);
    states.note(State.COPIES_LOST, copies.hasLost());
    boolean holds = plan.noCopy() == NoCopy.HOLD;
    states.note(holds ? State.HELD : State.ALONE, !isKept);
    states.note(State.FRAGMENTS, hasFragments.getAsBoolean());
  }

  /** Draws the last record that is left. */
  private long drawLast() {
    WaitingCommits.@Nullable Commit left = commits.remove(random.nextInt(commits.size() + 1));
    committed = left == null ? committed : left.memento();
    WaitingCommits.@Nullable Cut cut = cutsCalls ? commits.cutFirst() : null;
    committed = cut == null ? committed : cut.memento();
    long number = left == null ? log.committed() : left.number();
    return cut == null ? number : number + cut.records();
  }

  private Replica left(long records, long nowNanos) {
    Replica replica = new Replica();
    replica.takeAll(arrived.replica(records, nowNanos));
    return replica;
  }

  private void note(
      Connection connection, @Nullable LeftStreams streams, Replica replica, long nowNanos) {
    List<KeptRecord> records = replica.find(connection.key());
    states.note(State.UNRECORDED, records == null);
    if (records == null) {
      observer.loses(connection, nowNanos);
      return;
    }
    Connection copy = engines.get().moves().read(records, nowNanos);
    observer.dies(connection, copy, nowNanos);
    checks.inherit(copy);
    lost.add(connection, streams);
    copy.free();
  }

  /** The engine has forgotten some connections, and the records that say so are lost. */
  private void noteForgotten(Replica replica, long nowNanos) {
    replica.takeExpectations(nowNanos, (_, _) -> states.note(State.EXPECTATION, true));
    List<KeptRecord> records = replica.takeNext();
    while (records != null) {
      Connection copy = engines.get().moves().read(records, nowNanos);
      observer.keeps(copy);
      checks.inherit(copy);
      states.note(State.HALF_OPEN_RECORDED, copy.state() == ConnectionState.OPENING);
      if (!lost.has(copy)) {
        observer.dies(null, copy, nowNanos);
        lost.add(copy, null);
      }
      copy.free();
      records = replica.takeNext();
    }
  }
}
