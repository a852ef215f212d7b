package dev.midstream.worlds.plan;

import dev.midstream.reassembly.commit.NoCopy;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.OutOfOrder;
import dev.midstream.reassembly.rule.Policies.Urgent;
import dev.midstream.reassembly.stream.FirstCopies;
import dev.midstream.testkit.sim.link.WireFaults;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import dev.midstream.worlds.plan.AgentPlan.State;
import dev.midstream.worlds.plan.AgentPlan.Unit;
import dev.midstream.worlds.plan.EndpointPlan.Closing;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A difficulty of a world that can be removed. The property {@code midstream.without} names those
 * that all worlds are drawn without.
 */
public enum Hardship {
  LOSS_BEFORE_BOX(world -> calm(world, true, faults -> faults.withLoss(0).withBursts(0, 0))),
  LOSS_AFTER_BOX(world -> calm(world, false, faults -> faults.withLoss(0).withBursts(0, 0))),
  DUPLICATION(world -> calm(world, faults -> faults.withDuplication(0))),
  REORDERING(world -> calm(world, faults -> faults.withReordering(0, 0))),
  CORRUPTION(world -> calm(world, faults -> faults.withCorruption(0))),
  JITTER(world -> calm(world, faults -> faults.withJitter(0))),
  SLOW_WIRES(world -> world.withPath(path -> path.withRate(0))),
  SLOW_READERS(world -> world.withBoth(end -> end.withReads(1, 0))),
  /** Receivers that read nothing for longer than the hold time of undecided octets. */
  STALLING_READERS(Hardship::withoutStalls),
  /** Undecided octets pass after a silence. */
  HOLD_TIME(Hardship::withoutFlushes),
  HOLD_LIMIT(
      world -> world.withEngine(box -> box.withHoldBytes(EngineLimits.DEFAULTS.holdBytes()))),
  SMALL_WINDOWS(world -> options(world, Hardship::wide)),
  SHRINKING_WINDOWS(world -> options(world, each -> each.without(Behaviour.SHRINKING_WINDOW))),
  ODD_ENDS(world -> options(world, Hardship::modern)),
  TINY_SEGMENTS(world -> options(world, each -> each.withMss(each.segmentBytes()))),
  FAST_CLOCKS(world -> options(world, each -> each.without(Behaviour.FAST_CLOCK))),
  FAST_OPEN(world -> options(world, each -> each.without(Behaviour.FAST_OPEN))),
  SIMULTANEOUS_OPENING(world -> world.opening(false)),
  HALF_CLOSE(world -> closing(world, Closing.AFTER_PEER)),
  ABORTS(world -> closing(world, Closing.ABORT)),
  HOLDING(world -> world.withAgent(agent -> agent.withUnit(Unit.OCTET))),
  DELETING(world -> world.withAgent(agent -> agent.mayDelete() ? growing(agent) : agent)),
  REPLIES(world -> world.withAgent(agent -> agent.withReplyEvery(0))),
  GROWING(world -> world.withAgent(agent -> agent.withGrowth(0))),
  FINISHING_AGENT(world -> world.withAgent(agent -> steady(agent, End.FINISHES))),
  ABORTING_AGENT(world -> world.withAgent(agent -> steady(agent, End.ABORTS))),
  POLICIES_OF_THE_RULE(world -> world.withEngine(engine -> engine.withOfRule(false))),
  DROPPED_SPANS(world -> world.withAgent(Hardship::seeing)),
  OPAQUE_SPANS(world -> world.withAgent(Hardship::watching)),
  FAILING_CODEC(world -> world.withAgent(agent -> agent.withCodec(CodecPlan.SOUND))),
  FAILING_AGENT(world -> world.withAgent(agent -> steady(agent, End.THROWS))),
  DETACHING_AGENT(
      world -> world.withAgent(agent -> steady(steady(agent, End.DETACHES), End.NOT_MINE))),
  ALTERNATING_AGENT(world -> world.withAgent(agent -> agent.withAlternating(false))),
  CHANGING_STATE(world -> world.withAgent(agent -> agent.withState(State.NOTHING))),
  SMALL_LIMITS(world -> world.withEngine(box -> box.withLimits(EngineLimits.DEFAULTS))),
  RENEGING(world -> options(world, each -> each.without(Behaviour.RENEGING))),
  URGENT_OCTETS(world -> options(world, each -> each.without(Behaviour.URGENT))),
  URGENT_POLICIES(world -> world.withEngine(box -> box.withUrgent(Urgent.CLEAR))),
  RESETTING_AGENT(world -> world.withAgent(agent -> steady(agent, End.RESETS))),
  /** Routes that change, and copies with a low hop limit. */
  ROUTE_CHANGES(world -> world.withPath(path -> path.withHops(HopPlan.NONE))),
  /** Narrow links, and ICMP errors. */
  ROUTERS(world -> world.withPath(path -> path.withLinks(LinkPlan.NONE))),
  FRAGMENTS(world -> world.withPath(path -> path.withFragments(0))),
  /** Fragments of copies of segments that are never whole. */
  STRAY_FRAGMENTS(world -> world.withPath(path -> path.withStrays(0))),
  VLAN_TAGS(world -> world.withEnds(world.ends().withVlans(0))),
  MOVING(world -> world.withEngine(box -> box.withMoves(0))),

  /** Connections at rest are parked early. */
  PARKING(world -> world.withEngine(box -> box.withPark(EnginePlan.PLAIN.parkNanos()))),
  /** What is decided waits until it is committed. */
  COMMITS(world -> world.withEngine(box -> box.withCommits(CommitPlan.NONE))),
  /** No other engine keeps the records for a while. */
  LOST_COPIES(world ->
      world.withEngine(box -> box.withCommits(box.commits().withAlone(0, NoCopy.CONTINUE)))),
  /** Engines that die meanwhile, so that all is lost. */
  DEATHS_ALONE(world -> world.withEngine(box -> box.withCommits(box.commits().dyingAlone(false)))),
  /** Engines that hand their connections over. */
  HAND_OVERS(world -> world.withEngine(box -> box.withCommits(box.commits().withHandOvers(0)))),
  /** A time after a death in which no engine works. */
  DARK_TIMES(world -> world.withEngine(box -> box.withCommits(box.commits().withDark(0)))),
  /** Records hold no octets that their sender can repeat. */
  OMITTED_COPIES(world ->
      world.withEngine(box -> box.withCommits(box.commits().withFirstCopies(FirstCopies.ALL)))),
  /** Engines that die, and others that go on with what is essential. */
  TAKEOVERS(world -> world.withEngine(box -> box.withTakeovers(0))),
  JOINING(world -> world.withEngine(box -> box.joining(0, box.policies().midStream()))),
  CONGESTION_MARKS(world -> options(world, each -> each.without(Behaviour.ECN))),
  HOP_LIMITS(world -> options(world, each -> each.withHopLimit(EndpointOptions.MODERN.hopLimit()))),
  OUTAGES(world -> calm(world, faults -> faults.isCut() ? faults : faults.withOutage(0, 0))),
  /** Ends that are cut off for ever. */
  CUT_WIRES(world -> calm(world, faults -> faults.isCut() ? faults.withOutage(0, 0) : faults)),
  LATE_FAULTS(world -> calm(world, faults -> faults.withStart(0))),
  LONG_PATHS(
      world -> world.withPath(path -> path.withDelay(Math.min(path.delayNanos(), 60_000_000)))),
  LONG_STREAMS(world -> world.withBoth(end -> end.withBytes(Math.min(end.bytes(), 1 << 16)))),
  LONG_PAUSES(world -> world.withBoth(Hardship::brisk)),
  DAYS(world -> world.withBoth(Hardship::withinHour)),
  DISCARDING(world -> world.withEngine(box -> box.withOutOfOrder(OutOfOrder.DELAY_JOINED)));

  private static final long NO_HOLD_NANOS = 86_400_000_000_000L;
  private static final long SHORT_PAUSE_NANOS = 40_000_000;
  private static final long MINUTES_NANOS = 900_000_000_000L;
  private static final int WIDEST_PLAIN_BYTES = 65_535;
  private static final int WIDE_BYTES = 262_144;
  private static final int WIDE_SCALE = 7;

  @SuppressWarnings("ImmutableEnumChecker") // functions of their argument that capture nothing
  private final UnaryOperator<SimulatedWorld> removal;

  Hardship(UnaryOperator<SimulatedWorld> removal) {
    this.removal = removal;
  }

  /** The same world without this. */
  public SimulatedWorld removedFrom(SimulatedWorld world) {
    return removal.apply(world);
  }

  /** The hardships in {@code names}, a comma-separated list. */
  public static Set<Hardship> named(String names) {
    return Arrays.stream(names.split(",", -1))
        .filter(name -> !name.isBlank())
        .map(name -> valueOf(name.strip().toUpperCase(Locale.ROOT).replace('-', '_')))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Hardship.class)));
  }

  private static SimulatedWorld calm(SimulatedWorld world, UnaryOperator<WireFaults> change) {
    return world.withPath(path -> path.withEachFault(change));
  }

  private static SimulatedWorld calm(
      SimulatedWorld world, boolean beforeBox, UnaryOperator<WireFaults> change) {
    SimulatedWorld changed = world;
    for (int i = 0; i < PathPlan.PLACES.size(); i++) {
      int place = i;
      if ((i % 2 == 0) == beforeBox) {
        changed = changed.withPath(path -> path.withFault(place, change));
      }
    }
    return changed;
  }

  private static SimulatedWorld options(
      SimulatedWorld world, UnaryOperator<EndpointOptions> change) {
    return world.withBoth(end -> end.withOptions(change.apply(end.options())));
  }

  private static EndpointPlan brisk(EndpointPlan end) {
    return end.withWrites(end.parts(), Math.min(end.pauseNanos(), SHORT_PAUSE_NANOS));
  }

  private static EndpointPlan withinHour(EndpointPlan end) {
    return end.withWrites(end.parts(), Math.min(end.pauseNanos(), MINUTES_NANOS))
        .withReads(end.readBytes(), Math.min(end.readEveryNanos(), MINUTES_NANOS));
  }

  private static EndpointOptions wide(EndpointOptions options) {
    return options.receiveBufferBytes() >= WIDEST_PLAIN_BYTES
        ? options
        : options.with(Behaviour.WINDOW_SCALING).withBuffer(WIDE_BYTES, WIDE_SCALE);
  }

  private static EndpointOptions modern(EndpointOptions options) {
    if (EndpointOptions.MODERN.behaviours().containsAll(options.behaviours())) {
      return options;
    }
    return EndpointOptions.MODERN
        .withMss(options.mssBytes())
        .withBuffer(options.receiveBufferBytes(), options.windowScale())
        .withMaxTimeouts(options.maxTimeouts());
  }

  private static SimulatedWorld closing(SimulatedWorld world, Closing unwanted) {
    return world.withBoth(
        end -> end.closing() == unwanted ? end.withClosing(Closing.AT_ONCE) : end);
  }

  private static SimulatedWorld withoutStalls(SimulatedWorld world) {
    return world.engine().isFlushing()
        ? world
            .withBoth(end -> end.withReads(1, 0))
            .withEngine(box -> box.withHoldTime(EngineLimits.DEFAULTS.holdNanos()))
        : world;
  }

  private static SimulatedWorld withoutFlushes(SimulatedWorld world) {
    return world.engine().isFlushing()
        ? world.withEngine(box -> box.withHoldTime(NO_HOLD_NANOS))
        : world;
  }

  private static AgentPlan growing(AgentPlan agent) {
    return agent.withChange(Change.GROW);
  }

  private static AgentPlan seeing(AgentPlan agent) {
    return agent.change() == Change.DROP ? agent.withChange(Change.DELETE) : agent;
  }

  private static AgentPlan watching(AgentPlan agent) {
    AgentPlan seeing = agent.change() == Change.SKIP ? agent.withChange(Change.GROW) : agent;
    return seeing.end() == End.SKIPS_REST ? seeing.withEnd(End.NEVER) : seeing;
  }

  private static AgentPlan steady(AgentPlan agent, End unwanted) {
    return agent.end() == unwanted ? agent.withEnd(End.NEVER) : agent;
  }
}
