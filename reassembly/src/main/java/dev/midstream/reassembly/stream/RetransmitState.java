package dev.midstream.reassembly.stream;

/**
 * The timers by which the engine repeats what it owes to the receiver of one direction (RFC 6298)
 * and probes a closed window (RFC 9293 section 3.8.6.1), and how much it may have in flight of it.
 */
public final class RetransmitState {
  /** The time of what does not come. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final long MAX_WINDOW_BYTES = 1L << 30;

  /** So many holes may have octets behind them that had arrived. */
  private static final int MAX_BEYOND = 2;

  private long deadlineNanos = NEVER;
  private long waitingSinceNanos = NEVER;
  private long lastSegmentNanos;
  private long windowBytes;
  private long retransmitNext = Long.MAX_VALUE;
  private long retransmitEnd;
  private long lossNext;
  private long lastReleased;
  private int ownAcks;
  private long ownAcksUntilNanos;
  private int duplicateAcks;
  private int expiries;
  private boolean advanced;
  private boolean windowProbed;
  private int forwardedProbes;
  private int acksBeyond;

  /** When the timer runs out; {@link #NEVER} if it does not run. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** Starts the timer unless it runs. */
  public void start(long nowNanos, long rtoNanos) {
    if (deadlineNanos == NEVER) {
      waitingSinceNanos = nowNanos;
      deadlineNanos = nowNanos + rtoNanos;
      expiries = 0;
    }
  }

  /** The timer has run out; how often since the receiver acknowledged more. */
  public int expire() {
    return ++expiries;
  }

  /** Whether the receiver was asked for anything and has not answered it all. */
  public boolean isWaiting() {
    return waitingSinceNanos != NEVER;
  }

  /** Starts the timer anew. */
  public void restart(long nowNanos, long rtoNanos) {
    deadlineNanos = nowNanos + rtoNanos;
  }

  /** Stops the timer. */
  public void stop() {
    deadlineNanos = NEVER;
    waitingSinceNanos = NEVER;
    retransmitNext = Long.MAX_VALUE;
    lossNext = 0;
    duplicateAcks = 0;
  }

  /** The receiver sent something. */
  public void onSegment(long nowNanos) {
    lastSegmentNanos = nowNanos;
  }

  /**
   * When the receiver will have been silent for {@code nanos} although it was asked; {@link #NEVER}
   * if it is not asked.
   */
  public long silentUntilNanos(long nanos) {
    return waitingSinceNanos == NEVER
        ? NEVER
        : Math.max(waitingSinceNanos, lastSegmentNanos) + nanos;
  }

  /** The receiver was asked whether its closed window has opened. */
  public void windowProbed() {
    windowProbed = true;
  }

  /** Whether the receiver was asked for its window since this was asked last. */
  public boolean takeWindowProbed() {
    boolean taken = windowProbed;
    windowProbed = false;
    return taken;
  }

  /** How many owned octets may be in flight. */
  public long windowBytes() {
    return windowBytes;
  }

  /** Sets how many owned octets may be in flight. */
  public void windowBytes(long bytes) {
    windowBytes = bytes;
  }

  /** At least {@code bytes} may be in flight: the sender had them in flight already. */
  public void allowAtLeast(long bytes) {
    windowBytes = Math.max(windowBytes, bytes);
  }

  /** From where to repeat after a timeout, in new space; {@link Long#MAX_VALUE} if nothing. */
  public long retransmitNext() {
    return retransmitNext;
  }

  /** Where repeating after a timeout ends, in new space. */
  public long retransmitEnd() {
    return retransmitEnd;
  }

  /** After a timeout: everything in [newStart, newEnd) that is owed is to be repeated. */
  public void beginRetransmission(long newStart, long newEnd) {
    retransmitNext = newStart;
    retransmitEnd = newEnd;
    acksBeyond = 0;
  }

  /** Everything before {@code newPosition} was repeated. */
  public void retransmittedTo(long newPosition) {
    retransmitNext = newPosition >= retransmitEnd ? Long.MAX_VALUE : newPosition;
  }

  /**
   * The receiver acknowledged everything before {@code newPosition}. If that is more than was
   * repeated, octets behind a loss had arrived, or what left first still arrives and the timeout
   * was spurious (RFC 5682). Time and again it is the latter: nothing more is repeated for it.
   *
   * @return whether it is more
   */
  public boolean acknowledgedBeyond(long newPosition) {
    if (newPosition <= retransmitNext) {
      return false;
    }
    acksBeyond++;
    retransmitNext = acksBeyond > MAX_BEYOND ? Long.MAX_VALUE : newPosition;
    return true;
  }

  /** Where the search for octets that the receiver's reports show to be lost goes on. */
  public long lossNext() {
    return lossNext;
  }

  /** Octets before {@code newPosition} were repeated because of the receiver's reports. */
  public void lossesRetransmittedTo(long newPosition) {
    lossNext = Math.max(lossNext, newPosition);
  }

  /** The end of what was released when this was asked last; and notes {@code newReleased}. */
  public long swapReleased(long newReleased) {
    long before = lastReleased;
    lastReleased = newReleased;
    return before;
  }

  /** The receiver will answer something the sender does not know of. */
  public void expectOwnAck(long untilNanos) {
    ownAcks++;
    ownAcksUntilNanos = untilNanos;
  }

  /** Whether an acknowledgement without news is the answer to the engine alone. */
  public boolean takeOwnAck(long nowNanos) {
    if (ownAcks == 0 || nowNanos > ownAcksUntilNanos) {
      ownAcks = 0;
      return false;
    }
    ownAcks--;
    return true;
  }

  /** Notes a duplicate acknowledgement. */
  public void countDuplicateAck() {
    duplicateAcks++;
  }

  /** How many duplicate acknowledgements came in a row. */
  public int duplicateAcks() {
    return duplicateAcks;
  }

  /**
   * The receiver acknowledged {@code newBytes} more: twice as much may be in flight after a round
   * trip.
   */
  public void advanced(long newBytes) {
    duplicateAcks = 0;
    ownAcks = 0;
    expiries = 0;
    advanced = true;
    if (windowBytes > 0) {
      windowBytes = Math.min(MAX_WINDOW_BYTES, windowBytes + newBytes);
    }
  }

  /** Whether the receiver acknowledged more since this was asked last. */
  public boolean takeAdvanced() {
    boolean taken = advanced;
    advanced = false;
    return taken;
  }

  /** Forgets that the receiver acknowledged more. */
  public void clearAdvanced() {
    advanced = false;
  }

  /** A probe of the sender went on to the receiver; the answer is the sender's. */
  public void probeForwarded() {
    forwardedProbes++;
  }

  /** The sender was told something, and that is an answer to whatever it asked. */
  public void probesAnswered() {
    forwardedProbes = 0;
  }

  /** Whether an acknowledgement without news answers a probe of the sender. */
  public boolean takeProbeAnswer() {
    if (forwardedProbes == 0) {
      return false;
    }
    forwardedProbes--;
    return true;
  }
}
