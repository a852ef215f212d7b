package dev.midstream.modcmd.offset;

/**
 * The sequence numbers of one direction of one connection (RFC 9293 section 3.4), as places in a
 * stream.
 *
 * <p>Offset 0 is the first payload octet, whose number is one above the initial sequence number;
 * offset −1 is the SYN. The same initial number serves the original and the rewritten stream, so
 * one instance maps both. Immutable.
 */
public final class SequenceSpace {
  private final int origin;

  /** The space of a direction whose SYN carried {@code initialSequence}. */
  public SequenceSpace(int initialSequence) {
    origin = initialSequence + 1;
  }

  /** The space of a direction whose first payload octet has the number {@code sequence}. */
  public static SequenceSpace startingAt(int sequence) {
    return new SequenceSpace(sequence - 1);
  }

  /** The sequence number of the SYN. */
  public int initialSequence() {
    return origin - 1;
  }

  /**
   * The offset nearest to {@code near} that has this sequence number: in [near − 2^31, near +
   * 2^31), negative for numbers older than the stream.
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
