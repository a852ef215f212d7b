package dev.midstream.worlds.recorded;

import java.util.Arrays;

/** What a recording holds of one stream: which octets passed, and whether its end did. */
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

  /** Whether the FIN passed. */
  public boolean hasEnded() {
    return ended;
  }

  /** Whether the FIN and the octet before it passed. */
  public boolean isEndReached() {
    return ended && (octets.length == 0 || passed[octets.length - 1]);
  }
}
