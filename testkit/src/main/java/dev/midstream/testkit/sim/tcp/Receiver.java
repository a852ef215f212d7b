package dev.midstream.testkit.sim.tcp;

import dev.midstream.testkit.sim.tcp.Timers.Kind;

/** The receiving half of an endpoint: received octets, and when to acknowledge them. */
final class Receiver {
  private static final long UNANSWERED = Long.MIN_VALUE / 2;
  private static final long ANSWER_INTERVAL_NANOS = 500_000_000L;
  private static final int MAX_PENDING = 2;
  private static final int RENEGING_INTERVAL = 7;

  private final EndpointOptions options;
  private final Counters counters;
  private final Timers timers;
  private final ReceiveBuffer stream;
  private final SackGenerator sacks;
  private final ReceiveWindow window;
  private final TimestampClock timestamps;
  private int pendingSegments;
  private int storedSegments;
  private boolean ackDue;
  private long lastAckSent = -1;
  private long lastAnswerNanos = UNANSWERED;

  Receiver(EndpointOptions options, Counters counters, Timers timers, TimestampClock timestamps) {
    this.options = options;
    this.counters = counters;
    this.timers = timers;
    this.timestamps = timestamps;
    stream = new ReceiveBuffer(counters);
    sacks = new SackGenerator(options.has(Behaviour.D_SACK), stream.outOfOrder());
    window = new ReceiveWindow(options);
  }

  ReceiveBuffer stream() {
    return stream;
  }

  SackGenerator sacks() {
    return sacks;
  }

  ReceiveWindow window() {
    return window;
  }

  /** Whether the segment passes the acceptability test (RFC 9293 section 3.10.7.4, first step). */
  boolean isAcceptable(Segment segment) {
    long edge = Math.max(window.edge(), stream.next());
    if (segment.length() == 0) {
      return segment.start() >= lastAckSent && segment.start() <= edge;
    }
    boolean isFull = edge == stream.next();
    return segment.end() > stream.next()
        && (isFull ? segment.start() <= edge : segment.start() < edge);
  }

  /** Acknowledges an unacceptable segment; segments without data at a limited rate. */
  void ackUnacceptable(Segment segment, long nowNanos) {
    counters.add(Counter.UNACCEPTABLE);
    if (segment.length() > 0) {
      noteOldOctets(segment);
      ackDue = true;
    } else if (nowNanos - lastAnswerNanos >= ANSWER_INTERVAL_NANOS) {
      lastAnswerNanos = nowNanos;
      ackDue = true;
    }
  }

  private void noteOldOctets(Segment segment) {
    long start = segment.payloadStart();
    long end = Math.min(segment.payloadEnd(), stream.next());
    sacks.onDuplicate(start, end);
    boolean mayBeGarbage = segment.payloadLength() == 1 && start == stream.next() - 1;
    if (!mayBeGarbage && start >= 0) {
      stream.compareOld(segment.memory(), segment.payloadAt(), start, end);
    }
  }

  /** Updates the recent timestamp from an acceptable segment (RFC 7323 section 4.3). */
  void updateTimestamp(Segment segment, long nowNanos) {
    if (segment.hasTimestamps() && segment.start() <= Math.max(0, lastAckSent)) {
      timestamps.updateRecent(segment.timestampValue(), nowNanos);
    }
  }

  /** Receives payload and FIN of an acceptable segment. */
  void receive(Segment segment, long nowNanos) {
    if (segment.length() == 0) {
      return;
    }
    long nextBefore = stream.next();
    boolean wasBeyond = !stream.outOfOrder().isEmpty();
    long start = segment.payloadStart();
    long end = windowedEnd(segment);
    reportDuplicate(start, end);
    if (start < end && !stream.isComplete()) {
      stream.store(segment.memory(), segment.payloadAt(), start, end);
      sacks.onOutOfOrder(Math.max(start, stream.next()));
      renege();
    }
    if (segment.isFin() && end == segment.payloadEnd()) {
      stream.endAt(end);
    }
    boolean inOrder = start == nextBefore && end == segment.payloadEnd();
    boolean mayWait = inOrder && !wasBeyond && !segment.isFin() && !stream.isComplete();
    decideAck(mayWait, nowNanos);
  }

  /** Throws octets after a gap away at every few segments, if this endpoint reneges. */
  private void renege() {
    if (options.has(Behaviour.RENEGING) && ++storedSegments % RENEGING_INTERVAL == 0) {
      stream.dropOutOfOrder();
    }
  }

  /** The end of the payload inside the window. */
  private long windowedEnd(Segment segment) {
    long end = segment.payloadEnd();
    long edge = Math.max(window.edge(), stream.next());
    if (end > edge && segment.payloadLength() > 1) {
      counters.add(Counter.OCTETS_BEYOND_WINDOW, end - Math.max(edge, segment.payloadStart()));
    }
    return Math.min(end, edge);
  }

  private void reportDuplicate(long start, long end) {
    if (start < stream.next()) {
      sacks.onDuplicate(start, Math.min(end, stream.next()));
      return;
    }
    int index = stream.outOfOrder().firstEndingAfter(start);
    if (index < stream.outOfOrder().size() && stream.outOfOrder().start(index) <= start) {
      sacks.onDuplicate(start, Math.min(end, stream.outOfOrder().end(index)));
    }
  }

  private void decideAck(boolean mayWait, long nowNanos) {
    pendingSegments++;
    boolean waits = mayWait && options.has(Behaviour.DELAYED_ACK) && pendingSegments < MAX_PENDING;
    if (!waits) {
      ackDue = true;
    } else if (!timers.isSet(Kind.DELAYED_ACK)) {
      timers.set(Kind.DELAYED_ACK, nowNanos + options.times().delayedAckNanos());
    }
  }

  /** Requests an acknowledgement. */
  void requestAck() {
    ackDue = true;
  }

  /** Requests an acknowledgement if a window update is due. */
  void requestWindowUpdate() {
    ackDue |= window.isUpdateDue(stream.next(), stream.read());
  }

  boolean isAckDue() {
    return ackDue;
  }

  /** The window field of a segment that acknowledges everything and is sent now. */
  int advertiseWindow() {
    noteAckSent();
    return window.advertise(stream.next(), stream.read());
  }

  /** Notes that an acknowledgement of everything was sent. */
  void noteAckSent() {
    ackDue = false;
    pendingSegments = 0;
    timers.cancel(Kind.DELAYED_ACK);
    lastAckSent = stream.next();
  }
}
