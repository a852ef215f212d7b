package dev.midstream.gateway.acceptance;

import dev.midstream.modcmd.agent.Direction;
import dev.midstream.testkit.notation.Frames;
import dev.midstream.wire.header.FrameView;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One connection of a capture, followed packet by packet as somebody at the wire would. */
final class Conversation {
  private final Ends ends;
  private final Map<Direction, SentStream> streams = new EnumMap<>(Direction.class);
  private final Map<Direction, Long> lastAcknowledgements = new EnumMap<>(Direction.class);
  private final Map<Direction, Long> acknowledgeable = new EnumMap<>(Direction.class);
  private @Nullable String firstImpossible;
  private int wrongChecksums;
  private boolean reset;

  /** A conversation, of which {@code clientFirst} are the ends. */
  Conversation(Ends clientFirst) {
    ends = clientFirst;
  }

  /** The client, who opened it, and the server. */
  Ends ends() {
    return ends;
  }

  /** Whether both SYNs were seen. */
  boolean isWhole() {
    return streams.size() == 2;
  }

  /** One direction; the conversation must be whole. */
  SentStream stream(Direction direction) {
    SentStream stream = streams.get(direction);
    if (stream == null) {
      throw new IllegalStateException("no SYN seen: " + ends);
    }
    return stream;
  }

  /** Where a FIN stood is an acknowledgement more. What was acknowledged last of a direction. */
  long lastAcknowledgement(Direction direction) {
    return lastAcknowledgements.getOrDefault(direction, 0L);
  }

  /** What could be acknowledged of a direction when it was for the last time. */
  long acknowledgeableThen(Direction direction) {
    return acknowledgeable.getOrDefault(direction, 0L);
  }

  /** The first acknowledgement of what was not sent yet; null without one. */
  @Nullable String firstImpossible() {
    return firstImpossible;
  }

  /** Packets whose TCP checksum is wrong. */
  int wrongChecksums() {
    return wrongChecksums;
  }

  /** Whether anybody reset it. */
  boolean isReset() {
    return reset;
  }

  /** Whether {@code view}, a SYN between the same ends, opens another conversation. */
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
