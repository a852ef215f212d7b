package dev.midstream.testkit.sim.tcp;

/** Detects losses by SACK blocks (IsLost in RFC 6675 section 4). */
final class SackLossDetection {
  private static final int DUP_THRESH = 3;

  private int mss = 1;

  void begin(int mss) {
    this.mss = mss;
  }

  /**
   * Marks lost entries.
   *
   * @param headIsLost whether three acknowledgements show that the first entry is lost
   */
  void detect(Scoreboard scoreboard, boolean headIsLost) {
    long bytesAbove = 0;
    int rangesAbove = 0;
    long lastStart = Long.MIN_VALUE;
    for (int i = scoreboard.tail() - 1; i >= scoreboard.head(); i--) {
      if (scoreboard.isSacked(i)) {
        rangesAbove += scoreboard.end(i) == lastStart ? 0 : 1;
        lastStart = scoreboard.start(i);
        bytesAbove += scoreboard.end(i) - scoreboard.start(i);
      } else if (bytesAbove > (DUP_THRESH - 1L) * mss || rangesAbove >= DUP_THRESH) {
        markLost(scoreboard, i);
      }
    }
    if (headIsLost && !scoreboard.isSacked(scoreboard.head())) {
      markLost(scoreboard, scoreboard.head());
    }
  }

  /** An entry is marked once; only a timeout marks it again. */
  private static void markLost(Scoreboard scoreboard, int index) {
    if (!scoreboard.isLost(index)) {
      scoreboard.markLost(index);
    }
  }
}
