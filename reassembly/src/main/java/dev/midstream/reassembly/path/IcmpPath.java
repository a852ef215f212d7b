package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.endpoint.Retransmitter;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.ConnectionKey;
import dev.midstream.reassembly.flow.ConnectionRouter;
import dev.midstream.reassembly.flow.ConnectionState;
import dev.midstream.reassembly.flow.CurrentConnection;
import dev.midstream.reassembly.flow.FastConnections;
import dev.midstream.reassembly.flow.FlowTable;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.InheritedLookup;
import dev.midstream.reassembly.flow.ParkedLookup;
import dev.midstream.reassembly.flow.SynCache;
import dev.midstream.reassembly.lifecycle.HalfOpenConnections;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.IcmpView;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import org.jspecify.annotations.Nullable;

/**
 * Processes ICMP errors. An error about an edited connection quotes rewritten numbers; they are
 * mapped back to the numbers of the sender. An error about octets that only the engine retransmits
 * is absorbed. Only an error that quotes octets in flight is accepted (RFC 5927).
 */
public final class IcmpPath {
  /** Smallest IPv4 path MTU that is accepted: a forged error could otherwise force tiny packets. */
  private static final int MIN_IPV4_PATH_BYTES = 576;

  /** The minimum MTU of IPv6 links (RFC 8200 section 5). */
  private static final int MIN_IPV6_PATH_BYTES = 1_280;

  /** Common MTUs, for routers that report none (RFC 1191 section 7.1). */
  private static final int[] PLATEAUS = {32_000, 17_914, 8_166, 4_352, 2_002, 1_492, 1_006};

  private final boolean inline;
  private final CurrentConnection current;
  private final FlowTable flows;
  private final ParkedLookup parked;
  private final InheritedLookup inherited;
  private final FastConnections fast;
  private final SynCache cache;
  private final HalfOpenConnections halfOpen;
  private final Handoff handoff;
  private final Counters counters;
  private final Retransmitter retransmitter;
  private final IcmpView error = new IcmpView();
  private final ConnectionKey key = new ConnectionKey();

  public IcmpPath(
      Stages stages,
      CurrentConnection current,
      FlowTable flows,
      ParkedLookup parked,
      InheritedLookup inherited,
      FastConnections fast,
      SynCache cache,
      HalfOpenConnections halfOpen,
      Handoff handoff) {
    inline = stages.isInline();
    counters = stages.counters();
    retransmitter = stages.retransmitter();
    this.current = current;
    this.flows = flows;
    this.parked = parked;
    this.inherited = inherited;
    this.fast = fast;
    this.cache = cache;
    this.halfOpen = halfOpen;
    this.handoff = handoff;
  }

  /**
   * Processes a packet that is not TCP. It passes unless it is an error about an edited connection.
   */
  public Disposition process(Packet packet, long nowNanos, PacketOutput out) {
    boolean quotesSegment = inline && error.read(packet);
    int owner = quotesSegment ? handoff.ownerOf(error) : ConnectionRouter.SELF;
    if (owner != ConnectionRouter.SELF) {
      return handoff.handOff(owner, packet, error);
    }
    if (quotesSegment && handoff.isFenced()) {
      return handoff.dropFenced();
    }
    Connection connection = quotesSegment ? find(nowNanos, out) : null;
    if (connection != null) {
      return process(connection, nowNanos, out);
    }
    int record = quotesSegment ? cache.find(key) : SynCache.NONE;
    return record == SynCache.NONE ? pass() : processHalfOpen(record, nowNanos, out);
  }

  private @Nullable Connection find(long nowNanos, PacketOutput out) {
    Connection found = flows.find(error, key);
    if (found == null && inherited.goOn(key, nowNanos, out)) {
      found = flows.find(error, key);
    }
    if (found == null) {
      return parked.restore(key, nowNanos);
    }
    fast.recall(found, nowNanos);
    return found;
  }

  /** Processes an error about a half-open connection. It changes nothing there. */
  private Disposition processHalfOpen(int record, long nowNanos, PacketOutput out) {
    Connection connection = halfOpen.restore(record);
    Disposition disposition = process(connection, nowNanos, out);
    halfOpen.release(connection);
    return disposition;
  }

  private Disposition pass() {
    counters.count(Reason.NOT_OURS);
    return Disposition.FORWARD;
  }

  private Disposition process(Connection connection, long nowNanos, PacketOutput out) {
    if (connection.handling() != Handling.EDITED || connection.isPickedUp()) {
      return pass();
    }
    current.set(connection);
    if (!error.isChecksumRight()) {
      counters.count(Reason.BAD_CHECKSUM);
      return Disposition.TAKEN;
    }
    Direction direction = connection.directionOf(key);
    Stream stream = connection.streamOrNull(direction);
    if (stream == null || !isInFlight(connection, stream)) {
      counters.count(Reason.ICMP_INVALID);
      return Disposition.TAKEN;
    }
    counters.count(Reason.ICMP_MAPPED);
    long position = newPosition(stream);
    boolean smaller = error.isTooBig() && stream.headers().pathMtu().lower(pathBytes(), nowNanos);
    if (smaller && connection.hasStreams()) {
      retransmitter.onSmallerPath(connection, stream, position, nowNanos, out);
    }
    if (position >= 0 && position < stream.newOwned()) {
      return Disposition.TAKEN;
    }
    map(connection, direction, stream);
    return Disposition.FORWARD;
  }

  /** Whether the quoted segment was sent and is not acknowledged. */
  private boolean isInFlight(Connection connection, Stream stream) {
    long position = newPosition(stream);
    boolean opening = connection.state() == ConnectionState.OPENING;
    long oldest = opening ? -1 : stream.acknowledged();
    return position >= oldest && position < stream.newNext();
  }

  private void map(Connection connection, Direction direction, Stream stream) {
    long position = newPosition(stream);
    if (position >= 0) {
      error.sequence(stream.space().sequenceOf(stream.edits().fin().acknowledgement(position)));
    }
    mapAcknowledgement(connection.streamOrNull(direction.opposite()));
  }

  /**
   * Maps the quoted acknowledgement, which is in original space of the other direction, to the new
   * space in which its sender sent it.
   */
  private void mapAcknowledgement(@Nullable Stream reverse) {
    if (reverse == null || !error.hasAcknowledgement()) {
      return;
    }
    long org = reverse.space().offsetOf(error.acknowledgement(), reverse.heldEnd());
    if (org < 0 || org > Math.max(0, reverse.sender().advertised())) {
      return;
    }
    long acknowledged =
        Math.min(reverse.edits().fin().acknowledgementForward(org), reverse.acknowledged());
    error.acknowledgement(reverse.space().sequenceOf(acknowledged));
  }

  private long newPosition(Stream stream) {
    return stream.space().offsetOf(error.sequence(), stream.releasedEnd());
  }

  private int pathBytes() {
    int reportedBytes =
        error.linkBytes() == 0 ? plateauBelow(error.quotedPacketLength()) : error.linkBytes();
    return Math.max(
        reportedBytes, error.ipVersion() == 4 ? MIN_IPV4_PATH_BYTES : MIN_IPV6_PATH_BYTES);
  }

  private static int plateauBelow(int packetLength) {
    for (int plateau : PLATEAUS) {
      if (plateau < packetLength) {
        return plateau;
      }
    }
    return MIN_IPV4_PATH_BYTES;
  }
}
