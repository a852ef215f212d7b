package dev.midstream.worlds.law;

import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Opening;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.SimulatedNetwork;
import dev.midstream.wire.packet.Box;
import dev.midstream.worlds.plan.AgentPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.UnitEditor;
import dev.midstream.worlds.plan.WholeStream;
import dev.midstream.worlds.plan.WorldTraits;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One connection: its two endpoints, its streams and agent, and all that checks them. */
public final class WatchedPair {
  private static final long FRAGMENT_BYTES = 131_072;

  private final SimulatedWorld world;
  private final boolean intruded;
  private final Map<Direction, WholeStream> streams = new EnumMap<>(Direction.class);
  private final WatchedAgent agent;
  private final WorldObservers observers;
  private final StoredOctets stored;
  private final SilenceOracle silence;
  private @Nullable Conversation talk;

  /**
   * The connection of {@code world}.
   *
   * @param intruded whether others than the two endpoints may have sent
   * @param keptBytes the memory that the box uses for octets
   */
  public WatchedPair(SimulatedWorld world, boolean intruded, LongSupplier keptBytes) {
    this.world = world;
    this.intruded = intruded;
    for (Direction direction : Direction.values()) {
      streams.put(direction, whole(direction));
    }
    boolean edits = world.engine().isEditing();
    AgentPlan plan = edits ? world.agent() : world.agent().withReplyEvery(0);
    agent = new WatchedAgent(plan, streams, world.engine());
    WorldTraits traits = new WorldTraits(world);
    boolean fits = Stream.of(Direction.values()).noneMatch(traits::startsBeyondWindow);
    boolean lowers = world.path().hops().isLowering();
    stored = new StoredOctets(world.engine().treatment(), streams, agent, fits, lowers);
    silence = new SilenceOracle(world, agent);
    observers = new WorldObservers(world, streams, agent, stored, keptBytes);
  }

  private WholeStream whole(Direction direction) {
    byte[] octets = world.stream(direction);
    return world.engine().isEditing()
        ? WholeStream.of(new UnitEditor(world.agent().uninterrupted()), octets)
        : WholeStream.unchanged(octets);
  }

  public SimulatedWorld world() {
    return world;
  }

  /** The agent of this connection, which serves no other. */
  public Agent<String> agent() {
    return agent;
  }

  /**
   * Checks also that the reasons of {@code watched}, counted in {@code counts}, fit (law 10); null
   * if the connection is not edited.
   */
  public @Nullable ExplainedBox explained(Box watched, ToLongFunction<Reason> counts) {
    return world.engine().isEditing() ? new ExplainedBox(watched, counts, world) : null;
  }

  /**
   * Adds the observers of this connection.
   *
   * @param echoes whether timestamp echoes are checked
   */
  public void observe(Consumer<PacketObserver> packets, boolean echoes) {
    observers.attach(packets, echoes, intruded);
    if (world.engine().isFlushing()) {
      BoxTap tap = new BoxTap(world.ends());
      tap.add(silence);
      packets.accept(tap);
    }
  }

  /** Notes that the SYN-ACKs of a connection that is not edited may wait for a record of it. */
  public void holdsSynAcks() {
    observers.holdsSynAcks();
  }

  /** Notes that an engine died that may have seen only the first SYN. */
  public void noteSynLost() {
    agent.noteSynLost(world.ends().sender(Direction.SERVER_TO_CLIENT));
    observers.takeoverTime().noteSynLost();
  }

  /** Notes that an engine died, for an agent that is not observed. */
  void noteEngineDied() {
    agent.noteEngineDied();
  }

  /** Whether the agent takes the server of the world for the client. */
  boolean isOpenedByServer() {
    return agent.hasServerOpened();
  }

  /** Tells the agent whether the server of the world is the client. */
  void openedBy(boolean server) {
    agent.opened(server);
  }

  /** What the agent decided until now: to go back there if it is lost. */
  public Runnable memento() {
    return agent.memento();
  }

  /** Notes that what is essential of the connection is recorded. */
  void recorded() {
    observers.recorded();
  }

  /** Notes that the engine dies, and another one goes on with what is recorded. */
  void dies(Connection connection, long nowNanos) {
    dies(Death.of(connection, agent.hasServerOpened(), world.engine().commits()), nowNanos);
  }

  /** Notes that the engine dies, and another one goes on with what its records say. */
  public void dies(@Nullable Connection connection, Connection copy, long nowNanos) {
    dies(Death.of(connection, copy, agent.hasServerOpened()), nowNanos);
  }

  /** Notes that the engine dies, and no other one knows the connection: what it decided is lost. */
  public void loses(Connection connection, long nowNanos) {
    if (new WorldTraits(world).mayLoseDecisions()) {
      dies(Death.unknown(connection, agent.hasServerOpened()), nowNanos);
      if (connection.state() != ConnectionState.OPENING) {
        observers.loses();
      }
    }
  }

  /** Notes that the engine dies, and no other one knows the connection, not even its SYNs. */
  public void losesOpening() {
    if (new WorldTraits(world).mayLoseDecisions()) {
      observers.loses();
    }
  }

  /** When an engine that knew octets of the connection died last; 0 if none did. */
  public long diedNanos() {
    return observers.takeoverTime().lastNanos();
  }

  /** Notes that the observers see no packets any more, although the engine may send some. */
  public void noteUnseen() {
    observers.stale().noteUnseen();
  }

  /** Notes that the engine hands the connection over to another one. */
  public void handedOver() {
    observers.handedOver();
  }

  private void dies(Death death, long nowNanos) {
    agent.noteEngineDied();
    observers.dies(death, nowNanos);
    observers.takeoverTime().noteReported(talk);
    silence.dies(death, nowNanos);
  }

  /** The observers of the packets of this connection. */
  WorldObservers observers() {
    return observers;
  }

  /**
   * Notes that the engine has no room for the first SYN, or has forgotten it. Which end it takes
   * for the client then is not observed, so {@code told} counts.
   */
  public void openedAnew(Opening told) {
    agent.opened(told.client().equals(world.ends().sender(Direction.SERVER_TO_CLIENT)));
  }

  /** Opens the connection at {@code startNanos}. */
  public Conversation open(SimulatedNetwork network, long startNanos) {
    return open(network, startNanos, true, world.simultaneous());
  }

  /** The server opens the connection at {@code startNanos}. */
  public Conversation openFromOutside(SimulatedNetwork network, long startNanos) {
    return open(network, startNanos, false, true);
  }

  private Conversation open(
      SimulatedNetwork network, long startNanos, boolean clientOpens, boolean serverOpens) {
    talk =
        network.open(
            world.ends(),
            world.client().party(octets(Direction.CLIENT_TO_SERVER), clientOpens),
            world.server().party(octets(Direction.SERVER_TO_CLIENT), serverOpens),
            startNanos);
    return talk;
  }

  /** The endpoints; the connection must have been opened. */
  public Conversation talk() {
    if (talk == null) {
      throw new IllegalStateException("not opened: " + world.ends());
    }
    return talk;
  }

  /** The time by which the streams must have arrived, from the opening on. */
  public long deadlineNanos() {
    return world.deadlineNanos(
        stream(Direction.CLIENT_TO_SERVER).editedLength() + repliedBytes(),
        stream(Direction.SERVER_TO_CLIENT).editedLength() + repliedBytes());
  }

  /** The most that the box may keep for this connection, whatever the total limit is. */
  public long largestBytes() {
    long largest = repliedBytes();
    for (WholeStream each : streams.values()) {
      largest += each.editedLength() + each.octets().length;
    }
    return largest;
  }

  /**
   * What the box may keep for this connection beyond every limit: two segments of each direction,
   * with what an agent makes of them.
   */
  public long unrefusedBytes() {
    int mss =
        Math.max(world.client().options().segmentBytes(), world.server().options().segmentBytes());
    long growth = 1;
    for (WholeStream each : streams.values()) {
      growth = Math.max(growth, each.editedLength() / Math.max(1, each.octets().length) + 1);
    }
    return Math.min(largestBytes(), 4L * mss * growth) + fragmentBytes();
  }

  /**
   * What the box may keep beyond the total limit if this is the only connection: two segments of
   * each direction, what an agent adds, and fragments.
   */
  long exemptBytes() {
    int mss =
        Math.max(world.client().options().segmentBytes(), world.server().options().segmentBytes());
    long added = repliedBytes();
    for (WholeStream each : streams.values()) {
      added += Math.max(0, each.editedLength() - each.octets().length);
    }
    return Math.min(largestBytes(), 4L * mss + added) + fragmentBytes();
  }

  /** What fragments may take although the memory is used up. */
  long fragmentBytes() {
    return world.path().fragmentBytes() > 0 ? FRAGMENT_BYTES : 0;
  }

  private long repliedBytes() {
    return world.agent().replyEvery() > 0 ? 2L * SimulatedWorld.MAX_REPLIED_BYTES : 0;
  }

  /** Whether both applications have read the ends of the streams. */
  public boolean isRead() {
    return talk().client().isReadToEnd() && talk().server().isReadToEnd();
  }

  /**
   * Checks that streams which were read to their ends {@code nanos} after the opening took about as
   * long as in the same world without a box.
   *
   * @param isDisturbed whether packets or records were lost that the world without a box has
   */
  public void checkTime(long nanos, boolean isDisturbed) {
    long up = stream(Direction.CLIENT_TO_SERVER).editedLength();
    long down = stream(Direction.SERVER_TO_CLIENT).editedLength();
    RelativeDeadline deadline = new RelativeDeadline(world, up, down, observers.takeoverTime());
    deadline.check(nanos);
    if (!isDisturbed) {
      deadline.checkWaste(talk());
    }
  }

  /**
   * Checks after each call that an agent was shown again what it left undecided until the other
   * direction went on (law 11). A smaller limit may put that off.
   */
  void checkShown(long nowNanos) {
    LawBroken.unless(
        world.engine().isLimited() || !agent.isForgotten(),
        Law.PROGRESS,
        () -> "held octets are not shown again: nanos=" + nowNanos + "\n" + talk());
  }

  /** Checks after each event of a world in which an end is cut off. */
  void stepCut(long nowNanos) {
    observers.cut().step(nowNanos);
  }

  /** Checks at the end of such a world. */
  private void checkCut() {
    WorldTraits traits = new WorldTraits(world);
    boolean resets = traits.isAborting() || traits.mayBeReset() || agent.hasThrown();
    if (traits.isCut() && world.engine().isEditing() && !resets) {
      observers.cut().checkEnd(talk());
    }
  }

  /** Checks after each call of the box what it passed for its sender's silence. */
  void checkSilence(long nowNanos) {
    if (world.engine().isFlushing() && !intruded) {
      silence.check(nowNanos, talk());
    }
  }

  /** What must be kept for this connection at most, counted from outside. */
  public StoredOctets stored() {
    return stored;
  }

  /** Checks what {@code connection}, which is this one, keeps: not too much and not too little. */
  void checkStored(Connection connection, long nowNanos) {
    stored.check(connection, nowNanos);
    checkKept(connection, nowNanos);
  }

  /** Checks that {@code connection}, which is this one, keeps what is in custody. */
  public void checkKept(Connection connection, long nowNanos) {
    if (world.engine().isEditing() && connection.hasStreams()) {
      observers.checkKept(StoredOctets.keptBytes(connection), nowNanos);
    }
  }

  /** How many octets of {@code direction} its agent has decided. */
  public long decided(Direction direction) {
    return agent.decided(direction);
  }

  /** What must be kept for this connection at least at {@code nowNanos}: octets in custody. */
  public long owedBytes(long nowNanos) {
    return observers.owedBytes(nowNanos);
  }

  /**
   * Checks the streams, the endpoints and their counters.
   *
   * @param cutShort whether something else than the endpoints or the box ended the connection
   * @param counts how often the engine counted a reason
   */
  public void checkEnd(boolean cutShort, ToLongFunction<Reason> counts) {
    EndChecks checks = new EndChecks(world, streams, agent, talk(), observers, cutShort);
    checks.run(intruded, counts);
    new OpeningCheck(world, agent).run();
    checkCut();
  }

  /**
   * Checks that what was delivered is unchanged in both streams, or edited in both, as the views of
   * its agent say.
   */
  public void checkPassed() {
    LawBroken first = agent.broken();
    if (first != null && world.engine().isEditing()) {
      throw first;
    }
    new PassedChecks(streams, talk()).run();
  }

  /** Checks that no packet of an unedited connection is left in the box. */
  public void checkEmpty(long nowNanos) {
    observers.checkEmpty(nowNanos);
  }

  private byte[] octets(Direction direction) {
    return stream(direction).octets();
  }

  private WholeStream stream(Direction direction) {
    return Objects.requireNonNull(streams.get(direction));
  }
}
