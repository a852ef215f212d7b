package dev.midstream.worlds.invariant;

import dev.midstream.modcmd.map.StreamState;
import dev.midstream.reassembly.stream.Stream;

/** The numbers of one stream of an engine, and what only one who looks on remembers of them. */
final class StreamObserver {
  private static final long ANY = Long.MAX_VALUE / 4;

  private final boolean recorded;
  private final long waitingLimit;
  private long furthestRight;
  private long newEnd;
  private long largestBatch;
  private long largestShown;
  private boolean skipped;

  private StreamObserver(boolean recorded, long waitingLimit) {
    this.recorded = recorded;
    this.waitingLimit = waitingLimit;
  }

  /** Of a recording: no window binds anything, nothing waits, and what is shown is a new place. */
  static StreamObserver recorded() {
    return new StreamObserver(true, 0);
  }

  /**
   * Of an engine in the path, where so many octets that an agent saw may wait for the receiver's
   * window, and as many that it did not want to see as the sender was ever let send at once.
   */
  static StreamObserver inline(long waitingLimit) {
    return new StreamObserver(false, waitingLimit);
  }

  /** As they are now; to be asked after every call of the engine. */
  StreamState observe(Stream stream) {
    furthestRight = Math.max(furthestRight, stream.sendWindow().rightEdge());
    largestShown =
        Math.max(largestShown, stream.window().edge() - Math.max(0, stream.sendWindow().shown()));
    skipped |= stream.opaque().isOpen();
    largestBatch = Math.max(largestBatch, stream.newEnd() - newEnd);
    newEnd = stream.newEnd();
    return new StreamState(
        stream.sendWindow().acknowledged(),
        recorded ? ANY : furthestRight,
        stream.releasedEnd(),
        stream.newEnd(),
        stream.decided(),
        stream.heldEnd(),
        stream.custody().edge(),
        recorded
            ? stream.fin().acknowledgementForward(stream.sendWindow().orgAcknowledged())
            : stream.fin().acknowledgement(stream.sendWindow().acknowledged()),
        stream.sendWindow().shown(),
        recorded ? ANY : stream.window().edge(),
        skipped ? waitingLimit + largestShown : waitingLimit,
        recorded ? 0 : largestBatch);
  }
}
