package dev.midstream.wire.port;

/**
 * What a loop does beside passing frames.
 *
 * @param idle what it does while there is no work
 * @param drained what is done whenever no frame waits
 * @param pulse its signs of life
 */
public record LoopTerms(Idle idle, Drained drained, Pulse pulse) {
  /** Terms of a loop that does nothing else. */
  public LoopTerms(Idle idle) {
    this(idle, Drained.NOTHING, Pulse.NONE);
  }
}
