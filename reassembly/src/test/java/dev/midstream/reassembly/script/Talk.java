package dev.midstream.reassembly.script;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Packet;
import java.util.List;

/**
 * Both ends of one open connection, frame by frame: a client that sends octets at any offset, and a
 * server that acknowledges. What leaves is counted, not compared. Octet n is n modulo 251.
 */
public final class Talk {
  private static final String OPTIONS = "mss 1460,sackOK";
  private static final int VALUES = 251;

  private final Engine engine;
  private final Ends ends;
  private final FrameBuilder client;
  private final FrameBuilder server;
  private final FrameView view = new FrameView();
  private long nowNanos;
  private long newReleased;
  private int segments;

  /** Opens a connection between {@code ends} at {@code nowNanos}. */
  public Talk(Engine engine, Ends ends, long nowNanos) {
    this(engine, ends, nowNanos, OPTIONS);
  }

  /** The same with these options on both SYNs. */
  public Talk(Engine engine, Ends ends, long nowNanos, String options) {
    this.engine = engine;
    this.ends = ends;
    this.nowNanos = nowNanos;
    client = new FrameBuilder(ends, Direction.CLIENT_TO_SERVER);
    server = new FrameBuilder(ends, Direction.SERVER_TO_CLIENT);
    client.flags(TcpFlags.SYN).sequence(ends.clientIsn()).options(options);
    put(client, Direction.CLIENT_TO_SERVER);
    server.flags(TcpFlags.SYN | TcpFlags.ACK).sequence(ends.serverIsn()).options(options);
    put(server.acknowledgement(ends.clientIsn() + 1), Direction.SERVER_TO_CLIENT);
    client.flags(TcpFlags.ACK).options("").acknowledgement(ends.serverIsn() + 1);
    server.flags(TcpFlags.ACK).options("").sequence(ends.serverIsn() + 1);
    client(0, 0);
  }

  /** Sets the time of what is sent from now on. */
  public Talk at(long nanos) {
    nowNanos = nanos;
    return this;
  }

  /** Sets the window of what the server sends from now on. */
  public Talk window(int octets) {
    server.window(octets);
    return this;
  }

  /** The client sends its octets [orgStart, orgStart + length). */
  public void client(long orgStart, int length) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) ((orgStart + i) % VALUES);
    }
    client.sequence((int) (ends.clientIsn() + 1 + orgStart)).payload(Octets.of(octets));
    put(client, Direction.CLIENT_TO_SERVER);
  }

  /** The server acknowledges the octets below {@code newEnd}. */
  public void server(long newEnd) {
    server(newEnd, List.of());
  }

  /** The server acknowledges, and reports [start, end) for each pair of {@code sack}. */
  public void server(long newEnd, List<Long> sack) {
    StringBuilder options = new StringBuilder(sack.isEmpty() ? "" : "sack");
    for (int i = 0; i < sack.size(); i += 2) {
      options.append(' ').append(1 + sack.get(i)).append(':').append(1 + sack.get(i + 1));
    }
    server.acknowledgement((int) (ends.clientIsn() + 1 + newEnd)).options(options.toString());
    put(server, Direction.SERVER_TO_CLIENT);
  }

  /** Lets all timers expire up to {@code nanos}. */
  public void runTimers(long nanos) {
    for (long due = engine.nextDeadlineNanos(); due <= nanos; due = engine.nextDeadlineNanos()) {
      engine.onTimer(due, this::note);
    }
    nowNanos = nanos;
  }

  /** The end of the client's octets that have left towards the server, in new space. */
  public long newReleased() {
    return newReleased;
  }

  /** How many segments with octets of the client have left since the last call. */
  public int takeSegments() {
    int taken = segments;
    segments = 0;
    return taken;
  }

  /** The direction from the client. */
  public Stream stream() {
    return Connections.of(engine).stream()
        .filter(each -> each.name().contains(":" + ends.clientPort() + " "))
        .findFirst()
        .orElseThrow()
        .stream(Direction.CLIENT_TO_SERVER);
  }

  private void put(FrameBuilder frame, Direction direction) {
    Packet packet = Frames.packet(frame.build(), Ends.legOfSender(direction), nowNanos);
    if (engine.onPacket(packet, nowNanos, this::note) == Disposition.FORWARD) {
      note(packet);
    }
  }

  private void note(Packet packet) {
    view.read(packet);
    if (view.payloadLength() > 0 && view.sourcePort() == ends.clientPort()) {
      int end = view.sequence() + view.payloadLength() - ends.clientIsn() - 1;
      newReleased = Math.max(newReleased, end);
      segments++;
    }
  }
}
