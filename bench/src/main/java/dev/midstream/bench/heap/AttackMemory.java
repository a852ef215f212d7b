package dev.midstream.bench.heap;

import dev.midstream.agent.Agent;
import dev.midstream.bench.engine.Scenario;
import dev.midstream.bench.frame.Endpoints;
import dev.midstream.bench.frame.TcpFrame;
import dev.midstream.bench.scan.SubstituteAgents;
import dev.midstream.reassembly.Engine;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * A program that measures what hostile ends make a connection keep: the heap after full
 * collections, the buffers beside it, and what the budget charges.
 */
public final class AttackMemory implements PacketOutput {
  private static final int CONNECTIONS = 16;
  private static final int SEGMENT_BYTES = 1_400;
  private static final int SEGMENTS = 46;
  private static final int HALF_OPEN = 100_000;
  private static final int REQUESTS = 1_000_000;
  private static final int REQUESTS_OF_SEGMENT = 100;
  private static final String REQUEST = "x\n";
  private static final int ISN = 1_000;
  private static final byte[] NOTHING = {};

  private final List<Host> clients = new ArrayList<>();
  private final List<Host> servers = new ArrayList<>();
  private final Engine engine;
  private final PrintStream out;
  private final long heapBefore;
  private final long nativeBefore;
  private long nowNanos;
  private int repliedBytes;

  private AttackMemory(Agent<?> agent, PrintStream out) throws InterruptedException {
    this.out = out;
    engine = Scenario.newEngine(agent);
    heapBefore = LiveHeap.measure();
    nativeBefore = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory();
  }

  /** Prints a line for each state of each attack. */
  public static void main(String[] arguments) throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      PrintStream out = i == 0 ? new PrintStream(PrintStream.nullOutputStream()) : System.out;
      new AttackMemory(editing(), out).edit("an edit for each octet", "a".repeat(SEGMENT_BYTES));
      new AttackMemory(editing(), out).edit("an edit every 11 octets", line(11));
      new AttackMemory(new DenyingAgent(), out).deny();
      new AttackMemory(editing(), out).open("a SYN", false);
      new AttackMemory(editing(), out).open("a SYN and its answer", true);
    }
  }

  private static Agent<?> editing() {
    return SubstituteAgents.replacing("a", "b");
  }

  private static String line(int period) {
    return ("a" + "c".repeat(period - 1)).repeat(SEGMENT_BYTES / period);
  }

  /** Fills the windows of connections with edits, which are acknowledged then. */
  private void edit(String name, String text) throws InterruptedException {
    openAll(CONNECTIONS, true, true);
    byte[] payload = text.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < CONNECTIONS; i++) {
      for (int segment = 0; segment < SEGMENTS; segment++) {
        put(clients.get(i).segment(TcpFlags.ACK, payload, servers.get(i), nowNanos));
      }
    }
    print(name + ", not acknowledged", CONNECTIONS);
    for (int i = 0; i < CONNECTIONS; i++) {
      put(servers.get(i).segment(TcpFlags.ACK, NOTHING, clients.get(i), nowNanos));
    }
    print(name + ", acknowledged", CONNECTIONS);
    rest();
    print(name + ", after a minute", CONNECTIONS);
  }

  /** A client sends requests that are denied, while its server is silent. */
  private void deny() throws InterruptedException {
    openAll(1, true, true);
    Host client = clients.getFirst();
    Host server = servers.getFirst();
    byte[] requests = REQUEST.repeat(REQUESTS_OF_SEGMENT).getBytes(StandardCharsets.ISO_8859_1);
    for (int sent = 0; sent < REQUESTS; sent += REQUESTS_OF_SEGMENT) {
      put(client.segment(TcpFlags.ACK, requests, server, nowNanos));
      server.advance(repliedBytes);
      repliedBytes = 0;
    }
    print("1,000,000 denied requests", 1);
  }

  private void open(String name, boolean answered) throws InterruptedException {
    openAll(HALF_OPEN, answered, false);
    print(name, HALF_OPEN);
  }

  private void openAll(int count, boolean answered, boolean completed) {
    for (int i = 0; i < count; i++) {
      Endpoints endpoints = Endpoints.of(i, Scenario.PORT);
      Host client = new Host(endpoints, Leg.INSIDE, ISN);
      Host server = new Host(endpoints.reversed(), Leg.OUTSIDE, ISN);
      put(client.segment(TcpFlags.SYN, NOTHING, server, nowNanos));
      if (answered) {
        put(server.segment(TcpFlags.SYN | TcpFlags.ACK, NOTHING, client, nowNanos));
      }
      if (completed) {
        put(client.segment(TcpFlags.ACK, NOTHING, server, nowNanos));
        clients.add(client);
        servers.add(server);
      }
    }
  }

  private void rest() {
    long end = nowNanos + TimeUnit.MINUTES.toNanos(1);
    for (long due = engine.nextDeadlineNanos(); due <= end; due = engine.nextDeadlineNanos()) {
      engine.onTimer(due, this);
    }
    nowNanos = end;
  }

  private void put(Packet packet) {
    nowNanos += 1_000;
    if (engine.onPacket(packet, nowNanos, this) == Disposition.FORWARD) {
      emit(packet);
    }
  }

  @Override
  public void emit(Packet packet) {
    repliedBytes += packet.leg() == Leg.OUTSIDE ? 0 : TcpFrame.payloadLength(packet);
  }

  private void print(String name, int count) throws InterruptedException {
    long heap = LiveHeap.measure() - heapBefore;
    long buffers = PooledByteBufAllocator.DEFAULT.pinnedDirectMemory() - nativeBefore;
    out.printf(
        Locale.ROOT,
        "%-44s octets of each: heap %,10d  buffers %,7d  charged %,10d%n",
        name,
        heap / count,
        buffers / count,
        engine.budget().usedBytes() / count);
  }
}
