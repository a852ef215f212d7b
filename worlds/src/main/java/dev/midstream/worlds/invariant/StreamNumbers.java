package dev.midstream.worlds.invariant;

import dev.midstream.modcmd.map.StreamState;
import dev.midstream.reassembly.stream.Stream;

/** The numbers of one stream of an engine, and what only one who looks on remembers of them. */
final class StreamNumbers {
  private static final long ANY = Long.MAX_VALUE / 4;

  private final boolean recorded;
  private final long waitingLimit;
  private long furthestRight;
  private long newEnd;
  private long largestBatch;
  private long largestShown;
  private boolean skipped;

  private StreamNumbers(boolean recorded, long waitingLimit) {
    this.recorded = recorded;
    this.waitingLimit = waitingLimit;
  }

  /** Of a recording: no window binds anything, nothing waits, and what is shown is a new place. */
  static StreamNumbers recorded() {
    return new StreamNumbers(true, 0);
  }

  /**
   * Of an engine in the path, where so many octets that an agent saw may wait for the receiver's
   * window, and as many that it did not want to see as the sender was ever let send at once.
   */
  static StreamNumbers live(long waitingLimit) {
    return new StreamNumbers(false, waitingLimit);
  }

  /** As they are now; to be asked after every call of the engine. */
  StreamState of(Stream stream) {
    furthestRight = Math.max(furthestRight, stream.receiver().sendWindow().rightEdge());
    largestShown =
        Math.max(
            largestShown,
            stream.sender().window().edge() - Math.max(0, stream.sender().advertised()));
    skipped |= stream.edits().opaque().isOpen();
    largestBatch = Math.max(largestBatch, stream.newEnd() - newEnd);
    newEnd = stream.newEnd();
    return new StreamState(
        stream.acknowledged(),
        recorded ? ANY : furthestRight,
        stream.releasedEnd(),
        stream.newEnd(),
        stream.decided(),
        stream.heldEnd(),
        stream.edits().custodyEnd(),
        recorded
            ? stream
                .edits()
                .fin()
                .acknowledgementForward(stream.receiver().sendWindow().orgAcknowledged())
            : stream.edits().fin().acknowledgement(stream.acknowledged()),
        stream.sender().advertised(),
        recorded ? ANY : stream.sender().window().edge(),
        skipped ? waitingLimit + largestShown : waitingLimit,
        recorded ? 0 : largestBatch);
  }
}
