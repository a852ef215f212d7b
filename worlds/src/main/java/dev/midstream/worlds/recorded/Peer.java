package dev.midstream.worlds.recorded;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.wire.header.TcpFlags;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** One endpoint of a recorded conversation. */
final class Peer {
  private final RandomGenerator random;
  private final Options options;
  private final Direction direction;
  private final Ends ends;
  private final FrameBuilder frames;
  private final byte[] data;
  private final boolean[] received;
  private int acknowledged;
  private int sent;
  private boolean finSent;
  private boolean finAcknowledged;
  private int inOrder;
  private boolean finReceived;
  private int otherFin = Integer.MAX_VALUE;
  private int clock;
  private int newestTimestamp;

  /**
   * Options negotiated by both endpoints.
   *
   * @param maximumSegment the MSS of both
   * @param timestamps whether timestamps are used
   * @param sack whether SACK is used
   * @param garbage whether keep-alives carry an octet, which reads as the missing octet
   */
  record Options(int maximumSegment, boolean timestamps, boolean sack, boolean garbage) {}

  /**
   * A segment in flight.
   *
   * @param from its sender
   * @param start offset of its first octet
   * @param length octets of payload
   * @param fin whether it carries FIN
   * @param ack its acknowledgement, FIN included
   * @param timestamp its timestamp value
   * @param frame its frame
   */
  record Flight(
      Peer from, int start, int length, boolean fin, int ack, int timestamp, Octets frame) {}

  Peer(
      RandomGenerator random,
      Options options,
      Ends ends,
      Direction direction,
      byte[] data,
      int otherLength) {
    this.random = random;
    this.options = options;
    this.direction = direction;
    this.ends = ends;
    this.data = data.clone();
    received = new boolean[otherLength];
    frames = new FrameBuilder(ends, direction);
    clock = random.nextInt(4) == 0 ? Integer.MAX_VALUE - 20 : random.nextInt(1_000);
  }

  Direction direction() {
    return direction;
  }

  /** A SYN or SYN-ACK with the first {@code length} octets. */
  Flight syn(int length) {
    boolean answers = direction == Direction.SERVER_TO_CLIENT;
    sent = Math.max(sent, length);
    String text = "mss " + options.maximumSegment() + (options.sack() ? ",sackOK" : "");
    frames
        .flags(answers ? TcpFlags.SYN | TcpFlags.ACK : TcpFlags.SYN)
        .sequence(ends.isn(direction))
        .acknowledgement(answers ? otherNumber(acknowledges()) : 0)
        .options(text + timestampText(true))
        .payload(Octets.of(Arrays.copyOf(data, length)));
    return new Flight(this, 0, length, false, acknowledges(), clock, Octets.of(frames.build()));
  }

  boolean hasMore() {
    return sent < data.length;
  }

  boolean isFinished() {
    return finAcknowledged && finReceived;
  }

  boolean isOutstanding() {
    return acknowledged < sent || (finSent && !finAcknowledged);
  }

  boolean maySendFin() {
    return !finSent && sent == data.length;
  }

  /** A segment with new octets. */
  Flight nextSegment() {
    int start = sent;
    sent = Math.min(data.length, sent + random.nextInt(1, segmentLimit() + 1));
    boolean fin = sent == data.length && random.nextInt(3) == 0;
    finSent |= fin;
    return segment(start, sent - start, fin);
  }

  /** A FIN without octets. */
  Flight fin() {
    finSent = true;
    return segment(sent, 0, true);
  }

  /** A retransmission with other segment boundaries. */
  Flight retransmission(boolean oldest) {
    int start = acknowledged;
    if (!oldest && acknowledged < sent) {
      start += random.nextInt(sent - acknowledged);
    }
    int max = Math.min(segmentLimit(), sent - start);
    int length = max == 0 ? 0 : random.nextInt(1, max + 1);
    boolean fin = finSent && start + length == data.length && (length == 0 || random.nextBoolean());
    return segment(start, length, fin);
  }

  /** A pure acknowledgement. */
  Flight acknowledgement() {
    return segment(sent + (finSent ? 1 : 0), 0, false);
  }

  /** A keep-alive. */
  Flight keepAlive() {
    byte[] garbage =
        options.garbage() && !finSent && random.nextBoolean() ? new byte[] {'?'} : new byte[0];
    return frame(sent + (finSent ? 0 : -1), 0, false, Octets.of(garbage), TcpFlags.ACK);
  }

  /** Octets beyond the FIN, which no receiver takes and no agent looks for. */
  Octets stray() {
    byte[] octets = new byte[random.nextInt(1, segmentLimit() + 1)];
    Arrays.fill(octets, (byte) '~');
    int start = data.length + random.nextInt(2, segmentLimit());
    return frame(start, octets.length, false, Octets.of(octets), TcpFlags.ACK).frame();
  }

  /** A RST. */
  Flight reset() {
    return frame(sent + (finSent ? 1 : 0), 0, false, Octets.empty(), TcpFlags.RST | TcpFlags.ACK);
  }

  /** Receives a segment of the peer. */
  void receive(Flight flight) {
    newestTimestamp = Math.max(newestTimestamp, flight.timestamp());
    acknowledged = Math.max(acknowledged, Math.min(flight.ack(), data.length));
    finAcknowledged |= finSent && flight.ack() == data.length + 1;
    Arrays.fill(received, flight.start(), flight.start() + flight.length(), true);
    if (flight.fin()) {
      otherFin = flight.start() + flight.length();
    }
    while (inOrder < received.length && received[inOrder]) {
      inOrder++;
    }
    finReceived = inOrder == otherFin;
  }

  int sentEnd() {
    return sent;
  }

  private int acknowledges() {
    return inOrder + (finReceived ? 1 : 0);
  }

  private int segmentLimit() {
    return options.maximumSegment() - (options.timestamps() ? 12 : 0);
  }

  private Flight segment(int start, int length, boolean fin) {
    int flags = TcpFlags.ACK;
    flags |= length > 0 && random.nextInt(3) == 0 ? TcpFlags.PSH : 0;
    flags |= fin ? TcpFlags.FIN : 0;
    Octets payload =
        length == 0 ? Octets.empty() : Octets.of(Arrays.copyOfRange(data, start, start + length));
    return frame(start, length, fin, payload, flags);
  }

  private Flight frame(int start, int length, boolean fin, Octets payload, int flags) {
    clock++;
    frames
        .flags(flags)
        .sequence(ends.isn(direction) + 1 + start)
        .acknowledgement(otherNumber(acknowledges()))
        .window(random.nextInt(1_000, 65_536))
        .options((timestampText(false) + sackText(payload.isEmpty())).replaceFirst("^,", ""))
        .payload(payload);
    int from = length == 0 ? 0 : start;
    boolean plainFin = fin && length == 0;
    return new Flight(
        this,
        plainFin ? start : from,
        length,
        fin,
        acknowledges(),
        clock,
        Octets.of(frames.build()));
  }

  private int otherNumber(int position) {
    return ends.isn(direction.opposite()) + 1 + position;
  }

  private String timestampText(boolean syn) {
    return options.timestamps()
        ? ",TS "
            + clock
            + "/"
            + (syn && direction == Direction.CLIENT_TO_SERVER ? 0 : newestTimestamp)
        : "";
  }

  private String sackText(boolean room) {
    StringBuilder text = new StringBuilder();
    int blocks = 0;
    for (int at = inOrder; room && options.sack() && at < received.length && blocks < 3; at++) {
      if (received[at]) {
        int start = at;
        while (at < received.length && received[at]) {
          at++;
        }
        text.append(blocks++ == 0 ? ",sack " : " ").append(start + 1).append(':').append(at + 1);
      }
    }
    return text.toString();
  }
}
