package dev.midstream.testkit.sim.tcp;

/** A switch for the behaviour of an endpoint. Every combination is valid TCP. */
public enum Behaviour {
  /**
   * Nagle's algorithm: a short segment waits while octets are unacknowledged (RFC 9293 section
   * 3.7.4).
   */
  NAGLE,
  /**
   * Delayed acknowledgements: every second segment, or after a delay (RFC 1122 section 4.2.3.2).
   */
  DELAYED_ACK,
  /** Slow start and congestion avoidance (RFC 5681); if off, cwnd stays at its initial value. */
  CONGESTION_CONTROL,
  /**
   * Losses are repaired before the timeout: by RFC 6582, or as {@link #SACK} and RACK detect them.
   */
  FAST_RETRANSMIT,
  /** Selective acknowledgements (RFC 2018) and recovery with them (RFC 6675). */
  SACK,
  /** Duplicates are reported to the sender (RFC 2883), if SACK was negotiated. */
  D_SACK,
  /** Time-based loss detection with tail loss probes (RFC 8985), if SACK was negotiated. */
  RACK,
  /** A cwnd reduction is undone if D-SACKs report that all its retransmissions were spurious. */
  UNDO,
  /** Timestamps with PAWS (RFC 7323). */
  TIMESTAMPS,
  /** Window scaling (RFC 7323). */
  WINDOW_SCALING,
  /** Retransmissions have random boundaries, across the original segments. */
  RECUT,
  /** No silly window avoidance (against RFC 9293 section 3.8.6.2). */
  SILLY_WINDOWS,
  /** The right edge of the window moves left when the buffer shrinks. */
  SHRINKING_WINDOW,
  /** A closed window is probed by empty segments one below the next sequence number. */
  EMPTY_PROBES,
  /** Idle connections are probed (RFC 9293 section 3.8.4). */
  KEEP_ALIVE,
  /** Keep-alives carry one garbage octet. */
  KEEP_ALIVE_GARBAGE,
  /** Only exact resets are accepted; others cause a challenge ACK (RFC 5961). */
  CHALLENGE_ACKS,
  /** A SYN carries data, and data on a SYN is accepted (RFC 7413, without cookie checks). */
  FAST_OPEN,
  /**
   * Octets after a gap are thrown away at times, although they were reported (RFC 2018 section 8).
   */
  RENEGING,
  /** Explicit congestion notification (RFC 3168), if both endpoints have it. */
  ECN,
  /** The last octet of each write is urgent (RFC 9293 section 3.8.5). */
  URGENT,
  /** The timestamp clock ticks every microsecond, and TS.Recent is outdated after 2,147 s. */
  FAST_CLOCK,
  /** A SYN offers encryption (TCP-ENO, RFC 8547), so nothing of the connection may be edited. */
  ENCRYPTION
}
