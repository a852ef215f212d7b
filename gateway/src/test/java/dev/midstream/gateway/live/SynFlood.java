package dev.midstream.gateway.live;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Box;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.LinkType;
import dev.midstream.wire.packet.Packet;
import dev.midstream.wire.packet.PacketOutput;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A box that passes everything and, once started, sends SYNs of different connections to its
 * outside at a constant rate. Their addresses belong to no host, so nothing answers.
 */
final class SynFlood implements Box {
  private static final long IDLE_NANOS = 10_000_000;
  private static final int MAX_BATCH = 256;
  private static final int PORTS = 60_000;
  private static final int FIRST_PORT = 8_000;
  private static final String OPTIONS = "mss 1460,sackOK,TS 1/0,nop,wscale 7";

  private final int count;
  private final long intervalNanos;
  private final Packet packet = new Packet();
  private volatile boolean started;
  private final AtomicInteger sent = new AtomicInteger();
  private long nextNanos;

  /** A flood of {@code count} SYNs, one each {@code intervalNanos}. */
  SynFlood(int count, long intervalNanos) {
    this.count = count;
    this.intervalNanos = intervalNanos;
  }

  /** Starts the flood; for any thread. */
  void start() {
    started = true;
  }

  /** Whether all SYNs were sent; for any thread. */
  boolean isOver() {
    return sent.get() == count;
  }

  /** How many SYNs were sent; for any thread. */
  int sent() {
    return sent.get();
  }

  @Override
  public Disposition onPacket(Packet packet, long nowNanos, PacketOutput out) {
    return Disposition.FORWARD;
  }

  @Override
  public void onTimer(long nowNanos, PacketOutput out) {
    if (!started || isOver()) {
      nextNanos = nowNanos + IDLE_NANOS;
      return;
    }
    for (int i = 0; i < MAX_BATCH && nextNanos <= nowNanos && !isOver(); i++) {
      out.emit(syn(sent.get(), nowNanos));
      sent.incrementAndGet();
      nextNanos += intervalNanos;
    }
  }

  @Override
  public long nextDeadlineNanos() {
    return nextNanos;
  }

  private Packet syn(int number, long nowNanos) {
    Ends ends = Ends.IPV4.withPorts(1 + number % PORTS, FIRST_PORT + number / PORTS);
    byte[] frame =
        new FrameBuilder(ends, Direction.CLIENT_TO_SERVER)
            .flags(TcpFlags.SYN)
            .sequence(ends.clientIsn())
            .options(OPTIONS)
            .build();
    return packet
        .at(MemorySegment.ofArray(frame), 0, frame.length)
        .from(LinkType.ETHERNET, Leg.OUTSIDE, 0, nowNanos);
  }
}
