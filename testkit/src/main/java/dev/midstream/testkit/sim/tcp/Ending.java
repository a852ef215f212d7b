package dev.midstream.testkit.sim.tcp;

/** How a connection ended. */
public enum Ending {
  /** It has not. */
  NOT_YET,
  /** Both ends closed and all was acknowledged. */
  CLOSED,
  /** The peer reset it. */
  RESET,
  /** The application aborted it. */
  ABORTED,
  /** The peer did not answer any more. */
  TIMED_OUT,
  /** The endpoint forgot it, as a host does that restarts. */
  VANISHED
}
