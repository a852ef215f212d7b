package dev.midstream.worlds.plan;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.notation.Ends;
import dev.midstream.testkit.notation.FrameBuilder;
import dev.midstream.wire.header.TcpFlags;
import dev.midstream.wire.packet.Leg;
import java.util.ArrayList;
import java.util.List;

/**
 * A host beside the pairs of a crowd that only takes room. It gets no answers.
 *
 * @param kind what it sends
 * @param clientPort the client's port, or the first one
 * @param serverPort the server's port
 * @param startNanos when it begins
 * @param everyNanos time between two of its segments
 * @param count how many SYNs, or segments with octets
 * @param isn the initial sequence number of both ends
 */
public record Neighbour(
    Kind kind,
    int clientPort,
    int serverPort,
    long startNanos,
    long everyNanos,
    int count,
    int isn) {
  private static final int SEGMENT_BYTES = 1_000;

  /** What a neighbour sends. */
  public enum Kind {
    /** One SYN from each of many ports. */
    SYNS,
    /** SYNs of a connection that opens later with another number. */
    LEFTOVER,
    /** Octets after a gap that is never filled. */
    GAP,
    /** Octets in order that are never acknowledged. */
    SILENCE
  }

  /**
   * One frame of a neighbour.
   *
   * @param nanos when it reaches the box
   * @param leg the side from which it comes
   * @param octets the frame
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Sent(long nanos, Leg leg, byte[] octets) {}

  /** All its frames, in order. */
  public List<Sent> frames() {
    List<Sent> all = new ArrayList<>();
    switch (kind) {
      case SYNS -> {
        for (int i = 0; i < count; i++) {
          add(all, syn(clientPort + i));
        }
      }
      case LEFTOVER -> {
        for (int i = 0; i < count; i++) {
          add(all, syn(clientPort));
        }
      }
      case GAP -> addOctets(all, 1);
      case SILENCE -> addOctets(all, 0);
    }
    return all;
  }

  /** The octets that it sends. */
  public long bytes() {
    return kind == Kind.GAP || kind == Kind.SILENCE ? (long) count * SEGMENT_BYTES : 0;
  }

  private void addOctets(List<Sent> all, int firstOffset) {
    add(all, syn(clientPort));
    Ends ends = Ends.IPV4.withPorts(clientPort, serverPort);
    byte[] synAck =
        new FrameBuilder(ends, Direction.SERVER_TO_CLIENT)
            .flags(TcpFlags.SYN | TcpFlags.ACK)
            .sequence(isn)
            .acknowledgement(isn + 1)
            .build();
    all.add(new Sent(timeOf(all.size()), Leg.OUTSIDE, synAck));
    FrameBuilder segment =
        new FrameBuilder(ends, Direction.CLIENT_TO_SERVER).acknowledgement(isn + 1);
    add(all, segment.sequence(isn + 1).build());
    segment.payload(Octets.of(new byte[SEGMENT_BYTES]));
    for (int i = 0; i < count; i++) {
      add(all, segment.sequence(isn + 1 + firstOffset + i * SEGMENT_BYTES).build());
    }
  }

  private void add(List<Sent> all, byte[] frame) {
    all.add(new Sent(timeOf(all.size()), Leg.INSIDE, frame));
  }

  private long timeOf(int index) {
    return startNanos + index * everyNanos;
  }

  private byte[] syn(int port) {
    return new FrameBuilder(Ends.IPV4.withPorts(port, serverPort), Direction.CLIENT_TO_SERVER)
        .flags(TcpFlags.SYN)
        .sequence(isn)
        .build();
  }
}
