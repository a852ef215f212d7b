package dev.midstream.worlds.invariant;

import dev.midstream.modcmd.map.StreamState;
import dev.midstream.reassembly.stream.Stream;

/** Observes the offsets of one stream, and remembers maxima that the engine does not keep. */
final class StreamObserver {
  private static final long ANY = Long.MAX_VALUE / 4;

  private final boolean recorded;
  private final long waitingLimit;
  private long furthestRight;
  private long newEnd;
  private long largestBatch;
  private long largestReplies;
  private long repliedEnd;
  private long orgDecided;
  private long largestShown;
  private boolean skipped;
  private long inheritedEnd;

  private StreamObserver(boolean recorded, long waitingLimit) {
    this.recorded = recorded;
    this.waitingLimit = waitingLimit;
  }

  /** For a recording: no window applies, no output waits, and advertised offsets are new ones. */
  static StreamObserver recorded() {
    return new StreamObserver(true, 0);
  }

  /**
   * For an inline engine: up to {@code waitingLimit} decided octets may wait for the receiver's
   * window, and opaque octets up to the largest window advertised to the sender.
   */
  static StreamObserver inline(long waitingLimit) {
    return new StreamObserver(false, waitingLimit);
  }

  /**
   * Notes that only what is essential of {@code stream} is known: what is decided of it may have
   * left, and waits for nothing. What may have left did so within a window that is forgotten, or
   * that the receiver has shrunk with the segment that let the engine go on.
   */
  void inherit(Stream stream) {
    furthestRight = Math.max(furthestRight, Math.max(stream.acknowledged(), stream.releasedEnd()));
    inheritedEnd = stream.newEnd();
  }

  /** Observes the current state. Call it after each call of the engine. */
  StreamState observe(Stream stream) {
    furthestRight = Math.max(furthestRight, stream.receiver().sendWindow().furthestEdge());
    largestShown =
        Math.max(
            largestShown,
            stream.sender().window().edge() - Math.max(0, stream.sender().advertised()));
    skipped |= stream.edits().opaque().isOpen();
    noteBatch(stream);
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
        (skipped ? waitingLimit + largestShown : waitingLimit)
            + Math.max(0, inheritedEnd - stream.releasedEnd()),
        recorded ? 0 : batchLength(stream));
  }

  /** Notes what the last call of the engine added: only replies if it decided no octet here. */
  private void noteBatch(Stream stream) {
    long added = stream.newEnd() - newEnd;
    boolean replied = stream.receiver().repliedEnd() != repliedEnd;
    if (replied && stream.decided() == orgDecided) {
      largestReplies = Math.max(largestReplies, added);
    } else {
      largestBatch = Math.max(largestBatch, added);
    }
    newEnd = stream.newEnd();
    repliedEnd = stream.receiver().repliedEnd();
    orgDecided = stream.decided();
  }

  /** Replies may come beyond output that waits. Until they are acknowledged, no others follow. */
  private long batchLength(Stream stream) {
    return stream.receiver().isReplyUnacknowledged() ? largestBatch + largestReplies : largestBatch;
  }
}
