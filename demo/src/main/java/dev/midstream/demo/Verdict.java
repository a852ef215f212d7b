package dev.midstream.demo;

import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.Received;
import java.util.List;
import java.util.Locale;

/**
 * The result of a scene.
 *
 * @param figures what was counted, in one clause; why it failed, or what is missing for it
 */
record Verdict(String scene, Outcome outcome, String figures) {
  private static final double MEGABYTE = 1e6;

  /** What became of a scene. */
  enum Outcome {
    /** Everything arrived as the configuration says. */
    PASSED("passed"),
    FAILED("FAILED"),
    /** It needs what this machine does not have. */
    LEFT_OUT("left out");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }
  }

  /** The result of a scene that was played. */
  Verdict(String scene, boolean passed, String figures) {
    this(scene, passed ? Outcome.PASSED : Outcome.FAILED, figures);
  }

  /** A scene that was not played. */
  static Verdict leftOut(String scene, List<String> missing) {
    return leftOut(scene, "not installed: " + String.join(", ", missing));
  }

  /** A scene that cannot be played here, with the reason in one clause. */
  static Verdict leftOut(String scene, String reason) {
    return new Verdict(scene, Outcome.LEFT_OUT, reason);
  }

  boolean hasFailed() {
    return outcome == Outcome.FAILED;
  }

  /** Compares what arrived with the edited document, and prints the digests. */
  static Verdict ofDownload(
      String scene, Document document, Received received, long nanos, Screen screen) {
    String expected = document.digestReplacing(DemoText.REPLACE);
    boolean passed = received.digest().equals(expected);
    screen.print(
        "  sent      %,11d octets  sha256 %s".formatted(document.length(), document.digest()));
    screen.print("  expected  with every greeting replaced  sha256 " + expected);
    screen.print(
        "  received  %,11d octets  sha256 %s".formatted(received.length(), received.digest()));
    double seconds = nanos / 1e9;
    return new Verdict(
        scene,
        passed,
        String.format(
            Locale.ROOT,
            "%,d greetings, %.1f s, %.0f MB/s, SHA-256 %s",
            document.marks(),
            seconds,
            received.length() / MEGABYTE / seconds,
            passed ? "as expected" : "differs"));
  }

  /** Prints a table of verdicts. */
  static void print(List<Verdict> verdicts, Screen screen) {
    screen.print("");
    screen.print("verdict");
    for (Verdict verdict : verdicts) {
      screen.print(
          "  %-28s %-8s %s".formatted(verdict.scene, verdict.outcome.text, verdict.figures));
    }
  }
}
