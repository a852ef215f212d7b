package dev.midstream.reassembly.stream;

/**
 * The largest payload of one segment of a direction that the receiver has acknowledged: what the
 * path is known to carry. The size of a segment that was repeated in smaller ones is not known to
 * have arrived.
 */
public final class ProvenSize {
  private int provenBytes;
  private int candidateBytes;
  private long candidateStart;
  private long candidateEnd;

  /** A segment with the octets [newStart, newEnd) leaves, the wire seeing at most {@code bytes}. */
  public void left(long newStart, long newEnd, int bytes) {
    boolean again = newStart < candidateEnd && newEnd > candidateStart;
    if (again && bytes > 0 && bytes < candidateBytes) {
      candidateBytes = 0;
    }
    if (candidateBytes == 0 && bytes > provenBytes) {
      candidateBytes = bytes;
      candidateStart = newStart;
      candidateEnd = newEnd;
    }
  }

  /** The largest one, now that everything below {@code newAcknowledged} has arrived. */
  public int bytes(long newAcknowledged) {
    if (candidateBytes > 0 && newAcknowledged >= candidateEnd) {
      provenBytes = candidateBytes;
      candidateBytes = 0;
    }
    return provenBytes;
  }
}
