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
 * The packets of one connection from its SYN to the acknowledgement of its last FIN, as {@code
 * bench/compare.sh} makes them: a request in two segments, a response, and a server that closes
 * first. Each frame is used for all connections, so that the packets allocate nothing.
 */
final class ShortConnection {
  /** Packets of a connection. */
  static final int PACKETS = 11;

  private static final int MESSAGE_BYTES = 100;

  /** Octets of payload of a connection. */
  static final int PAYLOAD_BYTES = 1 + 2 * MESSAGE_BYTES;

  private static final int WINDOW = 512;
  private static final byte[] NOTHING = {};

  /** A new connection between the same ends has later numbers (RFC 9293, section 3.4.1). */
  private static final int ISN_NANOS = 4_000;

  private static final int TIMESTAMP_NANOS = 1_000_000;

  private final TcpFrame syn = TcpFrame.syn(first(), Leg.INSIDE);
  private final TcpFrame synAnswer = TcpFrame.syn(first().reversed(), Leg.OUTSIDE);
  private final TcpFrame clientAck = frame(true, NOTHING);
  private final TcpFrame serverAck = frame(false, NOTHING);
  private final TcpFrame kind = frame(true, SampleText.of(1, 1));
  private final TcpFrame request = frame(true, SampleText.of(MESSAGE_BYTES, 2));
  private final TcpFrame response = frame(false, SampleText.of(MESSAGE_BYTES, 3));
  private Endpoints ends = first();
  private Endpoints reversed = ends.reversed();
  private int client;
  private int server;

  /** Begins the connection with this number, whose packets are next. */
  void begin(int number, long nowNanos) {
    ends = Endpoints.of(number, Scenario.PORT);
    reversed = ends.reversed();
    client = (int) (nowNanos / ISN_NANOS);
    server = ~client;
  }

  /** The packet at {@code place} of the connection; valid until the next call. */
  Packet packet(int place, long nowNanos) {
    int asked = client + 2 + MESSAGE_BYTES;
    int answered = server + 1 + MESSAGE_BYTES;
    int ack = TcpFlags.ACK;
    return switch (place) {
      case 0 -> fromClient(syn, client, 0, TcpFlags.SYN, nowNanos);
      case 1 -> fromServer(synAnswer, server, client + 1, TcpFlags.SYN | ack, nowNanos);
      case 2 -> fromClient(clientAck, client + 1, server + 1, ack, nowNanos);
      case 3 -> fromClient(kind, client + 1, server + 1, ack, nowNanos);
      case 4 -> fromServer(serverAck, server + 1, client + 2, ack, nowNanos);
      case 5 -> fromClient(request, client + 2, server + 1, ack, nowNanos);
      case 6 -> fromServer(response, server + 1, asked, ack, nowNanos);
      case 7 -> fromClient(clientAck, asked, answered, ack, nowNanos);
      case 8 -> fromServer(serverAck, answered, asked, TcpFlags.FIN | ack, nowNanos);
      case 9 -> fromClient(clientAck, asked, answered + 1, TcpFlags.FIN | ack, nowNanos);
      default -> fromServer(serverAck, answered + 1, asked + 1, ack, nowNanos);
    };
  }

  private Packet fromClient(
      TcpFrame frame, int sequence, int acknowledgement, int flags, long nowNanos) {
    return stamp(frame.between(ends), sequence, acknowledgement, flags, nowNanos);
  }

  private Packet fromServer(
      TcpFrame frame, int sequence, int acknowledgement, int flags, long nowNanos) {
    return stamp(frame.between(reversed), sequence, acknowledgement, flags, nowNanos);
  }

  private static Packet stamp(
      TcpFrame frame, int sequence, int acknowledgement, int flags, long nowNanos) {
    int timestamp = (int) (nowNanos / TIMESTAMP_NANOS);
    return frame.stamp(sequence, acknowledgement, flags, WINDOW, timestamp, nowNanos);
  }

  private static Endpoints first() {
    return Endpoints.of(0, Scenario.PORT);
  }

  private static TcpFrame frame(boolean isOfClient, byte[] payload) {
    return isOfClient
        ? TcpFrame.segment(first(), Leg.INSIDE, payload, ChecksumState.PARTIAL)
        : TcpFrame.segment(first().reversed(), Leg.OUTSIDE, payload, ChecksumState.PARTIAL);
  }
}
