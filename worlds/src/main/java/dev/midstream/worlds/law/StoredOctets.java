package dev.midstream.worlds.law;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.modcmd.range.RangeSet;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.store.ReplacedOctets;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.sim.oracle.WatchedSegment;
import dev.midstream.wire.packet.Leg;
import dev.midstream.worlds.plan.EnginePlan.Treatment;
import dev.midstream.worlds.plan.WholeStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Counts from outside what the box must keep for one connection at most (law 6): octets that
 * arrived and are undecided, output that its receiver has not acknowledged, and for a while the
 * octets that edits replaced.
 */
public final class StoredOctets implements BoxObserver {
  private final Map<Direction, Account> accounts = new EnumMap<>(Direction.class);

  /** What arrived of one direction, and what its receiver acknowledged. */
  private static final class Account {
    private final WholeStream stream;
    private final boolean edited;
    private final RangeSet arrived = new RangeSet();
    private long newAcknowledged;

    Account(WholeStream stream, boolean edited) {
      this.stream = stream;
      this.edited = edited;
    }

    long mostBytes(long agentDecided, boolean hasStopped) {
      long length = stream.octets().length;
      long decided = Math.min(Math.min(agentDecided, length), arrived.firstOutside(0));
      long passed = hasStopped && edited ? stream.orgOffsetOf(newAcknowledged) : 0;
      long undecided = arrivedAbove(Math.max(decided, passed));
      if (!edited) {
        return undecided;
      }
      long newEnd = decided < length ? stream.newOffsetOf(decided + 1) : stream.editedLength();
      long output = Math.max(0, newEnd - newAcknowledged);
      return undecided + output + Math.min(decided, ReplacedOctets.MAX_BYTES);
    }

    private long arrivedAbove(long offset) {
      long sum = 0;
      for (int i = 0; i < arrived.size(); i++) {
        sum += Math.max(0, arrived.end(i) - Math.max(offset, arrived.start(i)));
      }
      return sum;
    }
  }

  private final Treatment treatment;
  private final WatchedAgent agent;
  private final boolean believesAcks;

  /**
   * Counts for a connection.
   *
   * @param agent decides its octets
   * @param believesAcks whether every acknowledgement is acceptable, because all numbers fit into
   *     the windows
   */
  StoredOctets(
      Treatment treatment,
      Map<Direction, WholeStream> streams,
      WatchedAgent agent,
      boolean believesAcks) {
    this.treatment = treatment;
    this.agent = agent;
    this.believesAcks = believesAcks;
    streams.forEach((direction, stream) ->
        accounts.put(direction, new Account(stream, treatment == Treatment.EDIT)));
  }

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    Account own = account(Ends.directionFrom(leg));
    long start = Math.max(0, segment.start());
    if (segment.payloadEnd() > start) {
      own.arrived.addUnbounded(start, segment.payloadEnd());
    }
    if (believesAcks && segment.view().isAck() && !segment.view().isRst()) {
      Account other = account(Ends.directionFrom(leg).opposite());
      other.newAcknowledged = Math.max(other.newAcknowledged, segment.ack());
    }
  }

  private Account account(Direction direction) {
    return Objects.requireNonNull(accounts.get(direction));
  }

  /** What must be kept at most for the octets of {@code direction}, replies included. */
  public long mostBytes(Direction direction) {
    return treatment == Treatment.NO_RULE
        ? 0
        : account(direction).mostBytes(agent.decided(direction), agent.hasStopped());
  }

  /** The same for both directions. */
  public long mostBytes() {
    return mostBytes(Direction.CLIENT_TO_SERVER) + mostBytes(Direction.SERVER_TO_CLIENT);
  }

  /** Checks that the stores of {@code connection}, which this counts for, hold no more. */
  public void check(Connection connection, long nowNanos) {
    long kept = connection.hasStreams() ? keptBytes(connection) : 0;
    LawBroken.unless(
        kept <= mostBytes(),
        Law.BOUNDS,
        () ->
            "memory: %s keptBytes=%d mostBytes=%d nanos=%d"
                .formatted(connection.name(), kept, mostBytes(), nowNanos));
  }

  /** The octets in the stores of a connection. */
  private static long keptBytes(Connection connection) {
    long sum = 0;
    for (Direction direction : Direction.BOTH) {
      Stream stream = connection.stream(direction);
      DelayedSegments delayed = stream.sender().delayed();
      sum += stream.edits().firstCopies().length();
      sum += (long) stream.sender().undecided().length() + stream.sender().replaced().length();
      sum += delayed.chargedBytes() - delayed.overheadBytes();
    }
    return sum;
  }
}
