package dev.midstream.bench.engine;

import dev.midstream.bench.frame.TcpFrame;
import dev.midstream.reassembly.stream.CommitMode;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;

/**
 * Established conversations in turn: two segments of each, with one acknowledgement after both or
 * after each. The octets that come out are counted, which proves that none were lost.
 */
final class Traffic implements PacketOutput {
  static final int CONVERSATIONS = 64;

  /** Full segments of one round. */
  static final int SEGMENTS = 2 * CONVERSATIONS;

  private static final long STEP_NANOS = 1_000;

  private final Conversation[] conversations = new Conversation[CONVERSATIONS];
  private final Box box;
  private final int first;
  private final int second;
  private final int growthBytes;
  private final boolean acknowledgesEach;
  private long nowNanos;
  private long segmentsIn;
  private long payloadOut;

  /** Opens the conversations. The server acknowledges every segment, or every second one. */
  Traffic(
      Scenario scenario,
      CommitMode commits,
      ChecksumState checksumState,
      boolean acknowledgesEach) {
    this.acknowledgesEach = acknowledgesEach;
    box = scenario.newBox(commits);
    first = scenario.isSwapped() ? 1 : 0;
    second = 1 - first;
    growthBytes = scenario.growthBytes();
    for (int i = 0; i < CONVERSATIONS; i++) {
      conversations[i] = new Conversation(i, scenario, checksumState);
    }
    for (Conversation conversation : conversations) {
      box.onPacket(conversation.syn(nowNanos), nowNanos, this);
      box.onPacket(conversation.synAnswer(nowNanos), nowNanos, this);
    }
    acknowledge();
    acknowledgeEach();
  }

  /** Sends one round; returns the octets of payload that came out so far. */
  long round() {
    if (acknowledgesEach) {
      acknowledgeEach();
    } else {
      sendAll(first, 0);
      sendAll(second, 2);
      acknowledge();
      segmentsIn += SEGMENTS;
    }
    return payloadOut;
  }

  /** A round in order; the first one shows which segment size the path carries. */
  private void acknowledgeEach() {
    for (int i = 0; i < 2; i++) {
      sendAll(0, 1);
      acknowledge();
    }
    segmentsIn += SEGMENTS;
  }

  /** Acknowledges what was sent, and sends one segment of each conversation. */
  void acknowledgeAndSend() {
    acknowledge();
    sendAll(0, 1);
    segmentsIn += CONVERSATIONS;
  }

  /** Lets {@code nanos} pass; the records of all that was sent are written if that is due. */
  long rest(long nanos) {
    nowNanos += nanos;
    box.onTimer(nowNanos, this);
    return payloadOut;
  }

  /** Fails if octets were lost. */
  void check() {
    if (box instanceof LoggingBox log) {
      System.out.println("octets of a record, on average: " + log.meanBytes());
    }
    long expected = segmentsIn * (Conversation.SEGMENT_BYTES + growthBytes);
    if (payloadOut != expected) {
      throw new IllegalStateException("lost octets: out=" + payloadOut + " expected=" + expected);
    }
  }

  @Override
  public void emit(Packet packet) {
    payloadOut += TcpFrame.payloadLength(packet);
  }

  private void sendAll(int ahead, int advance) {
    for (Conversation conversation : conversations) {
      pass(conversation.segment(ahead, nowNanos));
      conversation.advance(advance);
    }
  }

  private void acknowledge() {
    for (Conversation conversation : conversations) {
      pass(conversation.acknowledgement(nowNanos));
    }
  }

  private void pass(Packet packet) {
    nowNanos += STEP_NANOS;
    if (box.onPacket(packet, nowNanos, this) == Disposition.FORWARD) {
      emit(packet);
    }
  }
}
