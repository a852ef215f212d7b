package dev.midstream.worlds.law;

import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.LogState;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.fastpath.FastPath;
import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.sim.ArrivalQueue;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.oracle.PacketRecorder;
import dev.midstream.wire.packet.Box;
import dev.midstream.worlds.fastpath.HandOver;
import dev.midstream.worlds.law.EngineWatch.Kept;
import dev.midstream.worlds.plan.CommitPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One run of a world, from the first SYN to the last stored octet. */
public final class WorldRun {
  private static final int MAX_STEPS = 3_000_000;

  /** What leaves once a record is committed may cause another one. */
  private static final int MOST_COMMITS = 100;

  private final MemoryLog log;
  private final WatchedPair pair;
  private final GapWatch gaps = new GapWatch();
  private final Engines engines;
  private final ParkWatch parks = new ParkWatch();
  private final WatchedBox box;
  private final DyingBox dying;
  private final CommittingBox committing;
  private final MovingBox moving;
  private final WorldBoxes boxes;
  private final SimulatedNetwork network;
  private final @Nullable EngineReplay replay;
  private final @Nullable HandOver hands;
  private final boolean wrapped;
  private final boolean cut;
  private EngineWatch watch = EngineWatch.NONE;
  private boolean gathering;
  private boolean comparing;
  private long completedNanos = Long.MAX_VALUE;

  public WorldRun(SimulatedWorld world) {
    this(world, null, null);
  }

  /**
   * A run with the box wrapped by {@code around}, which may change what the box receives: reasons
   * are then not compared with packets, and missing timestamps at the ends not counted.
   */
  public WorldRun(SimulatedWorld world, @Nullable UnaryOperator<Box> around) {
    this(world, around, null);
  }

  /** A run whose engine gives connections away as {@code hands} says. */
  public WorldRun(SimulatedWorld world, HandOver hands) {
    this(world, null, hands);
  }

  private WorldRun(
      SimulatedWorld world, @Nullable UnaryOperator<Box> around, @Nullable HandOver hands) {
    this.hands = hands;
    wrapped = around != null;
    comparing = !wrapped;
    cut = world.path().isCut();
    pair = new WatchedPair(world, wrapped, this::keptBytes);
    CommitPlan commits = world.engine().commits();
    log = new MemoryLog(commits.mode(), commits.noCopy(), commits.firstCopies());
    NotedLog noted = new NotedLog(log);
    engines =
        new Engines((seed, memory) ->
            world.engine().engine(seed, pair.agent(), memory, noted, terms(hands)));
    Engine engine = engines.get();
    network = new SimulatedNetwork(world.path().path(), world.seed());
    EngineLimits limits = world.engine().limits();
    long most = limits.totalBytes() + limits.waitingBytes() + pair.exemptBytes();
    Kept kept = new Kept(engines, engines::allocatedBytes, pair::largestBytes);
    moving = new MovingBox(engine, world.engine().moveOneIn(), world.seed());
    TakeoverObserver takeovers = new TakeoverObserver();
    dying = new DyingBox(engine, moving, world.engine().takeOverOneIn(), world.seed(), takeovers);
    committing = new CommittingBox(engines, noted, commits, world.seed(), takeovers).cuts();
    box =
        new WatchedBox(
            engines,
            commits.mode().writesRecords() ? committing : dying,
            most,
            commits.keepsBack() ? most : limits.waitingBytes(),
            nanos -> afterCall(kept, nanos));
    replay = mayReplay(commits) ? new EngineReplay(engines, log, pair) : null;
    if (replay != null) {
      committing.replayBy(replay);
    }
    moving.observeStreams(box::noteMoved);
    WorldObservers all = pair.observers();
    boxes = new WorldBoxes(world, box, hands, engines::count, all::drops, all::joins);
    committing.keepingFragments(() -> boxes.keepsFragment(network.nowNanos()));
    Box joined = new LosingBox(boxes.joined(), committing::isDark);
    setUpNetwork();
    network.place(around == null ? boxes.whole() : around.apply(joined));
  }

  private boolean mayReplay(CommitPlan commits) {
    return commits.mode().writesRecords() && hands == null;
  }

  private static FastPathTerms terms(@Nullable HandOver hands) {
    return hands == null ? FastPathTerms.OFF : hands.terms();
  }

  private void setUpNetwork() {
    network
        .callTimerFirst(() -> moving.isMoveDue() || dying.isDue() || committing.isDue())
        .loseWhile(() -> committing.isDark() || (hands != null && hands.loses()))
        .waitIn(hands == null ? ArrivalQueue.NONE : hands.queue());
    if (hands != null) {
      hands.setFastPath(() -> engines.get().fastPath());
      hands.observeCopies(pair.observers()::comesTwice);
      if (hands.mayWait()) {
        pair.observers().stale().noteOvertaken();
      }
    }
  }

  private void afterCall(Kept kept, long nowNanos) {
    checkStored(nowNanos);
    checkGaps(nowNanos);
    pair.checkShown(nowNanos);
    pair.checkSilence(nowNanos);
    watch.look(kept, nowNanos);
    parks.look(engines.get(), nowNanos);
    if (replay != null) {
      replay.lookSometimes(nowNanos);
    }
  }

  /** Tells the observers of the world what an engine that dies knew. */
  private final class TakeoverObserver implements DyingBox.Observer, DeathObserver {
    @Override
    public Runnable memento() {
      return pair.memento();
    }

    @Override
    public void dies(@Nullable Connection connection, Connection copy, long nowNanos) {
      pair.dies(connection, copy, nowNanos);
    }

    @Override
    public void loses(Connection connection, long nowNanos) {
      pair.loses(connection, nowNanos);
    }

    @Override
    public void losesAll() {
      pair.losesOpening();
    }

    @Override
    public void died() {
      pair.noteSynLost();
      boxes.noteEngineDied();
      boxes.noteFragmentsLost();
      if (hands != null) {
        hands.noteEngineDied();
      }
    }

    @Override
    public void handsOver() {
      died();
      pair.handedOver();
    }

    @Override
    public void recorded() {
      pair.recorded();
    }

    @Override
    public void dies(Connection connection, long nowNanos) {
      pair.dies(connection, nowNanos);
      boxes.noteEngineDied();
    }

    @Override
    public void takenOver(@Nullable Stream before, Stream after) {
      box.noteTakenOver(before, after);
    }

    @Override
    public void handedOver(Stream before, Stream after) {
      box.noteMoved(before, after);
    }
  }

  /**
   * What a wrapped box gets is not counted, nor what arrived before the engine started. Fragments
   * reach the engine one by one, and are counted as one.
   */
  private void checkStored(long nowNanos) {
    boolean whole = !wrapped && pair.world().path().fragmentBytes() == 0;
    if (whole && !pair.world().engine().isJoining()) {
      engines.get().forEachConnection(each -> pair.checkStored(each, nowNanos));
    }
  }

  private void checkGaps(long nowNanos) {
    engines.get().forEachConnection(each -> gaps.check(each, nowNanos));
  }

  /** Adds {@code observer}. */
  public WorldRun observe(PacketObserver observer) {
    network.observe(observer);
    return this;
  }

  /** Lets {@code other} look at the engine after each of its calls. */
  public WorldRun watch(EngineWatch other) {
    watch = other;
    return this;
  }

  /** Notes that the box gathers segments, so that it sees timestamps later than the observers. */
  public WorldRun gathering() {
    gathering = true;
    return this;
  }

  /** Compares the time with that of the same world without a box, although the box is wrapped. */
  WorldRun comparing() {
    comparing = true;
    return this;
  }

  /** Runs the world; reports a broken law with the world and the packets at the box. */
  public void runRecorded() {
    PacketRecorder recorder = new PacketRecorder(Place.INTO_BOX, Place.OUT_OF_BOX);
    network.observe(recorder);
    try {
      run();
    } catch (LawBroken e) {
      SimulatedWorld world = pair.world();
      throw new AssertionError(
          e.getMessage() + "\n" + world + "\n" + recorder.text(world.ends()), e);
    }
  }

  /** Whether timers may have run out because records were lost, perhaps several times. */
  private boolean isLate() {
    long recordNanos = committing.lostNanos(network.nowNanos());
    return RelativeDeadline.mayMisleadTimers(pair.world(), recordNanos);
  }

  /** Runs the world; throws {@link LawBroken} at the first broken law. */
  public void run() {
    pair.observe(network::observe, !gathering);
    pair.observers().overtakenWhile(boxes::hasForwarded);
    pair.open(network, network.nowNanos());
    runToEnd();
    pair.checkEnd(false, engines::count);
    pair.checkEmpty(network.nowNanos());
    if (cut) {
      checkForgotten();
    } else if (comparing && completedNanos != Long.MAX_VALUE) {
      pair.checkTime(completedNanos, (hands != null && hands.hasFaults()) || isLate());
    }
    if (replay != null) {
      replay.finish(network.nowNanos());
    }
    checkCommitted();
    box.finish(network.nowNanos(), engines::allocatedBytes);
  }

  /** Once all records are committed, nothing waits for them, and nothing is charged for it. */
  private void checkCommitted() {
    for (int i = 0; i < MOST_COMMITS && log.committed() < log.appended(); i++) {
      log.commitTo(log.appended());
      engines.get().onCommitted(network.nowNanos(), packet -> {});
    }
    LawBroken.unless(
        log.state() != LogState.COMMITTING || engines.get().waiting().charged() == 0,
        Law.BOUNDS,
        () -> "something waits for committed records: " + engines.get().waiting());
  }

  /** Shows {@code observer} the connections that each engine gave away. */
  public void forEachFastPath(Consumer<FastPath> observer) {
    engines.forEach(each -> observer.accept(each.fastPath()));
  }

  /** Whether the engine, or its records, have the numbers of the connection. */
  public boolean isConnectionKnown() {
    int[] known = new int[1];
    engines.get().forEachConnection(each -> known[0] += each.hasStreams() ? 1 : 0);
    engines.get().forEachParked(each -> known[0]++);
    return known[0] > 0 || engines.get().inheritedConnections() > 0;
  }

  /** How often the engines counted {@code reason}. */
  long count(Reason reason) {
    return engines.count(reason);
  }

  /** What waits for records in the world. */
  CommitMode commitMode() {
    return pair.world().engine().commits().mode();
  }

  /** How many times another engine went on. */
  public long takeovers() {
    return (long) dying.deaths() + committing.takeovers();
  }

  /** How many of these were hand-overs: nothing was lost. */
  public long handOvers() {
    return committing.handOvers();
  }

  /** How often a connection was moved within its engine. */
  public long moves() {
    return moving.moves();
  }

  /** Whether the connection was parked. */
  public boolean hasParked() {
    return parks.hasParked();
  }

  /** The states in which engines died whose records another one goes on with. */
  public DeathStates deathStates() {
    return committing.deathStates();
  }

  /** Nothing is kept for ever of a connection whose end is gone. */
  private void checkForgotten() {
    long kept = engines.get().budget().usedBytes() + engines.allocatedBytes();
    LawBroken.unless(
        engines.get().connections() == 0 && kept == 0,
        Law.PROGRESS,
        () -> "is never forgotten: storedBytes=" + kept + "\n" + pair.talk());
  }

  /** The memory that the box uses for octets: its own, or what it says if others lend it memory. */
  private long keptBytes() {
    long waiting = engines.get().inheritedConnections() > 0 ? Long.MAX_VALUE / 2 : 0; // as octets
    return waiting + (wrapped ? engines.get().budget().usedBytes() : engines.allocatedBytes());
  }

  private void runToEnd() {
    long deadline = pair.deadlineNanos();
    ProgressWatch progress = new ProgressWatch(pair.world(), pair.talk(), 0, pair::diedNanos);
    for (int step = 0; step < MAX_STEPS; step++) {
      progress.step(network.nowNanos());
      if (completedNanos == Long.MAX_VALUE && pair.isRead()) {
        completedNanos = network.nowNanos();
      }
      if (cut) {
        pair.stepCut(network.nowNanos());
      } else if (pair.talk().isDone() && network.framesInFlight() == 0) {
        return;
      }
      if (network.nextNanos() > deadline || !network.step()) {
        return;
      }
    }
    throw new LawBroken(Law.PROGRESS, "packets never end: nanos=" + network.nowNanos());
  }
}
