package dev.midstream.engines.redirect;

/**
 * Which counters of one sender have come (RFC 4303 section 3.4.3, with the bitmap of RFC 6479). A
 * counter that is too far below the greatest one counts as one that has come.
 */
final class ReplayWindow {
  /** How far a datagram may be late, in datagrams of its sender. */
  static final int SIZE = 1_024;

  /** One word more than the window, so that the word that is cleared is never in it. */
  private static final int WORDS = SIZE / Long.SIZE + 1;

  private final long[] seen = new long[WORDS];
  private long greatest = -1;

  /** Whether a datagram with {@code counter} may be new; 0 or more. */
  boolean isNew(long counter) {
    if (counter > greatest) {
      return true;
    }
    return greatest - counter < SIZE && (seen[place(counter)] & (1L << counter)) == 0;
  }

  /** Notes that the datagram with {@code counter}, which is new, has come. */
  void mark(long counter) {
    if (counter > greatest) {
      long words = Math.min((counter >>> 6) - (Math.max(greatest, 0) >>> 6), WORDS);
      for (long word = 0; word < words; word++) {
        seen[(int) (((counter >>> 6) - word) % WORDS)] = 0;
      }
      greatest = counter;
    }
    seen[place(counter)] |= 1L << counter;
  }

  private static int place(long counter) {
    return (int) ((counter >>> 6) % WORDS);
  }
}
