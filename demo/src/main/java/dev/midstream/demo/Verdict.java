package dev.midstream.demo;

import java.util.List;

/**
 * What became of a scene.
 *
 * @param passed whether everything came as the replacement on the whole of it gives
 * @param figures what was counted, in a few words
 */
record Verdict(String scene, boolean passed, String figures) {

  /** Writes a table of verdicts. */
  static void show(List<Verdict> verdicts, Screen screen) {
    screen.line("");
    screen.line("verdict");
    for (Verdict verdict : verdicts) {
      screen.line(
          "  %-28s %-7s %s"
              .formatted(verdict.scene(), verdict.passed() ? "passed" : "FAILED", verdict.figures));
    }
  }
}
