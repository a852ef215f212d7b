package dev.midstream.gateway.config;

/** What becomes of traffic between the interfaces when the program has ended in order. */
public enum OnExit {
  /** Nothing passes. */
  CLOSED,
  /** The kernel joins the interfaces. */
  OPEN
}
