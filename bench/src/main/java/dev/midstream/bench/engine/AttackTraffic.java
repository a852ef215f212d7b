package dev.midstream.bench.engine;

import dev.midstream.bench.frame.Endpoints;
import dev.midstream.bench.frame.SampleText;
import dev.midstream.bench.frame.TcpFrame;
import dev.midstream.reassembly.Engine;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.ChecksumState;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;

/** One connection in the state that an attack prepared, and the packet that is measured then. */
final class AttackTraffic {
  private static final int WINDOW = 65_535;
  private static final int CLIENT_START = 1_000_001;
  private static final int SERVER_START = 0x7000_0000;
  private static final int GAP_BYTES = 10;
  private static final int SEGMENT_BYTES = 1_400;
  private static final int RANGES = 1_000;
  private static final int BLOCKS = 3;
  private static final long STEP_NANOS = 5_000_000;

  private final Endpoints endpoints = Endpoints.of(1, Scenario.PORT);
  private final Engine engine = Scenario.PASS.newEngine();
  private final byte[] text = SampleText.of(2 * RANGES, 1);
  private final TcpFrame measured;
  private final boolean acknowledges;
  private long nowNanos;
  private long packetsOut;

  AttackTraffic(Attack attack) {
    acknowledges = attack.isAcknowledgement();
    measured =
        acknowledges
            ? TcpFrame.segment(
                endpoints.reversed(), Leg.OUTSIDE, new byte[0], ChecksumState.PARTIAL)
            : segment(GAP_BYTES, SEGMENT_BYTES);
    open();
    switch (attack) {
      case REPEATED_SEGMENT -> measure();
      case ONE_BY_ONE -> sendOctets(GAP_BYTES, GAP_BYTES + SEGMENT_BYTES, 1);
      case EVERY_SECOND -> {
        sendOctets(GAP_BYTES, GAP_BYTES + SEGMENT_BYTES, 2);
        measure();
      }
      case REPEATED_ACK -> put(segment(0, SEGMENT_BYTES), 0);
      case VOUCHED_AND_REPORTED -> vouchAndReport();
    }
  }

  /** Sends the measured packet; returns the packets that came out so far. */
  long measure() {
    Packet packet =
        acknowledges
            ? measured.stamp(SERVER_START, CLIENT_START, TcpFlags.ACK, WINDOW, 1, nowNanos)
            : stamp(measured, GAP_BYTES);
    put(packet);
    return packetsOut;
  }

  private void open() {
    TcpFrame syn = TcpFrame.syn(endpoints, Leg.INSIDE);
    put(syn.stamp(CLIENT_START - 1, 0, TcpFlags.SYN, WINDOW, 1, nowNanos));
    TcpFrame answer = TcpFrame.syn(endpoints.reversed(), Leg.OUTSIDE);
    int flags = TcpFlags.SYN | TcpFlags.ACK;
    put(answer.stamp(SERVER_START - 1, CLIENT_START, flags, WINDOW, 1, nowNanos));
    put(segment(0, 0), 0);
  }

  private void vouchAndReport() {
    sendOctets(1, 2 * RANGES, 2);
    put(segment(0, RANGES), 0);
    put(segment(RANGES, RANGES), RANGES);
    int[] edges = new int[2 * BLOCKS];
    for (int range = 0; range + BLOCKS <= RANGES; range += BLOCKS) {
      for (int i = 0; i < BLOCKS; i++) {
        edges[2 * i] = CLIENT_START + 1 + 2 * (range + i);
        edges[2 * i + 1] = edges[2 * i] + 1;
      }
      TcpFrame sack = TcpFrame.sack(endpoints.reversed(), Leg.OUTSIDE, edges);
      put(sack.stamp(SERVER_START, CLIENT_START, TcpFlags.ACK, WINDOW, 1, nowNanos));
    }
  }

  /** Sends every {@code step}th octet of [from, to) alone, so slowly that each is reported. */
  private void sendOctets(int from, int to, int step) {
    for (int at = from; at < to; at += step) {
      put(segment(at, 1), at);
      nowNanos += STEP_NANOS;
      while (engine.nextDeadlineNanos() <= nowNanos) {
        engine.onTimer(nowNanos, packet -> packetsOut++);
      }
    }
  }

  private TcpFrame segment(int from, int length) {
    byte[] payload = new byte[length];
    System.arraycopy(text, from, payload, 0, length);
    return TcpFrame.segment(endpoints, Leg.INSIDE, payload, ChecksumState.PARTIAL);
  }

  private Packet stamp(TcpFrame frame, int orgStart) {
    return frame.stamp(CLIENT_START + orgStart, SERVER_START, TcpFlags.ACK, WINDOW, 1, nowNanos);
  }

  private void put(TcpFrame frame, int orgStart) {
    put(stamp(frame, orgStart));
  }

  private void put(Packet packet) {
    if (engine.onPacket(packet, nowNanos, each -> packetsOut++) == Disposition.FORWARD) {
      packetsOut++;
    }
  }
}
