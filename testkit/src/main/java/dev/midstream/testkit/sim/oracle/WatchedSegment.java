package dev.midstream.testkit.sim.oracle;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.segment.OptionsReader;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.segment.SequenceNumbers;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/** A segment of one direction, with offsets instead of sequence numbers. Reusable. */
public final class WatchedSegment {
  private static final long MAX_WINDOW_BYTES = 1L << 30;

  private final SegmentReader view = new SegmentReader();
  private final SequenceNumbers sent;
  private final SequenceNumbers acknowledged;
  private final int sourcePort;
  private final int destinationPort;
  private long start;
  private long ack;
  private long nearStart;
  private long nearAck;

  private WatchedSegment(
      SequenceNumbers sent, SequenceNumbers acknowledged, int sourcePort, int destinationPort) {
    this.sent = sent;
    this.acknowledged = acknowledged;
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
  }

  /** Reads the segments that the endpoint on the side {@code leg} sends. */
  public static WatchedSegment sentBy(Leg leg, Ends ends) {
    SequenceNumbers client = new SequenceNumbers(ends.clientIsn());
    SequenceNumbers server = new SequenceNumbers(ends.serverIsn());
    return leg == Leg.INSIDE
        ? new WatchedSegment(client, server, ends.clientPort(), ends.serverPort())
        : new WatchedSegment(server, client, ends.serverPort(), ends.clientPort());
  }

  /** Reads {@code packet}; false if it is no intact segment of this direction. */
  public boolean read(Packet packet) {
    if (!view.read(packet)
        || view.sourcePort() != sourcePort
        || view.destinationPort() != destinationPort
        || !view.isTcpChecksumRight()) {
      return false;
    }
    start = sent.offsetOf(view.sequence(), nearStart) + (view.isSyn() ? 1 : 0);
    nearStart = moved(nearStart, start);
    if (view.isAck()) {
      ack = acknowledged.offsetOf(view.acknowledgement(), nearAck);
      nearAck = moved(nearAck, ack);
    }
    return true;
  }

  /** The next place to count from: a number beyond the largest window is no genuine one. */
  private static long moved(long near, long offset) {
    return Math.abs(offset - near) <= MAX_WINDOW_BYTES ? offset : near;
  }

  public SegmentReader view() {
    return view;
  }

  public OptionsReader options() {
    return view.options();
  }

  /** The start of the payload. */
  public long start() {
    return start;
  }

  /** The end of the payload. */
  public long payloadEnd() {
    return start + view.payloadLength();
  }

  /** The end, with the FIN. */
  public long end() {
    return payloadEnd() + (view.isFin() ? 1 : 0);
  }

  /** The acknowledgement; that of the previous segment if this one has none. */
  public long ack() {
    return ack;
  }

  /** The left edge of a SACK block. */
  public long sackLeft(int index) {
    return acknowledged.offsetOf(view.options().sackLeft(index), ack);
  }

  /** The right edge of a SACK block. */
  public long sackRight(int index) {
    return acknowledged.offsetOf(view.options().sackRight(index), ack);
  }
}
