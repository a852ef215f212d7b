package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.Conversation;
import dev.midstream.testkit.sim.PacketObserver;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.testkit.sim.tcp.Behaviour;
import dev.midstream.testkit.sim.tcp.Ending;
import dev.midstream.testkit.sim.tcp.EndpointOptions;
import dev.midstream.testkit.sim.tcp.TcpEndpoint;
import dev.midstream.testkit.sim.tcp.TcpState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.worlds.plan.PathPlan;
import dev.midstream.worlds.plan.SimulatedWorld;
import dev.midstream.worlds.plan.WholeStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * Checks a world in which an end is cut off (laws 3 and 11). What the box acknowledged to a sender
 * arrives at the receiver, whether the sender lives or not, or both ends are reset. Within ten
 * minutes, and again after each death of a box, decided octets in custody are acknowledged, and
 * what the box reported by SACK and released has arrived.
 */
final class CutOracle implements BoxObserver, PacketObserver {
  /** The time of five attempts a minute apart, and of the shorter timeouts before them. */
  private static final long PATIENCE_NANOS = 600_000_000_000L;

  private final SimulatedWorld world;
  private final Map<Direction, Account> accounts = new EnumMap<>(Direction.class);
  private final Map<Leg, Long> resets = new EnumMap<>(Leg.class);
  private final long reportedNanos;
  private boolean resetByEnd;
  private boolean unknown;
  private boolean silent;
  private boolean reportedChecked;

  /** What the box told the sender of one direction, and what its receiver got. */
  private static final class Account {
    private final WholeStream stream;
    private final LongSupplier decided;
    private final WatchedSegment segment;
    private final RangeSet arrived = new RangeSet();
    private final RangeSet reported = new RangeSet();
    private final RangeSet newLeft = new RangeSet();
    private final RangeSet newGot = new RangeSet();
    private long advertised;
    private long newAcknowledged;
    private long movedNanos;

    Account(WholeStream stream, LongSupplier decided, WatchedSegment segment) {
      this.stream = stream;
      this.decided = decided;
      this.segment = segment;
    }

    /** The new offset up to which octets were acknowledged to the sender. */
    long newPromised(long orgLimit) {
      return stream.newOffsetOf(Math.min(Math.min(advertised, stream.octets().length), orgLimit));
    }

    /** Octets that were promised and not acknowledged by the receiver. */
    long owedBytes(long orgLimit) {
      return newPromised(orgLimit) - newAcknowledged;
    }

    /** The new offset of the first octet that was reported and left, but never arrived; -1. */
    long firstMissing() {
      long contiguous = Math.min(decided.getAsLong(), arrived.firstOutside(0));
      for (int i = 0; i < reported.size(); i++) {
        long end = stream.newOffsetOf(Math.min(reported.end(i), contiguous));
        long start = Math.max(newAcknowledged, stream.newOffsetOf(reported.start(i)));
        for (int j = 0; j < newLeft.size(); j++) {
          long at = newGot.firstOutside(Math.max(start, newLeft.start(j)));
          if (at < Math.min(end, newLeft.end(j))) {
            return at;
          }
        }
      }
      return -1;
    }
  }

  CutOracle(SimulatedWorld world) {
    this.world = world;
    long cutNanos = world.path().isCut() ? world.path().cutNanos() : 0;
    reportedNanos = Math.max(cutNanos, world.path().calmNanos()) + PATIENCE_NANOS;
  }

  /** Checks {@code direction}, which an agent has decided up to {@code decided}. */
  void watch(Direction direction, WholeStream stream, LongSupplier decided) {
    WatchedSegment segment = WatchedSegment.sentBy(Ends.legOfSender(direction), world.ends());
    accounts.put(direction, new Account(stream, decided, segment));
  }

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    silent = false;
    resetByEnd |= segment.view().isRst();
    add(account(Ends.directionFrom(leg)).arrived, segment.start(), segment.end());
    Account acknowledged = account(Ends.directionFrom(leg).opposite());
    if (segment.view().isAck() && !segment.view().isRst()) {
      boolean answers = segment.view().windowField() == 0;
      if (segment.ack() > acknowledged.newAcknowledged || answers) {
        acknowledged.movedNanos = nowNanos;
      }
      acknowledged.newAcknowledged = Math.max(acknowledged.newAcknowledged, segment.ack());
    }
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    if (segment.view().isRst()) {
      resets.putIfAbsent(leg, nowNanos);
      return;
    }
    Account own = account(Ends.directionFrom(leg));
    add(account(Ends.directionFrom(leg).opposite()).newLeft, segment.start(), segment.payloadEnd());
    if (segment.view().isAck()) {
      own.advertised = Math.max(own.advertised, segment.ack());
      for (int i = 0; i < segment.options().sackBlocks(); i++) {
        add(own.reported, segment.sackLeft(i), segment.sackRight(i));
      }
    }
  }

  /**
   * What was only reported may be forgotten (RFC 2018 section 8). Another box does not know how
   * often the one before has tried.
   */
  @Override
  public void dies(Death death, long nowNanos) {
    accounts
        .values()
        .forEach(each -> {
          each.reported.clear();
          each.movedNanos = nowNanos;
        });
  }

  /** Notes that no engine knows the connection any more. */
  void loses() {
    unknown = true;
    silent = true;
  }

  @Override
  public void seen(Place place, Leg leg, Packet packet, long nowNanos) {
    if (place == Place.RECEIVED) {
      Account account = account(Ends.directionFrom(leg).opposite());
      if (account.segment.read(packet)) {
        add(account.newGot, account.segment.start(), account.segment.payloadEnd());
      }
    }
  }

  private static void add(RangeSet ranges, long start, long end) {
    if (end > Math.max(0, start)) {
      ranges.addUnbounded(Math.max(0, start), end);
    }
  }

  private Account account(Direction direction) {
    return Objects.requireNonNull(accounts.get(direction));
  }

  /** Whether an end has sent a reset, or one has left the box. */
  private boolean isReset() {
    return resetByEnd || !resets.isEmpty();
  }

  /** Checks after each event. */
  void step(long nowNanos) {
    if (isReset()) {
      return;
    }
    accounts.forEach((direction, each) -> checkOwed(direction, each, nowNanos));
    if (nowNanos > reportedNanos && !reportedChecked) {
      reportedChecked = true;
      accounts.forEach(this::checkReported);
    }
  }

  private static void checkOwed(Direction direction, Account account, long nowNanos) {
    long owed = account.owedBytes(account.decided.getAsLong());
    if (owed <= 0) {
      account.movedNanos = nowNanos;
    }
    LawBroken.unless(
        nowNanos - account.movedNanos <= PATIENCE_NANOS,
        Law.PROGRESS,
        () ->
            "octets in custody wait for a dead receiver: direction=%s owedBytes=%d nanos=%d"
                .formatted(direction, owed, nowNanos));
  }

  private void checkReported(Direction direction, Account account) {
    EndpointOptions receiver = world.receiver(direction).options();
    boolean refuses =
        receiver.has(Behaviour.SHRINKING_WINDOW)
            || receiver.has(Behaviour.RENEGING)
            || world.path().isCutTo(Ends.legOfSender(direction.opposite()));
    long missing = refuses ? -1 : account.firstMissing();
    LawBroken.unless(
        missing < 0,
        Law.HONESTY,
        () ->
            "reported octets do not arrive: direction=%s newOffset=%d"
                .formatted(direction, missing));
  }

  /**
   * Checks at the end, when nothing moves any more. A reset before an opening was complete may be
   * that of an unknown connection, because the box has forgotten the opening.
   */
  void checkEnd(Conversation talk) {
    boolean opened = talk.client().acknowledgedBytes() > 0 && talk.server().acknowledgedBytes() > 0;
    for (Leg leg : Leg.values()) {
      LawBroken.unless(
          !opened
              || resetByEnd
              || resets.isEmpty()
              || resets.containsKey(leg)
              || isNumberUnknown(leg),
          Law.PROGRESS,
          () -> "only one end is reset, but not " + leg + "\n" + talk);
    }
    for (Direction each : accounts.keySet()) {
      checkArrived(each, talk);
      checkSender(each, talk);
    }
  }

  /**
   * Whether an end cannot be reset because no engine knows the connection: the other end would tell
   * the number of a reset, and is not asked or not heard, or the end itself says nothing more.
   */
  private boolean isNumberUnknown(Leg leg) {
    Leg other = leg.opposite();
    PathPlan path = world.path();
    return unknown && (path.isCutTo(other) || path.isCutFrom(other) || path.isCutFrom(leg));
  }

  /** Whether no engine knows the connection, and neither end has said anything since that is so. */
  private boolean isForgotten() {
    return unknown && silent;
  }

  /** A receiver that can hear has all that was acknowledged, or knows that something is missing. */
  private void checkArrived(Direction direction, Conversation talk) {
    Leg leg = Ends.legOfSender(direction.opposite());
    TcpEndpoint receiver = talk.endpoint(leg);
    if (isForgotten() || world.path().isCutTo(leg) || isTold(leg, receiver)) {
      return;
    }
    Account account = account(direction);
    long promised = account.newPromised(Long.MAX_VALUE);
    LawBroken.unless(
        receiver.receivedBytes() >= promised,
        Law.HONESTY,
        () ->
            "acknowledged octets do not arrive: direction=%s newPromised=%d%n%s"
                .formatted(direction, promised, talk));
  }

  /** A sender that can hear knows that acknowledged octets may not have arrived. */
  private void checkSender(Direction direction, Conversation talk) {
    Leg leg = Ends.legOfSender(direction);
    TcpEndpoint sender = talk.endpoint(leg);
    long owed = account(direction).owedBytes(Long.MAX_VALUE);
    LawBroken.unless(
        owed <= 0 || isForgotten() || world.path().isCutTo(leg) || isTold(leg, sender),
        Law.HONESTY,
        () ->
            "the sender of lost octets is not reset: direction=%s owedBytes=%d%n%s"
                .formatted(direction, owed, talk));
  }

  /**
   * Whether an end knows that its connection broke, or was sent a reset that may have missed it: it
   * was lost, or its number is not the next one of an end that the box no longer hears.
   */
  private boolean isTold(Leg leg, TcpEndpoint end) {
    boolean refused = end.state() == TcpState.LISTEN && resets.containsKey(leg);
    boolean knows = refused || (end.ending() != Ending.NOT_YET && end.ending() != Ending.CLOSED);
    Long resetNanos = resets.get(leg);
    boolean lost =
        resetNanos != null
            && (world.path().isCutFrom(leg)
                || (resetNanos <= world.path().calmNanos() && world.path().mayLoseTo(leg)));
    return knows || lost;
  }
}
