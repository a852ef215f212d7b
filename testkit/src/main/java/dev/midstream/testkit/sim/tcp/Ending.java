package dev.midstream.testkit.sim.tcp;

/** The way in which a connection ended. */
public enum Ending {
  /** It has not ended. */
  NOT_YET,
  /** Both endpoints closed and everything was acknowledged. */
  CLOSED,
  /** The peer reset it. */
  RESET,
  /** The application aborted it. */
  ABORTED,
  /** The peer stopped answering. */
  TIMED_OUT,
  /** The endpoint dropped it silently, like a host that restarts. */
  VANISHED
}
