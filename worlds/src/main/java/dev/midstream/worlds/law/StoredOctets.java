package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
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
    private final boolean dropping;
    private final RangeSet arrived = new RangeSet();
    private long newAcknowledged;
    private long keptAcknowledged;
    private long advertised;
    private long countedEnd;
    private long replaced;

    /**
     * The account of {@code stream}.
     *
     * @param dropping whether octets are decided before they come; then those that the sender was
     *     not acknowledged may wait
     */
    Account(WholeStream stream, boolean edited, boolean dropping) {
      this.stream = stream;
      this.edited = edited;
      this.dropping = dropping;
    }

    /** The decided octets that have arrived. */
    private long decided(long agentDecided) {
      return Math.min(Math.min(agentDecided, stream.octets().length), arrived.firstOutside(0));
    }

    /** Octets that edits took out of the decided ones. */
    long replacedBytes(long agentDecided) {
      long decided = decided(agentDecided);
      if (edited && decided > countedEnd) {
        replaced += stream.replacedBytes(countedEnd, decided);
        countedEnd = decided;
      }
      return Math.min(replaced, ReplacedOctets.MAX_BYTES);
    }

    /** What is undecided, and output that is not acknowledged. */
    long unfinishedBytes(long agentDecided, boolean hasStopped) {
      long length = stream.octets().length;
      long decided = decided(agentDecided);
      long acknowledged = hasStopped && edited ? stream.orgOffsetOf(newAcknowledged) : 0;
      long passed = Math.min(acknowledged, arrived.firstOutside(0));
      long finished = Math.max(decided, passed);
      long undecided = arrivedAbove(dropping ? Math.min(finished, advertised) : finished);
      if (!edited) {
        return undecided;
      }
      long newEnd = decided < length ? stream.newOffsetOf(decided + 1) : stream.editedLength();
      return undecided + Math.max(0, newEnd - newAcknowledged);
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
  private final boolean withholds;

  /**
   * Counts for a connection.
   *
   * @param agent decides its octets
   * @param believesAcks whether every acknowledgement is acceptable, because all numbers fit into
   *     the windows
   * @param withholds whether a segment with new octets may be withheld, with its acknowledgement
   *     (H-41)
   */
  StoredOctets(
      Treatment treatment,
      Map<Direction, WholeStream> streams,
      WatchedAgent agent,
      boolean believesAcks,
      boolean withholds) {
    this.treatment = treatment;
    this.agent = agent;
    this.believesAcks = believesAcks;
    this.withholds = withholds;
    streams.forEach((direction, stream) ->
        accounts.put(
            direction, new Account(stream, treatment == Treatment.EDIT, agent.isDropping())));
  }

  @Override
  public void arrives(Leg leg, WatchedSegment segment, long nowNanos) {
    Account own = account(Ends.directionFrom(leg));
    long start = Math.max(0, segment.start());
    if (segment.payloadEnd() > start) {
      own.arrived.addUnbounded(start, segment.payloadEnd());
    }
    boolean used = believesAcks && !(withholds && segment.end() > segment.start());
    if (used && segment.view().isAck() && !segment.view().isRst()) {
      Account other = account(Ends.directionFrom(leg).opposite());
      other.newAcknowledged = Math.max(other.newAcknowledged, segment.ack());
    }
  }

  @Override
  public void leaves(Leg leg, WatchedSegment segment, long nowNanos) {
    if (segment.view().isAck() && !segment.view().isRst()) {
      Account own = account(Ends.directionFrom(leg));
      own.advertised = Math.max(own.advertised, segment.ack());
    }
  }

  @Override
  public void recorded() {
    accounts.values().forEach(each -> each.keptAcknowledged = each.newAcknowledged);
  }

  /** The box knows of no acknowledgement that came after the record, and may decide again. */
  @Override
  public void dies(Death death, long nowNanos) {
    accounts.forEach((direction, each) -> {
      long known = death.isOfRecords() ? death.acknowledged(direction) : each.keptAcknowledged;
      each.newAcknowledged = Math.min(each.newAcknowledged, known);
      each.countedEnd = Math.min(each.countedEnd, agent.decided(direction));
    });
  }

  private Account account(Direction direction) {
    return Objects.requireNonNull(accounts.get(direction));
  }

  /** What the receiver of {@code direction} has acknowledged of its output. */
  public long acknowledged(Direction direction) {
    return account(direction).newAcknowledged;
  }

  /** What must be kept at most for the octets of {@code direction}, replies included. */
  public long mostBytes(Direction direction) {
    return treatment == Treatment.NO_RULE
        ? 0
        : unfinishedBytes(direction) + replacedBytes(direction);
  }

  private long unfinishedBytes(Direction direction) {
    return account(direction).unfinishedBytes(agent.decided(direction), agent.hasStopped());
  }

  private long replacedBytes(Direction direction) {
    return account(direction).replacedBytes(agent.decided(direction));
  }

  /** The same for both directions. */
  public long mostBytes() {
    return mostBytes(Direction.CLIENT_TO_SERVER) + mostBytes(Direction.SERVER_TO_CLIENT);
  }

  /** Checks that the stores of {@code connection}, which this counts for, hold no more. */
  public void check(Connection connection, long nowNanos) {
    if (!connection.hasStreams()) {
      return;
    }
    long kept = 0;
    long most = 0;
    long replaced = 0;
    long mostReplaced = 0;
    for (Direction direction : Direction.BOTH) {
      Stream stream = connection.stream(direction);
      kept += unfinishedBytes(stream);
      replaced += stream.sender().replaced().length();
      if (treatment != Treatment.NO_RULE) {
        most += unfinishedBytes(direction);
        mostReplaced += replacedBytes(direction);
      }
    }
    require(kept <= most, connection, "keptBytes=" + kept + " mostBytes=" + most, nowNanos);
    String what = "replacedBytes=" + replaced + " mostBytes=" + mostReplaced;
    require(replaced <= mostReplaced, connection, what, nowNanos);
  }

  private static void require(boolean holds, Connection connection, String what, long nowNanos) {
    LawBroken.unless(
        holds,
        Law.BOUNDS,
        () -> "memory: %s %s nanos=%d".formatted(connection.name(), what, nowNanos));
  }

  /** The octets in the stores of a stream. */
  static long lengthOf(Stream stream) {
    return unfinishedBytes(stream) + stream.sender().replaced().length();
  }

  /** The octets of both streams that are undecided, delayed, or not acknowledged. */
  static long keptBytes(Connection connection) {
    return unfinishedBytes(connection.stream(Direction.CLIENT_TO_SERVER))
        + unfinishedBytes(connection.stream(Direction.SERVER_TO_CLIENT));
  }

  /** The octets in the stores of a stream, without those that edits took out. */
  private static long unfinishedBytes(Stream stream) {
    DelayedSegments delayed = stream.sender().delayed();
    return (long) stream.edits().firstCopies().length()
        + stream.sender().undecided().length()
        + (delayed.chargedBytes() - delayed.overheadBytes());
  }
}
