package dev.midstream.modcmd.map;

/** The comparison of seeded tests, cheap enough for millions. */
final class Same {
  private Same() {}

  static void position(String rule, long at, long expected, long actual) {
    if (expected != actual) {
      throw new AssertionError(rule + ": at=" + at + " expected=" + expected + " actual=" + actual);
    }
  }

  static void truth(String rule, long at, boolean expected, boolean actual) {
    if (expected != actual) {
      throw new AssertionError(rule + ": at=" + at + " expected=" + expected + " actual=" + actual);
    }
  }
}
