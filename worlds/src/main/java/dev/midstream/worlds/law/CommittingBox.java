package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.KeptRecord;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Phase;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.worlds.plan.CommitPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private static final long LONGEST_ALONE_NANOS = 50_000_000;
  private static final int MOST_HAND_OVERS = 40;

  /** Observes an engine that dies. */
  public interface Observer {
    /** What the agent decided until now: to go back there if it is lost. */
    Runnable memento();

    /**
     * The engine of the connection dies; another one goes on with {@code copy} of it.
     *
     * @param connection null if the engine had forgotten it
     */
    void dies(@Nullable Connection connection, Connection copy, long nowNanos);

    /** The engine of the connection dies, and no other one knows of it. */
    void loses(Connection connection, long nowNanos);

    /** The engine dies, and another one has records of the connection. */
    default void keeps(Connection copy) {}

    /** The engine dies, and no other one knows any connection, half-open ones neither. */
    void losesAll();

    /** The engine died. */
    void died();

    /** The engine hands all connections over. What no record holds of openings is lost. */
    void handsOver();

    /** A stream goes on as another one; null if it was parked. */
    void takenOver(@Nullable Stream before, Stream after);

    /** A stream was handed over, and goes on as another one. */
    void handedOver(Stream before, Stream after);
  }

  private final Engine engine;
  private final MemoryLog log;
  private final EngineInputs inputs;
  private final CommitPlan plan;
  private final SplittableRandom random;
  private final SplittableRandom fate;
  private final CommitChecks checks;
  private final ReplicaChecks replicas;
  private final Observer observer;
  private final WaitingCommits commits;
  private final Map<String, @Nullable LeftStreams> lost = new HashMap<>();
  private Runnable committed;
  private final ArrivedRecords arrived;
  private boolean isDue;
  private long dueNanos;
  private @Nullable Replica kept;
  private long darkEndNanos;
  private int deaths;
  private int handOvers;
  private int takeovers;
  private @Nullable LogState next;
  private int losses;
  private boolean cutsCalls;
  private BooleanSupplier mayEnd = () -> true;

  /** Commits the records of {@code noted} as {@code plan} says. */
  public CommittingBox(
      Engine engine, NotedLog noted, CommitPlan plan, long seed, Observer observer) {
    this.engine = engine;
    log = noted.log();
    inputs = new EngineInputs(engine, log);
    this.plan = plan;
    this.observer = observer;
    random = new SplittableRandom(seed);
    fate = new SplittableRandom(~seed);
    commits = new WaitingCommits(seed);
    checks = new CommitChecks(engine, log);
    replicas = new ReplicaChecks(engine, log);
    arrived = new ArrivedRecords(log);
    committed = observer.memento();
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

  /** Whether the next call must be one of the timer, in which the engine dies. */
  public boolean isDue() {
    return isDue;
  }

  /** How many times another engine went on, because one died or handed over. */
  public int takeovers() {
    return takeovers;
  }

  /** Whether an engine has died, and no other one goes on yet. */
  public boolean isDark() {
    return kept != null;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    Disposition disposition = inputs.onPacket(packet, nowNanos, out);
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
    if (next != null && dueNanos <= nowNanos) {
      change(next, nowNanos, out);
      return;
    }
    if (first != null && first.dueNanos() <= nowNanos) {
      commits.remove(1);
      committed = first.memento();
      inputs.commitTo(first.number());
      checks.commit();
      inputs.onCommitted(nowNanos, out);
    } else {
      inputs.onTimer(nowNanos, out);
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
        Math.min(engine.nextDeadlineNanos(), first == null ? Long.MAX_VALUE : first.dueNanos());
    return isDue ? dueNanos : next != null ? Math.min(dueNanos, nanos) : nanos;
  }

  /** The other engine that keeps the records dies, or there is another one. */
  private void change(LogState state, long nowNanos, PacketOutput out) {
    inputs.setState(state);
    next = null;
    if (state == LogState.ALONE) {
      losses++;
      next = LogState.COMMITTING;
      dueNanos = nowNanos + random.nextLong(LONGEST_ALONE_NANOS);
      commits.clear();
      inputs.loseAfter(log.committed());
      replicas.forget();
      checks.lose();
    }
    inputs.onLogChanged(nowNanos, out);
    if (plan.noCopy() == NoCopy.CONTINUE) {
      checks.forget();
    }
    afterCall(nowNanos);
  }

  private void afterCall(long nowNanos) {
    if (log.appended() > commits.lastNumber(log.committed())) {
      long delay = plan.delayNanos() == 0 ? 0 : random.nextLong(plan.delayNanos());
      commits.add(log.appended(), log.committed(), nowNanos + delay);
      checks.noteAppended(nowNanos);
    }
    arrived.note(nowNanos);
    noteTakenOver();
    checks.check(nowNanos);
    replicas.check(nowNanos);
    boolean isOver = deaths >= SimulatedWorld.MOST_TAKEOVERS || handOvers >= MOST_HAND_OVERS;
    boolean mayDie = plan.takeOverOneIn() > 0 && !isOver && mayEnd.getAsBoolean();
    if (mayDie && random.nextInt(plan.takeOverOneIn()) == 0) {
      isDue = true;
      dueNanos = nowNanos;
    }
    boolean mayBeAlone =
        plan.aloneOneIn() > 0 && next == null && losses < SimulatedWorld.MOST_TAKEOVERS;
    if (mayBeAlone && random.nextInt(plan.aloneOneIn()) == 0) {
      next = LogState.ALONE;
      dueNanos = nowNanos;
    }
  }

  /** The engine dies, or hands its connections over. */
  private void end(long nowNanos) {
    inputs.compareReplay(nowNanos);
    boolean handsOver = plan.handOverOneIn() > 0 && fate.nextInt(plan.handOverOneIn()) == 0;
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

  private boolean isOpening() {
    int[] open = new int[1];
    engine.forEachConnection(each -> open[0] += each.phase() instanceof Phase.Open ? 1 : 0);
    return open[0] < engine.connections();
  }

  /** All records are committed, and the last ones hold all of the connections. */
  private void handOver(long nowNanos) {
    engine.forEachConnection(each -> {
      @Nullable LeftStreams streams = LeftStreams.of(each, true);
      if (engine.isRecorded(each) && streams != null) {
        lost.put(each.name(), streams);
      }
    });
    inputs.handOver(nowNanos);
    Replica replica = handedOver(nowNanos);
    inputs.keep(() -> handedOver(nowNanos));
    inputs.commitTo(log.appended());
    commits.clear();
    committed = observer.memento();
    observer.handsOver();
    checks.forget();
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

  /** The engine dies. Some of the records that were not committed are lost. */
  private Replica die(long nowNanos) {
    WaitingCommits.@Nullable Commit left = commits.remove(random.nextInt(commits.size() + 1));
    long number = left == null ? log.committed() : left.number();
    committed = left == null ? committed : left.memento();
    WaitingCommits.@Nullable Cut cut = cutsCalls ? commits.cutFirst() : null;
    if (cut != null) {
      number += cut.records();
      committed = cut.memento();
    }
    boolean loses = commits.size() > 0 || plan.mode().writesAtIntervals();
    if (loses) {
      committed.run();
    }
    lost.values().removeIf(each -> each != null && each.isMoved());
    Replica replica = left(number, nowNanos);
    long last = number;
    inputs.keep(() -> left(last, nowNanos));
    engine.forEachParked(each -> note(each, null, replica, nowNanos));
    engine.forEachConnection(each -> note(each, LeftStreams.of(each, false), replica, nowNanos));
    if (replica.size() == 0) {
      observer.losesAll();
    }
    noteForgotten(arrived.replica(number, nowNanos), nowNanos);
    observer.died();
    inputs.die(number, loses, nowNanos);
    commits.clear();
    checks.forget();
    replicas.forget();
    return replica;
  }

  private Replica left(long records, long nowNanos) {
    Replica replica = new Replica();
    replica.takeAll(arrived.replica(records, nowNanos));
    return replica;
  }

  private void note(
      Connection connection, @Nullable LeftStreams streams, Replica replica, long nowNanos) {
    List<KeptRecord> records = replica.find(connection.key());
    if (records == null) {
      observer.loses(connection, nowNanos);
      return;
    }
    Connection copy = engine.moves().read(records, nowNanos);
    observer.dies(connection, copy, nowNanos);
    lost.put(connection.name(), streams);
    copy.free();
  }

  /** The engine has forgotten some connections, and the records that say so are lost. */
  private void noteForgotten(Replica replica, long nowNanos) {
    List<KeptRecord> records = replica.takeNext();
    while (records != null) {
      Connection copy = engine.moves().read(records, nowNanos);
      observer.keeps(copy);
      if (!lost.containsKey(copy.name())) {
        observer.dies(null, copy, nowNanos);
        lost.put(copy.name(), null);
      }
      copy.free();
      records = replica.takeNext();
    }
  }

  /** Notes which streams go on as others. One that is parked goes on when it is restored. */
  private void noteTakenOver() {
    if (lost.isEmpty()) {
      return;
    }
    engine.forEachConnection(each -> {
      if (lost.containsKey(each.name()) && each.hasStreams()) {
        @Nullable LeftStreams before = lost.remove(each.name());
        Direction.BOTH.forEach(
            direction -> noteTakenOver(before, direction, each.stream(direction)));
      }
    });
    if (engine.inheritedConnections() == 0) {
      Set<String> parked = new HashSet<>();
      engine.forEachParked(each -> parked.add(each.name()));
      lost.keySet().retainAll(parked);
    }
  }

  private void noteTakenOver(@Nullable LeftStreams before, Direction direction, Stream after) {
    if (before == null) {
      observer.takenOver(null, after);
    } else if (before.isMoved()) {
      observer.handedOver(before.of(direction), after);
    } else {
      observer.takenOver(before.of(direction), after);
    }
  }
}
