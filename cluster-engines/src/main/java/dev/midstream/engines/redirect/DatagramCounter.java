package dev.midstream.engines.redirect;

/**
 * Numbers the datagrams of one worker in one life of its node, to whichever node they go. No number
 * is given twice, so no nonce is used twice. Not thread-safe.
 */
public final class DatagramCounter {
  private long next;

  /** The next number, from 0. */
  long next() {
    if (next == Long.MAX_VALUE) {
      throw new IllegalStateException("no nonce left");
    }
    return next++;
  }
}
