package dev.midstream.demo;

import dev.midstream.demo.traffic.Document;
import dev.midstream.demo.traffic.Received;
import java.util.Locale;

/** The proof of a long scene: what was sent, what should arrive, what arrived. */
final class Digests {
  private static final double MEGABYTE = 1e6;

  private Digests() {}

  /** Shows the digests of both ends and what the whole document becomes, and compares. */
  static Verdict compare(
      String scene, Document document, Received received, long nanos, Screen screen) {
    String expected = document.digestReplacing(DemoText.REPLACE);
    boolean passed = received.digest().equals(expected);
    screen.line(
        "  sent      %,11d octets  sha256 %s".formatted(document.length(), document.digest()));
    screen.line("  expected  with every greeting replaced  sha256 " + expected);
    screen.line(
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
}
