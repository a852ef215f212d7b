package dev.midstream.worlds.law;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Octets;
import dev.midstream.modcmd.state.StateWriter;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.fastpath.FastPathTerms;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.status.EngineStatus;
import dev.midstream.reassembly.status.StatusScan;
import dev.midstream.worlds.plan.CommitPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A second engine of a world, with an agent and a log of its own, that gets the inputs of the first
 * one again, some time later. It must send the same, write the same records, and have the same
 * connections as octets and the same status; and its records must hold what its connections have.
 * It dies when the first one does, and goes on with the same records.
 */
final class EngineReplay {
  private static final int CALLS_FOR_EACH_LOOK = 40;

  private final Supplier<Engine> first;
  private final MemoryLog firstLog;
  private final WatchedPair firstPair;
  private final WatchedPair pair;
  private final MemoryLog log;
  private final Engines engines;
  private final ReplicaChecks replicas;
  private final SplittableRandom random;
  private final Runnable begun;
  private final Deque<Consumer<EngineReplay>> inputs = new ArrayDeque<>();

  /** What the agent had decided when each record was written that is not committed. */
  private final NavigableMap<Long, Runnable> mementos = new TreeMap<>();

  private boolean openedByServer;
  private long compared;
  private boolean over;

  /** A second engine of the world of {@code pair}, whose first one writes to {@code log}. */
  EngineReplay(Supplier<Engine> first, MemoryLog log, WatchedPair pair) {
    this.first = first;
    firstLog = log;
    firstPair = pair;
    SimulatedWorld world = pair.world();
    this.pair = new WatchedPair(world, false, () -> 0);
    CommitPlan commits = world.engine().commits();
    this.log = new MemoryLog(commits.mode(), commits.noCopy(), commits.firstCopies());
    NotedLog noted = new NotedLog(this.log);
    Agent<String> agent = this.pair.agent();
    engines =
        new Engines(
            (seed, memory) -> world.engine().engine(seed, agent, memory, noted, FastPathTerms.OFF));
    begun = this.pair.memento();
    keepMemento();
    noted.observe(record -> keepMemento());
    replicas = new ReplicaChecks(engines, this.log);
    random = new SplittableRandom(world.seed());
  }

  Engine engine() {
    return engines.get();
  }

  MemoryLog log() {
    return log;
  }

  WatchedPair pair() {
    return pair;
  }

  /** Notes that the first engine is about to be called. */
  void beginInput() {
    boolean byServer = firstPair.isOpenedByServer();
    if (byServer != openedByServer) {
      add(by -> by.pair().openedBy(byServer));
    }
  }

  /** Adds what the first engine got. */
  void add(Consumer<EngineReplay> input) {
    inputs.add(input);
  }

  private void keepMemento() {
    mementos.put(log.appended(), pair.memento());
  }

  /** Notes that the records up to {@code number} are committed. */
  void commitTo(long number) {
    log.commitTo(number);
    mementos.headMap(number).clear();
  }

  /** The second engine dies, as {@link EngineInputs#die} says. */
  void die(long number, boolean losesDecisions, long nowNanos) {
    if (losesDecisions) {
      Objects.requireNonNull(mementos.get(number)).run();
    }
    pair.noteSynLost();
    pair.noteEngineDied();
    loseAfter(number);
    EngineInputs.fence(engines, log, nowNanos);
  }

  /** The second engine dies, as {@link EngineInputs#dieAlone} says. */
  void dieAlone(long nowNanos) {
    begun.run();
    pair.noteSynLost();
    pair.noteEngineDied();
    EngineInputs.fenceAlone(engines, log, nowNanos);
    replicas.forget();
    compared = 0;
    keepMemento();
  }

  /** The second engine hands its connections over. */
  void handOver(long nowNanos) {
    EngineInputs.handOver(engines, log, nowNanos);
    keepMemento();
    pair.noteSynLost();
    replicas.forget();
  }

  /** Notes that records of both engines are lost. */
  void loseAfter(long number) {
    log.loseAfter(number);
    replicas.forget();
    compared = 0;
  }

  /** Replays what came since and compares both engines, after some of the calls. */
  void lookSometimes(long nowNanos) {
    openedByServer = firstPair.isOpenedByServer();
    if (!over && random.nextInt(CALLS_FOR_EACH_LOOK) == 0) {
      look(nowNanos);
    }
  }

  /** Replays what came since and compares both engines. */
  void look(long nowNanos) {
    while (!inputs.isEmpty()) {
      inputs.remove().accept(this);
    }
    compareRecords(nowNanos);
    compare("deadline", first.get().nextDeadlineNanos(), engine().nextDeadlineNanos(), nowNanos);
    compare(
        "connections",
        connections(first.get(), nowNanos),
        connections(engine(), nowNanos),
        nowNanos);
    compare("status", status(first.get(), nowNanos), status(engine(), nowNanos), nowNanos);
    replicas.check(nowNanos);
  }

  /** As {@link #look}, and ends the second engine, unless it has ended. */
  void finish(long nowNanos) {
    if (over) {
      return;
    }
    over = true;
    look(nowNanos);
    engine().finish(nowNanos, packet -> {});
  }

  private void compareRecords(long nowNanos) {
    compare("number of records", firstLog.appended(), log.appended(), nowNanos);
    while (compared < log.appended()) {
      compared++;
      Octets record = Octets.of(firstLog.record(compared));
      compare("record " + compared, record, Octets.of(log.record(compared)), nowNanos);
    }
  }

  /** All connections of {@code of} as octets, by their ends. */
  private static Map<String, Octets> connections(Engine of, long nowNanos) {
    Map<String, Octets> connections = new TreeMap<>();
    Consumer<Connection> observer =
        each -> {
          StateWriter octets = new StateWriter();
          boolean isWritten = of.moves().write(each, octets, nowNanos) == null;
          connections.put(each.name(), isWritten ? Octets.of(octets.toOctets()) : Octets.empty());
        };
    of.forEachConnection(observer);
    of.forEachParked(observer);
    return connections;
  }

  /** Counts, kept octets, and half-open connections too. Checks move the peak of kept octets. */
  private static List<Object> status(Engine of, long nowNanos) {
    StatusScan scan = of.scanStatus(StatusScan.MAX_RECENT);
    boolean goesOn = true;
    while (goesOn) {
      goesOn = scan.step(nowNanos);
    }
    EngineStatus status = scan.result();
    return List.of(
        status.packets(),
        status.opened(),
        status.edits(),
        status.decidedOctets(),
        status.removedOctets(),
        status.insertedOctets(),
        status.keptBytes(),
        status.unprotected(),
        status.reasons(),
        status.states(),
        status.handlings(),
        status.recent());
  }

  /** Compares what left both engines in the same call. */
  void compare(String what, OutputSum sum, OutputSum again, long nowNanos) {
    LawBroken.unless(
        sum.isSame(again),
        Law.TAKEOVER,
        () -> "a replay of " + what + " sends otherwise: " + sum + " " + again + " at=" + nowNanos);
  }

  private static void compare(String what, Object is, Object again, long nowNanos) {
    LawBroken.unless(
        is.equals(again),
        Law.TAKEOVER,
        () -> "a replay has other " + what + ": is=" + is + " again=" + again + " at=" + nowNanos);
  }
}
