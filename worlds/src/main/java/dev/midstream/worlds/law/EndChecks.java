package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.tcp.Ending;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.testkit.sim.tcp.TcpState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WholeStream;
import dev.midstream.worlds.plan.WorldTraits;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;

/** The checks at the end of a world: streams, endpoints, their counters, and the agent's. */
final class EndChecks {
  private final SimulatedWorld world;
  private final WorldTraits traits;
  private final Map<Direction, WholeStream> streams;
  private final WatchedAgent agent;
  private final Conversation talk;
  private final StaleTimestamps stale;
  private final boolean unknown;
  private final boolean done;
  private final boolean cutShort;
  private boolean forgotten;
  private boolean expired;
  private boolean resetByPolicy;
  private boolean lost;

  /**
   * Checks of a world that has stopped.
   *
   * @param observers know what left after the engine has died, and whether nothing was recorded
   * @param cutShort whether something else than the endpoints or the box ended the connection
   */
  EndChecks(
      SimulatedWorld world,
      Map<Direction, WholeStream> streams,
      WatchedAgent agent,
      Conversation talk,
      WorldObservers observers,
      boolean cutShort) {
    this.world = world;
    this.streams = streams;
    this.agent = agent;
    this.talk = talk;
    stale = observers.stale();
    unknown = observers.hasBeenUnknown();
    done = talk.isDone();
    this.cutShort = cutShort;
    traits = new WorldTraits(world);
  }

  /**
   * Checks everything.
   *
   * @param intruded whether others than the endpoints may have sent
   * @param counts how often the engine counted a reason
   */
  void run(boolean intruded, ToLongFunction<Reason> counts) {
    forgotten = traits.mayBeForgotten() && isForgotten(counts);
    boolean awaited = traits.isFinishing() || traits.isResettingOneEnd();
    expired = awaited && counts.applyAsLong(Reason.FINISH_EXPIRED) > 0;
    lost = traits.mayLoseDecisions() && isLost(counts);
    resetByPolicy = traits.mayBeResetByPolicy() && isResetByPolicy(counts);
    LawBroken first = agent.broken();
    if (first != null && !mayFlush() && !world.engine().isPickingUp()) {
      throw first;
    }
    streams.forEach(this::checkStream);
    LawBroken.unless(done || mayReset(), Law.PROGRESS, () -> "does not end\n" + talk);
    for (Leg leg : Leg.values()) {
      checkEnd(leg, talk.endpoint(leg), intruded, counts.applyAsLong(Reason.GAP_EXPIRED) > 0);
    }
    checkOtherEnd(counts);
    checkHolds(counts);
    if (world.engine().isEditing() || !hasEndedInspection(counts)) {
      streams.keySet().forEach(this::checkDecided);
    }
  }

  /** The end that an agent has not reset reads the end of its stream, and closes in order. */
  private void checkOtherEnd(ToLongFunction<Reason> counts) {
    Direction aborted = agent.aborted();
    boolean lives =
        counts.applyAsLong(Reason.AGENT_ABORT) > 0 && !expired && !cutShort && !isResetToo(counts);
    if (aborted != null && lives && !traits.isAborting() && !traits.mayMissAnswers()) {
      TcpEndpoint other = talk.receiver(aborted.opposite());
      LawBroken.unless(
          other.ending() == Ending.CLOSED && other.isReadToEnd(),
          Law.PROGRESS,
          () -> "does not read the end: towards=" + aborted + "\n" + talk);
      WholeStream stream = Objects.requireNonNull(streams.get(aborted.opposite()));
      long decided = Math.min(agent.decided(aborted.opposite()), stream.octets().length);
      LawBroken.unless(
          other.receivedBytes() >= stream.newOffsetOf(decided),
          Law.FIDELITY,
          () -> "does not get all that was decided: decidedBytes=" + decided + "\n" + talk);
    }
  }

  /**
   * Whether the first reset of one end was lost with its engine, and the next one lacked octets
   * that the other end had not acknowledged when the agent reset again: it resets both (H-55).
   */
  private boolean isResetToo(ToLongFunction<Reason> counts) {
    return world.engine().commits().mayLackOctets() && counts.applyAsLong(Reason.AGENT_RESET) > 0;
  }

  /** The engine ends a hold where the agent holds too much, or its sender is silent. */
  private void checkHolds(ToLongFunction<Reason> counts) {
    if (world.engine().isFlushing()) {
      requireCount(agent.flushes(), Reason.HOLD_TIME, counts);
    }
    if (traits.mayHoldTooMuch()) {
      requireCount(agent.tooLongHolds(), Reason.HOLD_LIMIT, counts);
    }
  }

  private void requireCount(long expected, Reason reason, ToLongFunction<Reason> counts) {
    long count = counts.applyAsLong(reason);
    LawBroken.unless(
        count == expected,
        Law.EXPLAINED,
        () -> reason + " counted=" + count + " expected=" + expected + "\n" + talk);
  }

  /** A RST passes the held octets of a monitored connection, which may go on for its sender. */
  private boolean mayFlush() {
    return !world.engine().isEditing() && traits.isAborting();
  }

  private boolean mayReset() {
    return cutShort
        || traits.isAborting()
        || mayBeReset()
        || traits.isCut()
        || traits.mayMissAnswers()
        || forgotten
        || expired
        || lost
        || agent.lostReset().hasLeft()
        || (agent.hasThrown() && world.engine().isResettingOnFailure());
  }

  /** Whether an agent that may reset did so, or something else may reset. */
  private boolean mayBeReset() {
    return resetByPolicy || (traits.isResetByAgent() && agent.hasReset());
  }

  /** Whether the engine met what a policy resets. */
  private boolean isResetByPolicy(ToLongFunction<Reason> counts) {
    return world.engine().isResettingMidStream() || counts.applyAsLong(Reason.URGENT_CLEARED) > 0;
  }

  /**
   * Whether an engine died whose records did not hold what was decided, or the connection at all,
   * or that an end was closed, which then answers with a RST. The box counts why it resets.
   */
  private boolean isLost(ToLongFunction<Reason> counts) {
    boolean isUnknown =
        counts.applyAsLong(Reason.MID_STREAM) > 0 || counts.applyAsLong(Reason.NOT_WHOLE) > 0;
    return counts.applyAsLong(Reason.TAKEOVER_LOST_DECISIONS) > 0
        || counts.applyAsLong(Reason.TAKEOVER_UNSAFE_REPLAY) > 0
        || counts.applyAsLong(Reason.RESET) > 0
        || (unknown && isUnknown);
  }

  /** Only a connection whose numbers are not shifted is forgotten (H-42). */
  private boolean isForgotten(ToLongFunction<Reason> counts) {
    boolean shifted = false;
    for (Map.Entry<Direction, WholeStream> each : streams.entrySet()) {
      long decided = Math.min(agent.decided(each.getKey()), each.getValue().octets().length);
      WholeStream stream = each.getValue();
      // What an agent inserts at the end of a stream may undo the shift.
      shifted |= stream.newOffsetOf(decided) != decided && stream.newEndOf(decided) != decided;
    }
    return !shifted && counts.applyAsLong(Reason.MID_STREAM) > 0;
  }

  /** Limits end the inspection of a monitored connection, whose segments cannot be dropped. */
  private static boolean hasEndedInspection(ToLongFunction<Reason> counts) {
    return counts.applyAsLong(Reason.DELAY_LIMIT) > 0
        || counts.applyAsLong(Reason.TOTAL_LIMIT) > 0
        || counts.applyAsLong(Reason.GAP_EXPIRED) > 0;
  }

  private void checkStream(Direction direction, WholeStream stream) {
    byte[] expected = stream.edited();
    byte[] got = talk.receiver(direction).received();
    if (world.engine().isPickingUp()) {
      putEdits(got, expected);
    }
    int common = Math.min(expected.length, got.length);
    int at = Arrays.mismatch(expected, 0, common, got, 0, common);
    boolean decided = at < 0 && got.length <= limit(direction, stream, expected.length);
    boolean ofLost = isOfLostEdits(direction, got);
    boolean whole = ofLost && agent.lostEdits().areWhole(direction, got);
    boolean right = decided || ofLost;
    boolean complete = !done || mayReset() || whole || got.length == expected.length;
    if (!right || !complete) {
      throw new LawBroken(
          agent.hasThrown() ? Law.ALL_OR_NOTHING : Law.FIDELITY,
          "stream differs: direction=%s at=%d expectedBytes=%d deliveredBytes=%d\n%s"
              .formatted(direction, at < 0 ? common : at, expected.length, got.length, talk));
    }
  }

  /** No octet follows those that were decided before a reset, also if that was lost. */
  private long limit(Direction direction, WholeStream stream, int length) {
    long decided = Math.max(agent.decided(direction), agent.lostReset().decided(direction));
    return agent.hasReset() && !lost && !mayLeaveBeforeRecord() ? stream.newEndOf(decided) : length;
  }

  /**
   * Whether the octets left by decisions that were lost: an agent that has stopped does not make
   * them again, nor does one whose engine died alone. A reset followed, or nothing did.
   */
  private boolean isOfLostEdits(Direction direction, byte[] octets) {
    boolean isOver = agent.hasStopped() || world.engine().commits().diesAlone();
    return (lost || unknown) && isOver && agent.lostEdits().begin(direction, octets);
  }

  /** Whether octets may have left whose decision died with an engine. */
  private boolean mayLeaveBeforeRecord() {
    CommitMode mode = world.engine().commits().mode();
    return world.engine().isTakenOver() && mode.writesRecords() && !mode.delaysOctets();
  }

  /** An engine that picks a connection up edits the octets that it sees first, and no others. */
  private void putEdits(byte[] got, byte[] expected) {
    boolean edits = world.agent().mayKeepLength();
    for (int i = 0; edits && i < Math.min(got.length, expected.length); i++) {
      expected[i] = got[i] == (byte) ~expected[i] ? got[i] : expected[i];
    }
  }

  /** Both endpoints of a connection that was reset end, unless they have nothing to send. */
  private void checkReset(Leg leg, TcpEndpoint end) {
    boolean lost = world.path().mayLoseTo(leg);
    boolean idle = end.nextDeadlineNanos() == Long.MAX_VALUE && (lost || !agent.hasReset());
    LawBroken.unless(
        end.ending() != Ending.NOT_YET || end.state() == TcpState.LISTEN || idle,
        Law.PROGRESS,
        () -> "is not reset: leg=" + leg + "\n" + talk);
  }

  private void checkEnd(Leg leg, TcpEndpoint end, boolean intruded, boolean forgetting) {
    LawBroken.unless(
        mayReset() || end.ending() == Ending.CLOSED,
        Law.PROGRESS,
        () -> "does not close in order\n" + talk);
    if (agent.hasReset() || world.engine().isResettingMidStream()) {
      checkReset(leg, end);
    }
    CounterChecks counters =
        new CounterChecks(world, leg, end, forgetting || stale.hasDied(), stale.count(leg));
    counters.run();
    if (!intruded) {
      counters.checkWires();
    }
  }

  /** An agent that never stops has decided both streams, and has seen ends that it did not skip. */
  private void checkDecided(Direction direction) {
    boolean whole = done && !mayReset() && !traits.mayEndEditing() && !traits.mayLoseDecisions();
    // Another engine lets monitored connections go.
    boolean isLeft = world.engine().isTakenOver() && !world.engine().isEditing();
    if (whole && world.engine().isInspecting() && !isLeft) {
      LawBroken.unless(
          agent.hasDecidedAll(direction),
          Law.ONCE,
          () -> "octets are undecided at the end: direction=" + direction + "\n" + talk);
    }
  }
}
