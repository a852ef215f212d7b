package dev.midstream.agents.substitute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Pairs that ignore case, want whole words, have a limit or a pattern. */
final class SubstituteConditionsTest {
  @Test
  @DisplayName("HDP-8 ignores the case of ASCII letters")
  void ignoresCase() {
    client(GivenPair.find("Host: x-Y", "#").ignoringCase())
        .clientSends("HOST: X-y host: x-y hOsT:_x-y Host: x-Y ho")
        .serverGets("# # hOsT:_x-y # ")
        .play();
    client(GivenPair.find("@[", "#").ignoringCase())
        .clientSends("@[`{@{`[")
        .serverGets("#`{@{`[")
        .play();
    client(GivenPair.find("ß", "ss").ignoringCase(), GivenPair.find("ab", "#"))
        .clientSends("AB ab Ab")
        .clientEnds()
        .serverGets("AB # Ab")
        .play();
  }

  @Test
  @DisplayName("HDP-8 finds a caseless string at every place of a long stream")
  void findsCaselessStringEverywhere() {
    for (int place = 0; place < 200; place++) {
      client(GivenPair.find("Content-Length", "x").ignoringCase())
          .clientSends(".".repeat(place) + "cOnTeNt-LeNgTh" + ".".repeat(200 - place))
          .serverGets(".".repeat(place) + "x" + ".".repeat(200 - place))
          .play();
    }
  }

  @Test
  @DisplayName("HDP-8 replaces whole words only, and knows the octet before a view")
  void replacesWholeWords() {
    client(GivenPair.find("cat", "dog").asWholeWords())
        .clientSends("cat, cats, bobcat, _cat cat_ 1cat-cat.cat")
        .clientEnds()
        .serverGets("dog, cats, bobcat, _cat cat_ 1cat-dog.dog")
        .play();
    client(GivenPair.find("-x", "#").asWholeWords())
        .clientSends("a-x -x -xy --x")
        .clientEnds()
        .serverGets("a-x # -xy -#")
        .play();
  }

  @Test
  @DisplayName("HDP-8 judges a word by the octets that were sent, not by their replacements")
  void judgesWordsAsSent() {
    client(GivenPair.find("cat", "dog").asWholeWords(), GivenPair.find("-", "x"))
        .clientSends("cat-cat+")
        .serverGets("dogxdog+")
        .play();
  }

  @Test
  @DisplayName("C-14 holds a word until the octet after it, or silence")
  void holdsWordUntilItEnds() {
    GivenPair word = GivenPair.find("cat", "dog").asWholeWords();
    client(word).clientSends("a cat").serverGets("a ").play();
    client(word)
        .clientSends("a cat")
        .silence(Direction.CLIENT_TO_SERVER)
        .clientSends("cat cat.")
        .serverGets("a dogcat dog.")
        .play();
    assertThat(agent(word).maxHold()).isEqualTo(3);
  }

  @Test
  @DisplayName("HDP-8 makes as many replacements as its limit, in each direction and connection")
  void limitsReplacements() {
    SubstituteAgent agent =
        new SubstituteAgent(
            Map.of(
                Direction.CLIENT_TO_SERVER,
                List.of(GivenPair.find("a", "1").atMost(2).pair()),
                Direction.SERVER_TO_CLIENT,
                List.of(GivenPair.find("a", "2").atMost(1).pair())));
    new AgentPlaybook(agent)
        .mayPassInSilence()
        .clientSends("aXa")
        .serverSends("Xa")
        .clientSends("aa")
        .serverSends("a")
        .serverGets("1X1aa")
        .clientGets("X2a")
        .play();
  }

  @Test
  @DisplayName("HDP-8 ignores a pair beyond its limit, so that later pairs match in its place")
  void ignoresSpentPair() {
    client(GivenPair.find("abc", "1").atMost(1), GivenPair.find("ab", "2"))
        .clientSends("abc abc ab")
        .serverGets("1 2c 2")
        .play();
  }

  @Test
  @DisplayName("leaves a direction opaque when all its pairs are beyond their limits")
  void skipsTheRestWhenAllAreSpent() {
    SubstituteAgent agent = agent(GivenPair.find("ab", "1").atMost(1));
    Calls calls = new Calls(agent);

    assertThat(calls.decided("ab")).isEqualTo(2);
    assertThat(calls.decided("xa")).isEqualTo(2);
    assertThat(calls.isOpaque()).isTrue();
    client(GivenPair.find("ab", "1").atMost(1)).clientSends("aaba").serverGets("a1a").play();
  }

  @Test
  @DisplayName("HDP-8 replaces what a pattern matches, alternatives in their order")
  void replacesPattern() {
    client(GivenPair.pattern("(10|192)\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}", "x.x.x.x"))
        .clientSends("from 10.1.22.203 to 192.0.2.1234, not 11.1.1.1 or 10.1.1")
        .clientEnds()
        .serverGets("from x.x.x.x to x.x.x.x4, not 11.1.1.1 or 10.1.1")
        .play();
    client(GivenPair.pattern("a|ab|[^a]c", "#"))
        .clientSends("ab bc ac")
        .clientEnds()
        .serverGets("#b # #c")
        .play();
  }

  @Test
  @DisplayName("HDP-8 combines patterns with strings, case, words and limits")
  void combinesConditions() {
    client(
            GivenPair.pattern("cat|cats", "#").ignoringCase().asWholeWords().atMost(3),
            GivenPair.find("Cats", "%"),
            GivenPair.pattern(".ats", "*").asWholeWords())
        .clientSends("Cats CAT bobcats cat Cats rats!")
        .clientEnds()
        .serverGets("# # bobcats # % *!")
        .play();
  }

  @Test
  @DisplayName("C-63 holds at most one octet less than the longest match, and one for its end")
  void holdsLessThanLongestMatch() {
    assertThat(agent(GivenPair.pattern("a{3,5}b", "")).maxHold()).isEqualTo(5);
    assertThat(agent(GivenPair.pattern("a{3,5}b", "").asWholeWords()).maxHold()).isEqualTo(6);
    assertThat(agent(GivenPair.pattern("[ab]", "")).maxHold()).isEqualTo(1);
    client(GivenPair.pattern("a{1,8}b", "X"))
        .clientSends("a".repeat(50))
        .serverGets("a".repeat(42))
        .play();
  }

  @Test
  void keepsLengthsIfEveryMatchHasThatOfItsReplacement() {
    assertThat(agent(GivenPair.pattern("a.c", "123")).keepsLengths()).isTrue();
    assertThat(agent(GivenPair.pattern("a.?c", "123")).keepsLengths()).isFalse();
    assertThat(agent(GivenPair.pattern("a.?c", "12")).keepsLengths()).isFalse();
  }

  @Test
  void findsPatternThatMayBeginWithAnyOctet() {
    for (int place = 0; place < 50; place++) {
      client(GivenPair.pattern("[^.]\\.!", "x"))
          .clientSends(".".repeat(place) + "\0.!" + ".".repeat(50 - place))
          .clientEnds()
          .serverGets(".".repeat(place) + "x" + ".".repeat(50 - place))
          .play();
    }
  }

  @Test
  void matchesOctetsAboveAscii() {
    new AgentPlaybook(agent(GivenPair.pattern("\\xff[\\x80-\\x8f]{2}", "")))
        .mayPassInSilence()
        .sends(Direction.CLIENT_TO_SERVER, Octets.of((byte) 0xff, (byte) 0x80, (byte) 0x8f))
        .sends(Direction.CLIENT_TO_SERVER, Octets.of((byte) 0xff, (byte) 0x80, (byte) 0x90))
        .gets(Direction.CLIENT_TO_SERVER, Octets.of((byte) 0xff, (byte) 0x80, (byte) 0x90))
        .play();
  }

  private static AgentPlaybook client(GivenPair... pairs) {
    return new AgentPlaybook(agent(pairs)).mayPassInSilence();
  }

  private static SubstituteAgent agent(GivenPair... pairs) {
    return new SubstituteAgent(
        Map.of(Direction.CLIENT_TO_SERVER, Stream.of(pairs).map(GivenPair::pair).toList()));
  }
}
