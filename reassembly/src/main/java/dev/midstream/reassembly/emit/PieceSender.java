package dev.midstream.reassembly.emit;

import dev.midstream.modcmd.agent.Direction;
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
 * (PAWS) or shrink its send window (H1, H5).
 */
final class PieceSender {
  /** Flags that are copied from the newest segment of the end. */
  private static final int CARRIED = TcpFlags.ECE | TcpFlags.CWR | TcpFlags.AE;

  private final Counters counters;
  private final SegmentBuilder builder = new SegmentBuilder();
  private final PieceLimit limit;
  private final boolean inline;
  private @Nullable Connection connection;
  private @Nullable Source source;
  private @Nullable Segment cause;
  private Direction direction = Direction.CLIENT_TO_SERVER;
  private boolean first;

  PieceSender(Vantage vantage, Counters counters) {
    this.counters = counters;
    limit = new PieceLimit(vantage);
    inline = vantage == Vantage.INLINE;
  }

  /**
   * Sets the sender of the next segments. Without a cause they are retransmissions, which must not
   * be ECN-capable (RFC 3168 section 6.1.5).
   *
   * @param cause the arriving segment with which they leave; null if there is none
   */
  PieceSender begin(
      Connection connection, Direction direction, Source source, @Nullable Segment cause) {
    this.connection = connection;
    this.direction = direction;
    this.source = source;
    this.cause = cause;
    first = false;
    return this;
  }

  /** Declares that the octets leave for the first time although there is no cause. */
  PieceSender firstTime() {
    first = true;
    return this;
  }

  /** The largest payload of one segment without a cause. */
  int measureBytes(Stream stream) {
    return limit.measure(stream, stream.headers().template(), null);
  }

  /** The largest payload that leaves at once with {@code segment}. */
  int measureTogether(Segment segment) {
    Stream stream = segment.stream();
    int maxBytes = limit.measure(stream, stream.headers().template(), segment);
    return limit.together(stream, stream.headers().template(), maxBytes, segment);
  }

  /** Sends [newFrom, newTo); an empty range gives one segment without payload. */
  void send(long newFrom, long newTo, int lastFlags, long timeNanos, PacketOutput output) {
    Connection sender = Objects.requireNonNull(connection);
    Stream stream = sender.stream(direction);
    int maxBytes = limit.measure(stream, stream.headers().template(), cause);
    int carried = TcpFlags.ACK | carried(sender, stream.headers());
    boolean counts = sender.isAccurateEcn() && (carried & TcpFlags.CWR) != 0;
    int together =
        counts ? maxBytes : limit.together(stream, stream.headers().template(), maxBytes, cause);
    if (newTo - newFrom > together) {
      counters.count(Reason.RE_SEGMENTED);
    }
    long at = newFrom;
    do {
      long end = Math.min(at + together, newTo);
      int flags = end == newTo ? carried | lastFlags : carried;
      headers(sender, stream, at, flags);
      if (inline) {
        inlineHeaders(stream.headers(), at, end, at > newFrom);
        stream.headers().pathMtu().sent(at, end, (int) Math.min(end - at, maxBytes));
        builder.gsoBytes(maxBytes);
      }
      Objects.requireNonNull(source).writeTo(builder, stream, at, end, output.gathers());
      output.emit(builder.build(timeNanos));
      if (!sender.isAccurateEcn() || !inline) {
        carried &= ~TcpFlags.CWR;
      }
      at = end;
    } while (at < newTo);
  }

  /** Sends the unchanged template, without payload. */
  void sendBare(long timeNanos, PacketOutput output) {
    Stream stream = Objects.requireNonNull(connection).stream(direction);
    builder.from(stream.headers().template()).leg(stream.headers().template().leg().opposite());
    output.emit(builder.build(timeNanos));
  }

  /** The ECN flags of the cause, or the last ones of the end if there is no cause. */
  private int carried(Connection sender, SenderHeaders headers) {
    if (cause != null) {
      return cause.flags() & CARRIED;
    }
    int copied = sender.isAccurateEcn() ? CARRIED : CARRIED & ~TcpFlags.CWR;
    return inline ? headers.ecnFlags() & copied : 0;
  }

  /** Sets the IP fields that routers read: hop limit, ECN and identification. */
  private void inlineHeaders(SenderHeaders headers, long newStart, long newEnd, boolean extra) {
    boolean octets = newEnd > newStart;
    boolean brought = cause != null && cause.length() > 0;
    if (cause != null && headers.hopLimit().isBinding()) {
      builder.hopLimit(hopLimit(headers, cause, octets));
    }
    if (octets && (cause != null || first)) {
      int bits = cause != null && brought ? cause.view().ecn() : headers.ecn().capable();
      builder.ecn(headers.ecn().takeMark(bits));
    }
    if ((extra || cause == null) && headers.template().isIpv4Fragmentable()) {
      builder.ipv4Id(headers.takeIdentification());
    }
  }

  /** The hop limit. Octets that the cause did not carry are new and leave with the normal one. */
  private static int hopLimit(SenderHeaders headers, Segment cause, boolean octets) {
    int normal = headers.hopLimit().value();
    return octets && cause.length() == 0 ? normal : Math.min(normal, cause.hopLimit());
  }

  private void headers(Connection sender, Stream stream, long newStart, int flags) {
    SenderHeaders headers = stream.headers();
    int urgent = cause == null ? -1 : cause.urgentPointerFrom(newStart);
    builder
        .from(headers.template())
        .leg(headers.template().leg().opposite())
        .sequence(stream.space().sequenceOf(newStart))
        .flags(urgent < 0 ? flags : flags | TcpFlags.URG)
        .urgentPointer(Math.max(0, urgent));
    Stream reverse = sender.stream(direction.opposite());
    if (headers.acknowledgement() != Long.MIN_VALUE) {
      if (inline && reverse.edits().commands().offset() != 0) {
        builder.withoutAccurateEcn();
      }
      builder
          .acknowledgement(reverse.space().sequenceOf(headers.acknowledgement()))
          .window(headers.window());
      reverse.sender().window().onAdvertised(headers.acknowledgement(), headers.window());
      headers.ackSent();
    }
    if (headers.hasTimestamps()) {
      int told = headers.timestampEcho();
      boolean own = inline && cause == null;
      builder.timestamps(headers.timestampValue(), own ? reverse.sender().tsEcho(told) : told);
    }
    if (cause == null) {
      builder.withoutSack();
    }
    if (headers.isTemplateOfSyn()) {
      builder.withoutSynOptions();
    }
  }
}
