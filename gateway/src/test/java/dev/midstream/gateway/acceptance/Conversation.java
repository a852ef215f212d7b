package dev.midstream.gateway.acceptance;

import dev.midstream.agent.Direction;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.FrameView;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One connection of a capture, followed packet by packet as an observer on the wire would. */
final class Conversation {
  private final Endpoints endpoints;
  private final Map<Direction, SentStream> streams = new EnumMap<>(Direction.class);
  private final Map<Direction, Long> lastAcknowledgements = new EnumMap<>(Direction.class);
  private final Map<Direction, Long> acknowledgeable = new EnumMap<>(Direction.class);
  private @Nullable String firstImpossible;
  private int wrongChecksums;
  private boolean reset;

  /** A conversation between {@code clientFirst}. */
  Conversation(Endpoints clientFirst) {
    endpoints = clientFirst;
  }

  /** The client, which opened the connection, and the server. */
  Endpoints endpoints() {
    return endpoints;
  }

  /** Whether both SYNs were seen. */
  boolean isWhole() {
    return streams.size() == 2;
  }

  /** One direction; both SYNs must have been seen. */
  SentStream stream(Direction direction) {
    SentStream stream = streams.get(direction);
    if (stream == null) {
      throw new IllegalStateException("no SYN seen: " + endpoints);
    }
    return stream;
  }

  /** The last acknowledgement of a direction as an offset; a FIN counts as one. */
  long lastAcknowledgement(Direction direction) {
    return lastAcknowledgements.getOrDefault(direction, 0L);
  }

  /** The highest possible acknowledgement of a direction at the time of the last one. */
  long acknowledgeableThen(Direction direction) {
    return acknowledgeable.getOrDefault(direction, 0L);
  }

  /** The first acknowledgement of octets that were not yet sent; null if there is none. */
  @Nullable String firstImpossible() {
    return firstImpossible;
  }

  /** Packets with a wrong TCP checksum. */
  int wrongChecksums() {
    return wrongChecksums;
  }

  /** Whether a RST was seen. */
  boolean isReset() {
    return reset;
  }

  /** Whether {@code view}, a SYN between the same endpoints, opens another connection. */
  boolean isOver(FrameView view, Direction direction) {
    SentStream known = streams.get(direction);
    return known != null && known.initialSequence() != view.sequence();
  }

  void add(long number, FrameView view, Direction direction) {
    if (!view.isTcpChecksumRight()) {
      wrongChecksums++;
    }
    reset |= view.isRst();
    if (view.isSyn()) {
      streams.putIfAbsent(direction, new SentStream(view.sequence()));
    }
    SentStream stream = streams.get(direction);
    if (stream != null) {
      addOctets(stream, view);
    }
    SentStream acknowledged = streams.get(direction.opposite());
    if (acknowledged != null && view.isAck() && !view.isRst()) {
      acknowledge(number, acknowledged, direction.opposite(), view.acknowledgement());
    }
  }

  private static void addOctets(SentStream stream, FrameView view) {
    long start = stream.offsetOf(view.sequence()) + (view.isSyn() ? 1 : 0);
    stream.add(start, Frames.payload(view));
    if (view.isFin()) {
      stream.finAt(start + view.payloadLength());
    }
  }

  private void acknowledge(long number, SentStream stream, Direction direction, int field) {
    long acknowledged = stream.offsetOf(field);
    if (acknowledged > stream.acknowledgeable() && firstImpossible == null) {
      firstImpossible =
          "packet " + number + " acknowledges " + acknowledged + " of " + stream.acknowledgeable();
    }
    if (acknowledged >= lastAcknowledgement(direction)) {
      lastAcknowledgements.put(direction, acknowledged);
      acknowledgeable.put(direction, stream.acknowledgeable());
    }
  }
}
