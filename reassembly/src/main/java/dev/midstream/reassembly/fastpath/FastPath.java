package dev.midstream.reassembly.fastpath;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.FastConnections;
import dev.midstream.reassembly.flow.SeenEndpoints;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.path.EndpointDuties;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.wire.fastpath.PlainSegment;
import dev.midstream.wire.fastpath.RecallReason;
import dev.midstream.wire.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * Gives settled connections to a table that forwards them without the engine, and takes them back:
 * before one of their segments, timers or questions is processed, the engine learns what passed.
 */
public final class FastPath implements FastConnections {
  /*
   *            offer: is it settled?
   *   engine ─────────────────────────> WaitingConnections     until no packet waits
   *     ^                                     │ giveWaiting
   *     │ EntryReader                         v EntryWriter
   *     └──────── recall, drop ────────── EntryPair             in the kernel's table
   *
   * GuardKeeper sees to the time in which this process is silent.
   */
  private final int leastBytes;
  private final boolean isQueued;
  private final boolean isPossible;
  private final SettledCheck settled;
  private final EntryPair pair;
  private final EntryWriter writer;
  private final EntryReader reader = new EntryReader();
  private final WaitingConnections waiting = new WaitingConnections();
  private final GuardKeeper keeper;
  private final FastPathTally tally;
  private final PlainSegment plain = new PlainSegment();
  private boolean paused;

  /**
   * Gives connections to the table of {@code terms}, for an engine at {@code vantage}.
   *
   * @param guards those of the edited connections of this engine
   * @param events is told of the first entry and the first recall of each connection
   */
  public FastPath(
      FastPathTerms terms,
      Vantage vantage,
      EndpointDuties duties,
      Guards guards,
      EventSink events) {
    isPossible = !terms.equals(FastPathTerms.OFF) && vantage == Vantage.INLINE;
    isQueued = terms.isQueued();
    leastBytes = terms.leastBytes();
    settled = new SettledCheck(vantage, duties, leastBytes, true);
    pair = new EntryPair(terms.table());
    writer = new EntryWriter(terms.table());
    keeper = new GuardKeeper(vantage, duties, guards, pair, writer);
    tally = new FastPathTally(events);
  }

  /** Whether connections are given away at all. */
  public boolean isOn() {
    return isPossible && !paused;
  }

  /** Gives no connection away from now on, or does so again; those that are given away stay. */
  public void setPaused(boolean isPaused) {
    paused = isPaused;
    if (isPaused) {
      waiting.takeAll(_ -> {});
    }
  }

  /** Whether a connection may be given away. */
  public SettledCheck settled() {
    return settled;
  }

  /** What was given away and taken back. */
  public FastPathTally tally() {
    return tally;
  }

  /** Connections that are given away now. */
  public int connections() {
    return tally.connections();
  }

  /** The guards of edited connections. */
  public Guards guards() {
    return keeper.guards();
  }

  /** Lets {@code connection} pass with its shift while this process is silent, if it is settled. */
  public void updateGuard(Connection connection) {
    keeper.update(connection);
  }

  /**
   * Gives {@code connection} away if it is settled, after {@code segment} was processed; or in the
   * next {@link #giveWaiting}, if packets may wait. After a FIN the least octets are counted anew.
   */
  public void offer(Connection connection, Segment segment, long nowNanos) {
    SeenEndpoints seen = connection.seen();
    if (seen.isFast()) {
      if (settled.obstacle(connection) != null) {
        recall(connection, nowNanos);
      }
    } else if (segment.view().isFin()) {
      seen.restartBytes(0); // the other end mostly closes, too, before it sends so many
      waiting.remove(connection);
    } else if (seen.countBytes(segment.view().payloadLength()) >= leastBytes
        && settled.obstacle(connection) == null
        && isFromExpectedLeg(connection, segment)) {
      if (!isQueued) {
        give(connection);
      } else if (isWorthIt(connection)) {
        waiting.add(connection, nowNanos);
      }
    }
  }

  private static boolean isFromExpectedLeg(Connection connection, Segment segment) {
    Direction direction = connection.directionOf(segment.key());
    return SettledCheck.legOf(connection, direction) == segment.packet().leg();
  }

  /** A connection that its next octets take back costs more than it saves. */
  private static boolean isWorthIt(Connection connection) {
    return !connection.hasStreams()
        || connection.stream(Direction.CLIENT_TO_SERVER).edits().opaque().isOpen()
        || connection.stream(Direction.SERVER_TO_CLIENT).edits().opaque().isOpen();
  }

  /** Whether {@link #giveWaiting} has something to do. */
  public boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /**
   * Whether {@link #giveWaiting} does not wait for an empty queue any longer: what comes later may
   * overtake what waits, once in the life of a connection.
   */
  public boolean isOverdue(long nowNanos) {
    return waiting.isOverdue(nowNanos);
  }

  /**
   * Gives settled connections away; called when no packet waits before the engine, if that is soon.
   */
  public void giveWaiting() {
    waiting.takeAll(connection -> {
      if (settled.obstacle(connection) == null) {
        give(connection);
      }
    });
  }

  private void give(Connection connection) {
    keeper.update(connection);
    writer.begin(connection, Direction.CLIENT_TO_SERVER, pair.client());
    writer.begin(connection, Direction.SERVER_TO_CLIENT, pair.server());
    connection.seen().setFast(true);
    tally.countGiven();
    if (pair.put(connection)) {
      tally.tellEntry(connection);
    } else {
      tally.countFull();
      recall(connection, connection.seen().lastNanos());
    }
  }

  /**
   * Prepares for {@code packet}, a segment of {@code connection}. One that came before the
   * connection was given away, and waited since, does not take it back, if the table would forward
   * such a segment: the engine learns what passed, and processes it. While all are taken back it
   * does: {@link #offer} is not called then, which looks whether the connection is settled still.
   */
  public void onSegment(Connection connection, Packet packet, long nowNanos) {
    if (connection.seen().isFast()) {
      if (!paused && isForwarded(connection, packet)) {
        reader.learn(connection, pair, nowNanos);
        tally.countOvertaken();
      } else {
        recall(connection, nowNanos);
      }
    }
  }

  /** Reads the entries; returns whether the table would forward {@code packet}. */
  private boolean isForwarded(Connection connection, Packet packet) {
    if (!pair.read(connection) || !pair.isFast() || !plain.read(packet)) {
      return false;
    }
    boolean isClient = packet.leg() == SettledCheck.legOf(connection, Direction.CLIENT_TO_SERVER);
    return plain.whyNot(isClient ? pair.client() : pair.server()) == RecallReason.NONE;
  }

  @Override
  public void recall(Connection connection, long nowNanos) {
    if (!connection.seen().isFast()) {
      return;
    }
    boolean isFound = take(connection);
    RecallReason reason = pair.reason();
    tally.countRecall(reason);
    if (isFound) { // else nothing is known of what passed
      reader.touch(connection, pair, nowNanos);
      reader.learn(connection, pair, nowNanos);
    }
    tally.tellRecall(connection, reason);
  }

  /** Takes both entries; false if one of them is not there. */
  private boolean take(Connection connection) {
    boolean isFound = pair.take(connection);
    connection.seen().setFast(false);
    connection.seen().restartBytes(pair.octets());
    tally.countEnded();
    tally.countPassed(pair);
    return isFound;
  }

  /**
   * Notes when the ends of {@code connection} sent last, if it is given away; it stays so.
   *
   * @return whether one of them did since that was last noted
   */
  public boolean look(Connection connection, long nowNanos) {
    if (!connection.seen().isFast()) {
      return false;
    }
    long before = connection.seen().lastNanos();
    if (pair.read(connection)) {
      reader.touch(connection, pair, nowNanos);
    }
    return connection.seen().lastNanos() > before;
  }

  /**
   * What passed of {@code connection} since it was given away, which it still is; null if it is
   * not.
   */
  public @Nullable FastTraffic traffic(Connection connection) {
    boolean isFound = connection.seen().isFast() && pair.read(connection);
    return isFound ? FastTraffic.of(pair.client(), pair.server()) : null;
  }

  /** Takes {@code connection} back, of which nothing need be known any more. */
  public void drop(Connection connection) {
    waiting.remove(connection);
    guards().release(connection);
    if (connection.seen().isFast()) {
      boolean ignored = take(connection);
    }
  }

  /**
   * Removes what the table has of {@code connection}, which an engine gave away that has died. What
   * passed since is not known.
   */
  public void clear(Connection connection) {
    if (isPossible) {
      boolean ignored = pair.take(connection);
    }
  }

  /** Forgets {@code connection}, and leaves what the kernel has of it where it is. */
  public void leave(Connection connection) {
    waiting.remove(connection);
    guards().leave(connection);
    if (connection.seen().isFast()) {
      connection.seen().setFast(false);
      tally.countEnded();
    }
  }
}
