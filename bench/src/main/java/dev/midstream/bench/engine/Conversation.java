package dev.midstream.bench.engine;

import dev.midstream.bench.frame.Endpoints;
import dev.midstream.bench.frame.TcpFrame;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/** One connection: a client that sends full segments, and a server that acknowledges them. */
final class Conversation {
  /** Payload of a full segment with timestamps. */
  static final int SEGMENT_BYTES = 1_448;

  private static final int WINDOW = 65_535;
  private static final int SERVER_START = 0x7000_0000;

  private final TcpFrame syn;
  private final TcpFrame synAnswer;
  private final TcpFrame segment;
  private final TcpFrame acknowledgement;
  private final int growthBytes;
  private int sequence;
  private int newSequence;
  private int timestamp = 1;

  Conversation(int index, Scenario scenario, ChecksumState checksumState) {
    Endpoints endpoints = Endpoints.of(index, Scenario.PORT);
    syn = TcpFrame.syn(endpoints, Leg.INSIDE);
    synAnswer = TcpFrame.syn(endpoints.reversed(), Leg.OUTSIDE);
    byte[] payload = scenario.payload(SEGMENT_BYTES, index);
    segment = TcpFrame.segment(endpoints, Leg.INSIDE, payload, checksumState);
    acknowledgement =
        TcpFrame.segment(endpoints.reversed(), Leg.OUTSIDE, new byte[0], checksumState);
    growthBytes = scenario.growthBytes();
    sequence = index * 1_000_003;
    newSequence = sequence;
  }

  Packet syn(long timeNanos) {
    return syn.stamp(sequence - 1, 0, TcpFlags.SYN, WINDOW, timestamp, timeNanos);
  }

  Packet synAnswer(long timeNanos) {
    int flags = TcpFlags.SYN | TcpFlags.ACK;
    return synAnswer.stamp(SERVER_START - 1, sequence, flags, WINDOW, timestamp, timeNanos);
  }

  /** The segment that starts {@code ahead} segments after the next octet. */
  Packet segment(int ahead, long timeNanos) {
    int start = sequence + ahead * SEGMENT_BYTES;
    return segment.stamp(start, SERVER_START, TcpFlags.ACK, WINDOW, timestamp, timeNanos);
  }

  /** Moves the client's next octet by {@code count} segments. */
  void advance(int count) {
    sequence += count * SEGMENT_BYTES;
    newSequence += count * (SEGMENT_BYTES + growthBytes);
    timestamp++;
  }

  /** The server's acknowledgement of all octets before the next one, as edited. */
  Packet acknowledgement(long timeNanos) {
    return acknowledgement.stamp(
        SERVER_START, newSequence, TcpFlags.ACK, WINDOW, timestamp, timeNanos);
  }
}
