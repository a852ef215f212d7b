package dev.midstream.modcmd.offset;

/**
 * The sequence numbers of one direction of one connection (RFC 9293 section 3.4) as stream offsets.
 *
 * <p>Offset 0 is the first payload octet, with the number ISN + 1. Offset −1 is the SYN. The
 * original and the rewritten stream have the same ISN, so one instance maps both. Immutable.
 */
public final class SequenceSpace {
  private final int origin;

  /** The space of a direction whose initial sequence number is {@code initialSequence}. */
  public SequenceSpace(int initialSequence) {
    origin = initialSequence + 1;
  }

  /**
   * The space of a direction whose first payload octet has the sequence number {@code sequence}.
   */
  public static SequenceSpace startingAt(int sequence) {
    return new SequenceSpace(sequence - 1);
  }

  /** The initial sequence number (ISN), which is the number of the SYN. */
  public int initialSequence() {
    return origin - 1;
  }

  /**
   * The offset with this sequence number that is nearest to {@code near}: in [near − 2^31, near +
   * 2^31). Negative for numbers older than the stream.
   */
  public long offsetOf(int sequence, long near) {
    int distance = sequence - sequenceOf(near);
    return near + distance;
  }

  /** The sequence number at {@code offset}. */
  public int sequenceOf(long offset) {
    return origin + (int) offset;
  }
}
