package dev.midstream.reassembly.admit;

/** The verdict of {@link Admission} on the payload of a segment. */
public enum AdmissionVerdict {
  /** There is no payload. */
  EMPTY,
  /** The payload contains the next octet in order. */
  NEXT,
  /** All octets are known. */
  KNOWN,
  /** The octets are opaque and pass in place. */
  OPAQUE,
  /** The segment lies beyond the end of a recorded stream and passes uninspected. */
  BEYOND_END,
  /** The segment comes after a gap and was kept. */
  DELAYED,
  /**
   * The segment is next, but differs from delayed octets that came before. Its new octets were kept
   * beside them, and are taken from there.
   */
  DISPUTED,
  /**
   * The payload begins with the next octets in order, and only the first of them find room; the
   * sender retransmits the others.
   */
  CUT,
  /** The segment was refused; the sender retransmits it. */
  REFUSED,
  /** The segment is next, but its new octets find no room; the sender retransmits them. */
  NO_ROOM,
  /** The segment comes after a gap that stays open, or for which there is no room. */
  STRANDED;

  /** Whether a FIN after the payload counts. */
  public boolean acceptsFin() {
    return switch (this) {
      case CUT, REFUSED, NO_ROOM, BEYOND_END -> false;
      case EMPTY, NEXT, KNOWN, OPAQUE, DELAYED, DISPUTED, STRANDED -> true;
    };
  }
}
