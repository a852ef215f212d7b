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
import java.util.HashMap;
import java.util.Map;

/**
 * One open connection of a new engine, whose ends send what they like. Offsets are those of the
 * client's octets, from 0.
 */
final class AttackedConnection {
  private static final int WINDOW = 65_535;
  private static final int SMALL_WINDOW = 1_448;
  private static final int CLIENT_START = 1_000_001;
  private static final int SERVER_START = 0x7000_0000;
  private static final int TEXT_BYTES = 65_536;
  private static final long STEP_NANOS = 5_000_000;
  private static final byte[] TEXT = SampleText.of(TEXT_BYTES, 1);
  private static final byte[] OTHER_TEXT = SampleText.of(TEXT_BYTES, 2);
  private static final Endpoints CLIENT = Endpoints.of(1, Scenario.PORT);
  private static final Endpoints SERVER = CLIENT.reversed();
  private static final TcpFrame ACKNOWLEDGEMENT =
      TcpFrame.segment(SERVER, Leg.OUTSIDE, new byte[0], ChecksumState.PARTIAL);
  private static final Map<Payload, TcpFrame> SEGMENTS = new HashMap<>();

  private final Engine engine;
  private final Costs costs;
  private long nowNanos;
  private long packetsOut;
  private int edits;

  /** The octets of a segment. */
  private record Payload(boolean isOther, int from, int to) {
    TcpFrame frame() {
      byte[] text = isOther ? OTHER_TEXT : TEXT;
      byte[] octets = new byte[to - from];
      for (int i = 0; i < octets.length; i++) {
        octets[i] = text[(from + i) % TEXT_BYTES];
      }
      return TcpFrame.segment(CLIENT, Leg.INSIDE, octets, ChecksumState.PARTIAL);
    }
  }

  /** Is told what each packet took, how many left for it, and how many edits it covers. */
  @FunctionalInterface
  interface Costs {
    void add(boolean isAcknowledgement, long nanos, long packetsOut, int edits);
  }

  private AttackedConnection(
      Costs costs, Engine engine, TcpFrame syn, TcpFrame answer, int window) {
    this.costs = costs;
    this.engine = engine;
    put(syn.stamp(CLIENT_START - 1, 0, TcpFlags.SYN, WINDOW, 1, nowNanos));
    int flags = TcpFlags.SYN | TcpFlags.ACK;
    put(answer.stamp(SERVER_START - 1, CLIENT_START, flags, window, 1, nowNanos));
    put(segment(false, 0, 0));
  }

  /** Opens a connection; {@code costs} hears of the packets after its opening. */
  static AttackedConnection open(Costs costs) {
    return open(costs, Scenario.PASS.newEngine(), WINDOW);
  }

  /** The same without SACK. */
  static AttackedConnection openWithoutSack(Costs costs) {
    TcpFrame syn = TcpFrame.synWithoutSack(CLIENT, Leg.INSIDE);
    TcpFrame answer = TcpFrame.synWithoutSack(SERVER, Leg.OUTSIDE);
    return new AttackedConnection(costs, Scenario.PASS.newEngine(), syn, answer, WINDOW);
  }

  /** The same with an agent that makes much of each octet, and a window of one segment at first. */
  static AttackedConnection openGrowing(Costs costs) {
    return open(costs, Scenario.newEngine(ReplacingAgent.ofMuch()), SMALL_WINDOW);
  }

  /** The same with an agent that replaces every second octet. */
  static AttackedConnection openReplacing(Costs costs) {
    return open(costs, Scenario.newEngine(ReplacingAgent.ofEverySecond()), WINDOW);
  }

  private static AttackedConnection open(Costs costs, Engine engine, int window) {
    TcpFrame syn = TcpFrame.syn(CLIENT, Leg.INSIDE);
    return new AttackedConnection(costs, engine, syn, TcpFrame.syn(SERVER, Leg.OUTSIDE), window);
  }

  /** The client sends its octets [from, to). */
  void send(int from, int to) {
    measure(segment(false, from, to));
  }

  /** The client sends [from, to) as a super-segment of segments of {@code gsoBytes} each. */
  void sendTogether(int from, int to, int gsoBytes) {
    measure(segment(false, from, to).offload(ChecksumState.PARTIAL, gsoBytes));
  }

  /**
   * The client sends its octets [from, to). This packet is not measured: it costs by what the agent
   * makes of it.
   */
  void sendFirst(int from, int to) {
    put(segment(false, from, to));
  }

  /** From now on each packet covers so many edits. */
  void setEdits(int edits) {
    this.edits = edits;
  }

  /** The client sends other octets than {@link #send} does at [from, to). */
  void sendOthers(int from, int to) {
    measure(segment(true, from, to));
  }

  /**
   * The client sends [from, to) in segments of {@code length} octets that start every {@code step}
   * octets, so slowly that each is acknowledged or reported.
   */
  void sendPieces(int from, int to, int length, int step) {
    for (int at = from; at < to; at += step) {
      send(at, at + length);
      pause();
    }
  }

  /** The same, the last one first. */
  void sendBackwards(int from, int to, int length, int step) {
    for (int at = to - length; at >= from; at -= step) {
      send(at, at + length);
      pause();
    }
  }

  /** The server acknowledges the octets below {@code end}. */
  void acknowledge(int end) {
    measure(acknowledgement(ACKNOWLEDGEMENT, end));
  }

  /** The server acknowledges and reports the ranges between each two of {@code edges}. */
  void report(int end, int... edges) {
    int[] numbers = new int[edges.length];
    for (int i = 0; i < edges.length; i++) {
      numbers[i] = CLIENT_START + edges[i];
    }
    TcpFrame frame = TcpFrame.sack(SERVER, Leg.OUTSIDE, numbers);
    measure(acknowledgement(frame, end));
  }

  /** Ends the connection, which gives its memory back. */
  void end() {
    engine.finish(nowNanos, packet -> packetsOut++);
  }

  /** Lets time pass, and the timers that expire. */
  void pause() {
    nowNanos += STEP_NANOS;
    while (engine.nextDeadlineNanos() <= nowNanos) {
      engine.onTimer(nowNanos, packet -> packetsOut++);
    }
  }

  private Packet segment(boolean isOther, int from, int to) {
    TcpFrame frame = SEGMENTS.computeIfAbsent(new Payload(isOther, from, to), Payload::frame);
    return frame.stamp(CLIENT_START + from, SERVER_START, TcpFlags.ACK, WINDOW, 1, nowNanos);
  }

  private Packet acknowledgement(TcpFrame frame, int end) {
    return frame.stamp(SERVER_START, CLIENT_START + end, TcpFlags.ACK, WINDOW, 1, nowNanos);
  }

  private void measure(Packet packet) {
    boolean isAcknowledgement = packet.leg() == Leg.OUTSIDE;
    long before = packetsOut;
    long startNanos = System.nanoTime();
    put(packet);
    costs.add(isAcknowledgement, System.nanoTime() - startNanos, packetsOut - before, edits);
  }

  private void put(Packet packet) {
    if (engine.onPacket(packet, nowNanos, each -> packetsOut++) == Disposition.FORWARD) {
      packetsOut++;
    }
  }
}
