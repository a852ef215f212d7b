package dev.midstream.reassembly;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.state.MalformedState;
import dev.midstream.modcmd.state.StateReader;
import dev.midstream.reassembly.commit.KeptRecord;
import dev.midstream.reassembly.commit.Replica;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.ExpectationCodec;
import dev.midstream.reassembly.flow.ExpectationCodec.Written;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.InheritedLookup;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.ChecksumCheck;
import dev.midstream.reassembly.lifecycle.ConnectionOpening;
import dev.midstream.reassembly.lifecycle.SynClassifier;
import dev.midstream.reassembly.path.Stages;
import dev.midstream.reassembly.path.SynAckProbe;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.packet.PacketOutput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections of an engine that died, with which this one goes on. They stay octets until their
 * next packet, or until their turn comes: first those to whose ends octets are owed.
 */
final class InheritedConnections implements InheritedLookup {
  /** Connections that are read at once, so that packets do not wait long for them. */
  private static final int MOST_AT_ONCE = 16;

  private final Stages stages;
  private final ConnectionParking parking;
  private final ConnectionMoves moves;
  private final ConnectionOpening opening;
  private final SynClassifier synClassifier;
  private final ConnectionRegistry registry;
  private final ExpectationCodec codec;
  private final CommitMode mode;
  private final Replica waiting;
  private final SynAckProbe probe;
  private final ConnectionKey scratch = new ConnectionKey();
  private long dueNanos;

  /**
   * Those of no engine yet.
   *
   * @param mode what waited for records at the engine before
   */
  InheritedConnections(
      Stages stages,
      ConnectionRegistry registry,
      ConnectionParking parking,
      ConnectionMoves moves,
      ConnectionOpening opening,
      SynClassifier synClassifier,
      ExpectationCodec codec,
      CommitMode mode) {
    this.stages = stages;
    this.registry = registry;
    waiting = registry.waiting;
    this.parking = parking;
    this.moves = moves;
    this.opening = opening;
    this.synClassifier = synClassifier;
    this.codec = codec;
    this.mode = mode;
    probe = new SynAckProbe(stages.builders().segments());
  }

  /** Goes on with the connections of {@code replica}, from {@code nowNanos} on. */
  void add(Replica replica, long nowNanos) {
    replica.takeExpectations(nowNanos, (in, ageNanos) -> expect(in, ageNanos, nowNanos));
    waiting.takeAll(replica);
    dueNanos = nowNanos;
    opening.takeover().begin(nowNanos, stages.configuration().timeouts().openingNanos());
  }

  /** Expects at once what the dead engine did: its connections may open before their turn. */
  private void expect(StateReader in, long ageNanos, long nowNanos) {
    try {
      Written written = codec.read(in);
      long restNanos = written.restNanos() - ageNanos;
      if (restNanos > 0) {
        registry.expectations.addInherited(
            written.expected(), written.opened(), restNanos, nowNanos);
      }
    } catch (MalformedState e) {
      reportUnreadable(e);
    }
  }

  private void reportUnreadable(MalformedState unreadable) {
    stages.counters().count(Reason.TAKEOVER_UNREADABLE);
    String why = String.valueOf(unreadable.getMessage());
    stages.events().event(Reason.TAKEOVER_UNREADABLE, "", why);
  }

  /**
   * Drops the SYN-ACK in {@code view} if it answers the SYN of a connection that is expected, and
   * that only the engine before saw. The rules would decide the connection. The SYN-ACK waited for
   * its record there, so the opener has not got it, and repeats its SYN.
   *
   * @return whether it was dropped
   */
  boolean dropLostAnswer(FrameView view, long nowNanos) {
    boolean isLost =
        mode.delaysOpening()
            && view.isSyn()
            && view.isAck()
            && opening.takeover().maySynBeSeenElsewhere(nowNanos)
            && registry.expectations.isAnswered(view, nowNanos)
            && registry.flows.find(view, scratch) == null
            && !ChecksumCheck.isDamaged(stages.configuration().vantage(), view);
    if (isLost) {
      stages.counters().count(Reason.OUT_OF_WINDOW);
    }
    return isLost;
  }

  /**
   * Drops {@code segment} of {@code connection} if it is a SYN-ACK to a SYN that only the engine
   * before saw. It must not pass, because its window is not limited, and the next connection of
   * known ends would be taken for the one before. The other end repeats its SYN, or its SYN-ACK if
   * both ends opened at once; a SYN-ACK of ends that are not known is known then. An end that the
   * engine before has shown this SYN-ACK repeats nothing, and is asked for its ACK.
   *
   * @return whether it was dropped
   */
  boolean dropLostOpening(Connection connection, Segment segment, long nowNanos, PacketOutput out) {
    if (!isLostOpening(connection, segment, nowNanos)) {
      return false;
    }
    stages.counters().count(Reason.OUT_OF_WINDOW);
    if (isHalfKnown(connection) && !isSynKnown(connection, segment)) {
      probe.send(segment.view(), nowNanos, out);
    }
    return true;
  }

  /** Whether the SYN is known that the segment would answer: it does not. */
  private static boolean isSynKnown(Connection connection, Segment segment) {
    Direction direction = connection.directionOf(segment.key());
    return connection.handshakes().of(direction.opposite()) != null;
  }

  private boolean isLostOpening(Connection connection, Segment segment, long nowNanos) {
    FrameView view = segment.view();
    return opening.takeover().maySynBeSeenElsewhere(nowNanos)
        && view.isSyn()
        && view.isAck()
        && connection.handling() == Handling.EDITED
        && !ChecksumCheck.isDamaged(stages.configuration().vantage(), view)
        && (isHalfKnown(connection) || isForeign(connection, segment));
  }

  private static boolean isHalfKnown(Connection connection) {
    return connection.state() == ConnectionState.OPENING && !connection.handshakes().isWhole();
  }

  private boolean isForeign(Connection connection, Segment segment) {
    Direction direction = connection.directionOf(segment.key());
    return synClassifier.isForeign(connection, direction, segment.view());
  }

  /** Number of connections that are not read yet. */
  int size() {
    return waiting.size();
  }

  /** Goes on with the connection of the segment in {@code view}, if it waits. */
  void take(FrameView view, long nowNanos, PacketOutput out) {
    if (waiting.size() > 0 && registry.flows.find(view, scratch) == null) {
      boolean ignored = goOn(scratch, nowNanos, out);
    }
  }

  @Override
  public boolean goOn(ConnectionKey key, long nowNanos, PacketOutput out) {
    List<KeptRecord> records = waiting.size() == 0 ? null : waiting.take(key);
    goOn(records, nowNanos, out);
    return records != null;
  }

  /** Goes on with the next few connections. */
  void takeSome(long nowNanos, PacketOutput out) {
    for (int i = 0; i < MOST_AT_ONCE && waiting.size() > 0; i++) {
      goOn(waiting.takeNext(), nowNanos, out);
    }
    dueNanos = nowNanos;
  }

  /** When {@link #takeSome} is due next. */
  long dueNanos() {
    return waiting.size() == 0 ? Long.MAX_VALUE : dueNanos;
  }

  private void goOn(@Nullable List<KeptRecord> records, long nowNanos, PacketOutput out) {
    if (records == null) {
      return;
    }
    if (!registry.heap.hasRoomToRestore()) {
      parking.makeRoom(nowNanos); // the dead engine may have had many more parked
    }
    try {
      Connection connection = moves.inherit(records, nowNanos, out);
      if (connection != null) {
        stages.counters().count(Reason.TAKEN_OVER);
        doubtIfEdited(connection);
      }
    } catch (MalformedState e) {
      reportUnreadable(e);
    }
  }

  /**
   * Lets {@code connection} not give way for a while if it may have been edited: if it is open, or
   * its octets may leave without a record, so that the last one tells of its SYNs only.
   */
  private void doubtIfEdited(Connection connection) {
    boolean mayBeOpen = connection.state() != ConnectionState.OPENING || !mode.delaysOctets();
    if (mayBeOpen
        && connection.handling() == Handling.EDITED
        && connection.handshakes().isWhole()
        && connection.seen().isInherited()) {
      registry.evictions.doubt(connection);
    }
  }
}
