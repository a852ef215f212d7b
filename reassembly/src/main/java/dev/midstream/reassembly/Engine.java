package dev.midstream.reassembly;

import dev.midstream.reassembly.commit.CommitJournal;
import dev.midstream.reassembly.commit.CommitLog;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.commit.WaitingBytes;
import dev.midstream.reassembly.deliver.CallMark;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.fastpath.FastPath;
import dev.midstream.reassembly.fastpath.FastPathRecall;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.HalfOpenConnections;
import dev.midstream.reassembly.lifecycle.KnownConnections;
import dev.midstream.reassembly.lifecycle.RuleChoice;
import dev.midstream.reassembly.park.ParkedPrefetch;
import dev.midstream.reassembly.path.EndpointDuties;
import dev.midstream.reassembly.path.FragmentPath;
import dev.midstream.reassembly.path.Handoff;
import dev.midstream.reassembly.path.IcmpPath;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.status.ConnectionSweep;
import dev.midstream.reassembly.status.StatusScan;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A rewriting engine: packets and timers in, packets out. Not thread-safe. The engines of one
 * worker may share {@link EngineResources}; those of different workers share nothing.
 */
public final class Engine implements EngineBox {
  private final Segment segment;
  private final Counters counters;
  private final CurrentConnection current;
  private final MemoryBudget budget;
  private final FlowTable flows;
  private final KnownConnections known;
  private final HalfOpenConnections halfOpen;
  private final ExpectationTable expectations;
  private final SharedExpectations shared;
  private final Handoff handoff;
  private final RuleChoice choice;
  private final ConnectionLifecycle lifecycle;
  private final UnknownSegments unknownSegments;
  private final KnownSegments knownSegments;
  private final MalformedSegments malformed;
  private final FragmentPath fragments;
  private final IcmpPath icmp;
  private final EndpointDuties duties;
  private final FailureContainment containment;
  private final Delivery delivery;
  private final ConnectionParking parking;
  private final CommitJournal journal;
  private final CommittedConnections commits;
  private final ConnectionProtection protection;
  private final ConnectionMoves moves;
  private final InheritedConnections inherited;
  private final EngineEnd end;
  private final FastPath fastPath;
  private final ParkedPrefetch prefetch;

  /**
   * Creates an engine that works alone and writes no records.
   *
   * @param configuration the operator's configuration
   * @param seed comes from a source that no peer can guess
   * @param allocator allocates the memory for kept octets; pooled direct memory is recommended
   * @param events receives events for the operator
   */
  public Engine(
      EngineConfiguration configuration,
      HashSeed seed,
      ByteBufAllocator allocator,
      EventSink events) {
    this(configuration, seed, allocator, CommitLog.NONE, ConnectionRouter.ALONE, events);
  }

  /** Creates an engine for what {@code router} assigns to it, with records in {@code log}. */
  public Engine(
      EngineConfiguration configuration,
      HashSeed seed,
      ByteBufAllocator allocator,
      CommitLog log,
      ConnectionRouter router,
      EventSink events) {
    this(configuration, seed, new EngineResources(configuration, allocator), log, router, events);
  }

  /**
   * Creates an engine that shares {@code resources} with other ones, whose limits count in place of
   * those of {@code configuration}.
   */
  public Engine(
      EngineConfiguration configuration,
      HashSeed seed,
      EngineResources resources,
      CommitLog log,
      ConnectionRouter router,
      EventSink events) {
    EngineParts parts =
        new EngineParts(configuration, seed, resources, log, router, events, this::processSegment);
    segment = parts.segment;
    counters = parts.counters;
    current = parts.current;
    budget = parts.budget;
    flows = parts.flows;
    known = parts.known;
    halfOpen = parts.halfOpen;
    expectations = parts.expectations;
    shared = parts.createShared(configuration);
    handoff = parts.handoff;
    choice = parts.choice;
    lifecycle = parts.lifecycle;
    unknownSegments = parts.unknownSegments;
    malformed = parts.malformed;
    knownSegments = new KnownSegments(parts, events);
    fragments = parts.fragments;
    icmp = parts.icmp;
    duties = parts.stages.duties();
    containment = parts.containment;
    delivery = parts.stages.delivery();
    parking = parts.parking;
    journal = parts.journal;
    commits = parts.commits;
    protection = parts.protection;
    moves = parts.moves;
    inherited = parts.inherited;
    end = parts.end;
    fastPath = parts.registry.fastPath;
    prefetch = parts.parked.createPrefetch(handoff::isOwn, counters);
  }

  @Override
  public boolean isPrefetching() {
    return prefetch.isDue();
  }

  @Override
  public void prefetch(Packet packet) {
    prefetch.add(packet);
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    current.set(null);
    prefetch.read();
    counters.countPacket();
    FrameKind kind = segment.view().read(packet);
    return switch (kind) {
      case TCP -> routeSegment(nowNanos, out);
      case FRAGMENT -> fragments.process(segment, nowNanos, out);
      case NOT_OURS -> processOther(packet, nowNanos, out);
      case MALFORMED -> malformed.process(segment.view(), nowNanos);
    };
  }

  private Disposition routeSegment(long nowNanos, PacketOutput out) {
    int owner = handoff.ownerOf(segment.view());
    return owner == ConnectionRouter.SELF
        ? processSegment(Integer.MAX_VALUE, nowNanos, out)
        : handoff.handOff(owner, segment.view());
  }

  /** Processes a packet that is not TCP. An ICMP error may have made the engine retransmit. */
  private Disposition processOther(Packet packet, long nowNanos, PacketOutput out) {
    Disposition disposition = icmp.process(packet, nowNanos, out);
    Connection concerned = current.connection();
    if (concerned != null) {
      lifecycle.afterPacket(concerned, nowNanos);
    }
    return disposition;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    current.set(null);
    inherited.takeSome(nowNanos, out);
    protection.takeSome(nowNanos, out);
    lifecycle.onTimer(nowNanos, out);
    expectations.expire(nowNanos);
    fragments.reassembler().onTimer(nowNanos, out);
  }

  /** Called when more records are committed: what waited for them leaves, and is acknowledged. */
  public void onCommitted(long nowNanos, PacketOutput out) {
    commits.goOn(nowNanos, out);
  }

  /** Called when the state of the log has changed: all are forgotten, or served in steps. */
  public void onLogChanged(long nowNanos, PacketOutput out) {
    protection.update(nowNanos, out);
  }

  /**
   * Goes on with the connections of an engine that died, each at its next packet or in turn by
   * {@link #onTimer}. The replica is empty afterwards. A fenced engine forgets all.
   */
  public void inherit(Replica replica, long nowNanos) {
    inherited.add(replica, nowNanos);
    if (handoff.isFenced()) {
      moves().releaseAll();
    }
  }

  /** Connections with which this engine will go on, and has not yet. */
  public int inheritedConnections() {
    return inherited.size();
  }

  /** Whether there are connections to be read, or to be written to the log again. */
  public boolean isRenewing() {
    return inherited.size() > 0 || journal.unprotected().isRenewing();
  }

  /** What the agents of other engines expect. */
  public SharedExpectations shared() {
    return shared;
  }

  /** Adds a connection that the agent of another engine expects and that this engine may own. */
  public void expect(ExpectedConnection expected, long nowNanos) {
    expectations.add(expected, nowNanos);
  }

  /** Removes an expected connection that the agent of another engine expects no more. */
  public void unexpect(ExpectedConnection expected) {
    expectations.remove(expected);
  }

  @Override
  public long nextDeadlineNanos() {
    long nanos = Math.min(lifecycle.nextDeadlineNanos(), inherited.dueNanos());
    nanos = Math.min(nanos, Math.min(protection.dueNanos(), expectations.nextEndNanos()));
    return Math.min(nanos, fragments.reassembler().nextDeadlineNanos());
  }

  /**
   * Ends the input. Held octets are sent, delayed segments are sent after their gap, and all memory
   * is freed. The engine must not be used afterwards.
   */
  public void finish(long nowNanos, PacketOutput out) {
    end.finish(nowNanos, out);
  }

  @Override
  public void leave(long nowNanos, PacketOutput out) {
    end.leave(nowNanos, out);
  }

  @Override
  public @Nullable Disposition giveUp(String failure, long nowNanos, PacketOutput out) {
    return containment.contain(failure, nowNanos, out);
  }

  @Override
  public void giveUpCall(long nowNanos, PacketOutput out) {
    containment.containCall(delivery.leaveCall(), nowNanos, out);
  }

  @Override
  public void giveUpAll(String failure, long nowNanos, PacketOutput out) {
    containment.containAll(failure, nowNanos, out);
  }

  /**
   * Forgets all connections and sends nothing: another one has forwarded their segments meanwhile.
   * What the kernel has of them stays there.
   */
  public void forgetAll() {
    containment.forgetAll();
  }

  /** The call of an agent that this engine is in; for a watchdog on another thread. */
  public CallMark callMark() {
    return delivery.callMark();
  }

  /** Moves connections to this engine and away. */
  public ConnectionMoves moves() {
    return moves;
  }

  @Override
  public Counters counters() {
    return counters;
  }

  @Override
  public int connections() {
    return known.size();
  }

  /** The connections that are forwarded without this engine. */
  public FastPath fastPath() {
    return fastPath;
  }

  /** Gives no connection to the fast path until it is told to; returns what takes all back. */
  public FastPathRecall pauseFastPath() {
    fastPath.setPaused(true);
    return new FastPathRecall(fastPath, flows);
  }

  /** The memory used by all connections. */
  public MemoryBudget budget() {
    return budget;
  }

  /** What waits for records that are not committed. */
  public WaitingBytes waiting() {
    return commits.waiting();
  }

  /** Octets of the heap that connections are charged with: also parked ones, and what waits. */
  public long connectionBytes() {
    return parking.chargedBytes();
  }

  @Override
  public StatusScan scanStatus(int maxConnections) {
    return new StatusScan(
        known, halfOpen, parking, journal, counters, budget, fastPath, maxConnections);
  }

  /**
   * Begins a sweep of all connections but half-open ones and those that are over.
   *
   * @param sinceNanos octets are counted of parked connections with packets from this time on
   */
  public ConnectionSweep sweep(long sinceNanos) {
    return new ConnectionSweep(known, parking, sinceNanos);
  }

  @Override
  public Rule ruleOf(FrameView view, long nowNanos) {
    Rule rule = known.ruleOf(view);
    return rule == null ? choice.ruleOf(view, nowNanos) : rule;
  }

  /** Shows each connection that is neither half-open nor parked, between two packets. */
  public void forEachConnection(Consumer<Connection> observer) {
    flows.forEach(observer);
  }

  /** Shows a copy of each parked connection to {@code observer}, which is freed afterwards. */
  public void forEachParked(Consumer<Connection> observer) {
    parking.forEach(observer);
  }

  /** Whether {@code connection} is at rest, computed anew. */
  public boolean isAtRest(Connection connection) {
    return duties.isAtRest(connection);
  }

  /** Whether the log has a record of {@code connection}, committed or not, that is not lost. */
  public boolean isRecorded(Connection connection) {
    return journal.unprotected().isInRecord(connection);
  }

  /** Processes the segment that was read; packets carry {@code pieceLimitBytes} at most. */
  private Disposition processSegment(int pieceLimitBytes, long nowNanos, PacketOutput out) {
    if (handoff.isFenced()) {
      return handoff.dropFenced();
    }
    counters.countOctets(segment.view().payloadLength());
    if (unknownSegments.takeLost(segment, nowNanos, out)) {
      return Disposition.TAKEN;
    }
    inherited.take(segment.view(), nowNanos, out);
    if (inherited.dropLostAnswer(segment.view(), nowNanos)) {
      return Disposition.TAKEN;
    }
    Connection connection = lifecycle.findOrOpen(segment, nowNanos, out);
    if (connection == null) {
      return unknownSegments.process(segment, nowNanos, out);
    }
    if (inherited.dropLostOpening(connection, segment, nowNanos, out)) {
      lifecycle.settle(segment, connection, nowNanos);
      return Disposition.TAKEN;
    }
    return knownSegments.process(connection, pieceLimitBytes, nowNanos, out);
  }
}
