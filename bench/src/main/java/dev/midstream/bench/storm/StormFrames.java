package dev.midstream.bench.storm;

import dev.midstream.bench.engine.Scenario;
import dev.midstream.bench.frame.Endpoints;
import dev.midstream.bench.frame.SampleText;
import dev.midstream.bench.frame.TcpFrame;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/**
 * The packets of a connection in order: the handshake, a request, and a response that an agent
 * makes longer. Each frame is used for all connections, so that the packets allocate nothing.
 */
final class StormFrames {
  /** Packets of a connection. */
  static final int PACKETS = 7;

  private static final int REQUEST_BYTES = 120;
  private static final int RESPONSE_BYTES = 600;
  private static final int GROWTH_BYTES = 4;

  /** Octets of a connection that leave, edits included. */
  static final int PAYLOAD_BYTES = REQUEST_BYTES + RESPONSE_BYTES + GROWTH_BYTES;

  /** What replaces {@link SampleText#MARK} in the response. */
  static final String REPLACEMENT = "x".repeat(SampleText.MARK.length() + GROWTH_BYTES);

  private static final int WINDOW = 512;
  private static final int SERVER_ISN = 0x7000_0000;
  private static final int ISN_STEP = 1_000_003;
  private static final byte[] NOTHING = {};

  private final TcpFrame syn = TcpFrame.syn(Endpoints.of(0, Scenario.PORT), Leg.INSIDE);
  private final TcpFrame synAnswer =
      TcpFrame.syn(Endpoints.of(0, Scenario.PORT).reversed(), Leg.OUTSIDE);
  private final TcpFrame clientAck = frame(true, NOTHING);
  private final TcpFrame serverAck = frame(false, NOTHING);
  private final TcpFrame request = frame(true, SampleText.of(REQUEST_BYTES, 1));
  private final TcpFrame response = frame(false, SampleText.marked(RESPONSE_BYTES, 2));

  /** The packet at {@code place} of a connection; valid until the next call. */
  Packet packet(int connection, int place, long timeNanos) {
    int client = connection * ISN_STEP;
    int server = SERVER_ISN + 1;
    int asked = client + 1 + REQUEST_BYTES;
    int answered = server + RESPONSE_BYTES + GROWTH_BYTES;
    Endpoints ends = Endpoints.of(connection, Scenario.PORT);
    return switch (place) {
      case 0 -> stamp(syn.between(ends), client, 0, TcpFlags.SYN, timeNanos);
      case 1 -> {
        int flags = TcpFlags.SYN | TcpFlags.ACK;
        yield stamp(synAnswer.between(ends.reversed()), server - 1, client + 1, flags, timeNanos);
      }
      case 2 -> ack(clientAck.between(ends), client + 1, server, timeNanos);
      case 3 -> ack(request.between(ends), client + 1, server, timeNanos);
      case 4 -> ack(serverAck.between(ends.reversed()), server, asked, timeNanos);
      case 5 -> ack(response.between(ends.reversed()), server, asked, timeNanos);
      default -> ack(clientAck.between(ends), asked, answered, timeNanos);
    };
  }

  private static TcpFrame frame(boolean isOfClient, byte[] payload) {
    Endpoints ends = Endpoints.of(0, Scenario.PORT);
    return isOfClient
        ? TcpFrame.segment(ends, Leg.INSIDE, payload, ChecksumState.COMPLETE)
        : TcpFrame.segment(ends.reversed(), Leg.OUTSIDE, payload, ChecksumState.COMPLETE);
  }

  private static Packet ack(TcpFrame frame, int sequence, int acknowledgement, long timeNanos) {
    return stamp(frame, sequence, acknowledgement, TcpFlags.ACK, timeNanos);
  }

  private static Packet stamp(
      TcpFrame frame, int sequence, int acknowledgement, int flags, long timeNanos) {
    return frame.stamp(sequence, acknowledgement, flags, WINDOW, 1, timeNanos);
  }
}
