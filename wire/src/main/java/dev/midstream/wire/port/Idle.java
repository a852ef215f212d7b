package dev.midstream.wire.port;

/** What a worker does while there is nothing to do. */
public enum Idle {
  /** It sleeps until a frame comes or something is due. */
  BLOCK,
  /** It looks again and again: a processor's whole time for the microseconds of waking up. */
  SPIN
}
