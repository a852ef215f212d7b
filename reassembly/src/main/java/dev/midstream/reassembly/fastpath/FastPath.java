package dev.midstream.reassembly.fastpath;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.FastConnections;
import dev.midstream.reassembly.flow.SeenEndpoints;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.path.EndpointDuties;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.fastpath.FastPathTable;
import dev.midstream.wire.fastpath.FlowEntry;
import dev.midstream.wire.fastpath.FlowKey;
import dev.midstream.wire.fastpath.PlainSegment;
import dev.midstream.wire.fastpath.RecallReason;
import dev.midstream.wire.packet.Packet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Gives settled connections to a table that forwards them without the engine, and takes them back:
 * before one of their segments, timers or questions is processed, the engine learns what passed.
 */
public final class FastPath implements FastConnections {
  private static final long LONGEST_WAIT_NANOS = 10_000_000;

  /** Others are offered again at their next segment. */
  private static final int MAX_WAITING = 64;

  private final FastPathTable table;
  private final int leastBytes;
  private final boolean isQueued;
  private final boolean isPossible;
  private final List<Connection> waiting = new ArrayList<>();
  private final SettledCheck settled;
  private final SettledCheck guardable;
  private final Guards guards;
  private final EventSink events;
  private final EntryReader reader = new EntryReader();
  private final EntryWriter writer;
  private final PlainSegment plain = new PlainSegment();
  private final long[] recalls = new long[RecallReason.values().length];
  private final FlowKey clientKey;
  private final FlowKey serverKey;
  private final FlowEntry clientEntry;
  private final FlowEntry serverEntry;
  private long waitingNanos;
  private boolean paused;
  private int connections;
  private long full;
  private long overtaken;
  private long packets;
  private long octets;

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
    this.guards = guards;
    this.events = events;
    guardable = new SettledCheck(vantage, duties, 0, false);
    isPossible = !terms.equals(FastPathTerms.OFF) && vantage == Vantage.INLINE;
    isQueued = terms.isQueued();
    table = terms.table();
    leastBytes = terms.leastBytes();
    settled = new SettledCheck(vantage, duties, leastBytes, true);
    writer = new EntryWriter(table);
    clientKey = table.newKey();
    serverKey = table.newKey();
    clientEntry = table.newEntry();
    serverEntry = table.newEntry();
  }

  /** Whether connections are given away at all. */
  public boolean isOn() {
    return isPossible && !paused;
  }

  /** Gives no connection away from now on, or does so again; those that are given away stay. */
  public void setPaused(boolean isPaused) {
    paused = isPaused;
    if (isPaused) {
      waiting.forEach(connection -> connection.seen().setFastWaiting(false));
      waiting.clear();
    }
  }

  /** Whether a connection may be given away. */
  public SettledCheck settled() {
    return settled;
  }

  /**
   * Gives {@code connection} away if it is settled, after {@code segment} was processed; or in the
   * next {@link #giveWaiting}, if packets may wait.
   */
  public void offer(Connection connection, Segment segment, long nowNanos) {
    SeenEndpoints seen = connection.seen();
    if (seen.isFast()) {
      if (settled.obstacle(connection) != null) {
        recall(connection, nowNanos);
      }
    } else if (seen.countSlow(segment.view().payloadLength()) >= leastBytes
        && settled.obstacle(connection) == null
        && isFromExpectedLeg(connection, segment)) {
      if (!isQueued) {
        give(connection);
      } else if (!seen.isFastWaiting() && waiting.size() < MAX_WAITING && isWorthIt(connection)) {
        waitingNanos = waiting.isEmpty() ? nowNanos : waitingNanos;
        seen.setFastWaiting(true);
        waiting.add(connection);
      }
    }
  }

  /** Lets {@code connection} pass with its shift while this process is silent, if it is settled. */
  public void updateGuard(Connection connection) {
    if (guards.isHeld(connection) && guardable.obstacle(connection) == null) {
      writer.begin(connection, Direction.CLIENT_TO_SERVER, clientEntry);
      writer.begin(connection, Direction.SERVER_TO_CLIENT, serverEntry);
      writer.setLink(connection.stream(Direction.CLIENT_TO_SERVER), clientEntry);
      writer.setLink(connection.stream(Direction.SERVER_TO_CLIENT), serverEntry);
      guards.shift(connection, clientEntry, serverEntry);
    }
  }

  /** The guards of edited connections. */
  public Guards guards() {
    return guards;
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
    return !waiting.isEmpty() && nowNanos - waitingNanos >= LONGEST_WAIT_NANOS;
  }

  /**
   * Gives settled connections away; called when no packet waits before the engine, if that is soon.
   */
  public void giveWaiting() {
    for (Connection connection : waiting) {
      connection.seen().setFastWaiting(false);
      if (!connection.seen().isFast() && settled.obstacle(connection) == null) {
        give(connection);
      }
    }
    waiting.clear();
  }

  private void forgetWaiting(Connection connection) {
    if (connection.seen().isFastWaiting()) {
      connection.seen().setFastWaiting(false);
      waiting.removeIf(each -> each.equals(connection));
    }
  }

  private static boolean isFromExpectedLeg(Connection connection, Segment segment) {
    Direction direction = connection.directionOf(segment.key());
    return SettledCheck.legOf(connection, direction) == segment.packet().leg();
  }

  private void give(Connection connection) {
    updateGuard(connection);
    setKeys(connection);
    writer.begin(connection, Direction.CLIENT_TO_SERVER, clientEntry);
    writer.begin(connection, Direction.SERVER_TO_CLIENT, serverEntry);
    connection.seen().setFast(true);
    connections++;
    boolean isGiven = table.put(clientKey, clientEntry) && table.put(serverKey, serverEntry);
    if (!isGiven) {
      full++;
      recall(connection, connection.seen().lastNanos());
    } else if (events.isDebugging() && connection.seen().noteEntered()) {
      events.debug("fast-path-entry", connection.name(), "given to the kernel");
    }
  }

  private void setKeys(Connection connection) {
    connection.key().flowKey(clientKey, true);
    connection.key().flowKey(serverKey, false);
  }

  /**
   * Prepares for {@code packet}, a segment of {@code connection}. One that came before the
   * connection was given away, and waited since, does not take it back, if the table would forward
   * such a segment: the engine learns what passed, and processes it.
   */
  public void onSegment(Connection connection, Packet packet, long nowNanos) {
    if (connection.seen().isFast()) {
      if (isForwarded(connection, packet)) {
        learn(connection, nowNanos);
        overtaken++;
      } else {
        recall(connection, nowNanos);
      }
    }
  }

  /** Reads the entries; returns whether the table would forward {@code packet}. */
  private boolean isForwarded(Connection connection, Packet packet) {
    setKeys(connection);
    if (!table.read(clientKey, clientEntry)
        || !table.read(serverKey, serverEntry)
        || !clientEntry.isFast()
        || !serverEntry.isFast()
        || !plain.read(packet)) {
      return false;
    }
    boolean isClient = packet.leg() == SettledCheck.legOf(connection, Direction.CLIENT_TO_SERVER);
    FlowEntry entry = isClient ? clientEntry : serverEntry;
    return plain.whyNot(entry) == RecallReason.NONE;
  }

  @Override
  public void recall(Connection connection, long nowNanos) {
    if (!connection.seen().isFast()) {
      return;
    }
    boolean isFound = take(connection);
    RecallReason client = clientEntry.reason();
    RecallReason reason = client == RecallReason.NONE ? serverEntry.reason() : client;
    recalls[reason.number()]++;
    if (isFound) {
      touch(connection, nowNanos);
      learn(connection, nowNanos);
    }
    if (events.isDebugging() && connection.seen().noteRecalled()) {
      events.debug("fast-path-recall", connection.name(), "taken back reason=" + word(reason));
    }
  }

  private static String word(RecallReason reason) {
    return reason == RecallReason.NONE
        ? "engine"
        : reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Takes both entries; false if one of them is not there: then nothing is known of it. */
  private boolean take(Connection connection) {
    setKeys(connection);
    boolean isClientFound = table.take(clientKey, clientEntry);
    boolean isFound = table.take(serverKey, serverEntry) && isClientFound;
    connection.seen().setFast(false);
    connections--;
    packets += clientEntry.packets() + serverEntry.packets();
    octets += clientEntry.octets() + serverEntry.octets();
    return isFound;
  }

  private void touch(Connection connection, long nowNanos) {
    touch(connection, Direction.CLIENT_TO_SERVER, clientEntry, nowNanos);
    touch(connection, Direction.SERVER_TO_CLIENT, serverEntry, nowNanos);
  }

  private static void touch(
      Connection connection, Direction direction, FlowEntry entry, long nowNanos) {
    if (entry.packets() > 0) {
      connection.seen().touch(direction, Math.min(nowNanos, entry.nanos()));
    }
  }

  private void learn(Connection connection, long nowNanos) {
    if (!connection.hasStreams()) {
      return;
    }
    Stream client = connection.stream(Direction.CLIENT_TO_SERVER);
    Stream server = connection.stream(Direction.SERVER_TO_CLIENT);
    reader.takeOctets(client, clientEntry, serverEntry);
    reader.takeOctets(server, serverEntry, clientEntry);
    if (clientEntry.packets() > 0) {
      reader.takeHeaders(connection, Direction.CLIENT_TO_SERVER, clientEntry, nowNanos);
    }
    if (serverEntry.packets() > 0) {
      reader.takeHeaders(connection, Direction.SERVER_TO_CLIENT, serverEntry, nowNanos);
    }
    reader.takeTsRecent(client, clientEntry, serverEntry, nowNanos);
    reader.takeTsRecent(server, serverEntry, clientEntry, nowNanos);
    connection.setAtRest(false);
    connection.setTrimmed(false);
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
    setKeys(connection);
    if (table.read(clientKey, clientEntry) && table.read(serverKey, serverEntry)) {
      touch(connection, nowNanos);
    }
    return connection.seen().lastNanos() > before;
  }

  /**
   * What passed of {@code connection} since it was given away, which it still is; null if it is
   * not.
   */
  public @Nullable FastTraffic traffic(Connection connection) {
    if (!connection.seen().isFast()) {
      return null;
    }
    setKeys(connection);
    boolean isFound = table.read(clientKey, clientEntry) && table.read(serverKey, serverEntry);
    return isFound ? FastTraffic.of(clientEntry, serverEntry) : null;
  }

  /** Takes {@code connection} back, of which nothing need be known any more. */
  public void drop(Connection connection) {
    forgetWaiting(connection);
    guards.release(connection);
    if (connection.seen().isFast()) {
      boolean ignored = take(connection);
    }
  }

  /** Forgets {@code connection}, and leaves what the kernel has of it where it is. */
  public void leave(Connection connection) {
    forgetWaiting(connection);
    guards.leave(connection);
    if (connection.seen().isFast()) {
      connection.seen().setFast(false);
      connections--;
    }
  }

  /** Connections that are given away now. */
  public int connections() {
    return connections;
  }

  /** Connections that the table had no room for. */
  public long full() {
    return full;
  }

  /**
   * Segments of connections that were given away, but that came before, and waited: those that came
   * later may have overtaken them.
   */
  public long overtaken() {
    return overtaken;
  }

  /**
   * Connections that were taken back because of {@code reason}; {@link RecallReason#NONE} if the
   * engine wanted it, or got one of their segments.
   */
  public long recalls(RecallReason reason) {
    return recalls[reason.number()];
  }

  /** Packets that were forwarded of the connections that were taken back. */
  public long packets() {
    return packets;
  }

  /** Payload octets of these packets. */
  public long octets() {
    return octets;
  }
}
