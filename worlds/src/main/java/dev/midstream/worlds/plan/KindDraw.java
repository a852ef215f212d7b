package dev.midstream.worlds.plan;

import dev.midstream.reassembly.rule.EngineLimits;
import dev.midstream.reassembly.rule.Policies.MidStream;
import dev.midstream.reassembly.rule.Policies.Urgent;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.worlds.plan.AgentPlan.Change;
import dev.midstream.worlds.plan.AgentPlan.End;
import dev.midstream.worlds.plan.AgentPlan.Unit;
import java.util.SplittableRandom;

/**
 * Draws kinds of worlds: frames with tags, IP fragments, agents that reset, the policies of urgent
 * octets, engines that start in the middle, and days. Most worlds are of none; with {@code
 * -Dmidstream.picking-up=true} each fitting one is picked up in the middle.
 */
final class KindDraw {
  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3_600 * SECOND;
  private static final long DAY = 24 * HOUR;
  private static final long NO_HOLD_NANOS = 1_000 * DAY;
  private static final int MAX_VLAN = 4_094;
  private static final int MIN_FRAGMENT_BYTES = 64;
  private static final int MAX_FRAGMENT_BYTES = 1_400;
  private static final int MAX_JOIN_SEGMENTS = 40;
  private static final int JOINING = 3;
  private static final int DAYS_PARTS = 3;
  private static final int DAYS_READ_BYTES = 20_000;

  /** So many windows are read within weeks, also if each read is an hour after the last one. */
  private static final int DAYS_READS = 1_000;

  /** Whether each fitting world picks its connection up. */
  private static final boolean PICKS_UP = Boolean.getBoolean("midstream.picking-up");

  private final SplittableRandom random;

  KindDraw(SplittableRandom random) {
    this.random = random;
  }

  /** {@code world}, possibly of another kind. */
  SimulatedWorld changed(SimulatedWorld world) {
    SimulatedWorld changed = oneIn(20) ? world.withEnds(tagged(world.ends())) : world;
    if (!world.engine().isEditing() || world.engine().isFlushing()) {
      return changed;
    }
    changed = oneIn(30) && mayFragment(changed) ? changed.withPath(this::fragmented) : changed;
    int kind = random.nextInt(30);
    return switch (PICKS_UP ? JOINING : kind) {
      case 0 -> silent(changed.withAgent(this::resetting));
      case 1 -> silent(urgent(changed));
      case 2 -> days(changed);
      case JOINING -> joining(changed);
      default -> changed;
    };
  }

  private static SimulatedWorld silent(SimulatedWorld world) {
    return world.withEngine(engine -> engine.withHoldTime(NO_HOLD_NANOS));
  }

  /** Fragments of a connection that is no longer edited leave as they are. */
  private static boolean mayFragment(SimulatedWorld world) {
    boolean edited = world.agent().end() == End.NEVER && world.agent().change() != Change.SKIP;
    return edited && world.ends().vlanIds() == 0;
  }

  /** One VLAN tag, or two. */
  private Ends tagged(Ends ends) {
    int outer = oneIn(3) ? 1 + random.nextInt(MAX_VLAN) : 0;
    return ends.withVlans(outer << 12 | 1 + random.nextInt(MAX_VLAN));
  }

  private PathPlan fragmented(PathPlan path) {
    return path.withFragments(random.nextInt(MIN_FRAGMENT_BYTES, MAX_FRAGMENT_BYTES));
  }

  private AgentPlan resetting(AgentPlan agent) {
    long longest = agent.editTo() == Long.MAX_VALUE ? 1 << random.nextInt(16) : agent.editTo();
    AgentPlan seeing = agent.change() == Change.SKIP ? agent.withChange(Change.GROW) : agent;
    return seeing
        .withTrailer(false)
        .withEnd(End.RESETS)
        .between(agent.editFrom(), random.nextLong(1 + longest));
  }

  private SimulatedWorld urgent(SimulatedWorld world) {
    Urgent policy = oneIn(3) ? Urgent.RESET : Urgent.PASS;
    SimulatedWorld changed = oneIn(3) ? world : world.withClient(KindDraw::urgent);
    return changed.withServer(KindDraw::urgent).withEngine(engine -> engine.withUrgent(policy));
  }

  private static EndpointPlan urgent(EndpointPlan end) {
    return end.withOptions(end.options().with(Behaviour.URGENT));
  }

  /** The engine starts when the handshake is over. A damaged port is of no connection it knows. */
  private SimulatedWorld joining(SimulatedWorld world) {
    MidStream drawn = oneIn(3) ? MidStream.PASS : oneIn(2) ? MidStream.RESET : MidStream.PICK_UP;
    MidStream policy = PICKS_UP ? MidStream.PICK_UP : drawn;
    int segments = 1 + random.nextInt(MAX_JOIN_SEGMENTS);
    SimulatedWorld joined = silent(world.withEngine(engine -> engine.joining(segments, policy)));
    return switch (policy) {
      case PICK_UP -> joined.withAgent(this::pickingUp);
      case PASS -> Hardship.CORRUPTION.removedFrom(joined);
      case RESET, DROP -> joined;
    };
  }

  /** Only edits of equal length apply, and units may begin anywhere. */
  private AgentPlan pickingUp(AgentPlan agent) {
    Change change = oneIn(4) ? Change.NONE : Change.SAME_LENGTH;
    return agent
        .withUnit(Unit.OCTET)
        .withChange(change)
        .withTrailer(false)
        .withReplyEvery(0)
        .withEnd(End.NEVER);
  }

  /**
   * Writes are days apart, and some reads an hour. Keep-alives come every two hours, or never. What
   * no sender endures for hours is left out: held octets behind a closed window, a FIN behind grown
   * output or a window that was taken back, and octets refused for lack of memory.
   */
  private SimulatedWorld days(SimulatedWorld world) {
    boolean alive = random.nextBoolean();
    long readNanos = world.agent().mayGrow() || oneIn(2) ? 0 : random.nextLong(HOUR);
    int mostBytes = DAYS_READS * Math.min(bufferBytes(world.client()), bufferBytes(world.server()));
    return silent(
        world
            .withBoth(end -> days(end, alive, readNanos))
            .withBoth(
                end -> readNanos > 0 && end.bytes() > mostBytes ? end.withBytes(mostBytes) : end)
            .withEngine(engine -> engine.withLimits(EngineLimits.DEFAULTS))
            .withAgent(agent -> agent.withUnit(Unit.OCTET)));
  }

  private static int bufferBytes(EndpointPlan end) {
    return end.options().receiveBufferBytes();
  }

  private EndpointPlan days(EndpointPlan end, boolean alive, long readNanos) {
    EndpointOptions options =
        end.options()
            .without(Behaviour.KEEP_ALIVE)
            .withTimes(end.options().times().withKeepAlive(2 * HOUR));
    options = readNanos > 0 ? options.without(Behaviour.SHRINKING_WINDOW) : options;
    long pause = random.nextLong(oneIn(2) ? 30 * DAY : 6 * HOUR);
    return end.withReads(DAYS_READ_BYTES, readNanos)
        .withWrites(Math.min(end.parts(), DAYS_PARTS), pause)
        .withOptions(alive ? options.with(Behaviour.KEEP_ALIVE) : options);
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }
}
