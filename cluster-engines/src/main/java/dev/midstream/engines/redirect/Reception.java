package dev.midstream.engines.redirect;

/** What became of a datagram that came. */
public enum Reception {
  /** It completed a packet. */
  PACKET,
  /** It is a part of a packet whose other parts have not come. */
  PART,
  /** It is shorter than a header and a tag. */
  SHORT,
  /** It has another version. */
  OTHER_VERSION,
  /** A field is out of its range, or does not fit the length. */
  MALFORMED,
  /** It was passed on more than twice, or never. */
  HOPS,
  /** Its sender is none of the peers. */
  UNKNOWN_SENDER,
  /** It has come before, or so late that this cannot be said any more. */
  REPLAYED,
  /** Its tag does not match: it was altered, or made without the key of epoch and both nodes. */
  FORGED,
  /** A part of a packet that was given up, because parts of a later one have come. */
  LATE_PART;

  /** Whether it was refused. */
  public boolean isRefusal() {
    return this != PACKET && this != PART;
  }
}
