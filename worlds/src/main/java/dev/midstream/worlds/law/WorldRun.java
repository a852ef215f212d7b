package dev.midstream.worlds.law;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.PacketObserver.Place;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.testkit.sim.oracle.MonotonyOracle;
import dev.midstream.testkit.sim.oracle.StabilityOracle;
import dev.midstream.testkit.sim.oracle.UntouchedOracle;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Counter;
import dev.midstream.testkit.sim.tcp.Ending;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.AgentPlan;
import dev.midstream.worlds.plan.AgentPlan.End;
import dev.midstream.worlds.plan.EndpointPlan;
import dev.midstream.worlds.plan.EndpointPlan.Closing;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.UnitEditor;
import dev.midstream.worlds.plan.WholeStream;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/** One run of a world, from the first SYN to the last stored octet. */
public final class WorldRun {
  private static final int MAX_STEPS = 1_000_000;

  private final SimulatedWorld world;
  private final Map<Direction, WholeStream> streams = new EnumMap<>(Direction.class);
  private final WatchedAgent agent;
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
  private final Engine engine;
  private final SimulatedNetwork network;
  private final UntouchedOracle untouched = new UntouchedOracle();

  WorldRun(SimulatedWorld world) {
    this(world, box -> box);
  }

  /** A run with the box wrapped by {@code around}. */
  public WorldRun(SimulatedWorld world, UnaryOperator<Box> around) {
    this.world = world;
    for (Direction direction : Direction.values()) {
      streams.put(direction, whole(direction));
    }
    agent = new WatchedAgent(world.agent(), streams);
    engine = world.engine().engine(agent, allocator);
    network = new SimulatedNetwork(world.path().path(), world.seed());
    network.place(around.apply(watched()));
  }

  private WatchedBox watched() {
    return new WatchedBox(engine, maxStoredBytes(), world.engine().limits().waitingBytes());
  }

  private WholeStream whole(Direction direction) {
    byte[] octets = world.stream(direction);
    AgentPlan plan = world.agent();
    plan = plan.end() == End.THROWS ? plan.withEnd(End.NEVER) : plan;
    return world.engine().isEditing()
        ? WholeStream.of(new UnitEditor(plan), octets)
        : WholeStream.unchanged(octets);
  }

  /** The limit of stored octets, including octets that are next in order. */
  private long maxStoredBytes() {
    long largestBatch = 0;
    for (WholeStream each : streams.values()) {
      largestBatch += each.editedLength() + each.octets().length;
    }
    long limits = world.engine().limits().totalBytes();
    return Math.max(limits, largestBatch) + world.engine().limits().waitingBytes();
  }

  /** Adds {@code observer}. */
  public WorldRun observe(PacketObserver observer) {
    network.observe(observer);
    return this;
  }

  /** Runs the world; throws {@link LawBroken} at the first broken law. */
  public void run() {
    observeLaws();
    Conversation talk =
        network.open(
            world.ends(),
            world.client().party(streams(Direction.CLIENT_TO_SERVER).octets(), true),
            world
                .server()
                .party(streams(Direction.SERVER_TO_CLIENT).octets(), world.simultaneous()));
    boolean done = runToEnd(talk);
    LawBroken first = agent.broken();
    if (first != null && world.engine().isEditing()) {
      throw first;
    }
    checkStreams(talk, done);
    checkEnds(talk, done);
    untouched.checkEmpty(network.nowNanos());
    engine.finish(network.nowNanos(), packet -> {});
    long kept = engine.budget().usedBytes() + allocator.metric().usedDirectMemory();
    LawBroken.unless(kept == 0, Law.BOUNDS, "octets are stored at the end: storedBytes=" + kept);
  }

  private WholeStream streams(Direction direction) {
    WholeStream stream = streams.get(direction);
    if (stream == null) {
      throw new IllegalStateException("no stream: " + direction);
    }
    return stream;
  }

  private void observeLaws() {
    network.observe(new FirstSyn(agent));
    if (!world.engine().isEditing()) {
      network.observe(guard(Law.UNTOUCHED, untouched));
      return;
    }
    for (Leg leg : Leg.values()) {
      network.observe(guard(Law.STABILITY, new StabilityOracle(leg, world.ends())));
      if (!mayDecrease()) {
        network.observe(
            guard(Law.MONOTONY, new MonotonyOracle(Place.OUT_OF_BOX, leg, world.ends())));
      }
    }
    if (world.agent().end() == End.THROWS) {
      return;
    }
    for (Direction direction : Direction.values()) {
      network.observe(
          new HonestyOracle(direction, world.ends(), streams(direction), mayTakeCustody()));
    }
  }

  /** Whether octets may wait in the box, and be taken into custody. */
  private boolean mayTakeCustody() {
    return world.agent().mayHold()
        || world.agent().mayGrow()
        || world.path().isFaulty()
        || world.engine().isDropping()
        || mayStartBeyondWindow(Direction.CLIENT_TO_SERVER, world.client(), world.server())
        || mayStartBeyondWindow(Direction.SERVER_TO_CLIENT, world.server(), world.client())
        || shrinks(world.client())
        || shrinks(world.server());
  }

  /** A SYN may carry more octets than the receiver's window, which is not yet known. */
  private boolean mayStartBeyondWindow(
      Direction direction, EndpointPlan sender, EndpointPlan receiver) {
    return sender.options().has(Behaviour.FAST_OPEN)
        && streams(direction).octets().length > receiver.options().receiveBufferBytes();
  }

  /**
   * Octets beyond a window that shrank wait for it, and are taken into custody when retransmitted.
   */
  private static boolean shrinks(EndpointPlan end) {
    return end.options().has(Behaviour.SHRINKING_WINDOW);
  }

  /** A box that no longer edits forwards packets as they arrive, in any order. */
  private boolean mayDecrease() {
    return isResetting() || world.agent().end() != End.NEVER;
  }

  private static PacketObserver guard(Law law, PacketObserver observer) {
    return (place, leg, packet, nowNanos) -> {
      try {
        observer.seen(place, leg, packet, nowNanos);
      } catch (AssertionError e) {
        throw new LawBroken(law, String.valueOf(e.getMessage()), e);
      }
    };
  }

  private boolean runToEnd(Conversation talk) {
    long toServer = streams(Direction.CLIENT_TO_SERVER).editedLength();
    long toClient = streams(Direction.SERVER_TO_CLIENT).editedLength();
    long deadline = world.deadlineNanos(toServer, toClient);
    for (int step = 0; step < MAX_STEPS; step++) {
      if (talk.isDone() && network.framesInFlight() == 0) {
        return true;
      }
      if (network.nextNanos() > deadline || !network.step()) {
        return false;
      }
    }
    throw new LawBroken(Law.PROGRESS, "packets never end: nanos=" + network.nowNanos());
  }

  private boolean isResetting() {
    boolean aborts =
        world.client().closing() == Closing.ABORT || world.server().closing() == Closing.ABORT;
    return aborts || (agent.hasThrown() && world.engine().isResettingOnFailure());
  }

  private void checkStreams(Conversation talk, boolean done) {
    boolean whole = done && !isResetting();
    checkStream(Direction.CLIENT_TO_SERVER, talk.server(), whole, talk);
    checkStream(Direction.SERVER_TO_CLIENT, talk.client(), whole, talk);
  }

  private void checkStream(
      Direction direction, TcpEndpoint receiver, boolean whole, Conversation talk) {
    byte[] expected =
        agent.hasThrown()
            ? streams(direction).editedUpTo(agent.decided(direction))
            : streams(direction).edited();
    byte[] got = receiver.received();
    int common = Math.min(expected.length, got.length);
    int at = Arrays.mismatch(expected, 0, common, got, 0, common);
    boolean right = at < 0 && got.length <= expected.length;
    boolean complete = !whole || got.length == expected.length;
    Law law = agent.hasThrown() ? Law.ALL_OR_NOTHING : Law.FIDELITY;
    LawBroken.unless(
        right && complete,
        law,
        "stream differs: direction="
            + direction
            + " at="
            + (at < 0 ? common : at)
            + " expectedBytes="
            + expected.length
            + " deliveredBytes="
            + got.length
            + "\n"
            + talk);
  }

  private void checkEnds(Conversation talk, boolean done) {
    LawBroken.unless(done || isResetting(), Law.PROGRESS, "does not end\n" + talk);
    for (Leg leg : Leg.values()) {
      TcpEndpoint end = leg == Leg.INSIDE ? talk.client() : talk.server();
      boolean whole = isResetting() || end.ending() == Ending.CLOSED;
      LawBroken.unless(whole, Law.PROGRESS, "does not close in order\n" + talk);
      checkCounts(leg, end);
    }
  }

  /**
   * A vouched octet that is lost after the box is retransmitted by the engine's timer, possibly
   * after the sender's. That, or a lost acknowledgement of it, looks like reneging.
   */
  private void checkCounts(Leg leg, TcpEndpoint end) {
    if (!world.path().isLossyBeside(leg)) {
      requireNone(end, Counter.RENEGINGS, Law.HONESTY);
    }
    requireNone(end, Counter.CONFLICTS, Law.STABILITY);
    requireNone(end, Counter.ACKS_BEYOND_SENT, Law.HONESTY);
    requireNone(end, Counter.SACKS_BEYOND_SENT, Law.HONESTY);
  }

  private static void requireNone(TcpEndpoint end, Counter counter, Law law) {
    long count = end.counters().get(counter);
    LawBroken.unless(count == 0, law, counter + "=" + count + "\n" + end);
  }
}
