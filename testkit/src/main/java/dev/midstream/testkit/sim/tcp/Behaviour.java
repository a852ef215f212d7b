package dev.midstream.testkit.sim.tcp;

/** A switch of how an endpoint behaves. All combinations are TCP. */
public enum Behaviour {
  /** A short segment waits while octets are unacknowledged (RFC 9293 section 3.7.4). */
  NAGLE,
  /** Only every second segment, or one that waited, is acknowledged (RFC 1122 section 4.2.3.2). */
  DELAYED_ACK,
  /** Slow start and congestion avoidance (RFC 5681); off, the window stays the initial one. */
  CONGESTION_CONTROL,
  /** Losses are repaired before the timeout: RFC 6582, or what {@link #SACK} and RACK say. */
  FAST_RETRANSMIT,
  /** Selective acknowledgements (RFC 2018) and recovery with them (RFC 6675). */
  SACK,
  /** Duplicates are told to the sender (RFC 2883), if SACK was agreed. */
  D_SACK,
  /** Losses are told by time, with tail loss probes (RFC 8985), if SACK was agreed. */
  RACK,
  /** A reduction is undone when D-SACKs tell that all its retransmissions were needless. */
  UNDO,
  /** Timestamps, with protection against wrapped numbers (RFC 7323). */
  TIMESTAMPS,
  /** Windows are scaled (RFC 7323). */
  WINDOW_SCALING,
  /** Retransmissions are cut anew at random, across old segment boundaries. */
  RECUT,
  /** Sender and receiver avoid no silly windows (against RFC 9293 section 3.8.6.2). */
  SILLY_WINDOWS,
  /** The right edge of the window moves left when the buffer shrinks. */
  SHRINKING_WINDOW,
  /** A closed window is probed without payload, one below the next number. */
  EMPTY_PROBES,
  /** Idle connections are probed (RFC 9293 section 3.8.4). */
  KEEP_ALIVE,
  /** Keep-alives carry one octet that is garbage. */
  KEEP_ALIVE_GARBAGE,
  /** Only exact resets are believed, others are challenged (RFC 5961). */
  CHALLENGE_ACKS,
  /** A SYN carries data, and data on a SYN is taken (RFC 7413, without checking cookies). */
  FAST_OPEN
}
