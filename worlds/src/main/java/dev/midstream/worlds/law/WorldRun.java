package dev.midstream.worlds.law;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.wire.packet.Box;
import dev.midstream.worlds.plan.AgentPlan;
import dev.midstream.worlds.plan.AgentPlan.End;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.UnitEditor;
import dev.midstream.worlds.plan.WholeStream;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One run of a world, from the first SYN to the last stored octet. */
public final class WorldRun {
  private static final int MAX_STEPS = 1_000_000;

  private final SimulatedWorld world;
  private final Map<Direction, WholeStream> streams = new EnumMap<>(Direction.class);
  private final WatchedAgent agent;
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
  private final Engine engine;
  private final SimulatedNetwork network;
  private final boolean wrapped;
  private boolean gathering;

  WorldRun(SimulatedWorld world) {
    this(world, null);
  }

  /**
   * A run with the box wrapped by {@code around}, which may change what the box receives: reasons
   * are then not compared with packets, and missing timestamps at the ends not counted.
   */
  public WorldRun(SimulatedWorld world, @Nullable UnaryOperator<Box> around) {
    this.world = world;
    wrapped = around != null;
    for (Direction direction : Direction.values()) {
      streams.put(direction, whole(direction));
    }
    boolean edits = world.engine().isEditing();
    AgentPlan plan = edits ? world.agent() : world.agent().withReplyEvery(0);
    agent = new WatchedAgent(plan, streams, world.engine().isFlushing());
    engine = world.engine().engine(agent, allocator);
    network = new SimulatedNetwork(world.path().path(), world.seed());
    Box watched = new WatchedBox(engine, maxStoredBytes(), world.engine().limits().waitingBytes());
    WorldBoxes boxes = new WorldBoxes(world, watched, engine.counters()::of);
    network.place(around == null ? boxes.whole() : around.apply(boxes.joined()));
  }

  private WholeStream whole(Direction direction) {
    byte[] octets = world.stream(direction);
    AgentPlan plan = world.agent();
    boolean breaksOff = plan.end() == End.THROWS || plan.end() == End.RESETS;
    plan = breaksOff ? plan.withEnd(End.NEVER) : plan;
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
    long replied = world.agent().replyEvery() > 0 ? 2L * SimulatedWorld.MAX_REPLIED_BYTES : 0;
    return Math.max(limits, largestBatch + replied) + world.engine().limits().waitingBytes();
  }

  /** Adds {@code observer}. */
  public WorldRun observe(PacketObserver observer) {
    network.observe(observer);
    return this;
  }

  /** Notes that the box gathers segments, so that it sees timestamps later than the observers. */
  public WorldRun gathering() {
    gathering = true;
    return this;
  }

  /** Runs the world; throws {@link LawBroken} at the first broken law. */
  public void run() {
    WorldObservers observers = new WorldObservers(world, streams, agent, this::keptBytes);
    observers.attach(network, !gathering, wrapped);
    Conversation talk =
        network.open(
            world.ends(),
            world.client().party(octets(Direction.CLIENT_TO_SERVER), true),
            world.server().party(octets(Direction.SERVER_TO_CLIENT), world.simultaneous()));
    boolean done = runToEnd(talk);
    new EndChecks(world, streams, agent, talk, done).run(wrapped, engine.counters()::of);
    observers.checkEmpty(network.nowNanos());
    engine.finish(network.nowNanos(), packet -> {});
    long kept = engine.budget().usedBytes() + allocatedBytes();
    LawBroken.unless(
        kept == 0, Law.BOUNDS, () -> "octets are stored at the end: storedBytes=" + kept);
  }

  /** The memory that the box uses for octets: its own, or what it says if others lend it memory. */
  private long keptBytes() {
    return wrapped ? engine.budget().usedBytes() : allocatedBytes();
  }

  private long allocatedBytes() {
    return allocator.metric().usedDirectMemory();
  }

  private byte[] octets(Direction direction) {
    return stream(direction).octets();
  }

  private WholeStream stream(Direction direction) {
    WholeStream stream = streams.get(direction);
    if (stream == null) {
      throw new IllegalStateException("no stream: " + direction);
    }
    return stream;
  }

  private boolean runToEnd(Conversation talk) {
    long toServer = stream(Direction.CLIENT_TO_SERVER).editedLength();
    long toClient = stream(Direction.SERVER_TO_CLIENT).editedLength();
    long replied = world.agent().replyEvery() > 0 ? 2L * SimulatedWorld.MAX_REPLIED_BYTES : 0;
    long deadline = world.deadlineNanos(toServer + replied, toClient + replied);
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
}
