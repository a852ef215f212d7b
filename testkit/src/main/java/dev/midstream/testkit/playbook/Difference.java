package dev.midstream.testkit.playbook;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is different between an expected and an actual outcome, as text. */
final class Difference {
  private static final int SHOWN_BEFORE = 30;
  private static final int SHOWN_AFTER = 30;

  private Difference() {}

  /** The first difference of two outcomes; null if there is none. */
  static @Nullable String of(Outcome expected, Outcome actual) {
    String difference =
        ofStreams(Direction.CLIENT_TO_SERVER, expected.clientToServer(), actual.clientToServer());
    if (difference == null) {
      difference =
          ofStreams(Direction.SERVER_TO_CLIENT, expected.serverToClient(), actual.serverToClient());
    }
    if (difference == null && !expected.ending().equals(actual.ending())) {
      difference = ofValues("the ending", expected.ending(), actual.ending());
    }
    return difference == null ? ofReports(expected.reports(), actual.reports()) : difference;
  }

  /** The first difference of what the receiver of {@code direction} got; null if there is none. */
  static @Nullable String ofStreams(Direction direction, Octets expected, Octets actual) {
    byte[] wanted = expected.toArray();
    byte[] got = actual.toArray();
    int at = Arrays.mismatch(wanted, got);
    if (at < 0) {
      return null;
    }
    return (direction == Direction.CLIENT_TO_SERVER ? "the server" : "the client")
        + " got something else at octet "
        + at
        + ":"
        + near(at, "expected", wanted, "but got ", got);
  }

  /** The texts of two states that differ, where the texts differ first. */
  static String ofStates(Object written, Object read) {
    byte[] wanted = written.toString().getBytes(StandardCharsets.UTF_8);
    byte[] got = read.toString().getBytes(StandardCharsets.UTF_8);
    int at = Arrays.mismatch(wanted, got);
    return at < 0
        ? ", although both are \"" + rest(wanted, 0) + " as text"
        : ":" + near(at, "written ", wanted, "but read", got);
  }

  /**
   * What an agent holds, if that is not as a script wants it.
   *
   * @param refuses whether the script wants it to hold more than {@code limit}
   * @param most the most octets that it leaves undecided, or needs
   */
  static String ofHeld(boolean refuses, int limit, int most) {
    return refuses
        ? ("refuses(%d) expects that the agent leaves more than %d octets undecided,"
                + " or needs more, but %d were the most")
            .formatted(limit, limit, most)
        : "the agent leaves %d octets undecided, or needs them, but may hold %d"
            .formatted(most, limit);
  }

  /** The octets around the first different one, with a mark below it. */
  private static String near(int at, String wantedName, byte[] wanted, String gotName, byte[] got) {
    int from = Math.max(0, at - SHOWN_BEFORE);
    String before = (from > 0 ? "..." : "") + text(wanted, from, at);
    return "\n  %s \"%s%s\n  %s \"%s%s\n  %s^"
        .formatted(
            wantedName,
            before,
            rest(wanted, at),
            gotName,
            before,
            rest(got, at),
            " ".repeat(gotName.length() + 2 + before.length()));
  }

  private static @Nullable String ofReports(List<String> expected, List<String> actual) {
    for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
      String wanted = i < expected.size() ? expected.get(i) : "";
      String got = i < actual.size() ? actual.get(i) : "";
      if (!wanted.equals(got)) {
        return ofValues("report " + (i + 1), wanted, got);
      }
    }
    return null;
  }

  private static String ofValues(String what, String expected, String actual) {
    return what + " differs:\n  expected \"" + expected + "\"\n  but got  \"" + actual + "\"";
  }

  private static String rest(byte[] octets, int at) {
    int to = Math.min(octets.length, at + SHOWN_AFTER);
    return text(octets, at, to) + (to < octets.length ? "..." : "\"");
  }

  /** Octets as text in quotation marks. */
  static String quoted(Octets octets) {
    return "\"" + text(octets.toArray(), 0, octets.length()) + "\"";
  }

  /** Printable ASCII as it is, the rest as escapes. */
  private static String text(byte[] octets, int from, int to) {
    StringBuilder text = new StringBuilder();
    for (char each :
        new String(octets, from, to - from, StandardCharsets.ISO_8859_1).toCharArray()) {
      switch (each) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        case '"', '\\' -> text.append('\\').append(each);
        default -> text.append(each >= ' ' && each <= '~' ? each : "\\x%02x".formatted((int) each));
      }
    }
    return text.toString();
  }
}
