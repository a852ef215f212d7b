package dev.midstream.bench.frame;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Text like that of servers, words and markup, made from a seed. */
public final class SampleText {
  /** A string that the text does not contain. */
  public static final String MARK = "Hello world";

  private static final String[] WORDS = {
    "the",
    "of",
    "and",
    "to",
    "in",
    "a",
    "is",
    "that",
    "for",
    "it",
    "as",
    "was",
    "with",
    "be",
    "by",
    "on",
    "not",
    "he",
    "this",
    "are",
    "or",
    "his",
    "from",
    "at",
    "which",
    "but",
    "have",
    "an",
    "had",
    "they",
    "you",
    "were",
    "their",
    "one",
    "all",
    "we",
    "can",
    "her",
    "has",
    "there",
    "been",
    "if",
    "more",
    "when",
    "will",
    "would",
    "who",
    "so",
    "no",
    "server",
    "request",
    "Content-Type:",
    "text/plain",
    "<p>",
    "</p>",
    "<a href=\"/index.html\">",
    "</a>",
    "2026-11-20",
    "10.0.0.1",
    "404",
    "\r\n",
    "Host:",
    "world",
    "Hello"
  };

  private SampleText() {}

  /** {@code length} octets of text with a line feed at the end, without {@link #MARK}. */
  public static byte[] of(int length, long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(length + 32);
    String before = "";
    while (text.length() < length) {
      String word = WORDS[random.nextInt(WORDS.length)];
      if (!before.equals("Hello") || !word.equals("world")) {
        text.append(word).append(' ');
        before = word;
      }
    }
    text.setLength(length - 1);
    return text.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** As above, with {@link #MARK} in the middle. */
  public static byte[] marked(int length, long seed) {
    byte[] text = of(length, seed);
    byte[] mark = MARK.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(mark, 0, text, length / 2, mark.length);
    return text;
  }
}
