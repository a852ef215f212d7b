package dev.midstream.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.midstream.agent.Agent;
import dev.midstream.agent.Direction;
import dev.midstream.agent.Octets;
import dev.midstream.agent.settings.Problems;
import dev.midstream.agent.settings.SettingsNode;
import dev.midstream.agent.settings.SettingsNode.Mapping;
import dev.midstream.agent.settings.SettingsNode.Scalar;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.ftp.FtpProvider;
import dev.midstream.testkit.playbook.AgentFuzz;
import dev.midstream.testkit.playbook.AgentPlaybook;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What both ends of a control connection send, for the agent of FTP. */
class FtpFuzzTest {
  private static final FtpProvider PROVIDER = new FtpProvider();
  private static final Agent<?> DENYING = agent(Map.of("read-only", "true", "banner", "hello"));
  private static final Agent<?> FOLLOWING = agent(Map.of("foreign-address", "rewrite"));
  private static final String GREETING = "220 hello\r\n";
  private static final String DENIAL = "a denial";

  /** Commands whose replies let others wait, and more of them than may be due at once. */
  private static final List<String> WAITING = List.of("AUTH", "REIN", "QUIT");

  private static final Pattern DELETION =
      Pattern.compile("[^a-z0-9]*DELE([^a-z0-9].*)?", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final int MAX_LINES = 60;
  private static final int MAX_BYTES = 600;

  @FuzzTest
  void decidesAnyOctetsWhateverTheCuts(byte[] input) {
    AgentFuzz.play(DENYING, PROVIDER.reasons(), OneReply.atOnce(input));
    AgentFuzz.play(FOLLOWING, PROVIDER.reasons(), greeted(input));
  }

  /**
   * The input after a greeting: from then on commands do not wait, and replies may come at once.
   */
  private static byte[] greeted(byte[] input) {
    byte[] start = ("\u00ff" + GREETING + "\u00ff").getBytes(StandardCharsets.ISO_8859_1);
    byte[] both = Arrays.copyOf(start, start.length + input.length);
    System.arraycopy(input, 0, both, start.length, input.length);
    return both;
  }

  @FuzzTest
  void answersCommandsInTheirOrder(byte[] input) {
    List<String> lines = lines(Arrays.copyOf(input, Math.min(input.length, MAX_BYTES)));
    String sent = String.join("", lines);
    List<String> reached = split(received(sent, "", Direction.CLIENT_TO_SERVER));
    StringBuilder replies = new StringBuilder();
    for (int i = 0; i < reached.size(); i++) {
      assertThat(reached.get(i)).doesNotMatch(DELETION);
      replies.append(reply(i));
    }
    String answers = received(sent, replies.toString(), Direction.SERVER_TO_CLIENT);
    List<String> got = split(answers.substring(GREETING.length()));
    assertThat(got.stream().map(FtpFuzzTest::named).toList()).isEqualTo(expected(lines, reached));
  }

  @FuzzTest
  void editsNothingOfAnotherProtocol(byte[] input) {
    AnotherProtocol.play(DENYING, Direction.SERVER_TO_CLIENT, input);
    AnotherProtocol.play(DENYING, Direction.CLIENT_TO_SERVER, input);
    AnotherProtocol.play(FOLLOWING, Direction.SERVER_TO_CLIENT, input);
    AnotherProtocol.play(FOLLOWING, Direction.CLIENT_TO_SERVER, input);
  }

  /** Whole lines; every occurrence of DELE begins one, so that none may reach the server. */
  private static List<String> lines(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    return split(text.replaceAll("(?i)(?<!^|\n)DELE", "\nDELE") + "\r\n").stream()
        .filter(line -> WAITING.stream().noneMatch(line.toUpperCase(Locale.ROOT)::contains))
        .limit(MAX_LINES)
        .toList();
  }

  private static List<String> split(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split("(?<=\n)"));
  }

  private static String named(String reply) {
    return reply.startsWith("5") ? DENIAL : reply;
  }

  private static String reply(int index) {
    return "299 " + index + "\r\n";
  }

  /** For each line the reply of the server if it reached it, and otherwise one of the agent. */
  private static List<String> expected(List<String> lines, List<String> reached) {
    List<String> expected = new ArrayList<>();
    int next = 0;
    for (String line : lines) {
      boolean isReached = next < reached.size() && line.equals(reached.get(next));
      expected.add(isReached ? reply(next++) : DENIAL);
    }
    assertThat(next).as("lines of the client, in its order: " + reached).isEqualTo(reached.size());
    return expected;
  }

  private static String received(String sent, String replies, Direction direction) {
    Octets octets =
        new AgentPlaybook(DENYING)
                .declaring(PROVIDER.reasons())
                .serverSends("220 ready\r\n")
                .sends(Direction.CLIENT_TO_SERVER, Octets.ofLatin1(sent))
                .serverSends(replies)
                .playWhole()
                .stream(direction);
    return new String(octets.toArray(), StandardCharsets.ISO_8859_1);
  }

  private static Agent<?> agent(Map<String, String> settings) {
    Map<String, SettingsNode> entries = new TreeMap<>();
    settings.forEach((key, value) -> entries.put(key, new Scalar(value, "f:1")));
    Mapping mapping = new Mapping(new TreeMap<>(entries), "f:1");
    SettingsReader reader = new SettingsReader("", mapping, new Problems());
    return Objects.requireNonNull(PROVIDER.create(reader));
  }
}
