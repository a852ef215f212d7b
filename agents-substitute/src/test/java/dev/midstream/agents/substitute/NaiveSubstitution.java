package dev.midstream.agents.substitute;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The substitution rule applied to a whole stream, octet by octet. */
final class NaiveSubstitution {
  private NaiveSubstitution() {}

  /** Replaces the leftmost match of the first pair, and continues after it. */
  static byte[] replaceAll(List<Pair> pairs, byte[] stream) {
    String text = new String(stream, StandardCharsets.ISO_8859_1);
    StringBuilder result = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      Pair pair = firstPairAt(pairs, text, at);
      if (pair == null) {
        result.append(text.charAt(at));
        at++;
      } else {
        result.append(latin(pair.replacement().toArray()));
        at += pair.find().length();
      }
    }
    return result.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static @Nullable Pair firstPairAt(List<Pair> pairs, String text, int at) {
    for (Pair pair : pairs) {
      if (text.startsWith(latin(pair.find().toArray()), at)) {
        return pair;
      }
    }
    return null;
  }

  private static String latin(byte[] octets) {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }
}
