package dev.midstream.reassembly.custody;

import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.Reason;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Silence;
import dev.midstream.reassembly.flow.Stream;

/**
 * Decides when octets that are held are acknowledged to their sender by the engine itself: a sender
 * that waits for that (RFC 9293 section 3.7.4, Nagle) would never send the rest.
 */
public final class CustodyTaking {
  private final Counters counters;

  /** Counts what it takes. */
  public CustodyTaking(Counters counters) {
    this.counters = counters;
  }

  /** When held octets are taken if nothing comes before; {@link Silence#NEVER} if none are. */
  public long dueNanos(Connection connection, Stream stream) {
    return isAnything(connection, stream)
        ? Silence.after(stream.silence().heldSinceNanos(), stream.roundTrip().custodyDelayNanos())
        : Silence.NEVER;
  }

  /** Takes what is held if it has waited long enough, or if nothing more can come without that. */
  public void consider(Connection connection, Stream stream, long nowNanos) {
    if (isAnything(connection, stream)
        && (isStuck(stream) || dueNanos(connection, stream) <= nowNanos)) {
      take(stream);
    }
  }

  /** The sender repeats what is held: it takes it for lost. */
  public void onRepeated(Connection connection, Stream stream) {
    if (isAnything(connection, stream)) {
      take(stream);
    }
  }

  /**
   * The sender repeats, for the second time, octets that are decided and wait for the receiver's
   * window: it takes for lost what is only kept back. Its edge promised them, and those behind
   * them.
   */
  public void onWaitingRepeated(Connection connection, Stream stream) {
    boolean takes = stream.custody().hitWaiting() > 1 && isKept(stream);
    if (takes && connection.resetReason() == null) {
      stream.custody().takeTo(Math.min(stream.decided(), stream.window().edge()));
      counters.count(Reason.CUSTODY);
    }
  }

  private void take(Stream stream) {
    stream.custody().takeTo(end(stream));
    counters.count(Reason.CUSTODY);
  }

  private boolean isAnything(Connection connection, Stream stream) {
    return stream.undecided().length() > 0
        && stream.custody().edge() < end(stream)
        && connection.isReadyForAgent()
        && !connection.isPickedUp()
        && isKept(stream);
  }

  /** Opaque octets that the receiver has not acknowledged can be in nobody's custody. */
  private static boolean isKept(Stream stream) {
    return stream
        .opaque()
        .isKeptFrom(stream.map().acknowledgement(stream.feedback().acknowledged()));
  }

  /** Whether the window shown ends before what is needed, or is full. */
  private static boolean isStuck(Stream stream) {
    long edge = stream.window().edge();
    return stream.heldEnd() >= edge || stream.decided() + stream.showing().needLength() > edge;
  }

  private static long end(Stream stream) {
    return Math.min(stream.heldEnd(), stream.window().edge());
  }
}
