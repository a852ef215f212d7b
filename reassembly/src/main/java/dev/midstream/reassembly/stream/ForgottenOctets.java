package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * Octets whose decisions are lost, and that their sender may have forgotten: it has sent more, and
 * does not send them again, or sends keep-alives, as after the acknowledgement of all that it sent.
 * Derived state.
 */
public final class ForgottenOctets {
  /** How long a sender may take to repeat octets that its receiver has. */
  private static final long FORGOTTEN_NANOS = 30_000_000_000L;

  /** The same for octets that its receiver may have, which is not heard. */
  private static final long UNHEARD_NANOS = WaitTimes.GIVE_UP_NANOS;

  /** No segment overtakes others by as much: what comes again so late was sent again. */
  private static final long OVERTAKING_NANOS = 3_000_000_000L;

  private long orgSentEnd;
  private long idleNanos = WaitTimes.NEVER;
  private long nanos = WaitTimes.NEVER;

  void write(StateWriter out, long nowNanos) {
    out.number(orgSentEnd);
    out.time(idleNanos, nowNanos);
    out.time(nanos, nowNanos);
  }

  void read(StateReader in, long nowNanos) {
    orgSentEnd = in.position();
    idleNanos = in.time(nowNanos);
    nanos = in.time(nowNanos);
  }

  /** Notes that the sender has sent all before {@code orgPosition}, beyond what has come. */
  public void noteSenderBeyond(long orgPosition) {
    if (orgPosition > orgSentEnd) {
      orgSentEnd = orgPosition;
      idleNanos = WaitTimes.NEVER;
    }
  }

  /**
   * Notes a segment without octets at {@code orgPosition}, which came at {@code nowNanos}. Below
   * the sender's next number it is a keep-alive or a probe of a window (RFC 9293 sections 3.8.4 and
   * 3.8.6.1), if it comes again.
   */
  public void noteEmpty(long orgPosition, long nowNanos) {
    if (orgPosition != orgSentEnd - 1) {
      noteSenderBeyond(orgPosition);
    } else if (idleNanos == WaitTimes.NEVER) {
      idleNanos = nowNanos;
    } else if (nowNanos - idleNanos >= OVERTAKING_NANOS) {
      nanos = Math.min(nanos, nowNanos);
    }
  }

  /**
   * Begins the time of octets from {@code orgHeldEnd} on if the sender has sent more, or ends it.
   *
   * @param isPossible whether their receiver has them, or may have them
   * @param isReceived whether their receiver was heard, and has them
   */
  void update(long orgHeldEnd, boolean isPossible, boolean isReceived, long nowNanos) {
    long waitNanos = isReceived ? FORGOTTEN_NANOS : UNHEARD_NANOS;
    boolean mayHaveForgotten = isPossible && orgSentEnd > orgHeldEnd;
    nanos = mayHaveForgotten ? Math.min(nanos, nowNanos + waitNanos) : WaitTimes.NEVER;
  }

  /** When the sender is taken to have forgotten them; {@link WaitTimes#NEVER} if not. */
  long nanos() {
    return nanos;
  }
}
