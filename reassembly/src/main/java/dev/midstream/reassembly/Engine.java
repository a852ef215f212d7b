package dev.midstream.reassembly;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.reassembly.custody.Copies;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Deadlines;
import dev.midstream.reassembly.flow.Expectations;
import dev.midstream.reassembly.flow.Expected;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.KeyedHash;
import dev.midstream.reassembly.flow.Owners;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.HashSeed;
import dev.midstream.reassembly.rule.Reading;
import dev.midstream.reassembly.rule.Rule;
import dev.midstream.reassembly.snapshot.Survey;
import dev.midstream.reassembly.store.Ledger;
import dev.midstream.wire.header.FrameKind;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rewriting engine of one worker: packets and timers in, packets out. Not thread-safe; engines
 * share nothing.
 */
public final class Engine implements Box {
  private final boolean inline;
  private final FlowTable flows;
  private final Expectations expectations;
  private final Redirection redirection;
  private final Deadlines deadlines = new Deadlines();
  private final Segment segment = new Segment();
  private final Counters counters;
  private final AtWork atWork;
  private final Ledger ledger;
  private final ConnectionOpening opening;
  private final KnownSyn knownSyn;
  private final Refusals refusals;
  private final Lifecycle lifecycle;
  private final InspectedPath inspected;
  private final Waiting waiting;
  private final Aftercare aftercare;
  private final FragmentPath fragments;
  private final IcmpPath errors;
  private final GivingUp givingUp;

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
    this(configuration, seed, allocator, Copies.NOT_NEEDED, events);
  }

  /** The same, taking nothing into custody that {@code copies} does not confirm. */
  public Engine(
      EngineConfiguration configuration,
      HashSeed seed,
      ByteBufAllocator allocator,
      Copies copies,
      EventSink events) {
    this(configuration, seed, allocator, copies, Owners.ALONE, events);
  }

  /** The same, for the connections that {@code owners} says are its own. */
  public Engine(
      EngineConfiguration configuration,
      HashSeed seed,
      ByteBufAllocator allocator,
      Copies copies,
      Owners owners,
      EventSink events) {
    KeyedHash hashes = new KeyedHash(seed);
    flows = new FlowTable(hashes);
    counters = new Counters();
    atWork = new AtWork(counters);
    inline = configuration.reading() == Reading.EDITED;
    ledger = new Ledger(configuration.limits().totalBytes(), inline ? Ledger.SHARE_BYTES : 0);
    expectations = new Expectations(owners);
    redirection = new Redirection(configuration, owners, counters);
    Stages stages = Stages.of(configuration, ledger, expectations, copies, counters, events);
    opening =
        new ConnectionOpening(
            configuration, atWork, flows, expectations, ledger, counters, events, allocator);
    Progress progress = new Progress(configuration.reading());
    knownSyn = new KnownSyn(configuration.reading(), progress, opening);
    refusals = new Refusals(configuration.reading(), counters, progress);
    inspected = new InspectedPath(stages, opening, progress, knownSyn, refusals);
    waiting = new Waiting(stages, inspected);
    aftercare = stages.aftercare();
    lifecycle =
        new Lifecycle(stages, atWork, flows, deadlines, opening, waiting, progress, knownSyn);
    fragments =
        new FragmentPath(
            configuration,
            flows,
            hashes,
            opening,
            redirection,
            counters,
            allocator,
            ledger,
            this::takeSegment);
    givingUp = new GivingUp(stages, atWork, flows, lifecycle, segment.view());
    errors = new IcmpPath(stages, atWork, flows, redirection);
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    atWork.on(null);
    counters.packet();
    FrameKind kind = segment.view().read(packet);
    return switch (kind) {
      case TCP ->
          redirection.isElsewhere(segment.view())
              ? redirection.hand(segment.view())
              : takeSegment(Integer.MAX_VALUE, nowNanos, out);
      case FRAGMENT -> fragments.take(segment, nowNanos, out);
      case NOT_OURS -> errors.take(packet, nowNanos, out);
      case MALFORMED -> takeUnread(segment.view());
    };
  }

  private Disposition takeUnread(FrameView view) {
    if (view.hasPorts() && redirection.isElsewhere(view)) {
      return redirection.hand(view);
    }
    counters.count(Reason.MALFORMED);
    return mayPassUnread(view) ? Disposition.FORWARD : Disposition.TAKEN;
  }

  /**
   * A header that lies must not bring octets past an agent, whatever a receiver makes of it; what
   * was recorded is past them.
   */
  private boolean mayPassUnread(FrameView view) {
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
    atWork.on(null);
    lifecycle.onTimer(nowNanos, out);
    fragments.onTimer(nowNanos, out);
  }

  /**
   * More octets of {@code connection} are confirmed to be kept elsewhere than when that was asked
   * last; nothing happens if it is over meanwhile.
   */
  public void onCopied(Connection connection, long nowNanos, PacketOutput out) {
    if (flows.isKnown(connection)) {
      atWork.on(connection);
      aftercare.onCopied(connection, nowNanos, out);
      lifecycle.await(connection);
    }
  }

  /** Another owner's agent expects a connection, which may be this engine's. */
  public void expect(Expected expected, long nowNanos) {
    expectations.add(expected, nowNanos);
  }

  /** A connection that was expected has been opened at another owner. */
  public void fulfilled(Expected expected) {
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
      atWork.on(connection);
      waiting.finish(connection, nowNanos, out);
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
      atWork.on(connection);
      try {
        waiting.leave(connection, nowNanos, out);
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
    return givingUp.take(failure, nowNanos, out);
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
  public Ledger ledger() {
    return ledger;
  }

  /** Begins a look at all connections, of which {@code most} are shown. */
  public Survey survey(int most) {
    return new Survey(flows, counters, ledger, most);
  }

  /**
   * The rule that decides the connection of a segment, or would decide the one that it opens. Looks
   * only; may be asked between two packets and by who takes a packet from this engine.
   */
  public Rule ruleOf(FrameView view, long nowNanos) {
    Connection connection = flows.peek(view);
    return connection == null ? opening.ruleOf(view, nowNanos) : connection.rule();
  }

  FlowTable flows() {
    return flows;
  }

  /** Whether a connection is found at rest now, whatever was found before. */
  boolean isAtRest(Connection connection) {
    return aftercare.isAtRest(connection);
  }

  /** Takes the segment that was read, whose payload must leave in pieces of at most so much. */
  private Disposition takeSegment(int pieceLimitBytes, long nowNanos, PacketOutput out) {
    Connection connection = lifecycle.follow(segment.view(), nowNanos, out);
    if (connection == null) {
      return lifecycle.passUnknown(segment.view());
    }
    return switch (connection.handling()) {
      case UNTOUCHED -> pass(connection, nowNanos, out);
      case MONITORED, EDITED -> inspect(connection, pieceLimitBytes, nowNanos, out);
      case DROPPED, REJECTED -> refuse(connection, nowNanos, out);
    };
  }

  private Disposition inspect(
      Connection connection, int pieceLimitBytes, long nowNanos, PacketOutput out) {
    Direction direction = lifecycle.directionOf(connection);
    segment.enter(connection, direction, nowNanos, out);
    segment.limitPieces(pieceLimitBytes);
    Disposition disposition = inspected.take(segment);
    lifecycle.await(connection);
    return disposition;
  }

  /** A packet leaves as it came, but for a SYN that may open a connection of its own. */
  private Disposition pass(Connection connection, long nowNanos, PacketOutput out) {
    Direction direction = lifecycle.directionOf(connection);
    if (!knownSyn.isForeign(connection, direction, segment.view())) {
      return Disposition.FORWARD;
    }
    segment.enter(connection, direction, nowNanos, out);
    return inspected.takeRival(segment);
  }

  private Disposition refuse(Connection connection, long nowNanos, PacketOutput out) {
    Disposition disposition = refusals.take(connection, segment.view(), nowNanos, out);
    lifecycle.await(connection);
    return disposition;
  }
}
