package dev.midstream.testkit.sim.tcp;

/** Which pieces SACK blocks tell to be lost (IsLost of RFC 6675 section 4). */
final class SackLosses {
  private static final int DUPLICATES = 3;

  private int mss = 1;

  void begin(int mss) {
    this.mss = mss;
  }

  /**
   * Marks the lost pieces.
   *
   * @param headIsLost whether three acknowledgements told that the first piece is missing
   */
  void find(SentTable sent, boolean headIsLost) {
    long bytesAbove = 0;
    int rangesAbove = 0;
    long lastStart = Long.MIN_VALUE;
    for (int i = sent.tail() - 1; i >= sent.head(); i--) {
      if (sent.isSacked(i)) {
        rangesAbove += sent.end(i) == lastStart ? 0 : 1;
        lastStart = sent.start(i);
        bytesAbove += sent.end(i) - sent.start(i);
      } else if (bytesAbove > (DUPLICATES - 1L) * mss || rangesAbove >= DUPLICATES) {
        lose(sent, i);
      }
    }
    if (headIsLost && !sent.isSacked(sent.head())) {
      lose(sent, sent.head());
    }
  }

  /** One that was lost before is not lost again: only a timeout tells that. */
  private static void lose(SentTable sent, int index) {
    if (!sent.isLost(index)) {
      sent.lose(index);
    }
  }
}
