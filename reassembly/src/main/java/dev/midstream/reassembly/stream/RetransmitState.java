package dev.midstream.reassembly.stream;

/**
 * The timers for octets that the engine owns in one direction: retransmission (RFC 6298) and window
 * probes (RFC 9293 section 3.8.6.1), and the congestion window of these octets. Derived state.
 */
public final class RetransmitState {
  private static final long NEVER = WaitTimes.NEVER;
  private static final long MAX_WINDOW_BYTES = 1L << 30;

  /** ACKs beyond the retransmitted octets after which a timeout counts as spurious. */
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

  /** When the timer expires; {@link WaitTimes#NEVER} if it is not running. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** Starts the timer unless it is running. */
  public void start(long nowNanos, long rtoNanos) {
    if (deadlineNanos == NEVER) {
      waitingSinceNanos = nowNanos;
      deadlineNanos = nowNanos + rtoNanos;
      expiries = 0;
    }
  }

  /** Counts an expiry; returns the number since the receiver last acknowledged more. */
  public int expire() {
    return ++expiries;
  }

  /** Whether the receiver still has to acknowledge something. */
  public boolean isWaiting() {
    return waitingSinceNanos != NEVER;
  }

  /** Restarts the timer. */
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

  /** Notes that the receiver sent a segment. */
  public void onSegment(long nowNanos) {
    lastSegmentNanos = nowNanos;
  }

  /**
   * When the receiver will have been silent for {@code nanos} with something unacknowledged; {@link
   * WaitTimes#NEVER} if nothing is.
   */
  public long silentUntilNanos(long nanos) {
    return waitingSinceNanos == NEVER
        ? NEVER
        : Math.max(waitingSinceNanos, lastSegmentNanos) + nanos;
  }

  /** Notes that a probe of the closed window was sent. */
  public void windowProbed() {
    windowProbed = true;
  }

  /** Whether the window was probed since the last call; clears the note. */
  public boolean takeWindowProbed() {
    boolean taken = windowProbed;
    windowProbed = false;
    return taken;
  }

  /** Congestion window: how many owned octets may be in flight. */
  public long windowBytes() {
    return windowBytes;
  }

  /** Sets how many owned octets may be in flight. */
  public void windowBytes(long bytes) {
    windowBytes = bytes;
  }

  /** Allows at least {@code bytes} in flight, because the sender had as much in flight. */
  public void allowAtLeast(long bytes) {
    windowBytes = Math.max(windowBytes, bytes);
  }

  /** Next position to retransmit after a timeout, in new space; {@link Long#MAX_VALUE} for none. */
  public long retransmitNext() {
    return retransmitNext;
  }

  /** Where retransmission after a timeout ends, in new space. */
  public long retransmitEnd() {
    return retransmitEnd;
  }

  /** Begins to retransmit all that is owned or vouched in [newStart, newEnd), after a timeout. */
  public void beginRetransmission(long newStart, long newEnd) {
    retransmitNext = newStart;
    retransmitEnd = newEnd;
    acksBeyond = 0;
  }

  /** Everything before {@code newPosition} was retransmitted. */
  public void retransmittedTo(long newPosition) {
    retransmitNext = newPosition >= retransmitEnd ? Long.MAX_VALUE : newPosition;
  }

  /**
   * The receiver acknowledged everything before {@code newPosition}. If that is beyond what was
   * retransmitted, either octets after a loss had arrived, or the timeout was spurious (RFC 5682).
   * If it happens repeatedly the timeout was spurious, and retransmission ends.
   *
   * @return whether it is beyond what was retransmitted
   */
  public boolean acknowledgedBeyond(long newPosition) {
    if (newPosition <= retransmitNext) {
      return false;
    }
    acksBeyond++;
    retransmitNext = acksBeyond > MAX_BEYOND ? Long.MAX_VALUE : newPosition;
    return true;
  }

  /** Where the search for octets that the scoreboard marks as lost continues. */
  public long lossNext() {
    return lossNext;
  }

  /** Lost octets before {@code newPosition} were retransmitted. */
  public void lossesRetransmittedTo(long newPosition) {
    lossNext = Math.max(lossNext, newPosition);
  }

  /** Stores the end of the released octets, and returns the end of the previous call. */
  public long swapReleased(long newReleased) {
    long before = lastReleased;
    lastReleased = newReleased;
    return before;
  }

  /** Expects an ACK that answers a segment of the engine and must not reach the sender. */
  public void expectOwnAck(long untilNanos) {
    ownAcks++;
    ownAcksUntilNanos = untilNanos;
  }

  /** Whether a duplicate ACK answers a segment of the engine; uses up one expected ACK. */
  public boolean takeOwnAck(long nowNanos) {
    if (ownAcks == 0 || nowNanos > ownAcksUntilNanos) {
      ownAcks = 0;
      return false;
    }
    ownAcks--;
    return true;
  }

  /** Counts a duplicate ACK. */
  public void countDuplicateAck() {
    duplicateAcks++;
  }

  /** Number of consecutive duplicate ACKs. */
  public int duplicateAcks() {
    return duplicateAcks;
  }

  /** {@code newBytes} more were acknowledged. The congestion window grows as in slow start. */
  public void advanced(long newBytes) {
    duplicateAcks = 0;
    ownAcks = 0;
    expiries = 0;
    advanced = true;
    if (windowBytes > 0) {
      windowBytes = Math.min(MAX_WINDOW_BYTES, windowBytes + newBytes);
    }
  }

  /** Whether the receiver acknowledged more since the last call; clears the note. */
  public boolean takeAdvanced() {
    boolean taken = advanced;
    advanced = false;
    return taken;
  }

  /** Clears the note that the receiver acknowledged more. */
  public void clearAdvanced() {
    advanced = false;
  }

  /** Notes that a keep-alive probe was forwarded. Its answer belongs to the sender. */
  public void probeForwarded() {
    forwardedProbes++;
  }

  /** Notes that the sender was sent a segment, which answers all its probes. */
  public void probesAnswered() {
    forwardedProbes = 0;
  }

  /** Whether a duplicate ACK answers a forwarded probe; uses up one probe. */
  public boolean takeProbeAnswer() {
    if (forwardedProbes == 0) {
      return false;
    }
    forwardedProbes--;
    return true;
  }
}
