package dev.midstream.testkit.sim.tcp;

/** What an endpoint counts. */
public enum Counter {
  /** Segments sent, of every kind. */
  SEGMENTS_SENT,
  /** Segments that arrived for this endpoint, of every kind. */
  SEGMENTS_RECEIVED,
  /** Segments sent with payload or FIN, retransmissions included. */
  DATA_SEGMENTS_SENT,
  /** Segments sent again, or with octets sent before. */
  RETRANSMISSIONS,
  /** Retransmissions that a D-SACK told to be needless. */
  SPURIOUS_RETRANSMISSIONS,
  /** D-SACKs for octets that were sent once: the network made the duplicate. */
  NETWORK_DUPLICATES,
  /** Reductions undone because all their retransmissions were needless. */
  UNDOS,
  /** Retransmission timeouts. */
  TIMEOUTS,
  /** Times a recovery began without a timeout. */
  FAST_RECOVERIES,
  /** Tail loss probes sent. */
  TAIL_PROBES,
  /** Probes sent into a closed window. */
  WINDOW_PROBES,
  /** Keep-alives sent. */
  KEEP_ALIVES,
  /** Duplicate acknowledgements that arrived (RFC 5681 section 2). */
  DUPLICATE_ACKS,
  /** Acknowledgements that arrived for what was never sent. */
  ACKS_BEYOND_SENT,
  /** SACK blocks that arrived for what was never sent. */
  SACKS_BEYOND_SENT,
  /** Times octets had to be taken for lost that the receiver had reported. */
  RENEGINGS,
  /** Segments with octets that were dropped because their timestamp was old. */
  PAWS_DROPS,
  /** Segments dropped because they had no timestamp although that was agreed. */
  MISSING_TIMESTAMPS,
  /** Segments dropped because a checksum was wrong. */
  CHECKSUM_DROPS,
  /** Segments outside the receive window. */
  UNACCEPTABLE,
  /** Payload octets that arrived again. */
  DUPLICATE_OCTETS,
  /** Times octets arrived again with another value. */
  CONFLICTS,
  /** Payload octets beyond what the window allowed. */
  OCTETS_BEYOND_WINDOW,
  /** Challenge acknowledgements sent. */
  CHALLENGE_ACKS,
  /** Resets sent. */
  RESETS_SENT,
  /** Resets that arrived, believed or not. */
  RESETS_RECEIVED
}
