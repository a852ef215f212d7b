package dev.midstream.bench.http;

import dev.midstream.bench.engine.Scenario;
import dev.midstream.bench.frame.Endpoints;
import dev.midstream.bench.frame.SampleText;
import dev.midstream.bench.frame.TcpFrame;
import dev.midstream.reassembly.Engine;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One client that downloads without end through an engine. The server sends full segments, and the
 * client acknowledges every second one. The octets that come out are counted.
 */
final class Download implements PacketOutput {
  /** Payload of a full segment with timestamps. */
  static final int SEGMENT_BYTES = 1_448;

  private static final int CHUNK_BYTES = 8_192;
  private static final String CHUNK_LINE = "2000\r\n";
  private static final String CRLF = "\r\n";

  /** A chunk with its line and end. */
  private static final int PERIOD_BYTES = CHUNK_BYTES + 8;

  /** After so many segments a chunk begins with a segment again. */
  static final int SEGMENTS = PERIOD_BYTES / 8;

  private static final int WINDOW = 65_535;
  private static final int CLIENT_START = 1_000;
  private static final int SERVER_START = 0x7000_0000;
  private static final long STEP_NANOS = 1_000;
  private static final String REQUEST = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";

  private final Engine engine;
  private final TcpFrame[] segments = new TcpFrame[SEGMENTS];
  private final TcpFrame acknowledgement;
  private int sequence = SERVER_START;
  private int timestamp = 1;
  private long nowNanos;
  private long payloadIn;
  private long payloadOut;

  /** Opens the connection, and begins the response. */
  Download(Engine engine, boolean isChunked) {
    this.engine = engine;
    Endpoints client = Endpoints.of(0, Scenario.PORT);
    Endpoints server = client.reversed();
    byte[] body = isChunked ? chunks() : text();
    for (int i = 0; i < SEGMENTS; i++) {
      segments[i] =
          segment(server, Arrays.copyOfRange(body, i * SEGMENT_BYTES, (i + 1) * SEGMENT_BYTES));
    }
    acknowledgement = TcpFrame.segment(client, Leg.INSIDE, new byte[0], ChecksumState.PARTIAL);
    open(client, server);
    String length = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 999999999999999999";
    byte[] head = octets(HEAD + length + "\r\n\r\n");
    send(segment(server, head), head.length);
  }

  private static TcpFrame segment(Endpoints server, byte[] payload) {
    return TcpFrame.segment(server, Leg.OUTSIDE, payload, ChecksumState.PARTIAL);
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] text() {
    return SampleText.of(SEGMENTS * SEGMENT_BYTES, 1);
  }

  private static byte[] chunks() {
    byte[] all = new byte[SEGMENTS * SEGMENT_BYTES];
    byte[] chunk = SampleText.of(PERIOD_BYTES, 1);
    System.arraycopy(octets(CHUNK_LINE), 0, chunk, 0, CHUNK_LINE.length());
    System.arraycopy(octets(CRLF), 0, chunk, PERIOD_BYTES - CRLF.length(), CRLF.length());
    for (int at = 0; at < all.length; at += PERIOD_BYTES) {
      System.arraycopy(chunk, 0, all, at, PERIOD_BYTES);
    }
    return all;
  }

  private void open(Endpoints client, Endpoints server) {
    TcpFrame syn = TcpFrame.syn(client, Leg.INSIDE);
    pass(syn.stamp(CLIENT_START - 1, 0, TcpFlags.SYN, WINDOW, timestamp, nowNanos));
    TcpFrame answer = TcpFrame.syn(server, Leg.OUTSIDE);
    int flags = TcpFlags.SYN | TcpFlags.ACK;
    pass(answer.stamp(SERVER_START - 1, CLIENT_START, flags, WINDOW, timestamp, nowNanos));
    byte[] request = octets(REQUEST);
    TcpFrame asking = TcpFrame.segment(client, Leg.INSIDE, request, ChecksumState.PARTIAL);
    payloadIn += request.length;
    pass(asking.stamp(CLIENT_START, SERVER_START, TcpFlags.ACK, WINDOW, timestamp, nowNanos));
  }

  /** The client's octets are all acknowledged. */
  private void send(TcpFrame frame, int length) {
    int acknowledged = CLIENT_START + REQUEST.length();
    payloadIn += length;
    pass(frame.stamp(sequence, acknowledged, TcpFlags.ACK, WINDOW, timestamp, nowNanos));
    sequence += length;
  }

  /** Acknowledges what has come out. */
  private void acknowledge() {
    int start = CLIENT_START + REQUEST.length();
    int got = SERVER_START + (int) (payloadOut - REQUEST.length());
    timestamp++;
    pass(acknowledgement.stamp(start, got, TcpFlags.ACK, WINDOW, timestamp, nowNanos));
  }

  /** Sends {@link #SEGMENTS} segments; returns the octets of payload that came out so far. */
  long round() {
    for (int i = 0; i < SEGMENTS; i++) {
      send(segments[i], SEGMENT_BYTES);
      if (i % 2 == 1) {
        acknowledge();
      }
    }
    acknowledge();
    return payloadOut;
  }

  /** Fails if octets were lost; the agent may hold some at the end. */
  void check(long mostHeld) {
    if (payloadOut > payloadIn || payloadOut < payloadIn - mostHeld) {
      throw new IllegalStateException("lost octets: out=" + payloadOut + " in=" + payloadIn);
    }
  }

  @Override
  public void emit(Packet packet) {
    payloadOut += TcpFrame.payloadLength(packet);
  }

  private void pass(Packet packet) {
    nowNanos += STEP_NANOS;
    if (engine.onPacket(packet, nowNanos, this) == Disposition.FORWARD) {
      emit(packet);
    }
  }
}
