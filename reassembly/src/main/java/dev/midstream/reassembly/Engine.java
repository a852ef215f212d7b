package dev.midstream.reassembly;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.endpoint.CopyGate;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.Deadlines;
import dev.midstream.reassembly.flow.ExpectationTable;
import dev.midstream.reassembly.flow.ExpectedConnection;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.ConnectionOpening;
import dev.midstream.reassembly.lifecycle.SynClassifier;
import dev.midstream.reassembly.path.EndpointDuties;
import dev.midstream.reassembly.path.FragmentPath;
import dev.midstream.reassembly.path.Handoff;
import dev.midstream.reassembly.path.IcmpPath;
import dev.midstream.reassembly.path.InspectedPath;
import dev.midstream.reassembly.path.RefusedPath;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.status.StatusScan;
import dev.midstream.reassembly.store.MemoryBudget;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rewriting engine of one worker: packets and timers in, packets out. Not thread-safe; engines
 * share nothing.
 */
public final class Engine implements Box {
  private final boolean inline;
  private final Segment segment;
  private final Counters counters;
  private final CurrentConnection current;
  private final MemoryBudget budget;
  private final FlowTable flows;
  private final Deadlines deadlines;
  private final ExpectationTable expectations;
  private final Handoff handoff;
  private final ConnectionOpening opening;
  private final SynClassifier synClassifier;
  private final ConnectionLifecycle lifecycle;
  private final InspectedPath inspected;
  private final RefusedPath refused;
  private final FragmentPath fragments;
  private final IcmpPath icmp;
  private final ConnectionTimers timers;
  private final EndpointDuties duties;
  private final FailureContainment containment;

  /**
   * An engine with nothing in it, on its own.
   *
   * @param configuration what the operator wants
   * @param seed from a source that nobody outside can guess
   * @param allocator where kept octets lie; pooled direct memory is meant
   * @param events takes what an operator may want to read
   */
  public Engine(
      EngineConfiguration configuration,
      HashSeed seed,
      ByteBufAllocator allocator,
      EventSink events) {
    this(configuration, seed, allocator, CopyGate.NOT_NEEDED, events);
  }

  /** The same, taking nothing into custody that {@code copyGate} does not confirm. */
  public Engine(
      EngineConfiguration configuration,
      HashSeed seed,
      ByteBufAllocator allocator,
      CopyGate copyGate,
      EventSink events) {
    this(configuration, seed, allocator, copyGate, ConnectionRouter.ALONE, events);
  }

  /** The same, for the connections that {@code router} says are its own. */
  public Engine(
      EngineConfiguration configuration,
      HashSeed seed,
      ByteBufAllocator allocator,
      CopyGate copyGate,
      ConnectionRouter router,
      EventSink events) {
    EngineParts parts =
        new EngineParts(
            configuration, seed, allocator, copyGate, router, events, this::processSegment);
    inline = configuration.vantage() == Vantage.INLINE;
    segment = parts.segment;
    counters = parts.counters;
    current = parts.current;
    budget = parts.budget;
    flows = parts.flows;
    deadlines = parts.deadlines;
    expectations = parts.expectations;
    handoff = parts.handoff;
    opening = parts.opening;
    synClassifier = parts.synClassifier;
    lifecycle = parts.lifecycle;
    inspected = parts.inspected;
    refused = parts.refused;
    fragments = parts.fragments;
    icmp = parts.icmp;
    timers = parts.timers;
    duties = parts.duties;
    containment = parts.containment;
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    current.on(null);
    counters.countPacket();
    FrameKind kind = segment.view().read(packet);
    return switch (kind) {
      case TCP -> routeSegment(nowNanos, out);
      case FRAGMENT -> fragments.process(segment, nowNanos, out);
      case NOT_OURS -> icmp.process(packet, nowNanos, out);
      case MALFORMED -> processMalformed(segment.view());
    };
  }

  /** Takes the segment that was read, unless another engine owns its connection. */
  private Disposition routeSegment(long nowNanos, PacketOutput out) {
    int owner = handoff.ownerOf(segment.view());
    return owner == ConnectionRouter.SELF
        ? processSegment(Integer.MAX_VALUE, nowNanos, out)
        : handoff.handOver(owner, segment.view());
  }

  private Disposition processMalformed(FrameView view) {
    int owner = view.hasPorts() ? handoff.ownerOf(view) : ConnectionRouter.SELF;
    if (owner != ConnectionRouter.SELF) {
      return handoff.handOver(owner, view);
    }
    counters.count(Reason.MALFORMED);
    return mayForwardMalformed(view) ? Disposition.FORWARD : Disposition.TAKEN;
  }

  /**
   * A header that lies must not bring octets past an agent, whatever a receiver makes of it; what
   * was recorded is past them.
   */
  private boolean mayForwardMalformed(FrameView view) {
    Connection connection = view.hasPorts() ? flows.peek(view) : null;
    return connection == null
        || switch (connection.handling()) {
          case UNTOUCHED, MONITORED -> true;
          case EDITED -> !inline;
          case DROPPED, REJECTED -> false;
        };
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    current.on(null);
    lifecycle.onTimer(nowNanos, out);
    fragments.onTimer(nowNanos, out);
  }

  /**
   * More octets of {@code connection} are confirmed to be kept elsewhere than when that was asked
   * last; nothing happens if it is over meanwhile.
   */
  public void onCopied(Connection connection, long nowNanos, PacketOutput out) {
    if (flows.isKnown(connection)) {
      current.on(connection);
      duties.onCopied(connection, nowNanos, out);
      lifecycle.schedule(connection);
    }
  }

  /** Another owner's agent expects a connection, which may be this engine's. */
  public void expect(ExpectedConnection expected, long nowNanos) {
    expectations.add(expected, nowNanos);
  }

  /** A connection that was expected has been opened at another owner. */
  public void fulfilled(ExpectedConnection expected) {
    expectations.remove(expected);
  }

  @Override
  public long nextDeadlineNanos() {
    return Math.min(deadlines.nextNanos(), fragments.nextDeadlineNanos());
  }

  /**
   * No more packets will come: held octets pass, delayed ones leave behind their gap, and nothing
   * is kept. The engine is not used after that.
   */
  public void finish(long nowNanos, PacketOutput out) {
    flows.forEach(connection -> {
      current.on(connection);
      timers.finish(connection, nowNanos, out);
      connection.free();
    });
    fragments.finish(nowNanos, out);
  }

  /**
   * The same when the engine ends before the connections do: those whose ends could not go on by
   * themselves are reset, because their octets would be taken for others. What fails with one of
   * them is thrown when all have been left.
   */
  @SuppressWarnings("IllegalCatch") // a mistake on one connection must not keep the others
  public void leave(long nowNanos, PacketOutput out) {
    List<RuntimeException> failures = new ArrayList<>();
    flows.forEach(connection -> {
      current.on(connection);
      try {
        timers.leave(connection, nowNanos, out);
        connection.free();
      } catch (RuntimeException e) {
        failures.add(e);
        giveUp(e.toString(), nowNanos, out);
      }
    });
    fragments.finish(nowNanos, out);
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  /**
   * Gives up the connection at work when a call of this engine has thrown. If it is edited its ends
   * are reset; if it is only looked at it is let alone from now on. Then the engine may be used as
   * before.
   *
   * @param failure what was thrown, for the operator
   * @return what becomes of the packet at work, if there is one; null if the failure is about no
   *     connection, so that nobody knows what else is wrong
   */
  public @Nullable Disposition giveUp(String failure, long nowNanos, PacketOutput out) {
    return containment.contain(failure, nowNanos, out);
  }

  /** What was counted so far. */
  public Counters counters() {
    return counters;
  }

  /** Connections known now. */
  public int connections() {
    return flows.size();
  }

  /** Octets kept now, for all connections. */
  public MemoryBudget budget() {
    return budget;
  }

  /** Begins a look at all connections, of which {@code most} are shown. */
  public StatusScan scanStatus(int maxConnections) {
    return new StatusScan(flows, counters, budget, maxConnections);
  }

  /**
   * The rule that decides the connection of a segment, or would decide the one that it opens. Looks
   * only; may be asked between two packets and by who takes a packet from this engine.
   */
  public Rule ruleOf(FrameView view, long nowNanos) {
    Connection connection = flows.peek(view);
    return connection == null ? opening.ruleOf(view, nowNanos) : connection.rule();
  }

  /**
   * Calls {@code observer} for each connection, between two packets; the observer changes nothing.
   */
  public void forEachConnection(Consumer<Connection> observer) {
    flows.forEach(observer);
  }

  /** Whether {@code connection} is at rest now, recomputed for an observer. */
  public boolean isAtRest(Connection connection) {
    return duties.isAtRest(connection);
  }

  /** Takes the segment that was read, whose payload must leave in pieces of at most so much. */
  private Disposition processSegment(int pieceLimitBytes, long nowNanos, PacketOutput out) {
    Connection connection = lifecycle.follow(segment, nowNanos, out);
    if (connection == null) {
      return lifecycle.decideUnknown(segment);
    }
    return switch (connection.handling()) {
      case UNTOUCHED -> forward(connection, nowNanos, out);
      case MONITORED, EDITED -> inspect(connection, pieceLimitBytes, nowNanos, out);
      case DROPPED, REJECTED -> refuse(connection, nowNanos, out);
    };
  }

  private Disposition inspect(
      Connection connection, int pieceLimitBytes, long nowNanos, PacketOutput out) {
    Direction direction = connection.directionOf(segment.key());
    segment.enter(connection, direction, nowNanos, out);
    segment.limitPieces(pieceLimitBytes);
    Disposition disposition = inspected.process(segment);
    lifecycle.schedule(connection);
    return disposition;
  }

  /** A packet leaves as it came, but for a SYN that may open a connection of its own. */
  private Disposition forward(Connection connection, long nowNanos, PacketOutput out) {
    Direction direction = connection.directionOf(segment.key());
    if (!synClassifier.isForeign(connection, direction, segment.view())) {
      return Disposition.FORWARD;
    }
    segment.enter(connection, direction, nowNanos, out);
    return inspected.processCompetingSyn(segment);
  }

  private Disposition refuse(Connection connection, long nowNanos, PacketOutput out) {
    Disposition disposition = refused.process(connection, segment.view(), nowNanos, out);
    lifecycle.schedule(connection);
    return disposition;
  }
}
