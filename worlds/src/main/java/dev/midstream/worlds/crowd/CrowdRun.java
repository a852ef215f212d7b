package dev.midstream.worlds.crowd;

import dev.midstream.reassembly.commit.MemoryLog;
import dev.midstream.reassembly.rule.Match;
import dev.midstream.reassembly.rule.PortRange;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.testkit.agent.SimpleAgents;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.Path;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.wire.packet.Box;
import dev.midstream.worlds.law.CommittingBox;
import dev.midstream.worlds.law.DeathStates;
import dev.midstream.worlds.law.EngineWatch;
import dev.midstream.worlds.law.EngineWatch.Kept;
import dev.midstream.worlds.law.Engines;
import dev.midstream.worlds.law.Law;
import dev.midstream.worlds.law.LawBroken;
import dev.midstream.worlds.law.MovingBox;
import dev.midstream.worlds.law.NotedLog;
import dev.midstream.worlds.law.WatchedBox;
import dev.midstream.worlds.law.WatchedPair;
import dev.midstream.worlds.plan.CommitPlan;
import dev.midstream.worlds.plan.CrowdDraw;
import dev.midstream.worlds.plan.CrowdWorld;
import dev.midstream.worlds.plan.CrowdWorld.Member;
import dev.midstream.worlds.plan.CrowdWorld.Start;
import dev.midstream.worlds.plan.EnginePlan;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import dev.midstream.worlds.plan.Neighbour;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** One run of a crowd, from the first SYN until long after the last packet. */
public final class CrowdRun {
  private static final long MILLI = 1_000_000L;
  private static final long SECOND = 1_000 * MILLI;
  private static final int MAX_STEPS = 5_000_000;

  /** Longer than any connection that has ended is remembered. */
  private static final long SILENCE_NANOS = 700 * SECOND;

  private final CrowdWorld world;
  private final Map<Integer, Tuple> tuples = new LinkedHashMap<>();
  private final List<Incarnation> incarnations = new ArrayList<>();
  private final CrowdBox box = new CrowdBox(tuples);
  private final SimulatedNetwork network = new SimulatedNetwork(Path.of(2 * MILLI), 0);
  private final Timetable timetable = new Timetable(network);
  private final Engines engines;
  private final CommittingBox committing;
  private final WatchedBox watched;
  private final CrowdMemory memory;
  private EngineWatch watch = EngineWatch.NONE;

  public CrowdRun(CrowdWorld world) {
    this.world = world;
    for (int i = 0; i < world.members().size(); i++) {
      add(world.members().get(i), world.sharesPorts(i));
    }
    CommitPlan commits = world.engine().commits();
    MemoryLog log = new MemoryLog(commits.mode(), commits.noCopy(), commits.firstCopies());
    NotedLog noted = new NotedLog(log);
    RuleTable rules = EnginePlan.table(rules());
    engines =
        new Engines((hashes, bytes) -> world.engine().engine(hashes, rules, bytes, noted, box));
    long others = world.neighbours().stream().mapToLong(Neighbour::bytes).sum();
    memory = new CrowdMemory(engines, box, tuples.values(), engines::allocatedBytes, others);
    LongSupplier most = () -> others + storedBytes() + memory.lateBytes();
    Kept kept = new Kept(engines, engines::allocatedBytes, most);
    LongConsumer further =
        nanos -> {
          memory.check(nanos);
          watch.look(kept, nanos);
        };
    long waiting = commits.keepsBack() ? mostBytes() : world.engine().limits().waitingBytes();
    long seed = world.members().size();
    MovingBox moving = new MovingBox(engines.get(), world.engine().moveOneIn(), seed);
    CrowdTakeovers takeovers = new CrowdTakeovers(incarnations, box, memory);
    noted.observe(takeovers::noteRecord);
    committing = new CommittingBox(engines, noted, commits, seed, takeovers);
    Box acting = commits.mode().writesRecords() ? committing : moving;
    watched = new WatchedBox(engines, acting, mostBytes(), waiting, further);
    takeovers.tell(watched);
    moving.observeStreams(watched::noteMoved);
    memory.observe(moving);
    memory.observe(committing::isDark);
    box.place(watched, engines::count);
    network
        .place(box)
        .callTimerFirst(() -> moving.isMoveDue() || committing.isDue())
        .loseWhile(committing::isDark);
  }

  /** How many times another engine went on, because one died or handed over. */
  public int takeovers() {
    return committing.takeovers();
  }

  /** How many of these were hand-overs: no record was lost. */
  public int handOvers() {
    return committing.handOvers();
  }

  /** The checks of memory of this run, for an engine that has {@code allocatedBytes} of it. */
  CrowdMemory memory(LongSupplier allocatedBytes) {
    return new CrowdMemory(engines, box, tuples.values(), allocatedBytes, 0);
  }

  private void add(Member member, boolean sharesPorts) {
    Ends ends = member.world().ends();
    int key = CrowdBox.key(ends.clientPort(), ends.serverPort());
    Tuple tuple = tuples.computeIfAbsent(key, ports -> new Tuple());
    WatchedPair pair = new WatchedPair(member.world(), sharesPorts, this::keptBytes);
    Incarnation incarnation = new Incarnation(member, pair);
    tuple.add(incarnation);
    incarnations.add(incarnation);
  }

  /** One rule for each pair of ports, because its agent tells the connections apart. */
  private List<Rule> rules() {
    List<Rule> rules = new ArrayList<>();
    for (Tuple tuple : tuples.values()) {
      Member first = tuple.incarnations().getFirst().member();
      Ends ends = first.world().ends();
      if (first.world().engine().treatment() != Treatment.NO_RULE) {
        // Either end may open first.
        Match match = to(ends.serverPort(), ends.clientPort());
        rules.add(first.world().engine().rule("port-" + ends.serverPort(), match, tuple));
      }
    }
    int port = CrowdDraw.NEIGHBOURS_PORT;
    rules.add(
        world
            .engine()
            .withTreatment(Treatment.EDIT)
            .rule("neighbours", to(port), SimpleAgents.passing()));
    return rules;
  }

  private static Match to(int... ports) {
    List<PortRange> ranges = Arrays.stream(ports).mapToObj(PortRange::of).toList();
    return new Match(List.of(), List.of(), List.of(), ranges);
  }

  /**
   * The most that the engine may keep: the total limit, what no limit refuses, and what one agent
   * makes of one view.
   */
  private long mostBytes() {
    long never = 0;
    long largest = 0;
    for (Incarnation each : incarnations) {
      never += each.pair().unrefusedBytes();
      largest = Math.max(largest, each.pair().largestBytes());
    }
    return world.engine().limits().totalBytes() + never + largest;
  }

  /** What must be kept at most for the pairs, counted from outside. */
  private long storedBytes() {
    return incarnations.stream().mapToLong(each -> each.pair().stored().mostBytes()).sum();
  }

  /** Lets {@code other} look at the engine after each of its calls. */
  public CrowdRun watch(EngineWatch other) {
    watch = other;
    return this;
  }

  /** Adds {@code observer}. */
  public CrowdRun observe(PacketObserver observer) {
    network.observe(observer);
    return this;
  }

  /** Runs the world; throws {@link LawBroken} at the first broken law. */
  public void run() {
    network.observe(box);
    schedule();
    runToEnd();
    incarnations.forEach(this::check);
    network.runUntil(network.nowNanos() + SILENCE_NANOS);
    watched.finish(network.nowNanos(), engines::allocatedBytes);
  }

  /** The states in which engines died whose records another one goes on with. */
  public DeathStates deathStates() {
    return committing.deathStates();
  }

  /** The memory for octets, and what is in records still. */
  private long keptBytes() {
    return engines.allocatedBytes()
        + (engines.get().inheritedConnections() > 0 ? Long.MAX_VALUE / 2 : 0);
  }

  private void schedule() {
    for (Incarnation each : incarnations) {
      if (each.member().start() == Start.FIRST) {
        timetable.at(each.member().delayNanos(), () -> each.open(network));
      }
    }
    for (Neighbour neighbour : world.neighbours()) {
      for (Neighbour.Sent sent : neighbour.frames()) {
        timetable.at(sent.nanos(), () -> network.inject(sent.leg(), sent.octets()));
      }
    }
  }

  private void runToEnd() {
    List<Incarnation> waiting = new ArrayList<>(incarnations);
    waiting.removeIf(each -> !each.member().follows());
    for (int step = 0; step < MAX_STEPS; step++) {
      incarnations.forEach(each -> each.step(network.nowNanos()));
      waiting.removeIf(this::isScheduled);
      boolean begun = waiting.isEmpty() && timetable.isEmpty();
      if (begun && network.framesInFlight() == 0 && isOver()) {
        return;
      }
      if (timetable.nextNanos() > deadlineNanos() || !timetable.step()) {
        return;
      }
    }
    throw new LawBroken(Law.PROGRESS, "packets never end: nanos=" + network.nowNanos());
  }

  /** Schedules a connection once the one before it leaves it the ports. */
  private boolean isScheduled(Incarnation incarnation) {
    Incarnation before = before(incarnation);
    boolean free =
        incarnation.member().start() == Start.AFTER_CLIENT
            ? before.isClientDone()
            : before.isOver();
    if (free) {
      timetable.at(
          network.nowNanos() + incarnation.member().delayNanos(),
          () -> {
            before.replace();
            incarnation.open(network);
          });
    }
    return free;
  }

  private boolean isOver() {
    for (Incarnation each : incarnations) {
      if (!each.isOver() && !each.isCutShort() && !each.isWithoutRoom()) {
        return false;
      }
    }
    return true;
  }

  /** The time by which every connection that has opened must be done. */
  private long deadlineNanos() {
    long latest = 0;
    for (Incarnation each : incarnations) {
      latest = Math.max(latest, each.isOpened() ? each.deadlineNanos() : 0);
    }
    return latest == 0 ? Long.MAX_VALUE : latest;
  }

  private void check(Incarnation incarnation) {
    if (!incarnation.isOpened()) {
      Incarnation before = before(incarnation);
      boolean excused = !before.isOpened() || before.mayStay();
      LawBroken.unless(excused, Law.PROGRESS, () -> "does not end\n" + before.pair().talk());
      return;
    }
    if (incarnation.isWithoutRoom()) {
      incarnation.pair().checkPassed();
      return;
    }
    boolean cut = incarnation.isCutShort() || incarnation.hasVanished();
    incarnation.pair().checkEnd(cut, engines::count);
    incarnation.pair().checkEmpty(network.nowNanos());
    if (!cut) {
      incarnation.checkTime();
    }
  }

  private Incarnation before(Incarnation incarnation) {
    return incarnations.get(incarnations.indexOf(incarnation) - 1);
  }
}
