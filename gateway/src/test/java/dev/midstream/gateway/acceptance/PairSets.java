package dev.midstream.gateway.acceptance;

import dev.midstream.gateway.acceptance.Pairs.Pair;
import java.util.List;
import java.util.stream.IntStream;

/** Sets of pairs that test substitution from every side; each matches in most captures. */
final class PairSets {
  /** Text that grows, shrinks and vanishes, in commands, replies and documents. */
  static final Pairs MIXED =
      new Pairs(
          "mixed",
          List.of(
              Pair.ofText("e", "EEE"),
              Pair.ofText("GET ", "FETCH "),
              Pair.ofText("user", ""),
              Pair.ofText("\r\n", "\r\n ")),
          List.of(
              Pair.ofText("the", ""),
              Pair.ofText("220", "Hello220"),
              Pair.ofText("t", "tt"),
              Pair.ofText("HTTP/1.1 200 OK", "HTTP/1.1 200 Fine enough")));

  private static final Pairs GROWING =
      new Pairs(
          "growing",
          List.of(Pair.ofText(" ", " ".repeat(50)), Pair.ofHex("0d0a", "0d0a0d0a0d0a")),
          List.of(Pair.ofText(".", "x".repeat(5_000)), Pair.ofHex("00", "0001")));

  private static final Pairs SHRINKING =
      new Pairs(
          "shrinking",
          List.of(
              Pair.ofText("Host: ", "H"),
              Pair.ofText("HTTP/1.", "-"),
              Pair.ofText("SER", "S"),
              Pair.ofText("en", "n")),
          List.of(
              Pair.ofText("Content-", "C"),
              Pair.ofText("HTTP/1.1 ", ""),
              Pair.ofHex("0000", "00"),
              Pair.ofText("in", "i")));

  /** Whole streams vanish, or shrink to half. */
  private static final Pairs DELETING =
      new Pairs("deleting", everyOctet(0, 256, ""), everyOctet(0, 128, ""));

  /** Every octet is an edit. */
  private static final Pairs ONE_OCTET =
      new Pairs("one octet", everyOctet(0, 256, "2d2d2d"), everyOctet(64, 128, "2b"));

  private static final Pairs COMMON_PREFIXES =
      new Pairs(
          "common prefixes",
          List.of(
              Pair.ofText("HTTP/1.0", "A"),
              Pair.ofText("HTTP/1.1", "BBBBBBBBBBBB"),
              Pair.ofText("HTTP", ""),
              Pair.ofText("H", "hh"),
              Pair.ofText("PA", "p"),
              Pair.ofText("PASS", "never found"),
              Pair.ofText("\r\n\r\n", "\n"),
              Pair.ofText("\r\n", "\r\n+"),
              Pair.ofText("aab", "1"),
              Pair.ofText("aa", "22")),
          List.of(
              Pair.ofText("Content-Length", "L"),
              Pair.ofText("Content-Type", "TTTTTTTTTTTTTTTT"),
              Pair.ofText("Content-", ""),
              Pair.ofText("Con", "Conn"),
              Pair.ofText("22", "2"),
              Pair.ofText("220 ", "never found"),
              Pair.ofHex("000000", "01"),
              Pair.ofHex("0000", "0202020202"),
              Pair.ofHex("00", "")));

  static final List<Pairs> ALL =
      List.of(MIXED, GROWING, SHRINKING, DELETING, ONE_OCTET, COMMON_PREFIXES);

  private PairSets() {}

  private static List<Pair> everyOctet(int from, int to, String replacement) {
    return IntStream.range(from, to)
        .mapToObj(octet -> Pair.ofHex(String.format("%02x", octet), replacement))
        .toList();
  }
}
