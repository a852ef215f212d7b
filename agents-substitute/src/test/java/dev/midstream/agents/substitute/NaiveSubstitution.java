package dev.midstream.agents.substitute;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;

/** The substitution rule applied to a whole stream, place by place, by {@link java.util.regex}. */
final class NaiveSubstitution {
  private final List<GivenPair> pairs;
  private final List<Matcher> matchers;
  private final int[] made;
  private String stream = "";

  NaiveSubstitution(List<GivenPair> pairs) {
    this.pairs = pairs;
    matchers = pairs.stream().map(pair -> pair.regex().matcher("")).toList();
    made = new int[pairs.size()];
  }

  /** The next part of the stream, with its replacements. All of it is decided at its end. */
  byte[] replaceIn(byte[] part) {
    int at = stream.length();
    stream += new String(part, StandardCharsets.ISO_8859_1);
    matchers.forEach(matcher -> matcher.reset(stream));
    StringBuilder result = new StringBuilder();
    while (at < stream.length()) {
      int pair = firstPairAt(at);
      if (pair < 0) {
        result.append(stream.charAt(at));
        at++;
      } else {
        result.append(pairs.get(pair).replacement());
        made[pair]++;
        at = matchers.get(pair).end();
      }
    }
    return result.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private int firstPairAt(int at) {
    for (int i = 0; i < matchers.size(); i++) {
      Matcher matcher = matchers.get(i).useTransparentBounds(true).region(at, stream.length());
      if (made[i] < pairs.get(i).limit() && matcher.lookingAt()) {
        return i;
      }
    }
    return -1;
  }
}
