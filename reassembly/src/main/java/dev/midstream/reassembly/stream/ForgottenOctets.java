package dev.midstream.reassembly.stream;

import dev.midstream.modcmd.state.StateReader;
import dev.midstream.modcmd.state.StateWriter;

/**
 * Octets whose decisions are lost, and that their sender may have forgotten: it has sent more, and
 * does not send them again. Derived state.
 */
final class ForgottenOctets {
  /** How long a sender may take to repeat octets that its receiver has. */
  private static final long FORGOTTEN_NANOS = 30_000_000_000L;

  private long orgSentEnd;
  private long nanos = WaitTimes.NEVER;

  void write(StateWriter out, long nowNanos) {
    out.number(orgSentEnd);
    out.time(nanos, nowNanos);
  }

  void read(StateReader in, long nowNanos) {
    orgSentEnd = in.position();
    nanos = in.time(nowNanos);
  }

  /** Notes that the sender has sent all before {@code orgPosition}. */
  void noteSenderBeyond(long orgPosition) {
    orgSentEnd = Math.max(orgSentEnd, orgPosition);
  }

  /** Begins the time of octets from {@code orgHeldEnd} on if the sender has sent more. */
  void update(long orgHeldEnd, long nowNanos) {
    if (orgSentEnd > orgHeldEnd && nanos == WaitTimes.NEVER) {
      nanos = nowNanos + FORGOTTEN_NANOS;
    }
  }

  /** When the sender is taken to have forgotten them; {@link WaitTimes#NEVER} if not. */
  long nanos() {
    return nanos;
  }
}
