package dev.midstream.modcmd.map;

/** Comparisons of seeded tests, fast enough for millions of them. */
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
