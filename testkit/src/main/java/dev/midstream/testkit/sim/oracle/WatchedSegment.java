package dev.midstream.testkit.sim.oracle;

import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.segment.SegmentReader;
import dev.midstream.testkit.segment.SequenceNumbers;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/** A segment of one direction, with offsets instead of sequence numbers. Reusable. */
final class WatchedSegment {
  private final SegmentReader view = new SegmentReader();
  private final SequenceNumbers sent;
  private final SequenceNumbers acknowledged;
  private final int sourcePort;
  private final int destinationPort;
  private long start;
  private long ack;

  private WatchedSegment(
      SequenceNumbers sent, SequenceNumbers acknowledged, int sourcePort, int destinationPort) {
    this.sent = sent;
    this.acknowledged = acknowledged;
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
  }

  /** Reads the segments that the endpoint on the side {@code leg} sends. */
  static WatchedSegment sentBy(Leg leg, Ends ends) {
    SequenceNumbers client = new SequenceNumbers(ends.clientIsn());
    SequenceNumbers server = new SequenceNumbers(ends.serverIsn());
    return leg == Leg.INSIDE
        ? new WatchedSegment(client, server, ends.clientPort(), ends.serverPort())
        : new WatchedSegment(server, client, ends.serverPort(), ends.clientPort());
  }

  /** Reads {@code packet}; false if it is no intact segment of this direction. */
  boolean read(Packet packet) {
    if (!view.read(packet)
        || view.sourcePort() != sourcePort
        || view.destinationPort() != destinationPort
        || !view.isTcpChecksumRight()) {
      return false;
    }
    start = sent.offsetOf(view.sequence(), start) + (view.isSyn() ? 1 : 0);
    ack = view.isAck() ? acknowledged.offsetOf(view.acknowledgement(), ack) : ack;
    return true;
  }

  SegmentReader view() {
    return view;
  }

  /** The start of the payload. */
  long start() {
    return start;
  }

  /** The end of the payload. */
  long payloadEnd() {
    return start + view.payloadLength();
  }

  /** The end, with the FIN. */
  long end() {
    return payloadEnd() + (view.isFin() ? 1 : 0);
  }

  /** The acknowledgement; that of the previous segment if this one has none. */
  long ack() {
    return ack;
  }

  long sackLeft(int index) {
    return acknowledged.offsetOf(view.options().sackLeft(index), ack);
  }

  long sackRight(int index) {
    return acknowledged.offsetOf(view.options().sackRight(index), ack);
  }
}
