package dev.midstream.testkit.sim.tcp;

/** The counters of an endpoint. */
public enum Counter {
  /** Segments sent, of all kinds. */
  SEGMENTS_SENT,
  /** Segments received, of all kinds. */
  SEGMENTS_RECEIVED,
  /** Segments sent with payload or FIN, retransmissions included. */
  DATA_SEGMENTS_SENT,
  /** Segments with octets that were sent before. */
  RETRANSMISSIONS,
  /** Retransmissions that a D-SACK reported as spurious. */
  SPURIOUS_RETRANSMISSIONS,
  /** D-SACKs for octets that were sent once, so the network duplicated them. */
  NETWORK_DUPLICATES,
  /** Reductions undone because all their retransmissions were spurious. */
  UNDOS,
  /** Retransmission timeouts. */
  TIMEOUTS,
  /** Retransmission timeouts with nothing in flight but the FIN. */
  FIN_TIMEOUTS,
  /** Recoveries that began without a timeout. */
  FAST_RECOVERIES,
  /** Tail loss probes sent. */
  TAIL_PROBES,
  /** Probes of a closed window. */
  WINDOW_PROBES,
  /** Keep-alives sent. */
  KEEP_ALIVES,
  /** Duplicate acknowledgements received (RFC 5681 section 2). */
  DUPLICATE_ACKS,
  /** Acknowledgements of octets that were never sent. */
  ACKS_BEYOND_SENT,
  /** SACK blocks for octets that were never sent. */
  SACKS_BEYOND_SENT,
  /** Timeouts after which octets reported by SACK had to be retransmitted. */
  RENEGINGS,
  /** Segments with octets dropped by PAWS. */
  PAWS_DROPS,
  /** Segments dropped because they lacked the negotiated timestamp. */
  MISSING_TIMESTAMPS,
  /** Segments dropped because of a wrong checksum. */
  CHECKSUM_DROPS,
  /** Segments outside the receive window. */
  UNACCEPTABLE,
  /** Payload octets received again. */
  DUPLICATE_OCTETS,
  /** Copies of received octets that have another value. */
  CONFLICTS,
  /** Payload octets beyond the advertised window. */
  OCTETS_BEYOND_WINDOW,
  /** Challenge acknowledgements sent. */
  CHALLENGE_ACKS,
  /** Segments that arrived with a congestion mark. */
  CONGESTION_MARKS,
  /** Congestion window reductions because the peer reported a mark. */
  CONGESTION_REPORTS,
  /** Resets sent. */
  RESETS_SENT,
  /** Resets received, accepted or not. */
  RESETS_RECEIVED
}
