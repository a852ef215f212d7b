package dev.midstream.reassembly.deliver;

import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Handling;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.rule.EngineConfiguration;
import dev.midstream.reassembly.rule.Policies;
import dev.midstream.reassembly.rule.Vantage;
import dev.midstream.reassembly.store.DelayedSegments;
import dev.midstream.reassembly.stream.Stream;

/**
 * Queues arrived octets for the agent, in order: those of a segment, and delayed ones once their
 * gap is filled or lies in an opaque span. Calls no agent.
 */
public final class ReceiveQueue {
  private final boolean inline;
  private final boolean single;

  ReceiveQueue(EngineConfiguration configuration) {
    inline = configuration.vantage() == Vantage.INLINE;
    single = configuration.policies().outOfOrder() == Policies.OutOfOrder.DELAY_SINGLE;
  }

  /** Whether a delayed segment follows held octets, or a gap of opaque octets. */
  public boolean isDelayedNext(Connection connection, Stream stream) {
    return stream.isDelayedNext()
        && (stream.sender().delayed().firstStart() <= stream.heldEnd()
            || maySkipGap(connection, stream, stream.sender().delayed().firstStart()));
  }

  /** Whether delayed octets may leave despite the gap, because all the rest is opaque. */
  public boolean isStranded(Connection connection, Stream stream) {
    return stream.edits().opaque().isEndless()
        && !stream.sender().delayed().isEmpty()
        && maySkipGap(connection, stream, stream.sender().delayed().firstEnd());
  }

  /**
   * Whether delayed octets up to {@code orgPosition} may skip the gap. They must not overtake
   * octets that wait for the window. A segment that only starts in the window is taken and waits
   * itself: it may be vouched for, so nothing may overtake it.
   */
  private boolean maySkipGap(Connection connection, Stream stream, long orgPosition) {
    boolean fits =
        stream.edits().map().before(orgPosition) <= stream.receiver().sendWindow().rightEdge();
    return isRecorded(connection)
        || connection.isPickedUp()
        || (fits && stream.newEnd() == stream.releasedEnd());
  }

  /** Whether the receiver gets the original stream: in a recording, or if only monitored. */
  boolean isRecorded(Connection connection) {
    return !inline || connection.handling() == Handling.MONITORED;
  }

  /** Whether delayed octets are delivered together with those before {@code orgEnd}. */
  boolean isJoined(Stream stream, long orgEnd) {
    return !single
        && !stream.sender().delayed().isEmpty()
        && stream.sender().delayed().firstStart() <= orgEnd;
  }

  /** Notes the arrival of octets; a segment with PSH is released with PSH. */
  static void noteArrival(Segment segment) {
    if (segment.view().isPsh()) {
      segment.stream().sender().pushMarks().add(segment.orgEnd());
    }
    segment.stream().sender().waitTimes().heldSince(segment.nowNanos());
  }

  static void append(Segment segment, long orgFrom) {
    int length = (int) (segment.orgEnd() - orgFrom);
    if (length > 0) {
      long offset = segment.memoryOffsetOf(orgFrom);
      segment.stream().sender().undecided().append(segment.memory(), offset, length);
    }
  }

  /** Skips a gap inside an opaque span. */
  static void skipGap(Stream stream, long orgFrom) {
    if (orgFrom > stream.heldEnd()) {
      stream.edits().opaque().skipTo(orgFrom);
      stream.receiver().releaseTo(stream.newEnd());
    }
  }

  /** Appends the delayed segments that are next, or only the first; returns whether any was. */
  boolean appendDelayed(Connection connection, Stream stream) {
    boolean any = false;
    while (isDelayedNext(connection, stream) && !(single && any)) {
      any |= appendFirstDelayed(stream);
    }
    return any;
  }

  /** Appends what is new of the first delayed segment; returns whether there was any. */
  static boolean appendFirstDelayed(Stream stream) {
    DelayedSegments delayed = stream.sender().delayed();
    skipGap(stream, delayed.firstStart());
    long orgFrom = stream.heldEnd();
    int length = (int) (delayed.firstEnd() - orgFrom);
    if (length > 0) {
      if (delayed.firstPush()) {
        stream.sender().pushMarks().add(delayed.firstEnd());
      }
      long offset = orgFrom - delayed.firstStart();
      stream.sender().undecided().append(delayed.firstMemory(), offset, length);
    }
    delayed.removeFirst();
    return length > 0;
  }
}
