package dev.midstream.reassembly.emit;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.stream.SenderHeaders;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.PacketOutput;
import dev.midstream.wire.segment.SegmentBuilder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Builds and sends segments in the name of one end, with its hop limit and options. They carry its
 * newest acknowledgement, window and timestamps: with older ones the receiver would drop them
 * (PAWS) or shrink its send window (H-1, H-5).
 */
final class PieceSender {
  /** Flags that are copied from the newest segment of the end. */
  private static final int CARRIED = TcpFlags.ECE | TcpFlags.CWR | TcpFlags.AE;

  private final Counters counters;
  private final SegmentBuilder builder;
  private final PieceLimit limit;
  private final boolean inline;
  private @Nullable Connection connection;
  private @Nullable Stream stream;
  private @Nullable Source source;
  private @Nullable Segment cause;
  private boolean first;

  PieceSender(Vantage vantage, PieceLimit limit, Counters counters, SegmentBuilder builder) {
    this.counters = counters;
    this.limit = limit;
    this.builder = builder;
    inline = vantage == Vantage.INLINE;
  }

  /**
   * Sets the sender of the next segments. Without a cause they are retransmissions, which must not
   * be ECN-capable (RFC 3168 section 6.1.5).
   *
   * @param cause the arriving segment with which they leave; null if there is none
   */
  PieceSender begin(Connection connection, Stream stream, Source source, @Nullable Segment cause) {
    this.connection = connection;
    this.stream = stream;
    this.source = source;
    this.cause = cause;
    first = false;
    return this;
  }

  /** Declares that the octets leave for the first time although there is no cause. */
  PieceSender markFirst() {
    first = true;
    return this;
  }

  /** Sends [newFrom, newTo); an empty range gives one segment without payload. */
  void send(long newFrom, long newTo, int lastFlags, long timeNanos, PacketOutput output) {
    Connection current = Objects.requireNonNull(connection);
    Stream sender = Objects.requireNonNull(stream);
    advanceTimestamp(sender, timeNanos);
    int maxBytes = limit.update(sender, cause);
    int carried = TcpFlags.ACK | carriedFlags(current, sender.headers());
    boolean counts = current.isAccurateEcn() && (carried & TcpFlags.CWR) != 0;
    int together = counts ? maxBytes : limit.together(sender, maxBytes, cause);
    if (newTo - newFrom > together) {
      counters.count(Reason.RE_SEGMENTED);
    }
    long at = newFrom;
    do {
      long end = Math.min(at + together, newTo);
      int flags = end == newTo ? carried | lastFlags : carried;
      writeHeaders(current, sender, at, flags);
      if (cause == null) {
        builder.withoutSack();
      }
      if (inline) {
        writeRouterFields(sender.headers(), at, end, at > newFrom);
        sender.headers().pathMtu().onSent(at, end, (int) Math.min(end - at, maxBytes));
        builder.gsoBytes(maxBytes);
      }
      Objects.requireNonNull(source).writeTo(builder, sender, at, end, output.gathers());
      output.emit(builder.build(timeNanos));
      if (!current.isAccurateEcn() || !inline) {
        carried &= ~TcpFlags.CWR;
      }
      at = end;
    } while (at < newTo);
    end();
  }

  /** Refers to no connection and no packet memory until the next begin. */
  private void end() {
    Objects.requireNonNull(source).useKept();
    connection = null;
    stream = null;
    source = null;
    cause = null;
  }

  /** Sends an ACK with these SACK blocks and no payload. */
  void sendAck(int[] sackEdges, int sackBlocks, long timeNanos, PacketOutput output) {
    Connection current = Objects.requireNonNull(connection);
    Stream sender = Objects.requireNonNull(stream);
    int flags = TcpFlags.ACK | carriedFlags(current, sender.headers());
    advanceTimestamp(sender, timeNanos);
    writeHeaders(current, sender, Emission.emptyStart(sender), flags);
    builder.sackBlocks(sackEdges, sackBlocks);
    counters.count(Reason.ACK_MADE);
    output.emit(builder.build(timeNanos));
    end();
  }

  private void advanceTimestamp(Stream sender, long nowNanos) {
    if (inline && cause == null) {
      sender.headers().advanceTimestamp(nowNanos);
    }
  }

  /** The ECN flags of the cause, or the last ones of the end if there is no cause. */
  private int carriedFlags(Connection current, SenderHeaders headers) {
    if (cause != null) {
      return cause.flags() & CARRIED;
    }
    boolean accurate = current.isAccurateEcn();
    int copied = accurate ? CARRIED : CARRIED & ~TcpFlags.CWR;
    return inline ? headers.ecn().flags(accurate) & copied : 0;
  }

  /**
   * Writes the IP fields that routers read: hop limit, ECN and identification. Octets that the
   * cause did not carry are new and leave with the normal hop limit.
   */
  private void writeRouterFields(SenderHeaders headers, long newStart, long newEnd, boolean extra) {
    boolean octets = newEnd > newStart;
    boolean brought = cause != null && cause.length() > 0;
    if (cause != null && headers.hopLimit().isBinding()) {
      int normal = headers.hopLimit().value();
      builder.hopLimit(octets && !brought ? normal : Math.min(normal, cause.hopLimit()));
    }
    if (octets && (cause != null || first)) {
      int bits = cause != null && brought ? cause.view().ecn() : headers.ecn().capable();
      builder.ecn(headers.ecn().takeMark(bits));
    }
    if ((extra || cause == null) && headers.template().isIpv4Fragmentable()) {
      builder.ipv4Id(headers.takeIdentification());
    }
  }

  private void writeHeaders(Connection current, Stream sender, long newStart, int flags) {
    SenderHeaders headers = sender.headers();
    int urgent = cause == null ? -1 : cause.urgentPointerFrom(newStart);
    builder
        .from(headers.template())
        .leg(headers.template().leg().opposite())
        .sequence(sender.space().sequenceOf(newStart))
        .flags(urgent < 0 ? flags : flags | TcpFlags.URG)
        .urgentPointer(Math.max(0, urgent));
    Stream reverse = current.reverse(sender);
    if (headers.acknowledgement() != Long.MIN_VALUE) {
      if (inline && reverse.edits().commands().offset() != 0) {
        builder.withoutAccurateEcn();
      }
      builder
          .acknowledgement(reverse.space().sequenceOf(headers.acknowledgement()))
          .window(headers.window());
      reverse.sender().window().onAdvertised(headers.acknowledgement(), headers.window());
      headers.onAckSent();
    }
    if (headers.hasTimestamps()) {
      int echoed = headers.timestampEcho();
      boolean own = inline && cause == null;
      builder.timestamps(
          headers.timestampValue(),
          own ? reverse.sender().tsEcho(echoed, headers.timestampEchoNanos()) : echoed);
    }
    if (headers.isTemplateOfSyn()) {
      builder.withoutSynOptions();
      if (!current.handshakes().isTimestampAgreed()) {
        builder.withoutTimestamps();
      }
    }
  }
}
