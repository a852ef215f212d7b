package dev.midstream.wire.port;

/** What an idle worker does. */
public enum Idle {
  /** It sleeps until a frame arrives or a deadline passes. */
  BLOCK,
  /**
   * It polls without pause, which takes a whole processor and saves the microseconds of a wake-up.
   */
  SPIN
}
