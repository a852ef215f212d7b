package dev.midstream.testkit.notation;

import dev.midstream.agent.Octets;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Payload in script notation: {@code "text"} in ISO 8859-1 with {@code \r \t \0 \" \\} and {@code
 * \x1f}.
 */
final class PayloadNotation {
  private static final String ESCAPES = "rnt0\"\\";
  private static final String ESCAPED = "\r\n\t\0\"\\";
  private static final int LETTERS = 26;

  private PayloadNotation() {}

  /** The octets of a quoted text, given without its quotes. */
  static Octets parse(String inside) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    for (int i = 0; i < inside.length(); i++) {
      char letter = inside.charAt(i);
      if (letter != '\\') {
        octets.writeBytes(String.valueOf(letter).getBytes(StandardCharsets.ISO_8859_1));
        continue;
      }
      char escape = inside.charAt(++i);
      if (escape == 'x') {
        octets.write(Integer.parseInt(inside, i + 1, i + 3, 16));
        i += 2;
      } else if (ESCAPES.indexOf(escape) >= 0) {
        octets.write(ESCAPED.charAt(ESCAPES.indexOf(escape)));
      } else {
        throw new IllegalArgumentException("unknown escape \\" + escape);
      }
    }
    return Octets.of(octets.toByteArray());
  }

  /** The octets as a quoted text. */
  static String text(Octets octets) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < octets.length(); i++) {
      char letter = (char) (octets.at(i) & 0xff);
      int escape = ESCAPED.indexOf(letter);
      if (escape >= 0) {
        text.append('\\').append(ESCAPES.charAt(escape));
      } else if (letter < ' ' || letter > '~') {
        text.append(String.format("\\x%02x", (int) letter));
      } else {
        text.append(letter);
      }
    }
    return text.append('"').toString();
  }

  /** The default payload of a segment: letters that depend on their position in the stream. */
  static Octets filling(int start, int length) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) ('a' + Math.floorMod(start + i, LETTERS));
    }
    return Octets.of(octets);
  }
}
