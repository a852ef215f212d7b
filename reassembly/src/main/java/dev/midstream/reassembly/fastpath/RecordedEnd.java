package dev.midstream.reassembly.fastpath;

import dev.midstream.reassembly.stream.CommitLimit;
import dev.midstream.reassembly.stream.Stream;

/**
 * How far octets of a direction pass without the engine, if records of it are written: another
 * engine tells from the last committed position where the numbers of the next segment lie (RFC 9293
 * section 3.4).
 */
final class RecordedEnd {
  private static final long PASSING_BYTES = 1L << 29;
  private static final long FRESH_BYTES = PASSING_BYTES / 16;

  private RecordedEnd() {}

  /**
   * The end of the octets of {@code stream} that may pass without a decision, in original space;
   * {@link Long#MAX_VALUE} if no records are written.
   */
  static long of(Stream stream) {
    CommitLimit commit = stream.edits().commit();
    return commit.isOn() ? commit.committed().decided() + PASSING_BYTES : Long.MAX_VALUE;
  }

  /** Whether all that is decided of {@code stream} is committed, and many octets may pass then. */
  static boolean isFresh(Stream stream) {
    return stream.edits().commit().isCommitted() && of(stream) - stream.decided() >= FRESH_BYTES;
  }
}
