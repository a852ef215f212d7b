package dev.midstream.reassembly.admit;

/** What admission says of a segment. */
public enum AdmissionVerdict {
  /** It carries no octets. */
  EMPTY,
  /** It carries the next octet, or what comes after octets known already. */
  NEXT,
  /** Every octet of it is known already. */
  KNOWN,
  /** Its octets are opaque: they pass unseen, where they lie. */
  OPAQUE,
  /** It lies behind the end of a recorded stream: it passes, and nobody looks. */
  BEYOND_END,
  /** It lies behind a gap and was kept. */
  DELAYED,
  /**
   * It is next, but octets behind its first came before with other values: what is new of it was
   * kept beside them, to be taken from there.
   */
  DISPUTED,
  /** It was refused; the sender repeats it. */
  REFUSED,
  /** It is next, but there is no room for what is new of it; the sender repeats that. */
  NO_ROOM,
  /** It lies behind a gap that will not be filled any more, or that there is no room behind. */
  STRANDED
}
