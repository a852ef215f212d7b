package dev.midstream.testkit.notation;

import dev.midstream.agent.Octets;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * TCP options in script notation: {@code mss 1460}, {@code wscale 7}, {@code sackOK}, {@code sack
 * 3:5 7:9}, {@code TS 100/200}, {@code nop}, and {@code raw 1312…} for arbitrary octets, separated
 * by commas.
 */
final class OptionNotation {
  private static final int MAX_BYTES = 40;
  private static final int END = 0;
  private static final int NO_OPERATION = 1;
  private static final int MAXIMUM_SEGMENT = 2;
  private static final int WINDOW_SCALE = 3;
  private static final int SACK_PERMITTED = 4;
  private static final int SACK = 5;
  private static final int TIMESTAMPS = 8;

  private OptionNotation() {}

  /** Encodes {@code text} and pads it with NOPs to a multiple of four octets. */
  static byte[] encode(String text, int isnOfSacked) {
    ByteBuffer octets = ByteBuffer.allocate(MAX_BYTES);
    for (String option : text.split(",", -1)) {
      put(octets, option.strip(), isnOfSacked);
    }
    while (octets.position() % 4 != 0) {
      octets.put((byte) NO_OPERATION);
    }
    byte[] encoded = new byte[octets.position()];
    octets.get(0, encoded);
    return encoded;
  }

  /** Decodes options without their padding. */
  static String decode(Octets octets, int isnOfSacked) {
    ByteBuffer rest = ByteBuffer.wrap(octets.toArray());
    List<String> options = new ArrayList<>();
    while (rest.hasRemaining()) {
      int kind = rest.get() & 0xff;
      if (kind == END) {
        break;
      }
      if (kind != NO_OPERATION) {
        options.add(decode(kind, rest, isnOfSacked));
      }
    }
    return String.join(",", options);
  }

  /** The form in which {@link #decode} writes the options of {@code text}. */
  static String normal(String text, int isnOfSacked) {
    return text.isBlank() ? "" : decode(Octets.of(encode(text, isnOfSacked)), isnOfSacked);
  }

  private static void put(ByteBuffer octets, String option, int isnOfSacked) {
    String[] words = option.split("\\s+", -1);
    switch (words[0]) {
      case "nop" -> octets.put((byte) NO_OPERATION);
      case "mss" -> octets.put(head(MAXIMUM_SEGMENT, 4)).putShort((short) number(words[1]));
      case "wscale" -> octets.put(head(WINDOW_SCALE, 3)).put((byte) number(words[1]));
      case "sackOK" -> octets.put(head(SACK_PERMITTED, 2));
      case "sack" -> putSack(octets, words, isnOfSacked);
      case "TS" -> {
        String[] values = words[1].split("/", -1);
        octets.put(head(TIMESTAMPS, 10)).putInt(number(values[0])).putInt(number(values[1]));
      }
      case "raw" -> octets.put(HexFormat.of().parseHex(words[1]));
      default -> throw new IllegalArgumentException("unknown option " + option);
    }
  }

  private static void putSack(ByteBuffer octets, String[] words, int isnOfSacked) {
    octets.put(head(SACK, 2 + 8 * (words.length - 1)));
    for (int i = 1; i < words.length; i++) {
      String[] edges = words[i].split(":", -1);
      octets.putInt(isnOfSacked + number(edges[0])).putInt(isnOfSacked + number(edges[1]));
    }
  }

  private static String decode(int kind, ByteBuffer rest, int isnOfSacked) {
    int length = rest.hasRemaining() ? rest.get() & 0xff : 0;
    if (length < 2 || length - 2 > rest.remaining()) {
      rest.position(rest.limit());
      return "damaged kind=" + kind;
    }
    byte[] value = new byte[length - 2];
    rest.get(value);
    ByteBuffer values = ByteBuffer.wrap(value);
    return switch (kind) {
      case MAXIMUM_SEGMENT -> "mss " + (values.getShort() & 0xffff);
      case WINDOW_SCALE -> "wscale " + value[0];
      case SACK_PERMITTED -> "sackOK";
      case SACK -> "sack" + edges(values, isnOfSacked);
      case TIMESTAMPS -> "TS " + values.getInt() + "/" + values.getInt();
      default ->
          "raw " + HexFormat.of().formatHex(head(kind, length)) + HexFormat.of().formatHex(value);
    };
  }

  private static String edges(ByteBuffer values, int isnOfSacked) {
    StringBuilder edges = new StringBuilder();
    while (values.remaining() >= 8) {
      edges
          .append(' ')
          .append(values.getInt() - isnOfSacked)
          .append(':')
          .append(values.getInt() - isnOfSacked);
    }
    return edges.toString();
  }

  private static byte[] head(int kind, int length) {
    return new byte[] {(byte) kind, (byte) length};
  }

  private static int number(String word) {
    return (int) Long.parseLong(word);
  }
}
