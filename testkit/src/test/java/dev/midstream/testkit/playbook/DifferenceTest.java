package dev.midstream.testkit.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Differences are text, with a mark at the first one. */
class DifferenceTest {
  private static @Nullable String of(String expected, String actual) {
    return Difference.ofStreams(
        Direction.CLIENT_TO_SERVER, Octets.ofLatin1(expected), Octets.ofLatin1(actual));
  }

  @Test
  void findsNoneInEqualStreams() {
    assertThat(of("abc", "abc")).isNull();
    assertThat(of("", "")).isNull();
  }

  @Test
  void marksTheFirstDifferentOctet() {
    assertThat(of("EHLO\r\n\"\\\u00e9x", "EHLO\r\n\"\\\u00e8x"))
        .isEqualTo(
            """
            the server got something else at octet 8:
              expected "EHLO\\r\\n\\"\\\\\\xe9x"
              but got  "EHLO\\r\\n\\"\\\\\\xe8x"
                                    ^\
            """);
  }

  @Test
  void marksTheEndOfAShorterStream() {
    assertThat(of("abc", "ab"))
        .isEqualTo(
            """
            the server got something else at octet 2:
              expected "abc"
              but got  "ab"
                          ^\
            """);
  }

  @Test
  void showsOnlyWhatIsNear() {
    String before = "b".repeat(40);
    String after = "a".repeat(40);
    assertThat(of(before + "x" + after, before + "y" + after))
        .isEqualTo(
            "the server got something else at octet 40:\n"
                + "  expected \"..."
                + "b".repeat(30)
                + "x"
                + "a".repeat(29)
                + "...\n  but got  \"..."
                + "b".repeat(30)
                + "y"
                + "a".repeat(29)
                + "...\n"
                + " ".repeat(12 + 33)
                + "^");
  }

  @Test
  void showsStatesNearTheirDifference() {
    String many = "true, ".repeat(128);
    assertThat(Difference.ofStates("[" + many + "true] x", "[" + many + "true] y"))
        .isEqualTo(
            """
            :
              written  "...true, true, true, true, true] x"
              but read "...true, true, true, true, true] y"
                                                         ^\
            """);
    assertThat(Difference.ofStates("[true]", "[true]"))
        .isEqualTo(", although both are \"[true]\" as text");
    assertThat(Difference.ofStates(many, many))
        .isEqualTo(", although both are \"true, true, true, true, true, ... as text");
  }

  @Test
  void comparesStreamsThenEndingThenReports() {
    Outcome whole = outcome("a", "b", "", "x", "y");
    assertThat(Difference.of(whole, whole)).isNull();
    assertThat(Difference.of(whole, outcome("a", "c", "detach")))
        .startsWith("the client got something else at octet 0:");
    assertThat(Difference.of(whole, outcome("a", "b", "detach")))
        .isEqualTo("the ending differs:\n  expected \"\"\n  but got  \"detach\"");
    assertThat(Difference.of(whole, outcome("a", "b", "", "x")))
        .isEqualTo("report 2 differs:\n  expected \"y\"\n  but got  \"\"");
  }

  @Test
  void showsOutcomesAsText() {
    assertThat(outcome("a\n", "", "detach", "x"))
        .hasToString("server got \"a\\n\", client got \"\", detach, reports [x]");
  }

  private static Outcome outcome(String server, String client, String ending, String... reports) {
    return new Outcome(Octets.ofText(server), Octets.ofText(client), ending, List.of(reports));
  }
}
