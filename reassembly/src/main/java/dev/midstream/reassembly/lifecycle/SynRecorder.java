package dev.midstream.reassembly.lifecycle;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.offset.TimestampOrder;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Handshake;
import dev.midstream.reassembly.flow.Handshakes.CompetingSyn;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.flow.SynCache;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.RuleTable;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.RttEstimator;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpOptionsView;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of a half-open connection after each of its segments. A connection of which
 * anything is known that its SYNs do not tell has no records.
 */
final class SynRecorder {
  /**
   * Records of one connection. A SYN that arrives again after another one gets a record of its own,
   * because the order matters: first both SYNs, then both once more.
   */
  private static final int MAX_RECORDS = 4;

  private final Vantage vantage;
  private final RuleTable rules;
  private final RuleChoice choice;
  private final SynClassifier synClassifier;
  private final SynCache cache;
  private final ConnectionOpening opening;
  private final SynCopy arrived = new SynCopy();
  private boolean damaged;

  SynRecorder(
      EngineConfiguration configuration,
      RuleChoice choice,
      SynClassifier synClassifier,
      SynCache cache,
      ConnectionOpening opening) {
    vantage = configuration.vantage();
    rules = configuration.rules();
    this.choice = choice;
    this.synClassifier = synClassifier;
    this.cache = cache;
    this.opening = opening;
  }

  /** Copies the headers of {@code segment} if it is a SYN. */
  void begin(FrameView segment) {
    arrived.clear();
    damaged = segment.isSyn() && ChecksumCheck.isDamaged(vantage, segment);
    if (segment.isSyn()) {
      arrived.capture(segment);
    }
  }

  /** Records the connection after a segment; returns false if its records cannot hold it. */
  boolean record(Segment segment, Connection connection, long nowNanos) {
    int rule = rules.numberOf(connection.rule());
    if (!isHalfOpen(connection)
        || rule < 0
        || rule > SynCache.MAX_NUMBER
        || carriesMore(connection)
        || isOfferLimited(connection)
        || !recordSyn(segment, connection, nowNanos)) {
      return false;
    }
    cache.update(segment.halfOpen(), connection, rule);
    return true;
  }

  /**
   * Whether the SYN that has just arrived carries octets or a FIN that a record without them does
   * not tell. Inline an opening SYN leaves without them.
   */
  private boolean carriesMore(Connection connection) {
    return arrived.isKnown()
        && (arrived.view().payloadLength() > 0 || arrived.view().isFin())
        && (vantage == Vantage.RECORDING
            || connection.hasStreams()
            || choice.handlingOf(connection.rule()) == Handling.MONITORED);
  }

  /** Whether memory pressure may limit the window of the SYN-ACK that has just arrived. */
  private boolean isOfferLimited(Connection connection) {
    return arrived.isKnown() && connection.hasStreams() && opening.isUnderPressure();
  }

  /** Whether nothing but its SYNs is stored for a connection. */
  private static boolean isHalfOpen(Connection connection) {
    return connection.state() == ConnectionState.OPENING
        && !connection.isPickedUp()
        && connection.handshakes().alternative() == null
        && connection.seen().onlyDirection() == null
        && !connection.seen().isExpected()
        && connection.resetReason() == null;
  }

  /** Records the segment if it is a SYN that counts; returns whether the records are complete. */
  private boolean recordSyn(Segment segment, Connection connection, long nowNanos) {
    if (segment.isOpening()) {
      return arrived.isKnown()
          && !connection.handshakes().isWhole()
          && add(segment, connection, nowNanos);
    }
    if (segment.halfOpen() == SynCache.NONE || arrived.isUnfit()) {
      return false;
    }
    if (!arrived.isKnown()) {
      return !connection.hasStreams();
    }
    boolean isIgnored = damaged && choice.isEditing(connection.rule());
    return isIgnored || addNext(segment, connection, nowNanos);
  }

  private boolean add(Segment segment, Connection connection, long nowNanos) {
    boolean isSentByClient = connection.directionOf(segment.key()) == Direction.CLIENT_TO_SERVER;
    int record = cache.add(arrived.packet(), arrived.length(), isSentByClient, nowNanos);
    segment.setHalfOpen(record, false);
    return true;
  }

  private boolean addNext(Segment segment, Connection connection, long nowNanos) {
    Direction direction = connection.directionOf(segment.key());
    boolean isSentByClient = direction == Direction.CLIENT_TO_SERVER;
    CompetingSyn competing = connection.handshakes().competing();
    boolean competes =
        competing != null && competing.direction() == direction && isOf(competing.handshake());
    boolean opens = !competes && isOf(connection.handshakes().of(direction));
    if (!competes && !opens) {
      return !connection.isInspected()
          || synClassifier.isForeign(connection, direction, arrived.view());
    }
    int known = find(segment.halfOpen(), isSentByClient, competes);
    if (known != SynCache.NONE && !isSame(known)) {
      return false;
    }
    boolean isFull = length(segment.halfOpen()) == MAX_RECORDS || !opening.hasRoomForRecord();
    if (known != SynCache.NONE && (isFull || cache.following(known) == SynCache.NONE)) {
      boolean isRetransmitted =
          nowNanos - cache.firstNanos(known) >= RttEstimator.MIN_SYN_TIMEOUT_NANOS;
      cache.repeat(known, isRetransmitted);
      if (!isOlder(known)) {
        cache.setHeaders(known, arrived.packet(), arrived.length());
      }
      return true;
    }
    if (!isFull) {
      cache.append(
          segment.halfOpen(),
          arrived.packet(),
          arrived.length(),
          isSentByClient,
          competes,
          nowNanos);
    }
    return !isFull;
  }

  /** The last record of a connection's SYN of one end; or {@link SynCache#NONE}. */
  private int find(int first, boolean isSentByClient, boolean isCompeting) {
    int found = SynCache.NONE;
    for (int record = first; record != SynCache.NONE; record = cache.following(record)) {
      boolean isWanted =
          cache.isSentByClient(record) == isSentByClient
              && cache.isCompeting(record) == isCompeting;
      found = isWanted ? record : found;
    }
    return found;
  }

  private int length(int first) {
    int length = 0;
    for (int record = first; record != SynCache.NONE; record = cache.following(record)) {
      length++;
    }
    return length;
  }

  /** Whether the SYN of a record has arrived again. */
  private boolean isSame(int record) {
    FrameView known = cache.headers(record);
    return known.payloadOffset() == arrived.length()
        && known.payloadLength() == arrived.view().payloadLength()
        && known.flags() == arrived.view().flags()
        && known.packet().leg() == arrived.packet().leg()
        && Handshake.of(known).equals(Handshake.of(arrived.view()));
  }

  /**
   * Whether the SYN that has just arrived has older timestamps than that of a record, which
   * overtook it.
   */
  private boolean isOlder(int record) {
    TcpOptionsView known = cache.headers(record).options();
    TcpOptionsView other = arrived.view().options();
    return known.hasTimestamps()
        && (other.timestampValue() == known.timestampValue()
            ? TimestampOrder.isBefore(other.timestampEcho(), known.timestampEcho())
            : TimestampOrder.isBefore(other.timestampValue(), known.timestampValue()));
  }

  private boolean isOf(@Nullable Handshake handshake) {
    return handshake != null
        && handshake.initialSequence() == arrived.view().sequence()
        && handshake.answer() == arrived.view().isAck();
  }
}
