package dev.midstream.reassembly.fastpath;

/** Why a connection needs its engine; the first reason that applies. */
public enum Unsettled {
  /** It is not established, or not both ends take part. */
  STATE,
  /** It is monitored, refused or picked up, or the engine reads a recording. */
  HANDLING,
  /** SYNs compete. */
  OPENING,
  /** A FIN or a reset is known, or is to be sent. */
  ENDING,
  /** Records of it are written. */
  RECORDED,
  /** Another engine knew more of it. */
  INHERITED,
  /** Octets are undecided. */
  UNDECIDED,
  /** Octets are missing before others that were seen. */
  GAP,
  /** Output waits. */
  UNSENT,
  /** Commands are not folded. */
  COMMANDS,
  /** Output is kept until it is acknowledged. */
  KEPT,
  /** The next octets are deleted, the agent is to be called, or an opaque span ends soon. */
  SPAN,
  /** Answers to probes are expected. */
  PROBED,
  /** The sender was shown a larger window than the receiver has, or that was taken back. */
  WINDOW,
  /** The timestamp of an end was estimated. */
  TIMESTAMPS,
  /** Congestion marks are pending, or are counted (accurate ECN). */
  CONGESTION,
  /** Both ends are on one leg, or not known to be on two, or the frames are not plain. */
  PLACE,
  /** The engine has to acknowledge, retransmit or pace, or memory is short. */
  DUTIES
}
