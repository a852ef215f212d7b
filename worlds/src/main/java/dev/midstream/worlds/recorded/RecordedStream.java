package dev.midstream.worlds.recorded;

import java.util.Arrays;

/** The recorded octets of one stream, and whether its FIN was recorded. */
public final class RecordedStream {
  private final byte[] octets;
  private final boolean[] passed;
  private boolean ended;

  RecordedStream(byte[] octets) {
    this.octets = octets.clone();
    passed = new boolean[octets.length];
  }

  void pass(int start, int length, boolean fin) {
    Arrays.fill(passed, start, start + length, true);
    ended |= fin;
  }

  byte[] octets() {
    return octets.clone();
  }

  int length() {
    return octets.length;
  }

  public boolean hasPassed(int at) {
    return passed[at];
  }

  /** Whether the FIN was recorded. */
  public boolean hasEnded() {
    return ended;
  }

  /** Whether the FIN and the octet before it were recorded. */
  public boolean isEndReached() {
    return ended && (octets.length == 0 || passed[octets.length - 1]);
  }
}
