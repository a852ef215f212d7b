package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The timers for octets that the engine owns in one direction: retransmission (RFC 6298) and window
 * probes (RFC 9293 section 3.8.6.1), and the congestion window of these octets. Derived state.
 */
public final class RetransmitState {
  private static final long NEVER = WaitTimes.NEVER;
  private static final long MAX_CONGESTION_WINDOW_BYTES = 1L << 30;

  /** ACKs beyond the retransmitted octets after which a timeout counts as spurious. */
  private static final int MAX_BEYOND = 2;

  private final Attempts attempts = new Attempts();
  private long deadlineNanos = NEVER;
  private long congestionWindowBytes;
  private long retransmitNext = Long.MAX_VALUE;
  private long retransmitEnd;
  private long lossNext;
  private long recoveryEnd;
  private long lastReleased;
  private long repeatedEnd;
  private int duplicateAcks;
  private int expiries;
  private boolean advanced;
  private long progressBytes;
  private boolean windowProbed;
  private int acksBeyond;

  void write(StateWriter out, long nowNanos) {
    out.flags(isRunning(), advanced, windowProbed);
    out.number(congestionWindowBytes);
    out.number(lastReleased);
    attempts.write(out, nowNanos);
    if (isRunning()) {
      out.time(deadlineNanos, nowNanos);
      out.number(expiries);
      out.number(retransmitNext == Long.MAX_VALUE ? 0 : retransmitNext + 1);
      out.number(retransmitEnd);
      out.number(lossNext);
      out.number(recoveryEnd);
      out.number(repeatedEnd);
      out.number(duplicateAcks);
      out.number(progressBytes);
      out.number(acksBeyond);
    }
  }

  void read(StateReader in, long nowNanos) {
    int flags = in.count(7);
    advanced = (flags & 2) != 0;
    windowProbed = (flags & 4) != 0;
    congestionWindowBytes = in.position();
    lastReleased = in.position();
    attempts.read(in, nowNanos);
    if ((flags & 1) != 0) {
      deadlineNanos = in.time(nowNanos);
      expiries = in.count(Integer.MAX_VALUE);
      long next = in.position();
      retransmitNext = next == 0 ? Long.MAX_VALUE : next - 1;
      retransmitEnd = in.position();
      lossNext = in.position();
      recoveryEnd = in.position();
      repeatedEnd = in.position();
      duplicateAcks = in.count(Integer.MAX_VALUE);
      progressBytes = in.position();
      acksBeyond = in.count(Integer.MAX_VALUE);
    }
  }

  /** When the timer expires; {@link WaitTimes#NEVER} if it is not running. */
  public long deadlineNanos() {
    return deadlineNanos;
  }

  /** Whether the timer is running: the receiver still has to acknowledge something. */
  public boolean isRunning() {
    return deadlineNanos != NEVER;
  }

  /** Starts the timer unless it is running. */
  public void start(long nowNanos, long rtoNanos) {
    if (!isRunning()) {
      startAnew(nowNanos, rtoNanos);
    }
  }

  /** Starts the timer as for octets that were just sent: the receiver has answered. */
  public void startAnew(long nowNanos, long rtoNanos) {
    deadlineNanos = nowNanos + rtoNanos;
    expiries = 0;
    attempts.clear();
  }

  /** Counts an expiry; returns the number since the receiver last acknowledged more. */
  public int expire() {
    return ++expiries;
  }

  /** The attempts that the receiver has not answered. */
  public Attempts attempts() {
    return attempts;
  }

  /** Restarts the timer after an expiry. */
  public void restart(long nowNanos, long rtoNanos) {
    deadlineNanos = nowNanos + rtoNanos;
  }

  /** Stops the timer. */
  public void stop() {
    deadlineNanos = NEVER;
    retransmitNext = Long.MAX_VALUE;
    lossNext = 0;
    recoveryEnd = 0;
    repeatedEnd = 0;
    duplicateAcks = 0;
  }

  /** Notes that a probe of the closed window was sent. */
  public void noteWindowProbe() {
    windowProbed = true;
  }

  /** Whether the window was probed since the last call; clears the note. */
  public boolean takeWindowProbed() {
    boolean taken = windowProbed;
    windowProbed = false;
    return taken;
  }

  /** Congestion window: how many owned octets may be in flight. */
  public long congestionWindowBytes() {
    return congestionWindowBytes;
  }

  /** Sets how many owned octets may be in flight. */
  public void setCongestionWindowBytes(long bytes) {
    congestionWindowBytes = bytes;
  }

  /** Allows at least {@code bytes} in flight, because the sender had as much in flight. */
  public void allowAtLeast(long bytes) {
    congestionWindowBytes = Math.max(congestionWindowBytes, bytes);
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
    recoveryEnd = 0;
  }

  /** Everything before {@code newPosition} was retransmitted. */
  public void advanceRetransmission(long newPosition) {
    retransmitNext = newPosition >= retransmitEnd ? Long.MAX_VALUE : newPosition;
  }

  /**
   * The receiver acknowledged everything before {@code newPosition}. If that is beyond what was
   * retransmitted, either octets after a loss had arrived, or the timeout was spurious (RFC 5682).
   * If it happens repeatedly the timeout was spurious, and retransmission ends.
   *
   * @return whether it is beyond what was retransmitted
   */
  public boolean noteAckBeyond(long newPosition) {
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

  /** A loss was found while everything before {@code newEnd} had been sent (RFC 6582, RFC 6675). */
  public void beginRecovery(long newEnd) {
    recoveryEnd = newEnd;
  }

  /**
   * Where loss recovery ends. An acknowledgement below it is a partial one: the octets after it are
   * lost, too.
   */
  public long recoveryEnd() {
    return recoveryEnd;
  }

  /** Lost octets before {@code newPosition} were retransmitted. */
  public void advanceLossSearch(long newPosition) {
    lossNext = Math.max(lossNext, newPosition);
  }

  /** The end of what was released after the last packet or timer, in new space with the FIN. */
  public long lastReleased() {
    return lastReleased;
  }

  /** Stores the end of what was released, and returns the end of the previous call. */
  public long swapReleased(long newReleased) {
    long before = lastReleased;
    lastReleased = newReleased;
    return before;
  }

  /** Notes that octets up to {@code newEnd} leave again for the present packet or timer. */
  public void noteRepeated(long newEnd) {
    repeatedEnd = newEnd;
  }

  /** The end of what left again for the present packet or timer; 0 if nothing did. */
  public long repeatedEnd() {
    return repeatedEnd;
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
  public void onAcknowledged(long newBytes) {
    duplicateAcks = 0;
    advanced = true;
    progressBytes += newBytes;
    if (congestionWindowBytes > 0) {
      congestionWindowBytes =
          Math.min(MAX_CONGESTION_WINDOW_BYTES, congestionWindowBytes + newBytes);
    }
  }

  /**
   * Whether the receiver acknowledged any octets, and at least {@code leastBytes}, since this was
   * last so.
   */
  public boolean takeProgress(long leastBytes) {
    if (progressBytes < Math.max(1, leastBytes)) {
      return false;
    }
    progressBytes = 0;
    return true;
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
}
