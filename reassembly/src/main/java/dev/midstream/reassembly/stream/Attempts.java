package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * The retransmissions and window probes of the engine that the receiver has not answered. They say
 * when to give the receiver up (R2 of RFC 1122 section 4.2.3.5). Derived state.
 *
 * <p>What counts as an answer depends on the receiver's window. While it is open, only an
 * acknowledgement of more octets does; while it is closed, any segment (RFC 9293 section 3.8.6.1).
 */
public final class Attempts {
  private int unanswered;
  private long firstNanos;
  private long countedNanos;
  private long lastNanos;
  private long heardNanos = Long.MIN_VALUE;
  private boolean requested;

  void write(StateWriter out, long nowNanos) {
    out.number(unanswered);
    if (unanswered > 0) {
      out.time(firstNanos, nowNanos);
      out.time(countedNanos, nowNanos);
      out.time(lastNanos, nowNanos);
      out.time(heardNanos, nowNanos);
    }
  }

  void read(StateReader in, long nowNanos) {
    unanswered = in.count(Integer.MAX_VALUE);
    if (unanswered > 0) {
      firstNanos = in.time(nowNanos);
      countedNanos = in.time(nowNanos);
      lastNanos = in.time(nowNanos);
      heardNanos = in.time(nowNanos);
    }
  }

  /** Counts an attempt of the timer. */
  public void count(long nowNanos) {
    if (unanswered == 0) {
      firstNanos = nowNanos;
    }
    unanswered++;
    countedNanos = nowNanos;
    lastNanos = nowNanos;
  }

  /**
   * Notes an attempt that a segment asked for. It is not counted: the timer may expire before it
   * can be answered.
   */
  public void noteRequested(long nowNanos) {
    lastNanos = nowNanos;
  }

  /** Forgets all attempts: the receiver answered. */
  public void clear() {
    unanswered = 0;
  }

  /** Notes that the receiver sent a segment. */
  public void noteSegment(long nowNanos) {
    heardNanos = nowNanos;
  }

  /** Whether the receiver sent a segment since the last attempt. */
  public boolean isHeardSinceLast() {
    return heardNanos >= lastNanos;
  }

  /** When the last attempt was made. */
  public long lastNanos() {
    return lastNanos;
  }

  /**
   * Asks for an attempt before the backed-off timer expires: a segment made it worth while. It is
   * made after the current packet, if it is due then and the window is open; not later.
   */
  public void request() {
    requested = true;
  }

  /** Whether an attempt was asked for since the last call; clears the request. */
  public boolean takeRequest() {
    boolean taken = requested;
    requested = false;
    return taken;
  }

  /** Number of counted attempts that were not answered. */
  public int unanswered() {
    return unanswered;
  }

  /** Time between the first and the last of them; 0 if there is none. */
  public long spanNanos() {
    return unanswered == 0 ? 0 : countedNanos - firstNanos;
  }
}
