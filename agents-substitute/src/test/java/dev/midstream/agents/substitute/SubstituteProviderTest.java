package dev.midstream.agents.substitute;

import static org.assertj.core.api.Assertions.assertThat;

import dev.midstream.agent.Agent;
import dev.midstream.agent.AgentProvider;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsNode.Sequence;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class SubstituteProviderTest {
  private static final String CLIENT = "client-to-server";
  private static final String SERVER = "server-to-client";
  private static final String REPLACE = "replace";
  private static final SettingsNode ONE = text(99, "1");

  private final Problems problems = new Problems();

  @Test
  @DisplayName("OWN-4 is found as a service, like every agent")
  void isFoundAsService() {
    assertThat(ServiceLoader.load(AgentProvider.class))
        .anySatisfy(provider -> assertThat(provider.name()).isEqualTo("substitute"));
  }

  @Test
  @DisplayName("HDP-8 reads text and hexadecimal pairs for both directions")
  void readsTextAndHex() {
    SettingsNode settings =
        map(
            1,
            CLIENT,
            list(2, pair(2, "Grüße", "Hi")),
            SERVER,
            list(3, map(3, "find-hex", text(3, "00fF"), "replace-hex", text(3, ""))));

    new AgentPlaybook(agent(settings))
        .mayPassInSilence()
        .clientSends("Grüße!")
        .sends(Direction.SERVER_TO_CLIENT, hex((byte) 0, (byte) -1))
        .serverGets("Hi!")
        .clientGets("")
        .play();
    assertThat(problems.warnings()).isEmpty();
  }

  @Test
  void readsSinglePairAndMixedNotation() {
    SettingsNode settings =
        map(1, CLIENT, map(2, "find", text(2, "ab"), "replace-hex", text(2, "63")));
    new AgentPlaybook(agent(settings))
        .mayPassInSilence()
        .clientSends("xab")
        .serverGets("xc")
        .play();
  }

  @Test
  void reportsMissingAndMalformedSettings() {
    assertProblems(null, "rule:1: needs a pair of find and replace in client-to-server or");
    assertProblems(map(4), "f:4: needs a pair of find and replace");
    assertProblems(map(4, CLIENT, list(5)), "f:4: needs a pair of find and replace");
    assertProblems(
        map(4, CLIENT, text(5, "x")), "f:5: must be a mapping of keys, key=client-to-server");
  }

  @Test
  void reportsEveryMistakeWithItsPlace() {
    SettingsNode settings =
        map(
            1,
            "client",
            list(2),
            CLIENT,
            list(
                3,
                pair(4, "", "x"),
                map(5, "find", text(5, "a")),
                map(6, "replace", text(6, "a")),
                map(7, "find", text(7, "a"), "find-hex", text(8, "61"), "replace", text(7, "b")),
                map(9, "find-hex", text(9, "6"), "replace-hex", text(10, "zz")),
                map(11, "find", text(11, "a"), "replace", text(11, "b"), "to", text(12, "c")),
                map(13, "find", list(13), "replace", text(13, "b"))));

    assertThat(create(settings)).isNull();
    assertThat(problems.lines())
        .containsExactly(
            "f:4: must not be empty, key=client-to-server.find",
            "f:5: replace is missing; give replace or replace-hex, key=client-to-server",
            "f:6: find is missing; give find, find-hex or pattern, key=client-to-server",
            "f:8: excludes find, key=client-to-server.find-hex",
            "f:9: must be an even number of hexadecimal digits, key=client-to-server.find-hex",
            "f:10: must be an even number of hexadecimal digits, key=client-to-server.replace-hex",
            "f:12: unknown key, key=client-to-server.to known=ignore-case,whole-words,limit,pattern,find,find-hex,replace,replace-hex",
            "f:13: must be a single value, key=client-to-server.find",
            "f:2: unknown key, key=client known=client-to-server,server-to-client");
  }

  @Test
  void limitsStringLengths() {
    String longest = "f".repeat(PairLimits.FIND_BYTES);
    assertThat(create(map(1, CLIENT, pair(2, longest, longest)))).isNotNull();
    assertProblems(
        map(1, CLIENT, pair(2, longest + "f", "")),
        "f:2: is too long, bytes=65537 limit=65536, key=client-to-server.find");
    assertProblems(
        map(1, CLIENT, pair(2, "f", longest + "f")),
        "f:2: is too long, bytes=65537 limit=65536, key=client-to-server.replace");
  }

  @Test
  void limitsNumberOfPairs() {
    SettingsNode[] pairs = new SettingsNode[PairLimits.PAIRS + 1];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = pair(2, "find " + i + ".", "x");
    }
    SettingsNode[] most = Arrays.copyOf(pairs, PairLimits.PAIRS);
    assertThat(create(map(1, CLIENT, list(2, most)))).isNotNull();
    assertProblems(map(1, CLIENT, list(2, pairs)), "f:2: too many pairs, count=4097 limit=4096");
  }

  @Test
  @DisplayName("HDP-8 reads patterns, letter case, whole words and limits")
  void readsConditions() {
    SettingsNode settings =
        map(
            1,
            CLIENT,
            list(
                2,
                map(3, "pattern", text(3, "c[au]t"), "whole-words", text(3, "true"), REPLACE, ONE),
                map(4, "find", text(4, "CaTs"), "ignore-case", text(4, "true"), REPLACE, ONE),
                map(5, "find-hex", text(5, "7c"), "limit", text(5, "2"), REPLACE, ONE)));

    new AgentPlaybook(agent(settings))
        .mayPassInSilence()
        .clientSends("cat cut! cats acut |||")
        .clientEnds()
        .serverGets("1 1! 1 acut 11|")
        .play();
  }

  @Test
  @DisplayName("HDP-8 names the place of each mistake in a condition, and the remedy")
  void reportsMistakesInConditions() {
    SettingsNode settings =
        map(
            1,
            CLIENT,
            list(
                2,
                map(3, "pattern", text(3, "Host: .*"), REPLACE, ONE),
                map(4, "pattern", text(4, "a?"), REPLACE, ONE),
                map(5, "pattern", text(5, "a"), "find", text(6, "a"), REPLACE, ONE),
                map(7, "pattern", text(7, "a"), "find-hex", text(8, "61"), REPLACE, ONE),
                map(9, "pattern", list(9), REPLACE, ONE),
                map(10, "pattern", text(10, ""), REPLACE, ONE),
                map(11, "find", text(11, "a"), "ignore-case", text(11, "yes"), REPLACE, ONE),
                map(12, "find", text(12, "a"), "whole-words", text(12, "1"), REPLACE, ONE),
                map(13, "find", text(13, "b"), "limit", text(13, "0"), REPLACE, ONE),
                map(14, "find", text(14, "c"), "limits", text(14, "1"), REPLACE, ONE)));

    assertThat(create(settings)).isNull();
    assertThat(problems.lines())
        .containsExactly(
            "f:3: * has no upper bound; write {0,N} in its place, character=8,"
                + " key=client-to-server.pattern",
            "f:4: matches no octets; every match needs at least one, key=client-to-server.pattern",
            "f:5: excludes find, key=client-to-server.pattern",
            "f:7: excludes find-hex, key=client-to-server.pattern",
            "f:9: must be a single value, key=client-to-server.pattern",
            "f:10: matches no octets; every match needs at least one, key=client-to-server.pattern",
            "f:11: must be true or false, key=client-to-server.ignore-case value=yes",
            "f:12: must be true or false, key=client-to-server.whole-words value=1",
            "f:13: must be from 1 to 1000000000, key=client-to-server.limit value=0",
            "f:14: unknown key, key=client-to-server.limits nearest=limit");
  }

  @Test
  @DisplayName("C-63 limits the automata of a direction, all together")
  void limitsAutomata() {
    SettingsNode most = map(3, "pattern", text(3, "a{4000}"), REPLACE, ONE);
    SettingsNode rest = map(4, "pattern", text(4, "b{374}"), REPLACE, ONE);
    SettingsNode tooMuch = map(5, "pattern", text(5, "b{375}"), REPLACE, ONE);
    SettingsNode other = map(6, "pattern", text(6, "b{375}"), REPLACE, ONE);

    assertThat(create(map(1, CLIENT, list(2, most, most, most, most, rest)))).isNotNull();
    assertProblems(
        map(1, CLIENT, list(2, most, most, most, most, tooMuch), SERVER, other),
        "f:5: needs too large an automaton, limit=376 states; use fewer or smaller repetitions");
  }

  @Test
  void warnsOfPairHiddenByEarlierCaselessOne() {
    SettingsNode settings =
        map(
            1,
            CLIENT,
            list(
                2,
                map(3, "find", text(3, "aB"), "ignore-case", text(3, "true"), REPLACE, ONE),
                pair(4, "AbC", "2"),
                pair(5, "b", "3"),
                map(6, "find", text(6, "B"), "ignore-case", text(6, "true"), REPLACE, ONE)));

    assertThat(create(settings)).isNotNull();
    assertThat(problems.warnings())
        .containsExactly(
            "f:4: this pair is never used; the one at f:3 matches first, key=client-to-server");
  }

  @Test
  void warnsNotOfPairAfterOneThatMayFail() {
    SettingsNode settings =
        map(
            1,
            CLIENT,
            list(
                2,
                map(3, "find", text(3, "ab"), "whole-words", text(3, "true"), REPLACE, ONE),
                map(4, "find", text(4, "ab"), "limit", text(4, "1"), REPLACE, ONE),
                map(5, "pattern", text(5, "ab"), REPLACE, ONE),
                pair(6, "abc", "2")));

    assertThat(create(settings)).isNotNull();
    assertThat(problems.warnings()).isEmpty();
  }

  @Test
  void warnsOfPairHiddenByEarlierOne() {
    SettingsNode settings =
        map(1, CLIENT, list(2, pair(3, "ab", "1"), pair(4, "abc", "2"), pair(5, "ab", "3")));

    assertThat(create(settings)).isNotNull();
    assertThat(problems.warnings())
        .containsExactly(
            "f:4: this pair is never used; the one at f:3 matches first, key=client-to-server",
            "f:5: this pair is never used; the one at f:3 matches first, key=client-to-server");
  }

  private void assertProblems(@Nullable SettingsNode settings, String line) {
    Problems found = new Problems();
    assertThat(create(settings, found)).isNull();
    assertThat(found.lines()).singleElement().asString().startsWith(line);
  }

  private Agent<?> agent(SettingsNode settings) {
    return Objects.requireNonNull(create(settings), () -> problems.lines().toString());
  }

  private @Nullable Agent<?> create(SettingsNode settings) {
    return create(settings, problems);
  }

  private static @Nullable Agent<?> create(@Nullable SettingsNode settings, Problems problems) {
    SettingsNode given = settings == null ? new Scalar("", "rule:1") : settings;
    SettingsReader reader = new SettingsReader("", given, problems);
    Agent<?> agent = new SubstituteProvider().create(reader);
    reader.refuseUnknownKeys();
    return problems.isEmpty() ? agent : null;
  }

  private static SettingsNode pair(int line, String find, String replacement) {
    return map(line, "find", text(line, find), "replace", text(line, replacement));
  }

  private static SettingsNode map(int line, Object... keysAndNodes) {
    SequencedMap<String, SettingsNode> entries = new LinkedHashMap<>();
    for (int i = 0; i < keysAndNodes.length; i += 2) {
      entries.put((String) keysAndNodes[i], (SettingsNode) keysAndNodes[i + 1]);
    }
    return new Mapping(entries, "f:" + line);
  }

  private static SettingsNode list(int line, SettingsNode... items) {
    return new Sequence(List.of(items), "f:" + line);
  }

  private static SettingsNode text(int line, String text) {
    return new Scalar(text, "f:" + line);
  }

  private static Octets hex(byte... octets) {
    return Octets.of(octets);
  }
}
