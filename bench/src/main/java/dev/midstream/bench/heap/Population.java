package dev.midstream.bench.heap;

import dev.midstream.bench.engine.Scenario;
import dev.midstream.bench.frame.Endpoints;
import dev.midstream.bench.frame.SampleText;
import dev.midstream.bench.frame.TcpFrame;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.status.EngineStatus;
import dev.midstream.reassembly.status.StatusScan;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.util.Map;

/** The connections of one engine, all with one handling and equally far. */
final class Population implements PacketOutput {
  private static final byte[] PAYLOAD = SampleText.of(1_448, 0);
  private static final byte[] NOTHING = {};
  private static final int SERVER_ISN = 0x7000_0000;
  private static final long STEP_NANOS = 1_000;

  /** So many connections rest together, if they do not rest all together. */
  private static final int STEP_CONNECTIONS = 1_000;

  private static final long STEP_REST_NANOS = 20_000_000;

  private final Scenario scenario;
  private final LifeStage stage;
  private final Engine engine;
  private boolean isIpv6;
  private long nowNanos;
  private long packetsIn;
  private long packetsOut;
  private long payloadIn;
  private long payloadOut;

  /** Creates an engine without connections. */
  Population(Scenario scenario, LifeStage stage) {
    this(scenario, stage, scenario.newEngine());
  }

  /** Opens connections of {@code engine}. */
  Population(Scenario scenario, LifeStage stage, Engine engine) {
    this.scenario = scenario;
    this.stage = stage;
    this.engine = engine;
  }

  /** This population, whose connections are over IPv6. */
  Population overIpv6() {
    isIpv6 = true;
    return this;
  }

  /** The engine with the connections. */
  Engine engine() {
    return engine;
  }

  /** Opens {@code count} connections. */
  void open(int count) {
    for (int i = 0; i < count; i++) {
      play(endpoints(i), clientIsn(i));
    }
  }

  /** Opens {@code count} connections, and lets some at a time rest for a short time. */
  void fillParked(int count) {
    for (int i = 0; i < count; i++) {
      play(endpoints(i), clientIsn(i));
      if (i % STEP_CONNECTIONS == 0 || i + 1 == count) {
        rest(STEP_REST_NANOS);
      }
    }
  }

  /** The last acknowledgement of a client, once more; {@code frame} is changed to it. */
  Packet acknowledgement(int number, TcpFrame frame) {
    return frame
        .between(endpoints(number))
        .stamp(
            clientIsn(number) + 1 + PAYLOAD.length,
            SERVER_ISN + 1 + 2 * PAYLOAD.length,
            TcpFlags.ACK,
            Host.WINDOW,
            Host.TIMESTAMP,
            nowNanos);
  }

  /** Passes a packet to the engine, whose time has come. */
  void pass(Packet packet) {
    packetsIn++;
    if (engine.onPacket(packet, nowNanos, this) == Disposition.FORWARD) {
      emit(packet);
    }
  }

  /** Opens {@code count} connections, and lets them rest. */
  void fill(int count) {
    open(count);
    rest(stage.restNanos());
  }

  /** Lets time pass. */
  void rest(long nanos) {
    long end = nowNanos + nanos;
    for (long due = engine.nextDeadlineNanos(); due <= end; due = engine.nextDeadlineNanos()) {
      engine.onTimer(due, this);
    }
    nowNanos = end;
  }

  @Override
  public void emit(Packet packet) {
    packetsOut++;
    payloadOut += TcpFrame.payloadLength(packet);
  }

  private void play(Endpoints endpoints, int clientIsn) {
    Host client = new Host(endpoints, Leg.INSIDE, clientIsn);
    Host server = new Host(endpoints.reversed(), Leg.OUTSIDE, SERVER_ISN);
    send(client, TcpFlags.SYN, NOTHING, server);
    if (stage == LifeStage.HALF_OPEN) {
      return;
    }
    send(server, TcpFlags.SYN | TcpFlags.ACK, NOTHING, client);
    send(client, TcpFlags.ACK, NOTHING, server);
    send(client, TcpFlags.ACK, PAYLOAD, server);
    send(server, TcpFlags.ACK, NOTHING, client);
    send(server, TcpFlags.ACK, PAYLOAD, client);
    send(server, TcpFlags.ACK, PAYLOAD, client);
    send(client, TcpFlags.ACK, NOTHING, server);
    if (stage == LifeStage.ENDED) {
      send(client, TcpFlags.FIN | TcpFlags.ACK, NOTHING, server);
      send(server, TcpFlags.FIN | TcpFlags.ACK, NOTHING, client);
      send(client, TcpFlags.ACK, NOTHING, server);
    }
  }

  private void send(Host sender, int flags, byte[] payload, Host receiver) {
    nowNanos += STEP_NANOS;
    payloadIn += payload.length;
    pass(sender.segment(flags, payload, receiver, nowNanos));
  }

  private Endpoints endpoints(int number) {
    Endpoints endpoints = Endpoints.of(number, Scenario.PORT);
    return isIpv6 ? endpoints.overIpv6() : endpoints;
  }

  private static int clientIsn(int number) {
    return number * 1_000_003;
  }

  /** Fails unless the engine has {@code count} connections as expected, and nothing else. */
  void check(int count) {
    boolean inspected = scenario != Scenario.NO_AGENT;
    EngineStatus status = status();
    require("states", status.states(), Map.of(stage.state(), (long) count));
    Handling handling = inspected ? Handling.EDITED : Handling.UNTOUCHED;
    require("handlings", status.handlings(), Map.of(handling, (long) count));
    if (scenario != Scenario.SUBSTITUTE_1) { // its agent sees one direction only
      require("octets shown to agents", status.decidedOctets(), inspected ? payloadIn : 0L);
    }
    require("kept octets", status.keptBytes(), 0L);
    require("reasons", status.reasons(), Map.of());
    require("packets out", packetsOut, packetsIn);
    require("payload out", payloadOut, payloadIn);
    boolean quiet = engine.nextDeadlineNanos() >= nowNanos + stage.quietNanos();
    require("no timer is due soon", quiet, true);
  }

  private EngineStatus status() {
    StatusScan scan = engine.scanStatus(0);
    boolean more = true;
    while (more) {
      more = scan.step(nowNanos);
    }
    return scan.result();
  }

  private void require(String what, Object actual, Object expected) {
    if (!actual.equals(expected)) {
      throw new IllegalStateException(
          "%s %s: %s=%s expected=%s".formatted(scenario, stage, what, actual, expected));
    }
  }
}
