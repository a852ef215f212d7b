package dev.midstream.bench.scan;

import dev.midstream.agent.Agent;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsNode.Sequence;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.substitute.SubstituteProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Substitute agents for the client's stream, made as a configuration makes them. */
public final class SubstituteAgents {
  private static final String WHERE = "bench:1";

  /** Realistic strings that the sample text does not contain. */
  private static final List<String> ABSENT =
      List.of(
          "Hello again",
          "internal.example.net",
          "password=",
          "X-Forwarded-For:",
          "secret",
          "Set-Cookie: session",
          "user@example.org",
          "192.168.17.4",
          "ftp://",
          "Authorization: Basic",
          "Server: nginx",
          "confidential",
          "admin.php",
          "token=",
          "Location: http://",
          "charset=latin1",
          "debug=true",
          "Proxy-Connection",
          "beta-feature",
          "wss://live");

  private static final String CONSONANTS = "bcdfghjklmnpqrstvwxz";
  private static final String VOWELS = "aeiouy";

  private SubstituteAgents() {}

  /**
   * Searches for {@code count} strings that {@link dev.midstream.bench.frame.SampleText} does not
   * contain.
   */
  public static Agent<?> ofAbsent(int count) {
    return ofAbsent(count, "", "find");
  }

  /**
   * As above, with {@code last} in place of the last string unless it is empty.
   *
   * @param by {@code find}, or {@code ignore-case} or {@code whole-words}, or {@code pattern} for
   *     each string with 1 to 20 letters after it
   */
  public static Agent<?> ofAbsent(int count, String last, String by) {
    Stream<String> finds =
        last.isEmpty() ? absent(count) : Stream.concat(absent(count - 1), Stream.of(last));
    return of(finds.map(find -> pair(find, "replaced", by)).toList());
  }

  /** Replaces one string by another. */
  public static Agent<?> replacing(String find, String replacement) {
    return of(List.of(pair(find, replacement, "find")));
  }

  /** Replaces one string of the server by another, and searches for an absent one of the client. */
  public static Agent<?> replacingOfServer(String find, String replacement) {
    Mapping settings =
        mapping("client-to-server", pairs(List.of(pair(ABSENT.getFirst(), "", "find"))));
    settings.entries().put("server-to-client", pairs(List.of(pair(find, replacement, "find"))));
    return of(settings);
  }

  private static Stream<String> absent(int count) {
    Random random = new Random(1);
    Stream<String> made = Stream.generate(() -> word(random)).distinct();
    return Stream.concat(ABSENT.stream(), made).limit(count);
  }

  /** A word of 8 to 20 letters with a hyphen; every second letter is a vowel. */
  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    for (int syllables = 4 + random.nextInt(7); syllables > 0; syllables--) {
      word.append(CONSONANTS.charAt(random.nextInt(CONSONANTS.length())));
      word.append(VOWELS.charAt(random.nextInt(VOWELS.length())));
    }
    word.setCharAt(4, '-');
    return word.toString();
  }

  private static Agent<?> of(List<SettingsNode> pairs) {
    return of(mapping("client-to-server", pairs(pairs)));
  }

  private static Sequence pairs(List<SettingsNode> pairs) {
    return new Sequence(pairs, WHERE);
  }

  private static Agent<?> of(SettingsNode settings) {
    Problems problems = new Problems();
    Agent<?> agent = new SubstituteProvider().create(new SettingsReader("", settings, problems));
    if (agent == null) {
      throw new IllegalStateException("agent refused: " + problems.lines());
    }
    return agent;
  }

  private static SettingsNode pair(String find, String replacement, String by) {
    Mapping pair =
        by.equals("pattern")
            ? mapping("pattern", new Scalar(escaped(find) + "[a-z]{1,20}", WHERE))
            : mapping("find", new Scalar(find, WHERE));
    pair.entries().put("replace", new Scalar(replacement, WHERE));
    if (by.equals("ignore-case") || by.equals("whole-words")) {
      pair.entries().put(by, new Scalar("true", WHERE));
    }
    return pair;
  }

  private static String escaped(String find) {
    return find.replaceAll("[^A-Za-z0-9 ]", "\\\\$0");
  }

  private static Mapping mapping(String key, SettingsNode value) {
    return new Mapping(new LinkedHashMap<>(Map.of(key, value)), WHERE);
  }
}
