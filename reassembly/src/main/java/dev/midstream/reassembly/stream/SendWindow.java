package dev.midstream.reassembly.stream;

/** What the receiver of one direction has said about it, and what its sender was shown of that. */
public final class SendWindow {
  private long acknowledged;
  private long orgAcknowledged;
  private long largestWindowBytes;
  private long rightEdge;
  private long windowStart = Long.MIN_VALUE;
  private long windowAcknowledged;
  private long pickedUpPosition;

  /** Moves A, the highest acknowledgement of the receiver in new space; never back. */
  public boolean acknowledgeTo(long newPosition) {
    if (newPosition <= acknowledged) {
      return false;
    }
    acknowledged = newPosition;
    return true;
  }

  /** A: the highest acknowledgement of the receiver, in new space. */
  public long acknowledged() {
    return acknowledged;
  }

  /**
   * Notes what the receiver of a stream that was picked up acknowledges: below 0 it still lacks
   * octets that were sent before and are mapped by nobody.
   */
  public void notePickedUp(long position) {
    pickedUpPosition = Math.min(0, position);
  }

  /** How far the receiver is from the beginning of a stream that was picked up; 0 or less. */
  public long pickedUpPosition() {
    return pickedUpPosition;
  }

  /** Notes an acknowledgement of a recorded receiver, which speaks of original space. */
  public void noteRecordedAck(long orgPosition) {
    orgAcknowledged = Math.max(orgAcknowledged, orgPosition);
  }

  /** The highest acknowledgement of a recorded receiver, in original space. */
  public long orgAcknowledged() {
    return orgAcknowledged;
  }

  /** Notes a window the receiver offered, in octets. */
  public void noteWindow(long bytes) {
    largestWindowBytes = Math.max(largestWindowBytes, bytes);
  }

  /** The largest window the receiver ever offered, in octets. */
  public long largestWindowBytes() {
    return largestWindowBytes;
  }

  /**
   * Moves R, the receiver's right edge in new space, as a segment of the receiver says that starts
   * at {@code start} of its own stream and acknowledges {@code newAck}; an older segment moves it
   * only to the right (RFC 9293 section 3.10.7.4, SND.WL1 and SND.WL2).
   */
  public void update(long start, long newAck, long bytes) {
    boolean newest = start > windowStart || (start == windowStart && newAck >= windowAcknowledged);
    if (newest) {
      windowStart = start;
      windowAcknowledged = newAck;
      rightEdge = newAck + bytes;
    } else {
      rightEdge = Math.max(rightEdge, newAck + bytes);
    }
  }

  /** Sets R from the window of a handshake. */
  public void rightEdge(long newPosition) {
    rightEdge = newPosition;
  }

  /** R: the receiver's right edge, in new space. */
  public long rightEdge() {
    return rightEdge;
  }
}
