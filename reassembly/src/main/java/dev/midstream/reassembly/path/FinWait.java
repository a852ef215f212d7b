package dev.midstream.reassembly.path;

import dev.midstream.agent.Direction;
import dev.midstream.modcmd.map.FinMap;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.flow.Segment;
import dev.midstream.reassembly.lifecycle.ConnectionExpiry;
import dev.midstream.reassembly.stream.Stream;
import dev.midstream.reassembly.stream.WaitTimes;

/**
 * How long the engine waits for the FIN of a sender after its own, which it has sent in its place.
 * The time begins again while the end that must close still reads, or says something new.
 */
public final class FinWait {
  /** The longest time in which an end says what nothing but the engine receives. */
  private static final long LONGEST_UNHEARD_NANOS = 3_600_000_000_000L;

  private FinWait() {}

  /** Waits from {@code nowNanos} on if a FIN of the engine has left, unless it does so already. */
  static void begin(Stream stream, long nowNanos) {
    FinMap fin = stream.edits().fin();
    if (fin.isOwn() && fin.isReleased() && !stream.isComplete()) {
      stream.sender().waitTimes().awaitFin(nowNanos);
    }
  }

  /** Notes an acceptable segment: its sender may not have read the FIN of the engine yet. */
  static void noteHeard(Segment segment) {
    Stream read = segment.reverse();
    FinMap fin = read.edits().fin();
    if (fin.isOwn() && !fin.isAcknowledgedBy(read.acknowledged())) {
      restart(segment);
    }
  }

  /**
   * Begins the time again that the sender of {@code segment} has kept waiting: usually that of the
   * other end's FIN. If the other end was reset, it is that of its own.
   */
  static void restart(Segment segment) {
    Stream awaited = segment.isReceiverReset() ? segment.stream() : segment.reverse();
    awaited.sender().waitTimes().restartFin(segment.nowNanos());
  }

  /** When to give up the sender of {@code direction}: a closed connection is kept as long. */
  public static long dueNanos(Connection connection, Direction direction) {
    Stream stream = connection.stream(direction);
    if (stream.isComplete()) {
      return WaitTimes.NEVER;
    }
    WaitTimes times = stream.sender().waitTimes();
    long dueNanos = WaitTimes.after(times.finSinceNanos(), ConnectionExpiry.EDITED_CLOSING_NANOS);
    return connection.openPhase().isReceiverReset(direction)
        ? Math.min(dueNanos, WaitTimes.after(times.finFirstNanos(), LONGEST_UNHEARD_NANOS))
        : dueNanos;
  }
}
