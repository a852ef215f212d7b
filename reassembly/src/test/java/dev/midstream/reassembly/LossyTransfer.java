package dev.midstream.reassembly;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.reassembly.script.Succession;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.FrameView;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Disposition;
import dev.midstream.wire.packet.Leg;
import dev.midstream.wire.packet.Packet;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.SplittableRandom;

/**
 * A client that sends a long stream through engines, and a server, over wires that lose packets.
 * Positions are counted from the first octet. The ends are simple: the client repeats all from the
 * first octet that was not acknowledged, after 300 ms or three duplicates; the server keeps nothing
 * behind a gap. The opening must be over.
 */
final class LossyTransfer {
  private static final Ends ENDS = Ends.IPV4;
  private static final long SEGMENT_NANOS = 500_000;
  private static final long TIMEOUT_NANOS = 300_000_000;
  private static final int WINDOW_BYTES = 400_000;
  private static final int DUPLICATES = 3;
  private static final long LONGEST_NANOS = 3_600_000_000_000L;
  private static final byte[] ZEROS = new byte[65_536];

  private final Succession engines;
  private final Source source;
  private final double loss;
  private final SplittableRandom random;
  private final Deque<Packet> sent = new ArrayDeque<>();
  private final Deque<Packet> left = new ArrayDeque<>();
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final FrameView view = new FrameView();
  private long nowNanos;
  private long next;
  private long acknowledged;
  private long received;
  private long timeoutNanos;
  private int duplicates;
  private int resets;
  private boolean silent;

  /** The octets of the client. */
  interface Source {
    /** The segment that begins at {@code position}; empty at the end. */
    Octets segment(long position);
  }

  /** A transfer of {@code source} over wires that lose {@code loss} of the packets. */
  LossyTransfer(Succession engines, Source source, double loss, long seed) {
    this.engines = engines;
    this.source = source;
    this.loss = loss;
    random = new SplittableRandom(seed);
    timeoutNanos = TIMEOUT_NANOS;
  }

  /**
   * One segment, or what happens next if none may be sent.
   *
   * @throws IllegalStateException after an hour
   */
  void step() {
    if (nowNanos > LONGEST_NANOS) {
      throw new IllegalStateException("nothing moves: acknowledged=" + acknowledged);
    }
    Octets segment = source.segment(next);
    if (segment.length() > 0 && next + segment.length() <= acknowledged + WINDOW_BYTES) {
      nowNanos += SEGMENT_NANOS;
      send(Direction.CLIENT_TO_SERVER, next, 0, segment);
      next += segment.length();
    } else {
      nowNanos = Math.max(nowNanos, Math.min(timeoutNanos, engines.nextDeadlineNanos()));
    }
    if (engines.nextDeadlineNanos() <= nowNanos) {
      engines.onTimer(nowNanos, this::leave);
    }
    deliver();
    if (timeoutNanos <= nowNanos) {
      repeat();
    }
  }

  /** Lets the server say nothing, or answer again. */
  void silence(boolean isSilent) {
    silent = isSilent;
  }

  /** The end of what the client has sent and the box acknowledged. */
  long acknowledged() {
    return acknowledged;
  }

  /** The octets that the server has. */
  long received() {
    return received;
  }

  /** The octets that the server got, but those that are 0. */
  byte[] kept() {
    return kept.toByteArray();
  }

  /** How often an end was reset. */
  int resets() {
    return resets;
  }

  long nowNanos() {
    return nowNanos;
  }

  private void repeat() {
    next = acknowledged;
    duplicates = 0;
    timeoutNanos = nowNanos + TIMEOUT_NANOS;
  }

  private void deliver() {
    while (!sent.isEmpty() || !left.isEmpty()) {
      while (!left.isEmpty()) {
        arrive(left.remove());
      }
      Packet packet = sent.poll();
      if (packet != null
          && engines.onPacket(packet, nowNanos, this::leave) == Disposition.FORWARD) {
        left.add(packet.from(packet.linkType(), packet.leg().opposite(), 0, nowNanos));
      }
    }
  }

  private void leave(Packet packet) {
    left.add(Frames.inPlaceOf(packet, Frames.octets(packet)));
  }

  private void arrive(Packet packet) {
    if (isLost()) {
      return;
    }
    view.read(packet);
    if (view.isRst()) {
      resets++;
    } else if (packet.leg() == Leg.OUTSIDE) {
      arriveAtServer();
    } else {
      arriveAtClient();
    }
  }

  private boolean isLost() {
    return loss > 0 && random.nextDouble() < loss;
  }

  private void arriveAtServer() {
    int isn = ENDS.clientIsn() + 1;
    long position = received + (view.sequence() - isn - (int) received);
    int length = view.payloadLength();
    if (length > 0 && position <= received && position + length > received) {
      byte[] octets = Frames.payload(view);
      keep(octets, (int) (received - position));
      received = position + length;
    }
    if (!silent && (length > 0 || position != received)) {
      send(Direction.SERVER_TO_CLIENT, 0, received, Octets.empty());
    }
  }

  private void keep(byte[] octets, int from) {
    int at = from;
    while (at < octets.length) {
      int zeros = Arrays.mismatch(octets, at, octets.length, ZEROS, 0, octets.length - at);
      if (zeros < 0) {
        return;
      }
      kept.write(octets[at + zeros]);
      at += zeros + 1;
    }
  }

  private void arriveAtClient() {
    int isn = ENDS.clientIsn() + 1;
    long position = acknowledged + (view.acknowledgement() - isn - (int) acknowledged);
    if (position > acknowledged) {
      acknowledged = position;
      next = Math.max(next, position);
      duplicates = 0;
      timeoutNanos = nowNanos + TIMEOUT_NANOS;
    } else if (position == acknowledged && next > acknowledged) {
      duplicates++;
      if (duplicates == DUPLICATES) {
        next = acknowledged;
      }
    }
    if (view.sequence() != ENDS.serverIsn() + 1) {
      send(Direction.CLIENT_TO_SERVER, next, 0, Octets.empty()); // it was asked for its number
    }
  }

  private void send(Direction direction, long position, long acknowledged, Octets octets) {
    byte[] frame =
        new FrameBuilder(ENDS, direction)
            .flags(TcpFlags.ACK)
            .numbers(1 + position, 1 + acknowledged)
            .window(65_535)
            .payload(octets)
            .build();
    if (!isLost()) {
      sent.add(Frames.packet(frame, Ends.legOfSender(direction), nowNanos));
    }
  }
}
