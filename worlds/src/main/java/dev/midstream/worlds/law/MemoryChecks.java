package dev.midstream.worlds.law;

import dev.midstream.agent.Direction;
import dev.midstream.reassembly.Engine;
import dev.midstream.reassembly.commit.WaitingBytes;
import dev.midstream.reassembly.flow.Connection;
import dev.midstream.reassembly.stream.Stream;
import java.util.function.Supplier;

/** Checks what an engine keeps, and what it charges for it. */
public final class MemoryChecks {
  /** Silence after which a connection without open duties keeps no arrays. */
  private static final long SILENCE_NANOS = 300_000_000_000L;

  /** Marks of a segment that passed at rest. */
  private static final long MARK_BYTES = 32;

  /** Arrays of a direction that are not charged, and marks. */
  private static final long BASE_BYTES = 1_024 + MARK_BYTES;

  /**
   * What one direction may keep beside octets: unused parts of three chunks and two small buffers,
   * and 256 pieces.
   */
  public static final long SPARE_BYTES = 5 * 16_384 + 56 * 256;

  private final Supplier<Engine> engine;
  private final long maxBytes;
  private long sentNanos;
  private long calledNanos;

  /**
   * Checks {@code engine}.
   *
   * @param maxBytes limit of stored octets
   */
  MemoryChecks(Supplier<Engine> engine, long maxBytes) {
    this.engine = engine;
    this.maxBytes = maxBytes;
  }

  /** Checks before a call what was kept in the silence before it. */
  void checkSilence(long nowNanos) {
    if (calledNanos + SILENCE_NANOS <= nowNanos) {
      engine.get().forEachConnection(connection -> requireLittle(connection, nowNanos));
    }
    calledNanos = nowNanos;
  }

  private void requireLittle(Connection connection, long nowNanos) {
    LawBroken.unless(
        !keepsInSilence(connection, nowNanos),
        Law.BOUNDS,
        "memory is kept in silence: nanos=" + nowNanos);
  }

  /** Checks after a call that sent {@code packets}. */
  void check(int packets, long nowNanos) {
    sentNanos = packets > 0 ? nowNanos : sentNanos;
    long waiting = checkedWaiting(nowNanos);
    long charged = engine.get().connectionBytes() - waiting;
    LawBroken.unless(
        engine.get().connections() > 0 || charged == 0,
        Law.BOUNDS,
        () -> "no connection, and heap is charged: bytes=" + charged + " nanos=" + nowNanos);
    long[] overhead = {0};
    long[] stored = {0};
    engine
        .get()
        .forEachConnection(connection -> {
          for (Direction direction : Direction.BOTH) {
            Stream stream = connection.streamOrNull(direction);
            overhead[0] += stream == null ? 0 : checkedOverhead(stream, nowNanos);
            stored[0] += stream == null ? 0 : StoredOctets.lengthOf(stream);
          }
          requireLittle(connection, nowNanos);
        });
    long kept = engine.get().budget().usedBytes() - overhead[0];
    LawBroken.unless(
        kept >= stored[0] && kept <= maxBytes,
        Law.BOUNDS,
        "stored octets beyond the limit, or not charged: storedBytes="
            + stored[0]
            + " chargedBytes="
            + kept
            + " limit="
            + maxBytes
            + " nanos="
            + nowNanos);
  }

  /** What is charged for records that wait: as much as they keep. */
  private long checkedWaiting(long nowNanos) {
    WaitingBytes waiting = engine.get().waiting();
    LawBroken.unless(
        waiting.charged() == waiting.kept(),
        Law.BOUNDS,
        () -> "what waits for records is not charged: " + waiting + " nanos=" + nowNanos);
    return waiting.charged();
  }

  /** What is charged for {@code stream} beside octets: all its arrays, and little unused memory. */
  private static long checkedOverhead(Stream stream, long nowNanos) {
    long arrays = Math.max(0, stream.memory().heapBytes() - BASE_BYTES);
    long buffered =
        (long) stream.sender().undecided().length() + stream.sender().replaced().length();
    long overhead = stream.memory().overheadBytes();
    LawBroken.unless(
        overhead >= arrays && overhead <= arrays + 3 * buffered + SPARE_BYTES,
        Law.BOUNDS,
        "charged beside octets: overheadBytes="
            + overhead
            + " arrayBytes="
            + arrays
            + " nanos="
            + nowNanos);
    return overhead;
  }

  /** Whether a silent direction still has memory for octets that were acknowledged. */
  private boolean keepsInSilence(Connection connection, long nowNanos) {
    long lastNanos = Math.max(sentNanos, connection.seen().lastNanos());
    boolean silent = lastNanos + SILENCE_NANOS <= nowNanos;
    boolean keeps = false;
    for (Direction direction : Direction.BOTH) {
      Stream stream = silent && connection.hasStreams() ? connection.stream(direction) : null;
      keeps |=
          stream != null
              && stream.isQuiet()
              && stream.hasNoDuties()
              && stream.newEnd() == stream.acknowledged()
              && stream.memory().heapBytes() > MARK_BYTES;
    }
    return keeps;
  }
}
