package dev.midstream.worlds.plan;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.Urgent;
import dev.midstream.reassembly.rule.Timeouts;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import dev.midstream.worlds.plan.EndpointPlan.Closing;

/**
 * What may happen in a world, as far as its parameters tell. Checks that depend on it say so.
 *
 * @param world the world
 */
public record WorldTraits(SimulatedWorld world) {
  /** Units of the window field in a buffer, so that half a buffer can be advertised. */
  private static final int MIN_UNITS = 4;

  private static final long IDLE_NANOS = Timeouts.DEFAULTS.establishedNanos() / 2;

  /** Whether an endpoint aborts its connection, or forgets it. */
  public boolean isAborting() {
    return isAborting(world.client()) || isAborting(world.server());
  }

  private static boolean isAborting(EndpointPlan end) {
    return end.closing() == Closing.ABORT || end.closing() == Closing.VANISH;
  }

  /** Whether editing may end before the streams do; packets then pass as they arrive. */
  public boolean mayEndEditing() {
    boolean stays = world.agent().end() == End.NEVER || isFinishing();
    return !stays || world.agent().mayFail() || mayHoldTooMuch();
  }

  /** Whether an agent may end a stream before its sender does. */
  public boolean isFinishing() {
    return world.agent().end() == End.FINISHES;
  }

  /** Whether the agent may want to hold more than {@code limits.hold-bytes}. */
  public boolean mayHoldTooMuch() {
    return world.engine().isLimitingHold() && world.agent().mayHold();
  }

  /** Whether an agent, or a policy, resets the connection in mid-stream. */
  public boolean mayBeReset() {
    return isResetByAgent() || mayBeResetByPolicy();
  }

  /** Whether a policy resets the connection in mid-stream, whatever its agent does. */
  public boolean mayBeResetByPolicy() {
    boolean urgent =
        world.engine().policies().urgent() == Urgent.RESET
            && (world.client().options().has(Behaviour.URGENT)
                || world.server().options().has(Behaviour.URGENT));
    return urgent || world.engine().isResettingMidStream();
  }

  /** Whether the agent resets the connection, or is reset because it holds too much. */
  public boolean isResetByAgent() {
    End end = world.agent().end();
    boolean notMine = end == End.NOT_MINE && world.engine().isResettingOnNotMine();
    return (world.engine().isEditing() && (end == End.RESETS || notMine))
        || isResettingOneEnd()
        || (mayHoldTooMuch() && world.engine().isResettingOnHold());
  }

  /** Whether the agent resets one end, and the other one reads the end of its stream. */
  public boolean isResettingOneEnd() {
    return world.engine().isEditing() && world.agent().end() == End.ABORTS;
  }

  /** Whether fragments may find no room, so that their segment never reaches the connection. */
  public boolean mayRefuseFragments() {
    return world.path().fragmentBytes() > 0
        && world.engine().limits().totalBytes() < EngineLimits.DEFAULTS.totalBytes();
  }

  /** Whether an endpoint is cut off, so that the streams may end anywhere. */
  public boolean isCut() {
    return world.path().isCut();
  }

  /**
   * Whether an engine may die whose last decisions are in no record that another one has, although
   * they took effect.
   */
  public boolean mayLoseDecisions() {
    CommitMode mode = world.engine().commits().mode();
    boolean isWeak = mode == CommitMode.ON_CHANGE || mode == CommitMode.INTERVAL;
    return (isWeak || world.engine().commits().diesAlone()) && world.engine().isTakenOver();
  }

  /** Whether an endpoint may be silent for so long that an unshifted connection is forgotten. */
  public boolean mayBeForgotten() {
    boolean alive =
        world.client().options().has(Behaviour.KEEP_ALIVE)
            && world.server().options().has(Behaviour.KEEP_ALIVE);
    return !alive && lastsHours();
  }

  /**
   * Whether timestamps tick every microsecond, so that the engine advances those of silent ends.
   */
  public boolean hasFastClocks() {
    return world.client().options().has(Behaviour.FAST_CLOCK)
        || world.server().options().has(Behaviour.FAST_CLOCK);
  }

  /** Whether an endpoint may be silent for hours. */
  public boolean lastsHours() {
    return Math.max(silenceNanos(world.client()), silenceNanos(world.server())) > IDLE_NANOS;
  }

  /**
   * The longest silence of an endpoint: it writes nothing between its pauses if it has too little.
   */
  private static long silenceNanos(EndpointPlan plan) {
    return plan.bytes() < plan.parts() ? plan.parts() * plan.pauseNanos() : plan.pauseNanos();
  }

  /** Whether octets may pass undecided, even after a gap. */
  public boolean mayPassGaps() {
    return mayEndEditing() || world.agent().change() == Change.SKIP;
  }

  /** Whether octets may be held undecided: by the agent, or because a limit is reached. */
  public boolean mayHold() {
    return world.agent().mayHold() || world.agent().alternating() || world.engine().isLimited();
  }

  /** Whether the receiver of {@code direction} can advertise few windows only. */
  public boolean advertisesFew(Direction direction) {
    EndpointOptions receiver = world.receiver(direction).options();
    return receiver.has(Behaviour.WINDOW_SCALING)
        && receiver.receiveBufferBytes() >> receiver.windowScale() < MIN_UNITS;
  }

  /**
   * Whether an end may find no answer to its keep-alives: the other one has sent more on its SYN
   * than fits into the window, so its numbers lie beyond.
   */
  public boolean mayMissAnswers() {
    boolean misses = false;
    for (Direction direction : Direction.values()) {
      boolean asks = world.receiver(direction).options().has(Behaviour.KEEP_ALIVE);
      misses |= asks && startsBeyondWindow(direction);
    }
    return misses;
  }

  /**
   * A SYN may carry more octets than the receiver's window, which is not yet known, or than the
   * engine delays.
   */
  public boolean startsBeyondWindow(Direction direction) {
    EndpointPlan sender = world.sender(direction);
    int windowBytes = world.receiver(direction).options().receiveBufferBytes();
    return sender.options().has(Behaviour.FAST_OPEN)
        && sender.bytes() > Math.min(windowBytes, world.engine().limits().delayedBytes());
  }
}
